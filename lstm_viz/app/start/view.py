"""What the Start page shows: a sentence on its belt. No Streamlit here."""

from functools import cache
from typing import Any, Final

from lstm_viz.networks.sentences import negation_network
from lstm_viz.views.belt import Belt

SENTENCE: Final = ("the", "film", "was", "not", "all", "that", "good")
TURN: Final = SENTENCE.index("not")
UNIT: Final = 2
"""The unit whose memory is cut at “not” and filled anew, counted from 0."""


@cache
def belt_record() -> dict[str, Any]:
    """Return the record of the belt. It is the same for everybody, so it is computed once."""
    return Belt(negation_network(), SENTENCE, TURN, UNIT).record()
