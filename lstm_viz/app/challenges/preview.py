"""What the Challenges page would show of an attempt after some edits, for the preview route."""

from collections.abc import Mapping
from typing import Any

from lstm_viz.app.challenges.state import ChallengesState
from lstm_viz.app.challenges.view import board_record
from lstm_viz.app.shell.preview import Question


def answer(question: Question) -> Mapping[str, Any]:
    """Return the record of the board; the settings of the question are a link as the board has it.

    Raises
    ------
    ValueError, TypeError, KeyError, IndexError, OverflowError
        If it is not a question that the board asks, or a number is out of range.
    """
    state = ChallengesState.from_shown_link(question.query)
    for edit in question.edits:
        state.apply(edit)
    record = board_record(state)
    # What Streamlit has committed stays what the next question starts from.
    del record["link"], record["shared"]
    return {"record": record, "components": {}}
