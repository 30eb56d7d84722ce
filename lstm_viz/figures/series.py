"""A series before anything is learned from it, with the parts it is cut into."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.figures.theme import Drawing, Palette, Spec, drawing, escaped, palette

HEIGHT: Final = 200

_TOP: Final = 0.92
"""Share of the height below the names of the parts."""

_PARTS: Final = ("learned from", "watched", "tested")
"""What is done with each part, in the order of time."""


def series_figure(
    places: NDArray[np.intp],
    values: NDArray[np.floating[Any]],
    labels: Sequence[str],
    ends: tuple[int, int],
    *,
    title: str,
    dark: bool,
) -> Drawing:
    """Draw a series over its steps.

    Parameters
    ----------
    places, values
        ``(points,)``, the steps drawn, counted from 0, and the values there.
    labels
        The time of every step, drawn or not.
    ends
        Where the part to learn from ends, and the one to watch: steps counted from 0.
    title
        What the series is.
    dark
        Whether the page is dark.
    """
    colours, steps = palette(dark=dark), len(labels)
    ticks = [1 + steps * sixth // 6 for sixth in (1, 3, 5)]
    bounds = (0, *ends, steps)
    return drawing(
        [
            {
                "type": "scatter",
                "mode": "lines",
                "x": places + 1,
                "y": values,
                "text": [escaped(labels[place]) for place in places],
                "line": {"color": colours.text, "width": 1.5},
                "hovertemplate": "<b>%{y:.4~g}</b><extra></extra>",
            }
        ],
        colours,
        title=title,
        steps=steps,
        x_axis={
            "title": {"text": ""},
            "tickvals": ticks,
            "ticktext": [escaped(labels[tick - 1]) for tick in ticks],
            "unifiedhovertitle": {"text": "%{text}"},
        },
        y_axis={"domain": [0, _TOP], "nticks": 4, "zeroline": False, "automargin": True},
        shapes=[_part(name, bounds[place], bounds[place + 1], colours) for place, name in enumerate(_PARTS)],
        height=HEIGHT,
        margin={"l": 44, "r": 10, "t": 12, "b": 30},
        showlegend=False,
    )


def _part(name: str, start: int, stop: int, colours: Palette) -> Spec:
    """Shade what is held back, and name every part above it."""
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": start + 0.5,
        "x1": stop + 0.5,
        "y0": 0,
        "y1": _TOP,
        "layer": "below",
        "line": {"width": 1, "color": colours.grid},
        "fillcolor": colours.grid if start else "rgba(0, 0, 0, 0)",
        "label": {
            "text": name,
            "textposition": "top center",
            "yanchor": "bottom",
            "padding": 2,
            "font": {"size": 11, "color": colours.text},
        },
    }
