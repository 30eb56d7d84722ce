"""The gates and the candidate over the steps of a run."""

from itertools import cycle
from math import isfinite
from typing import Final

from lstm_viz.cells.equations import Equations
from lstm_viz.cells.face import FaceTrace
from lstm_viz.figures.lines import lines
from lstm_viz.figures.theme import Drawing, Spec, drawing, palette
from lstm_viz.notation import DIAGRAM_GATES, GRU_SYMBOLS, SYMBOLS, Symbol
from lstm_viz.views.line_symbols import line_symbols

_KNOWN: Final = {symbol.light: symbol for symbol in (*GRU_SYMBOLS.values(), *SYMBOLS.values())}
_DASHES: Final = ("solid", "dash", "dot", "dashdot")
_MARKERS: Final = ("circle", "square", "diamond", "triangle-up")


def gates_figure(trace: FaceTrace, unit: int, *, dark: bool, ghost: FaceTrace | None = None) -> Drawing:
    """Draw what a cell decides at each step, of one unit on one axis: f, i, C̃ and o; r, z and n of a GRU.

    Parameters
    ----------
    trace
        A run of one sequence, of any cell.
    unit
        The unit, counted from 0.
    dark
        Whether the page is dark.
    ghost
        The same run without its clamp, drawn as thin dashed lines.
    """
    colours, equations = palette(dark=dark), trace.run.cell.equations
    symbols = _symbols(equations)
    traces = lines(trace, unit, symbols, colours, ghost)
    return drawing(
        traces,
        colours,
        title="Gates and candidate",
        steps=len(trace.run),
        y_axis=_axis(equations, [*symbols]),
    )


def _symbols(equations: Equations) -> dict[str, Symbol]:
    """Return how the gates look, by line, those of an LSTM in the order of the diagram.

    Gates are what a function makes of an affine map, unless the cell remembers it.
    """
    graph, looks = equations.graph, line_symbols(equations)
    kept = {"h", *equations.states}
    gates = [
        line.name
        for line in equations.lines
        if line.name not in kept and graph.activated(line.name) is not None
    ]
    gates = sorted(gates, key=[*DIAGRAM_GATES, *gates].index)
    own = zip(cycle(_DASHES), cycle(_MARKERS))
    return {name: _symbol(name, looks[name], *next(own)) for name in gates}


def _symbol(name: str, look: dict[str, str], dash: str, marker: str) -> Symbol:
    known = _KNOWN.get(look["light"])
    if known is not None:
        dash, marker = known.dash, known.marker
    return Symbol(
        name, look["symbol"], look["symbol"], look["name"], look["meaning"], look["light"], look["dark"],
        dash, marker, True,
    )  # fmt: skip


def _axis(equations: Equations, gates: list[str]) -> Spec | None:
    """Return the range in which all of them lie, if there is one."""
    ends = [end for name in gates for end in equations.bounds(name)]
    if not ends or not all(map(isfinite, ends)):
        return None
    margin = 0.05 * max(map(abs, ends))
    return {"range": [min(ends) - margin, max(ends) + margin]}
