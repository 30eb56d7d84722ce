"""What the Cell page would show of a run after some edits, for the preview route."""

from collections.abc import Mapping
from typing import Any

from lstm_viz.app.cell.state import Workspace
from lstm_viz.app.cell.view import RUN, CellView
from lstm_viz.app.shell.preview import Question
from lstm_viz.components.chart import chart_record
from lstm_viz.exchange.links.cell import from_query


def answer(question: Question) -> Mapping[str, Any]:
    """Return what the page would show; besides its edits a question says which ``unit``, counted from 0.

    Returns
    -------
    Mapping
        ``record``, that of the stage but for what the session alone knows, and ``components``: the records
        of the charts by their keys.

    Raises
    ------
    ValueError, TypeError, KeyError, IndexError, OverflowError
        If it is not a question that the stage asks, or a number is out of range.
    """
    work = Workspace.open(from_query(question.query))
    work.choose(int(question.asked["unit"]))
    for edit in question.edits:
        work.apply(edit)
    view = CellView.of(work.run, work.unit)
    return {
        "record": view.stage(),
        "components": {
            chart.key: chart_record(
                chart.drawing, key=chart.key, run=RUN, label=chart.label, summary=chart.summary
            )
            for chart in view.charts(dark=question.dark)
        },
    }
