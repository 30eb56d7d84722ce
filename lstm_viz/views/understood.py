"""What was understood of the text of a cell: its lines in LaTeX, its states, its weights and how many."""

from collections.abc import Mapping
from typing import Any

from lstm_viz.cells.cell import Cell
from lstm_viz.cells.equations import Equations
from lstm_viz.notation import counted, written
from lstm_viz.views.line_symbols import line_symbols


def understood(cell: Cell) -> dict[str, Any]:
    """Return what an editor shows beside a text that is a cell.

    Returns
    -------
    dict
        JSON-ready: ``lines``, each with ``name``, ``latex`` and ``weights``, letters with shapes; ``states``,
        ``count`` and ``remarks``, sentences; ``colours`` by line, for a light and for a dark page.
    """
    equations = cell.equations
    weights: dict[str, list[str]] = {line.name: [] for line in equations.lines}
    for name, shape in equations.shapes.items():
        letters, _, owner = name.partition("_")
        weights[owner].append(f"{letters} {' × '.join(shape)}")
    return {
        "lines": [
            {"name": name, "latex": latex, "weights": weights[name]} for name, latex in equations.latex()
        ],
        "states": _states(equations),
        "count": _count(cell),
        "remarks": _remarks(equations),
        "colours": {name: [look["light"], look["dark"]] for name, look in line_symbols(equations).items()},
    }


def _states(equations: Equations) -> str:
    """Say what the cell remembers, and where that starts."""
    starts = [
        name if not equations.starts[name] else f"{name} (from {_number(equations.starts[name])})"
        for name in equations.states
    ]
    return f"It remembers {_listed(starts)}."


def _number(value: float) -> str:
    return {float("inf"): "∞", float("-inf"): "−∞"}.get(value) or written(value)


def _count(cell: Cell) -> str:
    sizes = ", ".join(f"{name} = {number}" for name, number in cell.sizes.items())
    formula = cell.equations.parameter_formula
    if formula == "0":
        return "Nothing in it can be learned."
    return f"{counted(cell.parameters, 'parameter')} = {formula}, with {sizes}."


def _remarks(equations: Equations) -> list[str]:
    """Say what is special about a cell."""
    found = []
    if equations.diagonal:
        found.append("Each unit remembers by itself: the direct route is the whole gradient.")
    if equations.graph.square:
        found.append("x is used unit by unit, so there are as many units as inputs.")
    return found


def _listed(names: list[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def changes(text: str, original: str) -> tuple[list[int], str]:
    """Compare a text, which may hold mistakes, with the cell that it started from.

    Returns
    -------
    lines, words
        The numbers of the lines that differ, counted from 1, and what is changed, new and gone, in words;
        empty where nothing is.
    """
    ours, theirs = _by_name(text), _by_name(original)
    before = {name: value for name, (_, value) in theirs.items()}
    differing = {name: at for name, (at, value) in ours.items() if before.get(name) != value}
    parts = {
        "changed": [name for name in differing if name in before],
        "new": [name for name in differing if name not in before],
        "gone": [name for name in before if name not in ours],
    }
    words = "; ".join(f"{what}: {', '.join(names)}" for what, names in parts.items() if names)
    return list(differing.values()), words


def _by_name(text: str) -> Mapping[str, tuple[int, str]]:
    """Return the number of each line and what it says, without spaces and remarks, by what it gives."""
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, sign, value = "".join(line.split("#")[0].split()).partition("=")
        if sign:
            found[name] = (number, value)
    return found
