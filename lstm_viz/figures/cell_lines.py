"""Lines of any cell over the steps of a run."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_viz.figures.lines import line
from lstm_viz.figures.theme import Drawing, drawing, palette
from lstm_viz.notation import Symbol


def cell_lines_figure(
    values: Mapping[Symbol, NDArray[np.floating[Any]]], title: str, *, steps: int, dark: bool
) -> Drawing:
    """Draw several quantities of one unit.

    Parameters
    ----------
    values
        (time,) of each quantity, by its symbol.
    title
        What the figure shows.
    steps
        Length of the run.
    dark
        Whether the page is dark.
    """
    colours = palette(dark=dark)
    traces = [line(symbol, series, colours) for symbol, series in values.items()]
    ticks = {"dtick": 10 if steps <= 100 else 25} if steps > 50 else {}
    return drawing(traces, colours, title=title, steps=steps, x_axis=ticks, showlegend=True)
