"""How every figure looks: colours for a light and a dark page, and the layout that all share.

Backgrounds are transparent and the font is inherited, so that a figure belongs to the page it stands on.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstm_viz.notation import NetworkStyle, Symbol

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT: Final = 280
"""Height of a figure in CSS pixels."""

Spec = dict[str, Any]
"""A part of a Plotly figure, as plain data."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A Plotly figure as the plain data that the browser draws.

    Plotly's own objects check and copy every property, which costs more than everything else on the way to
    the screen; our figures differ from run to run in numbers only. So the app sends the data as they are, the
    tests have Plotly check drawings of every kind, and whoever works in a notebook calls :meth:`figure`.
    """

    data: list[Spec]
    layout: Spec

    def figure(self) -> "go.Figure":
        """Return the same as a ``plotly.graph_objects.Figure``, every property checked.

        Raises
        ------
        ValueError
            If Plotly does not know a property or a value.
        """
        import plotly.graph_objects as go

        return go.Figure({"data": self.data, "layout": self.layout})


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a page that do not stand for a quantity.

    ``sequence`` runs from the first step to the last. Its lightness rises all the way, so that it reads
    without hue, and it keeps clear of the page and of the colour of C.
    """

    dark: bool
    text: str
    grid: str
    zero: str
    surface: str
    rest: str
    sequence: tuple[str, ...]

    def of(self, symbol: Symbol | NetworkStyle) -> str:
        """Return the colour of a quantity, or of a network, on this page."""
        return symbol.dark if self.dark else symbol.light


_LIGHT: Final = Palette(
    dark=False,
    text="#26303b",
    grid="rgba(70, 85, 105, 0.13)",
    zero="rgba(70, 85, 105, 0.55)",
    surface="#ffffff",
    rest="#8b95a1",
    sequence=("#172b4d", "#1d4f7c", "#247a99", "#4aa3a8", "#8cc9b5"),
)
_DARK: Final = Palette(
    dark=True,
    text="#e6ebf1",
    grid="rgba(190, 205, 225, 0.13)",
    zero="rgba(190, 205, 225, 0.55)",
    surface="#161b22",
    rest="#7d8792",
    sequence=("#3c6ca8", "#3f8fb8", "#4fb0b9", "#84cfbd", "#d5f0d8"),
)


def escaped(text: object) -> str:
    """Return a text so that Plotly, which reads some HTML, shows it just as anybody has written it."""
    return html.escape(str(text), quote=False)


def palette(*, dark: bool) -> Palette:
    """Return the colours for a light or a dark page."""
    return _DARK if dark else _LIGHT


@cache
def step_colours(colours: Palette, steps: int) -> tuple[str, ...]:
    """Return one colour a step, evenly along the palette's sequence.

    Plain colours, because a Plotly colour scale makes the browser four times as slow.
    """
    stops = np.array([[int(stop[n : n + 2], 16) for n in (1, 3, 5)] for stop in colours.sequence])
    places = np.linspace(0, len(stops) - 1, steps)
    channels = [np.interp(places, range(len(stops)), channel) for channel in stops.T]
    return tuple(
        "#" + "".join(f"{round(value):02x}" for value in colour) for colour in zip(*channels, strict=True)
    )


def drawing(
    traces: Sequence[Spec],
    colours: Palette,
    *,
    title: str,
    steps: int,
    x_axis: Spec | None = None,
    y_axis: Spec | None = None,
    **layout: Any,
) -> Drawing:
    """Return a drawing over the steps 1 to ``steps``, in our own layout.

    Parameters
    ----------
    traces
        Plotly traces as plain data.
    colours
        The palette of the page.
    title
        What the figure shows, in a few words.
    steps
        Length of the run.
    x_axis, y_axis, **layout
        What is special to this figure, in Plotly's terms.
    """
    font = {"family": "inherit", "size": 13, "color": colours.text}
    shared: Spec = {
        # An empty template keeps Plotly's own out: it is not our look, and copying it costs more than the
        # rest.
        "template": {},
        "title": {"text": title, "x": 0.0, "xref": "paper", "font": {"size": 15}},
        "height": HEIGHT,
        "margin": {"l": 44, "r": 10, "t": 56, "b": 44},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "font": font,
        "xaxis": {**_x_axis(colours, steps), **(x_axis or {})},
        "yaxis": {**_y_axis(colours), **(y_axis or {})},
        "legend": {"orientation": "h", "x": 0.0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        "hovermode": "x unified",
        "hoverlabel": {
            "bgcolor": colours.surface,
            "bordercolor": colours.zero,
            "font": font,
            "align": "left",
        },
        # The same for ever: what a person zoomed or hid stays when the numbers change.
        "uirevision": "lstm-viz",
    }
    return Drawing(list(traces), {**shared, **layout})


def _x_axis(colours: Palette, steps: int) -> Spec:
    return {
        "title": {"text": "step", "standoff": 4, "font": {"size": 12}},
        "range": [0.5, steps + 0.5],
        "uirevision": steps,  # a zoom into a longer run would show an empty figure
        "tick0": 0,
        "dtick": _tick_distance(steps),
        "showgrid": False,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": colours.grid,
        "showline": True,
        "linecolor": colours.grid,
        "unifiedhovertitle": {"text": "step %{x}"},
        "spikecolor": colours.zero,
        "spikethickness": -2,  # the way to a thin line without Plotly's halo
        "spikedash": "solid",
    }


def _y_axis(colours: Palette) -> Spec:
    return {
        "nticks": 6,
        "gridcolor": colours.grid,
        "zerolinecolor": colours.zero,
        "zerolinewidth": 1.5,
        "fixedrange": True,
        "automargin": False,
    }


def _tick_distance(steps: int) -> int:
    return 1 if steps <= 16 else 2 if steps <= 32 else 5
