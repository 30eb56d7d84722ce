"""Runs the notebooks of the documentation and keeps what they print: ``python -m tools.notebooks``.

A small runner instead of Jupyter, which would bring thirty packages: code cells of Python run one after the
other, and the value of a last expression is shown as text. Figures are not kept.
"""

import ast
import contextlib
import io
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "docs"


def executed(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook with the outputs that its code cells have now."""
    names: dict[str, Any] = {"__name__": "__main__"}
    return {**notebook, "cells": [_executed(cell, names) for cell in notebook["cells"]]}


def _executed(cell: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    if cell["cell_type"] != "code":
        return cell
    text = _printed("".join(cell["source"]), names)
    output = {"name": "stdout", "output_type": "stream", "text": text.splitlines(keepends=True)}
    return {**cell, "outputs": [output] if text else []}


def _printed(source: str, names: dict[str, Any]) -> str:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "<cell>", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
            if value is not None and not hasattr(value, "to_plotly_json"):
                print(repr(value))
    return printed.getvalue()


def main() -> None:
    """Run every notebook and write it again."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        done = executed(json.loads(path.read_text(encoding="utf-8")))
        path.write_text(json.dumps(done, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(path.name)


if __name__ == "__main__":
    main()
