"""How the editor of cells and its part of the address follow each other."""

import logging
from typing import Final

import streamlit as st

from lstm_viz.app.own_cell.state import OwnCellState
from lstm_viz.app.shell.edits import take_edits
from lstm_viz.app.shell.linked_state import LinkedState
from lstm_viz.app.shell.messages import REFUSALS, read_edits, short
from lstm_viz.exchange.links.own_cell import KEYS

LINKED: Final = LinkedState(
    "own_cell_state",
    lambda: KEYS,
    OwnCellState.from_link,
    OwnCellState.follow,
    OwnCellState.link,
)
"""The state of this session, which follows the address."""

_log: Final = logging.getLogger("lstm_viz.own_cell")


def take_text(state: OwnCellState, editor: str) -> None:
    """Take what the editor of a key sends.

    What somebody has typed when a press leads to another page is sent without its message, for its place is
    gone. The browser keeps that text, and sends it when the editor is back.
    """
    message = st.session_state.get(editor)
    if message is not None:
        take_edits(state, message["edit"])


def take_unit(state: OwnCellState, stage: str) -> None:
    """Show the unit that was chosen on the stage of a key: units are all that this stage sends."""
    try:
        state.stage_reply, edits = read_edits(st.session_state[stage]["edit"])
        state.choose(int(edits[-1]["unit"]))
    except REFUSALS as error:
        _log.warning("Refused an edit: %s", short(error))


def follow_up(state: OwnCellState) -> None:
    """Once the hand rests, bring the address up to date, and what was drawn for another cell."""
    if state.history.is_preview:
        return
    outdated = LINKED.write_link()
    if outdated:
        st.rerun(scope="app")
    if state.drawn not in (None, state.settings):
        st.rerun(scope="fragment")
