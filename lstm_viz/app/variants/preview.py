"""What the Variants page would show of a comparison after some edits, for the preview route."""

from collections.abc import Mapping
from typing import Any

from lstm_viz.app.shell.charts import chart_records
from lstm_viz.app.shell.preview import Question
from lstm_viz.app.variants.state import VariantsState
from lstm_viz.app.variants.view import RUN, STAGE, STRIPS, VariantsView


def answer(question: Question) -> Mapping[str, Any]:
    """Return what the page would show: the settings of the question are a link as the panel has it.

    Returns
    -------
    Mapping
        ``record``, which is empty, for the dials are where the hand has them, and ``components``: strips,
        stage and charts.

    Raises
    ------
    ValueError, TypeError, KeyError, OverflowError
        If it is not a question that the panel asks, or a number is out of range.
    """
    state = VariantsState.from_shown_link(question.query)
    for edit in question.edits:
        state.apply(edit)
    view = VariantsView.of(state.settings, state.unit, state.cell_on_stage)
    charts = chart_records(view.charts(dark=question.dark), run=RUN)
    return {"record": {}, "components": {STRIPS: view.strips(), STAGE: view.stage(), **charts}}
