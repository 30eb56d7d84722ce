"""What the Cell page would show of a run after some edits, for the preview route."""

from collections.abc import Mapping
from typing import Any

from lstm_viz.app.cell.state import CellState
from lstm_viz.app.cell.view import RUN, CellView
from lstm_viz.app.shell.charts import chart_records
from lstm_viz.app.shell.preview import Question
from lstm_viz.exchange.links.cell import from_query


def answer(question: Question) -> Mapping[str, Any]:
    """Return what the page would show; besides its edits a question says which ``unit``, counted from 0.

    Returns
    -------
    Mapping
        ``record``, that of the stage but for what the session alone knows, and ``components``, the charts.

    Raises
    ------
    ValueError, TypeError, KeyError, IndexError, OverflowError
        If it is not a question that the stage asks, or a number is out of range.
    """
    state = CellState.start(from_query(question.query))
    state.choose(int(question.asked["unit"]))
    for edit in question.edits:
        state.apply(edit)
    view = CellView.of(state.run, state.unit)
    charts = chart_records(view.charts(dark=question.dark), run=RUN)
    return {"record": view.stage(), "components": charts}
