"""One quantity over the steps of a run, as a line that differs from others by more than its colour."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import LSTMTrace
from lstm_viz.figures.theme import Palette, Spec
from lstm_viz.notation import Symbol, decimals


def lines(
    trace: LSTMTrace, unit: int, symbols: Sequence[Symbol], colours: Palette, ghost: LSTMTrace | None
) -> list[Spec]:
    """Return the lines of several quantities of one unit, on top of their ghosts where these differ.

    Parameters
    ----------
    trace, ghost
        The run, and the same run without its clamp (None: nothing is clamped).
    unit
        The unit, counted from 0.
    symbols
        The quantities.
    colours
        The palette of the page.
    """
    values = {symbol.key: getattr(trace, symbol.key)[:, unit] for symbol in symbols}
    free = (
        {symbol.key: getattr(ghost, symbol.key)[:, unit] for symbol in symbols}
        if ghost is not None
        else values
    )
    behind = [
        ghost_line(symbol, free[symbol.key], colours)
        for symbol in symbols
        if not np.array_equal(free[symbol.key], values[symbol.key])
    ]
    return behind + [line(symbol, values[symbol.key], colours) for symbol in symbols]


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
