"""What the Start page shows: a sentence on its belt. No Streamlit here."""

from functools import cache
from typing import Any, Final

from lstm_viz.app.path.guide import Guide
from lstm_viz.app.path.record import page_record
from lstm_viz.lessons.play import scope_of
from lstm_viz.lessons.tasks import Do
from lstm_viz.lessons.text import filled
from lstm_viz.networks.sentences import negation_network
from lstm_viz.views.belt import Belt

SENTENCE: Final = ("the", "film", "was", "not", "all", "that", "good")
TURN: Final = SENTENCE.index("not")
UNIT: Final = 2
"""The unit whose memory is cut at “not” and filled anew, counted from 0."""


@cache
def belt() -> Belt:
    """Return the sentence on its belt."""
    return Belt(negation_network(), SENTENCE, TURN, UNIT)


@cache
def belt_record() -> dict[str, Any]:
    """Return the record of the belt. It is the same for everybody, so it is computed once."""
    return belt().record()


def coach_record(guide: Guide) -> dict[str, Any]:
    """Return what the coach is told of a stop on this page.

    ``notices`` has what is said at each position of the dial that fulfils the task; empty where it does not.
    """
    stop = guide.stop
    readings = belt().positions
    scopes = [{"answer": float(reading.yes[-1])} for reading in readings]
    learned = scopes[-1]
    said = []
    for scope in scopes:
        named = scope_of(stop, scope, learned)
        passes = isinstance(stop.task, Do) and stop.task.passes(named)
        said.append(filled(stop.done, named) if passes else "")
    return page_record(guide, scope_of(stop, learned, learned)) | {"notices": said}
