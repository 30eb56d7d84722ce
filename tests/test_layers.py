"""The layers of docs/architecture.md, as a table that every module on the disk is held to."""

import ast
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "lstm_viz"


@dataclass(frozen=True)
class Layer:
    """What one layer may use: other layers, libraries, and those it may import only inside functions."""

    layers: frozenset[str] = frozenset()
    libraries: frozenset[str] = frozenset()
    lazily: frozenset[str] = frozenset()


def layer(layers: str = "", libraries: str = "", lazily: str = "") -> Layer:
    return Layer(frozenset(layers.split()), frozenset(libraries.split()), frozenset(lazily.split()))


RUNS = "notation markdown cells networks analysis settings"
AROUND = "views figures components training training.runs training.jobs training.views exchange"
LAYERS = {
    "lstm_viz": layer(RUNS, "numpy"),
    "notation": layer(),
    "markdown": layer(),
    "cells": layer("notation", "numpy"),
    "networks": layer("notation cells", "numpy"),
    "analysis": layer("notation cells networks", "numpy"),
    "settings": layer("notation cells networks", "numpy"),
    "views": layer(RUNS, "numpy"),
    "figures": layer(f"{RUNS} views", "numpy", lazily="plotly"),
    "components": layer("notation cells views", "numpy streamlit plotly"),  # Streamlit imports Plotly
    "training": layer(f"{RUNS} training.runs", "numpy safetensors", lazily="pooch platformdirs"),
    "training.runs": layer(f"{RUNS} training", "numpy safetensors"),
    "training.views": layer(f"{RUNS} views training training.runs", "numpy safetensors"),
    "training.headless": layer(f"{RUNS} training training.runs training.engine", "numpy safetensors"),
    "training.engine": layer(f"{RUNS} training training.runs", "numpy safetensors torch"),
    "training.jobs": layer(
        f"{RUNS} training training.runs training.engine", "numpy safetensors distributed dask"
    ),
    "exchange": layer(f"{RUNS} training training.runs", "numpy", lazily="torch"),
    "app": layer(f"{RUNS} {AROUND}", "numpy plotly streamlit safetensors"),
    "pages": layer(f"{RUNS} {AROUND} app lstm_viz", "numpy plotly streamlit safetensors"),
}
"""`lstm_viz` is the package's own `__init__`; `pages` stands for app.py and pages/*.py."""

GUARDED = {
    "numpy", "plotly", "streamlit", "torch", "distributed", "dask", "safetensors", "pooch", "platformdirs",
}  # fmt: skip
"""What is told apart beside libraries with companions of their own."""

WITH_COMPANIONS = {"plotly", "streamlit", "torch", "distributed", "dask"}

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


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_name(path: Path) -> str:
    """The layer of a file; "pages" for what is outside the package."""
    return layer_of(module_name(path)) if PACKAGE in path.parents else "pages"


def layer_of(module: str) -> str:
    """The first name below lstm_viz, or the first two where those are a layer of their own."""
    first, second = (*module.split("."), "lstm_viz", "")[1:3]
    inner = ENTRANCES.get(f"{first}.{second}", f"{first}.{second}")
    return inner if inner in LAYERS else first


ENTRANCES = {"training.__main__": "training.headless"}
"""Modules that belong to the layer of another."""


MODULES = sorted(PACKAGE.rglob("*.py"))
PAGES = [*ROOT.glob("app.py"), *sorted((ROOT / "pages").glob("*.py"))]
every_file = pytest.mark.parametrize("path", MODULES + PAGES, ids=lambda path: str(path.relative_to(ROOT)))


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
        within = "within" if layer_name(path) not in {"lstm_viz", "pages"} else ""
        command = [sys.executable, "-c", PROBE, code_to_import(path), ROOT.as_posix(), within]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {path: pool.submit(probe, path) for path in MODULES + PAGES}


@every_file
def test_importing_it_alone_loads_only_what_its_layer_may_load(
    path: Path, probes: dict[Path, Future[subprocess.CompletedProcess[str]]]
) -> None:
    allowed = LAYERS[layer_name(path)].libraries
    result = probes[path].result()
    assert result.returncode == 0, result.stderr
    loaded = set(json.loads(result.stdout.splitlines()[-1]))
    if allowed & WITH_COMPANIONS:
        loaded &= GUARDED
    assert loaded - allowed == set()


@every_file
def test_its_imports_point_down_the_layers(path: Path) -> None:
    name = layer_name(path)
    used = {target for target in imports(path) if target.partition(".")[0] == "lstm_viz"}
    layers = {layer_of(target) for target in used}
    assert layers - {name} - LAYERS[name].layers == set()


@every_file
def test_it_imports_no_library_of_another_layer_even_inside_a_function(path: Path) -> None:
    mine = LAYERS[layer_name(path)]
    used = {target.partition(".")[0] for target in imports(path)}
    assert used & GUARDED - mine.libraries - mine.lazily == set()


def imports(path: Path) -> Iterator[str]:
    """Yield every module that the file imports, anywhere in it, by its absolute name."""
    package = module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            for alias in node.names:
                public = source == "lstm_viz" and alias.name not in LAYERS  # `from lstm_viz import LSTMCell`
                yield source if public else f"{source}.{alias.name}"
