"""What the address and the messages of the panel do to the state of the Gradients page."""

from typing import Final

import streamlit as st

from lstm_viz.app.gradients.state import GradientsState
from lstm_viz.app.shell.linked_state import LinkedState
from lstm_viz.exchange.links.gradients import KEYS

LINKED: Final = LinkedState(
    "gradients_state",
    lambda: KEYS,
    GradientsState.from_link,
    GradientsState.follow,
    GradientsState.link,
)
"""The state of this session, which follows the address."""


def open_page() -> GradientsState:
    """Return the state for a run of the whole page."""
    state = LINKED.read()
    state.drawn = None
    return state


def follow_up(state: GradientsState) -> None:
    """After a run of the curves alone: go on measuring, and once the hand has let go, redraw the rest.

    What has been measured is kept, so each further run gets farther. A dial that was moved in between is
    answered by the next: nobody waits for curves that are no longer asked for.
    """
    if state.drawn is None:
        return
    if not state.measurement.is_complete:
        st.rerun(scope="fragment")
    if not state.history.is_preview and state.drawn != state.settings:
        st.rerun(scope="app")


def finish(state: GradientsState) -> None:
    """After a run of the whole page: note what it shows, in the address too, and go on measuring."""
    state.drawn = state.settings
    LINKED.write_link()
    if not state.measurement.is_complete:
        st.rerun()
