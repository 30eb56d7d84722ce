"""What the documents and docstrings show of Python is run, and prints what they say."""

import doctest
import importlib
import json
import re
from pathlib import Path

import pytest

from tools.notebooks import executed

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "lstm_viz").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)
SNIPPET = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_snippets_of_a_document_do_what_it_says(path: Path) -> None:
    snippets = SNIPPET.findall(path.read_text(encoding="utf-8"))
    assert all(snippet.startswith(">>> ") for snippet in snippets), "a snippet without >>> is not run"
    names: dict[str, object] = {}
    for number, snippet in enumerate(snippets, start=1):
        test = doctest.DocTestParser().get_doctest(snippet, names, f"snippet {number}", str(path), 0)
        assert doctest.DocTestRunner().run(test, clear_globs=False).failed == 0
        names = test.globs


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_do_what_they_say(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0
    assert found.failed == 0


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.ipynb")), ids=lambda path: path.name)
def test_a_notebook_prints_what_is_kept_in_it(path: Path) -> None:
    """If it prints something else now: python -m tools.notebooks."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert any(cell.get("outputs") for cell in kept["cells"])
    assert executed(kept) == kept


def test_there_are_snippets_and_examples() -> None:
    assert len(SNIPPET.findall((ROOT / "README.md").read_text(encoding="utf-8"))) >= 3
    assert "lstm_viz.exchange.links.training" in MODULES


PATH = re.compile(r"`((?:[\w.]+/)+[\w.]*)`")
MADE = ("shots/", ".streamlit/", "site/", "lstm_viz/_app/")
"""Made by a command, or in a wheel only."""
PLACES = (ROOT, ROOT / "lstm_viz", ROOT / "lstm_viz" / "components")


def test_the_paths_that_the_architecture_names_are_there() -> None:
    named = set(PATH.findall((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")))
    ours = {path for path in named if not path.startswith(MADE)}
    assert len(ours) > 20
    assert {path for path in ours if not any((place / path).exists() for place in PLACES)} == set()
