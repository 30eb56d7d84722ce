"""Whatever the Train page shows as Markdown goes through one module, whose functions take that type alone."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [*(ROOT / "lstm_viz" / "app" / "train").glob("*.py"), ROOT / "pages" / "train.py"]
RENDERING = {"markdown", "caption", "info", "warning", "error", "success", "write", "text", "latex"}
"""Methods of Streamlit that show a text; ``text`` and ``latex`` have no use on the page."""

FROM_THE_CODE = (ast.Constant, ast.Attribute, ast.Name, ast.Call)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_text_goes_past_the_module_for_text(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    past = [ast.unparse(call.func) for call in calls if getattr(call.func, "attr", "") in RENDERING]
    assert [call for call in past if not call.startswith("_")] == [], "module constants show nothing"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_declared_markdown_that_was_put_together_from_parts(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Markdown":
            [text] = node.args
            assert isinstance(text, FROM_THE_CODE), f"line {node.lineno}: use Markdown.format"
