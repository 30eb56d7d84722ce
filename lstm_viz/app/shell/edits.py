"""What a component has edited, made on the state of its page."""

import logging
from collections.abc import Mapping
from typing import Any, Final, Protocol

from lstm_viz.app.shell.messages import REFUSALS, read_edits, short

_log: Final = logging.getLogger("lstm_viz.edits")


class Editable(Protocol):
    """The state of a page that a component edits."""

    reply: int
    """The id of the last message of edits that the state answers."""

    def apply(self, edit: Mapping[str, Any]) -> None:
        """Apply one edit; raise one of ``REFUSALS``, and change nothing, if it is not one that fits."""


def take_edits(state: Editable, message: Any, *, home: str | None = None) -> None:
    """Make the edits of a message.

    The controls check before they send. So what is refused did not come from a hand: it is logged, and the
    state stays.

    Parameters
    ----------
    state
        What is edited.
    message
        What the component has sent as "edit".
    home
        A name for what is being edited, where that may be replaced by something else: edits of another are
        dropped.
    """
    try:
        # Answered whatever comes of it: the component waits for this number before it sends more.
        state.reply, edits = read_edits(message)
        if message.get("home", home) == home:
            for edit in edits:
                state.apply(edit)
    except REFUSALS as error:
        _log.warning("Refused an edit: %s", short(error))
