"""The same quantity of several cells over the steps of a run, one line a cell."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_viz.figures.theme import Drawing, drawing, palette
from lstm_viz.notation import PLACE_STYLES, Symbol, decimals


def overlay_figure(
    values: Mapping[str, NDArray[np.floating[Any]]], symbol: Symbol, title: str, *, dark: bool
) -> Drawing:
    """Draw one quantity of several cells.

    Parameters
    ----------
    values
        (time,) of each cell, by the name to be shown, in the order in which the cells stand side by side.
    symbol
        The quantity.
    title
        What the figure shows.
    dark
        Whether the page is dark.
    """
    colours = palette(dark=dark)
    traces = []
    for (name, series), place in zip(values.items(), PLACE_STYLES, strict=False):
        colour = place.dark if dark else place.light
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": np.arange(1, len(series) + 1, dtype=np.int16),
                "y": series,
                "line": {"color": colour, "width": 2, "dash": place.dash},
                "marker": {"color": colour, "size": 6, "symbol": place.marker, "maxdisplayed": 20},
                "hovertext": [decimals(value, 3) for value in series],
                "hovertemplate": f"{symbol.letter} = <b>%{{hovertext}}</b>  {name}<extra></extra>",
            }
        )
    steps = len(next(iter(values.values())))
    # Runs of this page may be longer than others.
    ticks = {"dtick": 10 if steps <= 100 else 25} if steps > 50 else {}
    return drawing(traces, colours, title=title, steps=steps, x_axis=ticks)
