"""How a training goes, over the updates: loss, score and norm of up to four runs, and the gates of one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from lstm_viz.figures.theme import Drawing, Palette, Spec, drawing, palette
from lstm_viz.notation import PLACE_STYLES, written
from lstm_viz.views.gate_curves import GateCurve
from lstm_viz.views.gate_sentences import openness
from lstm_viz.views.training_curves import Curve, extent

HEIGHT: Final = 260
MARK: Final = "▼"
"""What stands above the steps of a timeline that matter."""
APART: Final = 0.1
"""The smallest distance between the words at the ends of two curves, as a share of a gate's range."""


@dataclass(frozen=True, slots=True)
class Level:
    """A value to compare curves with, drawn as a line across the whole figure: guessing, solved, a limit."""

    name: str
    value: float
    dash: str = "dash"


def learning_figure(
    curves: Sequence[Curve],
    title: str,
    *,
    dark: bool,
    logarithmic: bool = False,
    levels: Sequence[Level] = (),
    updates: int = 0,
    seen: int | None = None,
) -> Drawing:
    """Draw one quantity over the updates of several runs.

    Parameters
    ----------
    curves
        One a run; none gives an empty figure with its axes and levels.
    title
        What is drawn.
    dark
        Whether the page is dark.
    logarithmic
        Whether the axis counts in powers of ten; what is not above 0 is then left out.
    levels
        What to hold the curves against.
    updates
        How far the axis reaches at least.
    seen
        How much of that is seen first, where most of it holds nothing; None for all. The chart that shows the
        figure offers the rest, which ``meta`` of its layout names.
    """
    colours = palette(dark=dark)
    reach = extent(max([updates, *(int(curve.updates[-1]) for curve in curves if len(curve.updates))]))
    values = [value for curve in curves for value in curve.values if math.isfinite(value)]
    values += [level.value for level in levels]
    vertical = _powers(values) if logarithmic else _plain(values)
    return _over_updates(
        [_line(curve, colours, logarithmic=logarithmic) for curve in curves],
        colours,
        title,
        reach,
        {**vertical, "zeroline": False},
        seen=extent(seen) if seen else None,
        shapes=[_across(level, colours) for level in levels],
        showlegend=False,
    )


def gates_figure(curves: Sequence[GateCurve], title: str, *, dark: bool, updates: int = 0) -> Drawing:
    """Draw how far the gates of one run are open while it learns.

    Parameters
    ----------
    curves
        Of the timeline; none gives an empty figure.
    title
        What is drawn.
    dark
        Whether the page is dark.
    updates
        How far the axis reaches at least: as far as that of the run's other figures.
    """
    colours = palette(dark=dark)
    reach = extent(max([updates, *(int(curve.updates[-1]) for curve in curves)]))
    return _over_updates(
        [_gate(curve, colours) for curve in curves],
        colours,
        title,
        reach,
        {"range": [0, 1.05], "dtick": 0.2, "zeroline": False},
        annotations=_at_their_ends(curves, colours),
        showlegend=False,
    )


def _at_their_ends(curves: Sequence[GateCurve], colours: Palette) -> list[Spec]:
    """Write the name of each curve beside its last point, moved up or down where two would overlap."""
    upwards = sorted(curves, key=lambda curve: float(curve.values[-1]))
    heights = _apart([float(curve.values[-1]) for curve in upwards])
    return [
        {
            "text": f"<b>{_name(curve)}</b>",
            "x": int(curve.updates[-1]),
            "y": height,
            "xanchor": "left",
            "xshift": 5,
            "showarrow": False,
            "font": {"size": 13, "color": colours.of(curve.symbol)},
        }
        for curve, height in zip(upwards, heights, strict=True)
    ]


def _apart(rising: Sequence[float]) -> list[float]:
    """Return heights from 0 to 1, as near to the given ones as possible and ``APART`` from each other."""
    heights, ceiling = [], 1.0
    for height in reversed(rising):
        heights.append(min(height, ceiling))
        ceiling = heights[-1] - APART
    floor = 0.0
    for place, height in enumerate(heights := heights[::-1]):
        heights[place] = max(height, floor)
        floor = heights[place] + APART
    return heights


def _name(curve: GateCurve) -> str:
    return f"{curve.symbol.letter} {MARK}" if curve.marked else curve.symbol.letter


def _over_updates(
    traces: Sequence[Spec],
    colours: Palette,
    title: str,
    reach: int,
    vertical: Spec,
    *,
    seen: int | None = None,
    **layout: object,
) -> Drawing:
    # Where the range is a part of 0 to 1, five equal parts of it would be many of the whole.
    ticks: Spec = {"nticks": 6, "dtick": None} if seen else {"dtick": reach / 5}
    return drawing(
        traces,
        colours,
        title=title,
        steps=reach,
        x_axis={
            "title": {"text": "updates", "standoff": 4, "font": {"size": 12}},
            "range": [0, seen or reach],
            **ticks,
            "tickformat": ",d",
            "unifiedhovertitle": {"text": "update %{x:,d}"},
        },
        y_axis=vertical,
        height=HEIGHT,
        meta={"whole": [0, reach]},
        margin={"l": 52, "r": 30, "t": 30, "b": 44},
        **layout,
    )


def _gate(curve: GateCurve, colours: Palette) -> Spec:
    colour = colours.of(curve.symbol)
    where = {True: "on marked steps", False: "elsewhere", None: "on all steps"}[curve.marked]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": _name(curve),
        "x": curve.updates,
        "y": curve.values,
        "line": {"color": colour, "width": 2, "dash": "dot" if curve.marked else "solid"},
        "marker": {"color": colour, "size": 5, "symbol": curve.symbol.marker},
        "hovertext": [openness(value) for value in curve.values],
        "hovertemplate": f"{curve.symbol.letter} = <b>%{{hovertext}}</b>  {where}<extra></extra>",
    }


def _line(curve: Curve, colours: Palette, *, logarithmic: bool) -> Spec:
    style = PLACE_STYLES[curve.place]
    colour = style.dark if colours.dark else style.light
    drawable = curve.values > 0 if logarithmic else np.isfinite(curve.values)
    mean = f" (mean of {curve.together})" if curve.together > 1 else ""
    return {
        "type": "scatter",
        # A single point is no line.
        "mode": "lines" if len(curve.values) > 1 else "markers",
        "name": curve.name,
        "x": curve.updates,
        "y": np.where(drawable, curve.values, np.nan),
        "line": {"color": colour, "width": 2, "dash": style.dash},
        "marker": {"color": colour, "size": 7, "symbol": style.marker},
        "hovertext": [written(value) for value in curve.values],
        "hovertemplate": f"<b>%{{hovertext}}</b>  {curve.name}{mean}<extra></extra>",
    }


def _across(level: Level, colours: Palette) -> Spec:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": level.value,
        "y1": level.value,
        "line": {"color": colours.zero, "width": 1.5, "dash": level.dash},
        "label": {
            "text": level.name,
            "textposition": "end",
            "yanchor": "bottom",
            "padding": 2,
            "font": {"size": 12, "color": colours.text},
        },
    }


def _powers(values: Sequence[float]) -> Spec:
    """Return an axis of whole powers of ten around all values: it stays while a curve goes on."""
    logs = [math.log10(value) for value in values if value > 0] or [0.0]
    low, high = math.floor(min(logs)), math.ceil(max(logs))
    high += low == high
    few = high - low <= 2
    steps = (1, 2, 5) if few else (1,)
    every = max(1, math.ceil((high - low) / 6))
    ticks = [step * 10.0**power for power in range(low, high + 1, every) for step in steps]
    return {
        "type": "log",
        # Above the highest power there is room for the name of a level.
        "range": [low, high + 0.1 * (high - low)],
        "tickvals": ticks,
        "ticktext": [_tick(tick) for tick in ticks],
    }


def _tick(value: float) -> str:
    if 1e-4 < value < 1e5:
        return f"{value:,g}"
    return f"10<sup>{round(math.log10(value))}</sup>".replace("-", "−") if str(value)[0] == "1" else ""


def _plain(values: Sequence[float]) -> Spec:
    """Return an axis from 0, or below where there are values, to a round number above all values."""
    high = max([0.0, *values])
    low = min([0.0, *values])
    if high <= 1.0 and low >= 0.0:
        return {"range": [0, 1.12], "dtick": 0.2}
    size = max(high, -low)
    piece = 10.0 ** math.floor(math.log10(size)) / 2
    return {"range": [piece * math.floor(low / piece), piece * (math.ceil(high / piece) + 0.2)]}
