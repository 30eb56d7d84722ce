"""What the address and the messages of the stage do to the state of the Cell page."""

from typing import Final
from urllib.parse import urlencode

import streamlit as st

from lstm_viz.app.cell.state import LINK_KEYS, CellState
from lstm_viz.app.path.guide import Guide
from lstm_viz.app.path.record import is_within
from lstm_viz.app.shell.linked_state import LinkedState
from lstm_viz.exchange.links.cell import to_query
from lstm_viz.lessons.play import run_of
from lstm_viz.settings.cell import RunSettings

LINKED: Final = LinkedState(
    "cell_state", lambda: LINK_KEYS, CellState.from_link, CellState.follow, CellState.link
)
"""The state of this session, which follows the address."""

SECTIONS: Final = ("cell_numbers", "cell_code", "cell_check")
"""The keys of the sections at the end of the page, which are computed only while they are open."""


def home_name(state: CellState) -> str:
    """Return a name for the cell that is being changed, by what it was at first."""
    return urlencode(to_query(state.history.home))


def follow_up(state: CellState) -> None:
    """Bring the address up to date, and the rest of the page where it shows what the hand has changed."""
    outdated = LINKED.write_link()
    drawn, committed, home = state.drawn, state.committed, state.history.home
    if drawn is None or (committed == drawn and not outdated):
        return
    opened = any(st.session_state.get(key) for key in SECTIONS)
    captioned_else = (committed == home) != (drawn == home)
    if outdated or opened or captioned_else or _kind(committed) != _kind(drawn):
        st.rerun(scope="app")


def _kind(run: RunSettings) -> tuple[str, int, int]:
    """Return what the controls above the stage depend on."""
    return run.origin, run.cell.units, run.cell.inputs


def open_stop(state: CellState, guide: Guide) -> None:
    """Go to the run of a stop, unless it is shown already, whatever its controls are set to."""
    if not is_within(guide, state.run):
        state.restart(run_of(guide.stop.link))
        LINKED.write_link()
