"""What each layer of docs/architecture.md loads: every module is imported alone in a fresh interpreter.

Which layer may import which, and where a library may be named at all, is held by import-linter (see
pyproject.toml). It cannot tell what comes along with an import, nor an import inside a function from others.
"""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "lstm_viz"

LOADS: Mapping[str, str] = {
    "lstm_viz": "numpy",
    "lstm_viz.notation": "",
    "lstm_viz.extras": "",
    "lstm_viz.command": "",
    "lstm_viz.components": "numpy streamlit plotly",  # Streamlit imports Plotly
    "lstm_viz.lessons": "numpy msgspec",
    "lstm_viz.training": "numpy safetensors msgspec",
    "lstm_viz.training.engine": "numpy safetensors msgspec torch",
    "lstm_viz.training.jobs": "numpy safetensors msgspec distributed dask",
    "lstm_viz.app": "numpy plotly streamlit safetensors msgspec",
    "": "numpy plotly streamlit safetensors msgspec",
}
"""The libraries that a module may load, by the longest name that it begins with; the last is for pages."""

GUARDED = {
    "numpy", "plotly", "streamlit", "torch", "distributed", "dask", "safetensors", "msgspec", "pooch",
    "platformdirs", "h5py", "onnx",
}  # fmt: skip
"""What is told apart beside libraries with companions of their own."""

WITH_COMPANIONS = {"plotly", "streamlit", "torch", "distributed", "dask", "msgspec"}

PROBE = """
import json, sys, sysconfig, types
code, root, within = sys.argv[1:]
sys.path.insert(0, root)
if within:  # what the package itself imports must not hide what the module does
    parent = types.ModuleType("lstm_viz")
    parent.__path__ = [root + "/lstm_viz"]
    sys.modules["lstm_viz"] = parent
before = set(sys.modules)
exec(code)
site = (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))
files = {name: getattr(sys.modules[name], "__file__", None) or "" for name in set(sys.modules) - before}
print(json.dumps(sorted({name.partition(".")[0] for name, file in files.items() if file.startswith(site)})))
"""

MODULES = sorted(PACKAGE.rglob("*.py"))
PAGES = [*ROOT.glob("app.py"), *sorted((ROOT / "pages").glob("*.py"))]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def may_load(path: Path) -> set[str]:
    name = module_name(path)
    while name not in LOADS:
        name = name.rpartition(".")[0]
    return set(LOADS[name].split())


def code_to_import(path: Path) -> str:
    """For a module the import of it; for a page, which runs when imported, the imports at its top."""
    if path in MODULES:
        return f"import {module_name(path)}"
    top = ast.parse(path.read_text(encoding="utf-8")).body
    return "\n".join(ast.unparse(node) for node in top if isinstance(node, ast.Import | ast.ImportFrom))


@pytest.fixture(scope="module")
def probes() -> Iterator[dict[Path, Future[subprocess.CompletedProcess[str]]]]:
    """Each file imported alone in a fresh interpreter, a few at a time."""

    def probe(path: Path) -> subprocess.CompletedProcess[str]:
        within = "within" if path in MODULES and path != PACKAGE / "__init__.py" else ""
        command = [sys.executable, "-c", PROBE, code_to_import(path), ROOT.as_posix(), within]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {path: pool.submit(probe, path) for path in MODULES + PAGES}


@pytest.mark.parametrize("path", MODULES + PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_importing_it_alone_loads_only_what_its_layer_may_load(
    path: Path, probes: dict[Path, Future[subprocess.CompletedProcess[str]]]
) -> None:
    allowed = may_load(path)
    result = probes[path].result()
    assert result.returncode == 0, result.stderr
    loaded = set(json.loads(result.stdout.splitlines()[-1]))
    if allowed & WITH_COMPANIONS:
        loaded &= GUARDED
    assert loaded - allowed == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_imports_no_library_of_another_layer_even_inside_a_function(path: Path) -> None:
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            named.add((node.module or "").partition(".")[0])
    assert named & GUARDED - may_load(path) == set()
