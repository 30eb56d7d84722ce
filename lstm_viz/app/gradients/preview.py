"""What the Gradients page would show of some settings after some edits, for the preview route."""

from collections.abc import Mapping
from typing import Any, Final

from lstm_viz.app.gradients.state import GradientsState
from lstm_viz.app.gradients.view import RUN, charts
from lstm_viz.app.shell.charts import chart_records
from lstm_viz.app.shell.preview import Question

SLICE: Final = 0.08
"""Seconds of measuring for one answer: all seeds of the presets, and fewer of what is larger. Others wait for
their answers meanwhile. What is still missing is measured once the hand rests."""


def answer(question: Question) -> Mapping[str, Any]:
    """Return the curves and the spectrum of W_h.

    Returns
    -------
    Mapping
        ``record``, which is empty, for the dials are where the hand has them, and ``components``: the charts.

    Raises
    ------
    ValueError, TypeError, KeyError, OverflowError
        If it is not a question that the panel asks, or a number is out of range.
    """
    state = GradientsState.from_link(question.query)
    for edit in question.edits:
        state.apply(edit)
    state.measurement.go_on(SLICE)
    drawn = charts(state.settings, state.measurement.norms(), dark=question.dark)
    return {"record": {}, "components": chart_records(drawn, run=RUN)}
