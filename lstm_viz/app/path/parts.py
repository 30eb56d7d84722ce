"""The coach on a page: where it stands, and what it says."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.path.actions import COACH, note_answer, note_way
from lstm_viz.app.path.guide import Guide
from lstm_viz.components.coach import coach

_STYLE: Final = """
<style>
.stMainBlockContainer { padding-top: 3.6rem; padding-bottom: 1rem; max-width: 1440px; }
.stMainBlockContainer h1 { font-size: 1.5rem; }
/* The coach comes first for whoever goes through the page by keyboard or by ear, and stands on the right. */
.st-key-path_page [data-testid="stHorizontalBlock"] { flex-flow: row-reverse nowrap; gap: 26px; }
.st-key-path_page [data-testid="stColumn"]:first-child { flex: 0 0 384px; min-width: 0; }
.st-key-path_page [data-testid="stColumn"]:last-child { flex: 1; min-width: 0; }
@media (max-width: 1300px) { .st-key-path_page [data-testid="stColumn"]:first-child { flex-basis: 368px; } }
@media (max-height: 760px) and (min-width: 901px) {
  .stMainBlockContainer { padding-top: 3.2rem; }
  .stMainBlockContainer h1 { padding: 0.35rem 0 0; font-size: 1.3rem; }
  .st-key-path_page [data-testid="stVerticalBlock"] { gap: 0.3rem; }
}
@media (max-width: 900px) {
  .stMainBlockContainer h1 { font-size: 1.2rem; }
  .st-key-path_page [data-testid="stHorizontalBlock"] { flex-direction: column; gap: 12px; }
  .st-key-path_page [data-testid="stColumn"] { flex: none !important; width: 100% !important; }
}
</style>
"""


_STRIP: Final = """
<style>
.stMainBlockContainer { padding-bottom: 13rem; }
.st-key-path_strip { position: fixed; inset: auto 0 10px 0; z-index: 99; }
.st-key-path_strip { margin: 0 auto; width: min(1100px, 96vw); }
</style>
"""


@contextmanager
def below_page() -> Iterator[None]:
    """Put the coach at the bottom of the window, below all that the page has."""
    st.html(_STRIP)
    with st.container(key="path_strip"):
        yield


@contextmanager
def beside_coach() -> Iterator[tuple[DeltaGenerator, DeltaGenerator]]:
    """Divide the page: the picture, and a column for the coach."""
    st.html(_STYLE)
    with st.container(key="path_page"):
        column, picture = st.columns([2, 5])
        yield picture, column


def show_coach(
    guide: Guide, record: Mapping[str, Any], *, on_edit: Callable[[], None] = lambda: None
) -> None:
    """Show the coach.

    Parameters
    ----------
    guide
        The stop.
    record
        What :func:`~lstm_viz.app.path.record.run_record` or ``page_record`` returns, and what a component
        that edits needs.
    on_edit
        Called when a dial of the stop moves.
    """
    coach(record, key=COACH, on_way=note_way, on_answer=note_answer(guide), on_edit=on_edit)
