"""The lines of any cell where its run is followed over a training: which of them, and each as a symbol."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import cycle
from types import MappingProxyType
from typing import Final

from lstm_viz.cells.equations import Equations
from lstm_viz.notation import PLACE_STYLES, Symbol
from lstm_viz.views.line_symbols import line_symbols

MANY_LINES: Final = 8
"""Of a cell with more, gates and states alone are shown."""


@lru_cache(maxsize=64)
def shown_lines(equations: Equations) -> Mapping[str, Symbol]:
    """Return the lines of H units that are shown of a run, by name, in the order of the text.

    Of a cell with many lines they are the gates, the states and h. A line that lies within 0 and 1 is a gate.
    Letters and colours are those of the stage.
    """
    names = [line.name for line in equations.lines if line.size == "H"]
    if len(names) > MANY_LINES:
        states = {"h", *equations.states}
        names = [name for name in names if name in states or is_gate(equations, name)]
    symbols = drawn_lines(equations)
    return MappingProxyType({name: symbols[name] for name in names})


def is_gate(equations: Equations, line: str) -> bool:
    """Return whether a line lies within 0 and 1 whatever it is given."""
    low, high = equations.bounds(line)
    return low >= 0.0 and high <= 1.0


@lru_cache(maxsize=64)
def drawn_lines(equations: Equations) -> Mapping[str, Symbol]:
    """Return every line as it is drawn: in the colour of the stage, with a dash and a marker by its place."""
    looks = line_symbols(equations)
    lines = zip(equations.latex(), cycle(PLACE_STYLES), strict=False)
    return MappingProxyType(
        {
            name: Symbol(
                key=name,
                letter=looks[name]["symbol"],
                latex=latex.partition(" = ")[0],
                name=looks[name]["name"],
                meaning=looks[name]["meaning"],
                light=looks[name]["light"],
                dark=looks[name]["dark"],
                dash=style.dash,
                marker=style.marker,
                signed=not is_gate(equations, name),
            )
            for (name, latex), style in lines
        }
    )
