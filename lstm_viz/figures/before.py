"""One quantity over the steps, with what it was before: what a change has done."""

import numpy as np
from numpy.typing import ArrayLike

from lstm_viz.figures.lines import line
from lstm_viz.figures.theme import Drawing, drawing, palette
from lstm_viz.notation import Symbol

HEIGHT = 150
"""Pixels of the whole chart."""


def before_figure(symbol: Symbol, values: ArrayLike, before: ArrayLike, *, dark: bool) -> Drawing:
    """Draw a quantity, and dashed what it was at the beginning.

    Parameters
    ----------
    symbol
        The quantity.
    values, before
        (time,) each; NaN where it is not shown.
    dark
        Whether the page is dark.
    """
    colours = palette(dark=dark)
    now, then = np.asarray(values, dtype=np.float64), np.asarray(before, dtype=np.float64)
    behind = {
        **line(symbol, then, colours),
        "mode": "lines",
        "name": f"{symbol.letter}  before",
        "line": {"color": colours.of(symbol), "width": 1.5, "dash": "5px,4px"},
        "hovertemplate": f"{symbol.letter} = %{{hovertext}}  before<extra></extra>",
    }
    solid = {"line": {"color": colours.of(symbol), "width": 2}}
    traces = [{**line(symbol, now, colours), **solid}]
    # Nothing has changed yet: a dashed line under the other would only look like a fault of drawing.
    if not np.array_equal(now, then, equal_nan=True):
        traces.insert(0, behind)
    return drawing(
        traces,
        colours,
        title=f"{symbol.letter} over the steps",
        steps=len(now),
        x_axis={"title": None},
        # A curve that hardly moves must not look as if it did.
        y_axis={"rangemode": "tozero"},
        height=HEIGHT,
        margin={"l": 44, "r": 10, "t": 34, "b": 24},
        showlegend=len(traces) > 1,
    )
