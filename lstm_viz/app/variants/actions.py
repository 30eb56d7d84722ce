"""What the address and the messages of panel and stage do to the state of the Variants page."""

import logging
from typing import Final

import streamlit as st

from lstm_viz.app.shell.linked_state import LinkedState
from lstm_viz.app.shell.messages import REFUSALS, read_edits, short
from lstm_viz.app.variants.state import VariantsState
from lstm_viz.exchange.links.variants import KEYS

LINKED: Final = LinkedState(
    "variants_state",
    lambda: KEYS,
    VariantsState.from_link,
    VariantsState.follow,
    VariantsState.link,
)
"""The state of this session, which follows the address."""

_log: Final = logging.getLogger("lstm_viz.variants_page")


def take_unit(state: VariantsState, stage: str) -> None:
    """Show the unit that was chosen on the stage of a key: units are all that this stage sends."""
    try:
        state.stage_reply, edits = read_edits(st.session_state[stage]["edit"])
        state.choose(int(edits[-1]["unit"]))
    except REFUSALS as error:
        _log.warning("Refused an edit: %s", short(error))


def follow_up(state: VariantsState) -> None:
    """Once the hand has let go, bring the address and the rest of the page up to date."""
    if state.history.is_preview:
        return
    outdated = LINKED.write_link()
    if outdated or state.drawn not in (None, state.settings):
        st.rerun(scope="app")
