"""A series' forecast beside those that cost nothing."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from lstm_viz.figures.theme import Drawing, Palette, Spec, drawing, escaped, palette
from lstm_viz.notation import PLACE_STYLES

_LINES: Final = (
    ("truth", "truth", "measured"),
    ("one_step", "free", "network"),
    ("persistence", "free_persistence", "persistence: as it was"),
    ("seasonal", "free_seasonal", "as it was one period ago"),
)
"""The key of each line one step ahead and running freely, and what it is called."""


def forecast_figure(forecast: Mapping[str, Any], *, free: bool, dark: bool) -> Drawing:
    """Draw what was measured, what the network forecasts, and what costs nothing.

    Parameters
    ----------
    forecast
        As ``lstm_viz.training.task.Forecast.to_dict`` has it.
    free
        Whether to draw the forecasts that run on their own answers; otherwise those of one step ahead.
    dark
        Whether the page is dark.
    """
    colours = palette(dark=dark)
    steps = len(forecast["truth"])
    if free:
        # What is measured goes on long after a free run has ended.
        steps = min(steps, max(len(forecast["free"]), 2))
    traces = []
    for place, (one, other, name) in enumerate(_LINES):
        values = forecast[other if free else one][:steps]
        if values:
            traces.append(_line(values, forecast["labels"], name, place, colours))
    every = max(1, steps // 6)
    ticks = list(range(1, steps + 1, every))
    return drawing(
        traces,
        colours,
        title="On its own answers" if free else "One step ahead",
        steps=steps,
        x_axis={
            "title": {"text": ""},
            "tickvals": ticks,
            "ticktext": [escaped(forecast["labels"][tick - 1]) for tick in ticks],
            "unifiedhovertitle": {"text": "%{text}"},
        },
        y_axis={"title": {"text": escaped(forecast["name"])}, "zeroline": False, "automargin": True},
        height=360,
    )


def _line(values: Sequence[Any], labels: Sequence[str], name: str, place: int, colours: Palette) -> Spec:
    if place == 0:
        colour, dash, width = colours.text, "solid", 2.5
    else:
        style = PLACE_STYLES[place - 1]
        colour, dash, width = (style.dark if colours.dark else style.light), style.dash, 2.0
    numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": np.arange(1, len(numbers) + 1),
        "y": numbers,
        "text": [escaped(label) for label in labels[: len(numbers)]],
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": f"<b>%{{y:.4~g}}</b>  {name}<extra></extra>",
    }
