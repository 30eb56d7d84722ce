"""Whether somebody is still there: closing a tab cancels the trainings that were not asked to go on."""

import secrets
import threading
from dataclasses import dataclass
from typing import Final

import streamlit as st

from lstm_viz.training.jobs import jobs

GRACE: Final = 45.0
"""Seconds for which a tab may be gone: Streamlit takes a network drop for a closed tab, and a page that is
reloaded comes as another session. Streamlit itself keeps a dropped session for 120 s."""

_OWNER: Final = "train_owner"


@dataclass(frozen=True, slots=True)
class _Presence:
    owner: str


_leaving: Final[dict[str, threading.Timer]] = {}


def owner() -> str:
    """Return the name under which this session trains; to be called while something of it may be running."""
    if _OWNER not in st.session_state:
        st.session_state[_OWNER] = secrets.token_urlsafe(16)
    name: str = st.session_state[_OWNER]
    _present()
    return name


def take_over(name: str) -> None:
    """Go on under another session's name: its tab was reloaded, and its runs are now looked after here."""
    st.session_state[_OWNER] = name
    _present.clear()
    _present()


def _leave(presence: _Presence) -> None:
    def gone() -> None:
        _leaving.pop(presence.owner, None)
        jobs().leave(presence.owner)

    timer = threading.Timer(GRACE, gone)
    timer.daemon = True
    _leaving[presence.owner] = timer
    timer.start()


@st.cache_resource(scope="session", on_release=_leave, show_spinner=False)
def _present() -> _Presence:
    # Made anew when a dropped session is back.
    name = st.session_state[_OWNER]
    if timer := _leaving.pop(name, None):
        timer.cancel()
    return _Presence(name)
