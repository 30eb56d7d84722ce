"""A Plotly figure on one node: it keeps its zoom, does not flicker, and follows the stage's cursor.

Streamlit's own chart is mounted anew whenever its numbers change. This one redraws in place, after the stage
has been painted, and moves its cursor in the browser alone (``assets/chart/index.js`` says how).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Final, Protocol

import numpy as np
import orjson
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

TRACES: Final = ("bar", "heatmap", "scatter")
"""The kinds of traces that our figures have. Of any other, Plotly in our pages knows nothing."""

PLOTLY_PATH: Final = f"/lstm-viz/plotly-{version('plotly')}-{'-'.join(TRACES)}.min.js"
"""Where our own server hands out Plotly, below its base path. The name makes it safe to keep for ever."""

_HTML: Final = """
<figure class="lstm-chart">
  <figcaption class="lstm-chart-caption">
    <span class="lstm-chart-title"></span>
    <button class="lstm-chart-whole" type="button" hidden>Show all</button>
  </figcaption>
  <div class="lstm-chart-plot" role="img">
    <div class="lstm-chart-canvas"></div>
    <div class="lstm-chart-cursor" hidden></div>
  </div>
  <p class="lstm-chart-message">Drawing …</p>
  <p class="lstm-chart-summary"></p>
</figure>
"""


class Drawn(Protocol):
    """What a chart needs of a figure: Plotly's data and layout, as plain data."""

    @property
    def data(self) -> Sequence[Mapping[str, Any]]:
        """The traces."""

    @property
    def layout(self) -> Mapping[str, Any]:
        """The layout; its ``height`` is that of the whole chart."""


def chart(drawing: Drawn, *, key: str, run: str, label: str, summary: str, reply: int = 0) -> None:
    """Show a figure over the steps of a run.

    Parameters
    ----------
    drawing
        What to show. Its title becomes the heading of the chart, its height that of the chart with it.
    key
        Name of this chart on the page; as long as it stays, the chart keeps its node.
    run
        Name of the run whose cursor the chart follows, as the stage announces it.
    label
        What the chart is, for a screen reader.
    summary
        What can be seen in it, in words, for a screen reader.
    reply
        Id of the last edit that the figure answers, where a stage on the page draws ahead of Streamlit: what
        is older than that picture is passed over.
    """
    record = chart_record(drawing, key=key, run=run, label=label, summary=summary)
    # Streamlit serialises a mapping twice, and bytes not at all.
    _renderer()(key=key, data=packed({**record, "reply": reply}), height=int(drawing.layout["height"]))


def chart_record(drawing: Drawn, *, key: str, run: str, label: str, summary: str) -> dict[str, Any]:
    """Return what the browser is told of a chart; see :func:`chart`.

    Raises
    ------
    ValueError
        If a trace is of a kind that is not in :data:`TRACES`.
    """
    if unknown := {trace["type"] for trace in drawing.data}.difference(TRACES):
        raise ValueError(f"type of a trace must be one of {', '.join(TRACES)}, got {', '.join(unknown)}")
    return {
        "key": key,
        "run": run,
        "label": label,
        "summary": summary,
        "plotly": PLOTLY_PATH,
        "figure": {"data": drawing.data, "layout": drawing.layout},
    }


def packed(record: Mapping[str, Any]) -> bytes:
    """Return a record, arrays and all, as JSON."""
    return orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY, default=_plain)


def _plain(value: Any) -> Any:
    # A column of a larger array, which orjson does not take as it is.
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"cannot serialise {type(value).__name__}")


@cache
def _renderer() -> ComponentRenderer:
    # Not at import: Streamlit knows the folder of our files only while a server runs.
    # Not isolated: Plotly puts its own style sheet into the page, which a shadow root would keep out.
    return st.components.v2.component(
        "lstm-viz.chart", html=_HTML, css="chart/chart.css", js="chart/index.js", isolate_styles=False
    )
