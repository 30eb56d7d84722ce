"""Whether somebody is still there: closing a tab cancels the trainings that were not asked to go on."""

import secrets
import threading
from typing import Final

import streamlit as st

from lstm_viz.training.jobs import jobs

GRACE: Final = 30.0
"""Seconds for which a tab may be gone: Streamlit takes a network drop for a closed tab, and a page that is
reloaded comes as another session. Streamlit itself keeps a dropped session for 120 s."""

_OWNER: Final = "train_owner"

_leaving: Final[dict[str, threading.Timer]] = {}
"""By owner: those whose tab is gone, and what happens if it stays so."""


def owner() -> str:
    """Return the name under which this session trains, and note that somebody is there."""
    if _OWNER not in st.session_state:
        st.session_state[_OWNER] = secrets.token_urlsafe(16)
    name: str = st.session_state[_OWNER]
    _stay(name)
    return name


def look_after(run: str) -> None:
    """Look after a run that goes on here, if the tab that began it is gone: it has been reloaded, say."""
    jobs().adopt(run, owner(), leaving=list(_leaving))


def is_ours(run: str) -> bool:
    """Return whether a run belongs to this session: it alone may end it."""
    return jobs().owner_is(run, owner())


def _leave(name: str) -> None:
    def gone() -> None:
        _leaving.pop(name, None)
        jobs().leave(name)

    if earlier := _leaving.pop(name, None):
        earlier.cancel()
    timer = threading.Timer(GRACE, gone)
    timer.daemon = True
    _leaving[name] = timer
    timer.start()


def _stay(name: str) -> None:
    if timer := _leaving.pop(name, None):
        timer.cancel()
    _present(name)


@st.cache_resource(scope="session", on_release=_leave, show_spinner=False)
def _present(name: str) -> str:
    # Streamlit drops this when the session is gone; when the session is back, it is made anew.
    return name
