"""One quantity over the steps of a run, as a line that is told apart by more than its colour."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import LSTMTrace
from lstm_viz.figures.theme import Palette, Spec
from lstm_viz.notation import Sign


def lines(
    trace: LSTMTrace, unit: int, signs: Sequence[Sign], colours: Palette, ghost: LSTMTrace | None
) -> list[Spec]:
    """Return the lines of several quantities of one unit, on top of their ghosts where these differ.

    Parameters
    ----------
    trace, ghost
        The run, and the same run without its clamp (None: nothing is clamped).
    unit
        The unit, counted from 0.
    signs
        The quantities.
    colours
        The palette of the page.
    """
    values = {sign.key: getattr(trace, sign.key)[:, unit] for sign in signs}
    free = {sign.key: getattr(ghost, sign.key)[:, unit] for sign in signs} if ghost is not None else values
    behind = [
        ghost_line(sign, free[sign.key], colours)
        for sign in signs
        if not np.array_equal(free[sign.key], values[sign.key])
    ]
    return behind + [line(sign, values[sign.key], colours) for sign in signs]


def line(sign: Sign, values: NDArray[np.floating[Any]], colours: Palette) -> Spec:
    """Return the line of one quantity, with the colour, dash and marker of its sign.

    Parameters
    ----------
    sign
        The quantity.
    values
        Shape ``(time,)``: its value at each step.
    colours
        The palette of the page.
    """
    colour = colours.sign(sign)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": f"{sign.symbol}  {sign.name}",
        "legendgroup": sign.key,
        "x": np.arange(1, len(values) + 1, dtype=np.int16),
        "y": values,
        "line": {"color": colour, "width": 2, "dash": sign.dash},
        "marker": {"color": colour, "size": 6, "symbol": sign.marker, "maxdisplayed": 20},
        "hovertext": [number(value) for value in values],
        "hovertemplate": f"{sign.symbol} = <b>%{{hovertext}}</b>  {sign.name}<extra></extra>",
    }


def ghost_line(sign: Sign, values: NDArray[np.floating[Any]], colours: Palette) -> Spec:
    """Return the thin line of what one quantity would have been without the clamp; see :func:`line`."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"{sign.symbol}  without the clamp",
        "legendgroup": sign.key,
        "showlegend": False,
        "x": np.arange(1, len(values) + 1, dtype=np.int16),
        "y": values,
        "line": {"color": colours.sign(sign), "width": 1.25, "dash": "3px,3px"},
        "opacity": 0.75,
        "hovertext": [number(value) for value in values],
        "hovertemplate": f"{sign.symbol} = %{{hovertext}}  without the clamp<extra></extra>",
    }


def number(value: float, sign: str = "-") -> str:
    """Return a number with three decimals and a real minus sign, which Plotly's own formats do not write.

    Parameters
    ----------
    value
        The number.
    sign
        ``"+"`` to show the sign of positive numbers too.
    """
    return f"{value:{sign}z.3f}".replace("-", "−")
