"""The guided path in the session and in the address: where one is, the way on, the way out."""

import logging
from collections.abc import Callable
from typing import Final

import streamlit as st

from lstm_viz.app.path.guide import KEYS, PATH, STOPS, WHOLE, Guide, Progress, query_to
from lstm_viz.app.shell.address import own_part, write_own_part
from lstm_viz.app.shell.messages import REFUSALS, short
from lstm_viz.lessons.play import query_of
from lstm_viz.lessons.stops import guided_path

COACH: Final = "path_coach"
"""The key of the coach on every page."""

_PROGRESS: Final = "path_progress"
_WAY: Final = "path_way"

_log: Final = logging.getLogger("lstm_viz.path")


def progress() -> Progress:
    """Return what this session has done on the path."""
    kept: Progress = st.session_state.setdefault(_PROGRESS, Progress())
    return kept


def current(page: str) -> Guide | None:
    """Return the stop that the address names, if it is on this page; whoever asked for another goes there.

    It is asked for at the beginning of a page, before anything is shown.
    """
    _take_way(page)
    guide = _read(page)
    if guide is not None:
        guide.progress.number = guide.number
    return guide


def here(page: str) -> Guide | None:
    """Return the same within a fragment; where there is a way to go, the whole page runs and takes it."""
    if _WAY in st.session_state:
        st.rerun()
    return _read(page)


def _read(page: str) -> Guide | None:
    return Guide.read(own_part(KEYS), page, progress())


def _go_to(number: int, page: str) -> None:
    """Go to a stop, on this page or another; after the last to the page that comes next."""
    if number > len(STOPS):
        ahead = guided_path().stops[len(STOPS)]
        st.switch_page(f"pages/{ahead.page}.py", query_params=query_of(ahead.link))
    if STOPS[number - 1].page != page:
        st.switch_page(f"pages/{STOPS[number - 1].page}.py", query_params=query_to(number))
    st.query_params.from_dict(query_to(number))  # the page that runs already follows its address


def ask_for(number: int) -> None:
    """Keep that a stop is asked for until the page runs: a callback cannot leave it."""
    st.session_state[_WAY] = {"go": number}


def note_way() -> None:
    """Keep what the coach has asked for until the page runs: a callback cannot leave it."""
    st.session_state[_WAY] = st.session_state[COACH]["way"]


def note_answer(guide: Guide) -> Callable[[], None]:
    """Return what takes an answer that the coach sends."""

    def take() -> None:
        try:
            guide.answer(st.session_state[COACH]["answer"])
        except REFUSALS as error:  # the coach sends nothing else, so it did not come from a hand
            _log.warning("Refused an answer: %s", short(error))

    return take


def _take_way(page: str) -> None:
    match st.session_state.pop(_WAY, None):
        case {"go": int(number)} if 1 <= number <= len(STOPS) + 1:
            _go_to(number, page)
        case {"leave": True}:
            write_own_part({}, KEYS)
        case {"whole": bool(whole)} if (guide := _read(page)) is not None:
            write_own_part({PATH: str(guide.number), **({WHOLE: "1"} if whole else {})}, KEYS)
