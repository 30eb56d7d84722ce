"""What the section would show of a text that is being typed, for the preview route."""

from collections.abc import Mapping
from typing import Any

from lstm_viz.app.own_cell.state import OwnCellState
from lstm_viz.app.own_cell.view import (
    QUICK_PARTS,
    RUN,
    STAGE,
    STRIPS,
    OwnCellView,
    editor_record,
    out_of_range,
)
from lstm_viz.app.shell.charts import chart_records
from lstm_viz.app.shell.preview import Question
from lstm_viz.cells.run import OutOfRangeError


def answer(question: Question) -> Mapping[str, Any]:
    """Return what the section would show: the settings of the question are a link as the editor has it.

    Returns
    -------
    Mapping
        ``record``, what the editor shows of the text, and ``components``, strips, charts and stage. There
        are none while the text is no cell that runs: the last one stays. A large diagram is drawn at rest.

    Raises
    ------
    ValueError, TypeError, KeyError, OverflowError
        If it is not a question that the editor asks.
    """
    state = OwnCellState.from_shown_link(question.query)
    for edit in question.edits:
        state.apply(edit)
    if state.problems:
        return {"record": {**editor_record(state, ""), "understood": None}, "components": {}}
    try:
        view = OwnCellView.of(state.settings, state.unit)
    except OutOfRangeError as error:
        return {"record": editor_record(state, out_of_range(error)), "components": {}}
    charts = chart_records(view.charts(dark=question.dark), run=RUN)
    drawn = {STAGE: view.stage()} if view.parts <= QUICK_PARTS else {}
    components = {STRIPS: view.strips(), **charts, **drawn}
    return {"record": editor_record(state, ""), "components": components}
