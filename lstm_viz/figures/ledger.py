"""The ledger of the memory: at each step, C as a stack of what the earlier steps wrote."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.analysis.ledger import REST, Bars, Ledger, bars
from lstm_viz.figures.lines import line
from lstm_viz.figures.theme import Drawing, Palette, Spec, drawing, palette, step_colours
from lstm_viz.notation import SYMBOLS, decimals

_WRITTEN: Final = (
    "at step %{x}, <b>%{hovertext}</b> of C is from step %{customdata[0]}:"
    "<br>%{customdata[1]:.0f} % of what it wrote survives<extra></extra>"
)
_START: Final = (
    "at step %{x}, <b>%{hovertext}</b> of C is left of C₀:"
    "<br>%{customdata[1]:.0f} % of it survives<extra></extra>"
)
_SMALLER: Final = "at step %{x}, <b>%{hovertext}</b> of C are smaller parts together<extra></extra>"
_HATCHED: Final[Spec] = {"shape": "/", "size": 5, "solidity": 0.35}


def ledger_figure(ledger: Ledger, c: NDArray[np.floating[Any]], *, dark: bool) -> Drawing:
    """Draw a ledger as stacked bars, with C as the line that they add up to.

    The colour of a bar says which step wrote it; a thin strip along the axis shows the colour of each step.

    Parameters
    ----------
    ledger
        The sources of the memory of one unit.
    c
        Shape ``(time,)``: C of the same unit.
    dark
        Whether the page is dark.
    """
    colours = palette(dark=dark)
    stacked = bars(ledger)
    by_step, start, rest = stacked.source > 0, stacked.source == 0, stacked.source == REST
    of_steps = step_colours(colours, len(c))
    written = {"color": [of_steps[source - 1] for source in stacked.source[by_step]]}
    traces = [
        _bars(stacked, by_step, "written, in its step’s colour", _WRITTEN, written, colours),
        _bars(stacked, start, "left of C₀", _START, {"color": colours.rest, "pattern": _HATCHED}, colours),
        _bars(stacked, rest, "smaller parts", _SMALLER, {"color": colours.rest}, colours),
        {**line(SYMBOLS["c"], c, colours), "name": "C  their sum"},
        _colour_strip(of_steps),
    ]
    return drawing(
        traces,
        colours,
        title="Who wrote the memory",
        steps=len(c),
        x_axis={"anchor": "y2", "showspikes": False},
        y_axis={"domain": [0.06, 1.0]},
        yaxis2={"domain": [0.0, 0.035], "range": [0.0, 1.0], "visible": False, "fixedrange": True},
        barmode="overlay",
        bargap=0.18,
        hovermode="closest",
        # The bars are what is asked about: the line answers only where it is pointed at.
        hoverdistance=6,
    )


def _bars(
    stacked: Bars, chosen: NDArray[np.bool_], name: str, words: str, marker: Spec, colours: Palette
) -> Spec:
    height = stacked.height[chosen]
    return {
        "type": "bar",
        "name": name,
        "x": stacked.step[chosen],
        "y": height,
        "base": stacked.base[chosen],
        "customdata": np.column_stack([stacked.source[chosen], stacked.percent[chosen]]),
        "showlegend": bool(len(height)),
        "marker": {"line": {"color": colours.surface, "width": 0.6}, **marker},
        "hovertext": [decimals(part, 3, signed=True) for part in height],
        "textposition": "none",
        "hovertemplate": words,
    }


def _colour_strip(of_steps: tuple[str, ...]) -> Spec:
    return {
        "type": "bar",
        "yaxis": "y2",
        "x": np.arange(1, len(of_steps) + 1, dtype=np.int16),
        "y": np.ones(len(of_steps)),
        "width": 1.0,
        "marker": {"color": of_steps},
        "showlegend": False,
        "hovertemplate": "the colour of step %{x}<extra></extra>",
    }
