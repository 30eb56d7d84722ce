"""One quantity over the steps of a run, as a line that differs from others by more than its colour."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells.face import FaceTrace
from lstm_viz.figures.theme import Palette, Spec
from lstm_viz.notation import Symbol, decimals


def lines(
    trace: FaceTrace, unit: int, symbols: Mapping[str, Symbol], colours: Palette, ghost: FaceTrace | None
) -> list[Spec]:
    """Return several lines of a cell, of one unit, on top of their ghosts where these differ.

    Parameters
    ----------
    trace, ghost
        The run, and the same run without its clamp (None: nothing is clamped).
    unit
        The unit, counted from 0.
    symbols
        How each line looks, by its name in the equations.
    colours
        The palette of the page.
    """
    values = {name: trace.run[name][:, unit] for name in symbols}
    free = values if ghost is None else {name: ghost.run[name][:, unit] for name in symbols}
    behind = [
        ghost_line(symbol, free[name], colours)
        for name, symbol in symbols.items()
        if not np.array_equal(free[name], values[name])
    ]
    return behind + [line(symbol, values[name], colours) for name, symbol in symbols.items()]


def line(symbol: Symbol, values: NDArray[np.floating[Any]], colours: Palette) -> Spec:
    """Return the line of one quantity, with the colour, dash and marker of its symbol.

    Parameters
    ----------
    symbol
        The quantity.
    values
        Shape ``(time,)``: its value at each step.
    colours
        The palette of the page.
    """
    colour = colours.of(symbol)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": f"{symbol.letter}  {symbol.name}",
        "legendgroup": symbol.key,
        "x": np.arange(1, len(values) + 1, dtype=np.int16),
        "y": values,
        "line": {"color": colour, "width": 2, "dash": symbol.dash},
        "marker": {"color": colour, "size": 6, "symbol": symbol.marker, "maxdisplayed": 20},
        "hovertext": [decimals(value, 3) for value in values],
        "hovertemplate": f"{symbol.letter} = <b>%{{hovertext}}</b>  {symbol.name}<extra></extra>",
    }


def ghost_line(symbol: Symbol, values: NDArray[np.floating[Any]], colours: Palette) -> Spec:
    """Return the thin line of what one quantity would have been without the clamp; see :func:`line`."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"{symbol.letter}  without the clamp",
        "legendgroup": symbol.key,
        "showlegend": False,
        "x": np.arange(1, len(values) + 1, dtype=np.int16),
        "y": values,
        "line": {"color": colours.of(symbol), "width": 1.25, "dash": "3px,3px"},
        "opacity": 0.75,
        "hovertext": [decimals(value, 3) for value in values],
        "hovertemplate": f"{symbol.letter} = %{{hovertext}}  without the clamp<extra></extra>",
    }
