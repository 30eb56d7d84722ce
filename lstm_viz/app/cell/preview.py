"""What the Cell page would show of a run after some edits, for the preview route."""

from collections.abc import Mapping
from typing import Any

from lstm_viz.app.cell.guided import STAGE, GuidedView
from lstm_viz.app.cell.state import CellState
from lstm_viz.app.cell.view import RUN, CellView
from lstm_viz.app.path.guide import PATH, Guide, Progress
from lstm_viz.app.shell.charts import chart_records
from lstm_viz.app.shell.preview import Question
from lstm_viz.exchange.links.cell import from_query


def answer(question: Question) -> Mapping[str, Any]:
    """Return what the page would show; besides its edits a question says which ``unit``, counted from 0.

    With a ``path`` it is the coach that asks, on that stop of the guided path.

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
    if (number := question.asked.get("path")) is not None:
        return _guided(state, str(number), dark=question.dark)
    view = CellView.of(state.run, state.unit)
    charts = chart_records(view.charts(dark=question.dark), run=RUN)
    return {"record": view.stage(), "components": charts}


def _guided(state: CellState, number: str, *, dark: bool) -> Mapping[str, Any]:
    # What has been done is the session's alone: the coach keeps what it knows of that.
    guide = Guide.read({PATH: number}, "cell", Progress())
    if guide is None:
        raise ValueError(f"path must be a stop on the Cell page, got {number[:9]}")
    view = GuidedView.of(guide, state.run)
    return {
        "record": view.coach(),
        "components": {STAGE: view.stage(), **chart_records(view.charts(dark=dark), run=RUN)},
    }
