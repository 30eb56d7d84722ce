"""How the editor of cells and its part of the address follow each other."""

from typing import Final

import streamlit as st

from lstm_viz.app.own_cell.state import OwnCellState
from lstm_viz.app.shell.linked_state import LinkedState
from lstm_viz.exchange.links.own_cell import KEYS

LINKED: Final = LinkedState(
    "own_cell_state",
    lambda: KEYS,
    OwnCellState.from_link,
    OwnCellState.follow,
    OwnCellState.link,
)
"""The state of this session, which follows the address."""


def follow_up(state: OwnCellState) -> None:
    """Once the hand rests, bring the address up to date, and what was drawn for another cell."""
    if state.history.is_preview:
        return
    outdated = LINKED.write_link()
    if outdated:
        st.rerun(scope="app")
    if state.drawn not in (None, state.settings):
        st.rerun(scope="fragment")
