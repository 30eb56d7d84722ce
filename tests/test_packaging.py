"""What is installed: the wheel, its command, and the app without its optional parts."""

import ast
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from lstm_viz.extras import APP, INSPECT, TRAIN

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
OF_TRAINING = (
    "torch",
    "functorch",
    "distributed",
    "dask",
    "msgpack",
    "pooch",
    "filelock",
)
"""What an installation without the extra ``train`` has not, as far as other libraries do not bring it."""
PAGES = ("", "cell", "challenges", "gradients", "variants", "train")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, for building leaves its traces."""
    folder = tmp_path_factory.mktemp("wheel")
    copied = ("lstm_viz", "pages", "docs", ".streamlit", "app.py", "setup.py", "pyproject.toml", "README.md")
    for name in (*copied, "LICENSE", "MANIFEST.in"):
        source, target = ROOT / name, folder / "source" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(source, target)
    pip(sys.executable, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, folder / "source")
    [built] = folder.glob("*.whl")
    return built


def pip(python: str | Path, *arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--python", python, "--quiet", *arguments]
    subprocess.run(command, check=True, capture_output=True)


def environment(folder: Path, wheel: Path, without: tuple[str, ...] = ()) -> Path:
    """Make an environment of the wheel and the libraries of this one, but for some; return its programs."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    [python] = [path for path in programs.glob("python*") if path.stem == "python"]
    pip(python, "install", "--no-deps", "--no-index", wheel)
    # Streamlit takes itself for one under development anywhere else.
    libraries = folder / "shared" / "site-packages"
    libraries.mkdir(parents=True)
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        name = canonicalize_name(path.name.partition(".")[0].partition("-")[0])
        if "lstm" not in path.name and name not in without:
            (libraries / path.name).symlink_to(path)
    [site] = folder.glob("[lL]ib/**/site-packages")
    (site / "libraries.pth").write_text(str(libraries))
    return programs


@pytest.fixture(scope="module")
def whole(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("whole"), wheel)


@pytest.fixture(scope="module")
def without_training(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("bare"), wheel, OF_TRAINING)


@contextmanager
def served(programs: Path, folder: Path) -> Iterator[str]:
    """Start the command in an empty folder; its address. At the end nothing has failed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    surroundings["LSTM_VIZ_HOME"] = str(folder / "home")
    log = folder / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [programs / "lstm-viz", "--no-browser", "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            env=surroundings,
            stdout=stream,
            stderr=subprocess.STDOUT,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    try:
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                break
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
        assert process.poll() is None, log.read_text()
        yield f"127.0.0.1:{port}"
    finally:
        process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT))  # as Windows has it
        process.wait(20)
    assert "Traceback" not in log.read_text(), log.read_text()


def opened(address: str, page: str) -> tuple[str, int]:
    """Open a page as a browser does; all that came as text, and how many of our components are on it."""
    with connect(
        f"ws://{address}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None
    ) as link:
        message = BackMsg()
        message.rerun_script.page_name = page
        link.send(message.SerializeToString())
        texts: list[str] = []
        components = 0
        while True:
            heard = ForwardMsg.FromString(link.recv(timeout=60, decode=False))
            element = heard.delta.new_element
            components += element.WhichOneof("type") == "bidi_component"
            texts += [element.markdown.body, element.heading.body, element.alert.body, element.code.code_text]
            assert not element.exception.message, element.exception
            ended = heard.script_finished if heard.WhichOneof("type") == "script_finished" else None
            if ended == ForwardMsg.FINISHED_SUCCESSFULLY:
                return "\n".join(filter(None, texts)), components
            # A page may begin again while it is drawn.
            assert ended in (None, ForwardMsg.FINISHED_EARLY_FOR_RERUN)


def test_every_page_of_an_installed_wheel_opens_from_any_folder(whole: Path, tmp_path: Path) -> None:
    with served(whole, tmp_path) as address:
        seen = {page: opened(address, page) for page in PAGES}
        assets = f"http://{address}/_stcore/bidi-components/lstm-viz.stage/stage/index.js"
        with urllib.request.urlopen(assets, timeout=10) as answer:
            assert b"export default" in answer.read()
        with urllib.request.urlopen(f"http://{address}/cell", timeout=10) as answer:
            assert "modulepreload" in answer.headers["Link"]
    assert {page for page, (_, components) in seen.items() if components} == {*PAGES}
    assert all(len(text) > 500 for text, _ in seen.values())
    assert "Something went wrong" not in str(seen)


def test_without_pytorch_all_pages_open_but_train_which_says_how_to_get_it(
    without_training: Path, tmp_path: Path
) -> None:
    with served(without_training, tmp_path) as address:
        seen = {page: opened(address, page) for page in PAGES}
    assert "Something went wrong" not in str(seen)
    assert {page for page, (_, components) in seen.items() if components} == {*PAGES} - {"train"}
    words, components = seen["train"]
    assert components == 0
    assert "Not found: torch, distributed, dask, pooch and filelock." in words
    assert "pip install 'lstm-viz[app,train]'" in words
    assert "Training is off." in (tmp_path / "log").read_text()


def test_without_streamlit_the_command_says_how_to_get_it(wheel: Path, tmp_path: Path) -> None:
    programs = environment(tmp_path / "library", wheel, ("streamlit", *OF_TRAINING))
    done = subprocess.run([programs / "lstm-viz"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "The app needs streamlit. Install what it needs with: pip install 'lstm-viz[app]'\n"


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_refused_in_words(port: str) -> None:
    command = [sys.executable, "-m", "lstm_viz.command", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2
    assert f"argument --port: must be 0 to 65535, got '{port}'" in done.stderr


def imported() -> set[str]:
    """The libraries that our code imports, anywhere: in statements, and by name."""
    found: set[str] = set()
    for path in (*ROOT.glob("lstm_viz/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=names):
                    found |= {each.name for each in names}
                case ast.ImportFrom(module=str(module), level=0):
                    found.add(module)
                case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name))]):
                    found.add(name)
    tops = {name.partition(".")[0] for name in found}
    return tops - set(sys.stdlib_module_names) - {"lstm_viz"}


def test_every_library_that_is_imported_is_declared() -> None:
    declared = [*PROJECT["dependencies"], *(line for lines in EXTRAS.values() for line in lines)]
    names = {canonicalize_name(Requirement(line).name) for line in declared}
    homes = packages_distributions()
    for library in imported():
        assert {canonicalize_name(home) for home in homes[library]} & names, f"{library} is not declared"


def test_what_is_looked_for_before_a_page_opens_is_what_the_extras_bring() -> None:
    """A library that is declared and forgotten here would be a traceback where it is missing."""
    for extra, looked_for in (("app", APP), ("train", TRAIN), ("inspect", INSPECT)):
        declared = {Requirement(line).name for line in EXTRAS[extra]}
        assert set(looked_for) <= declared
        # The rest comes with others: pooch brings requests, that brings urllib3; uvloop may be missing.
        assert declared - set(looked_for) <= {"requests", "urllib3", "uvloop"}


def requirements(path: str) -> Iterator[Requirement]:
    """The lines of a requirements file that name a library."""
    for line in (ROOT / path).read_text(encoding="utf-8").splitlines():
        if re.match(r"[a-z]", line):
            yield Requirement(line.partition(" #")[0])


def test_the_locked_versions_are_those_that_are_allowed() -> None:
    """If this fails: make lock."""
    locked: dict[str, set[Version]] = {}
    for pin in requirements("requirements.lock"):
        [specifier] = pin.specifier
        locked.setdefault(canonicalize_name(pin.name), set()).add(Version(specifier.version))
    lines = [*PROJECT["dependencies"], *(line for lines in EXTRAS.values() for line in lines)]
    for wanted in (*map(Requirement, lines), *requirements("requirements-dev.txt")):
        versions = locked.get(canonicalize_name(wanted.name))
        assert versions, f"{wanted.name} is not locked"
        assert all(version in wanted.specifier for version in versions), f"{wanted} is locked to {versions}"
