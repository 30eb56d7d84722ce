"""The charts of a page: what the page itself shows, and what its route answers while a hand drags."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lstm_viz.components.chart import chart, chart_record
from lstm_viz.figures.theme import Drawing


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its key on the page, what is drawn, and what it is and shows in words."""

    key: str
    drawing: Drawing
    label: str
    summary: str


def show_chart(drawn: Chart, *, run: str = "", reply: int = 0) -> None:
    """Show a chart; ``run`` and ``reply`` are those of :func:`lstm_viz.components.chart.chart`."""
    chart(drawn.drawing, key=drawn.key, run=run, label=drawn.label, summary=drawn.summary, reply=reply)


def chart_records(charts: Iterable[Chart], *, run: str = "") -> dict[str, Any]:
    """Return what the browser is told of each chart, by its key."""
    return {
        drawn.key: chart_record(
            drawn.drawing, key=drawn.key, run=run, label=drawn.label, summary=drawn.summary
        )
        for drawn in charts
    }
