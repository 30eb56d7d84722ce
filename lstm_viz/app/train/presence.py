"""Whether somebody is still there: closing a tab cancels the trainings that were not asked to go on.

Streamlit is asked every few seconds which sessions are connected. It also says when a session ends, by
releasing what is cached for it; but any client can have all of that released, with one message.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lstm_viz.app.shell.browser import browser
from lstm_viz.training.jobs import jobs

GRACE: Final = 30.0
"""Seconds for which a tab may be gone: Streamlit takes a network drop for a closed tab, and a page that is
reloaded comes as another session. Streamlit itself keeps a dropped session for 120 s."""
LOOK_SECONDS: Final = 5.0
"""Seconds between two looks at who is connected."""

_OWNER: Final = "train_owner"
_LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class _Tab:
    session: str
    browser: str | None
    seen: float
    """When it was last known to be connected, on the clock of :func:`time.monotonic`."""


class Tabs:
    """The tabs in which somebody has been on the Train page.

    Parameters
    ----------
    connected
        Says whether a session is connected.
    leave
        Called with the owner of a tab that has been gone for :data:`GRACE` seconds.
    """

    def __init__(self, connected: Callable[[str], bool], leave: Callable[[str], None]) -> None:
        self._connected, self._leave = connected, leave
        self._tabs: dict[str, _Tab] = {}
        self._lock = threading.Lock()
        self._watch: threading.Thread | None = None

    def here(self, owner: str, session: str, browser: str | None) -> None:
        """Note that a tab is there, and watch it from now on."""
        with self._lock:
            self._tabs[owner] = _Tab(session, browser, time.monotonic())
            if self._watch is None:
                self._watch = threading.Thread(target=self._look_on, name="presence", daemon=True)
                self._watch.start()

    def away(self, browser: str | None) -> list[str]:
        """Return the owners of tabs of this browser that are not connected; none for an unknown browser."""
        if browser is None:
            return []
        with self._lock:
            mine = [(owner, tab) for owner, tab in self._tabs.items() if tab.browser == browser]
        return [owner for owner, tab in mine if not self._connected(tab.session)]

    def look(self, now: float) -> None:
        """See who is connected, and let those go who have been away for too long."""
        with self._lock:
            for tab in self._tabs.values():
                if self._connected(tab.session):
                    tab.seen = now
            gone = [owner for owner, tab in self._tabs.items() if now - tab.seen > GRACE]
            for owner in gone:
                del self._tabs[owner]
        for owner in gone:
            self._leave(owner)

    def _look_on(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            try:
                self.look(time.monotonic())
            except Exception:  # of whatever kind: the next look is to come all the same
                _LOG.exception("Could not see who is still there.")


def _connected(session: str) -> bool:
    return runtime.exists() and runtime.get_instance().is_active_session(session)


_tabs: Final = Tabs(_connected, lambda owner: jobs().leave(owner))


def owner() -> str:
    """Return the name under which this session trains, and note that somebody is there."""
    if _OWNER not in st.session_state:
        st.session_state[_OWNER] = secrets.token_urlsafe(16)
    name: str = st.session_state[_OWNER]
    context = get_script_run_ctx()
    _tabs.here(name, context.session_id if context else "", browser())
    return name


def look_after(run: str) -> None:
    """Take over a run whose tab is gone, if it was one of this browser's: it has been reloaded, say."""
    jobs().adopt(run, owner(), leaving=_tabs.away(browser()))


def is_ours(run: str) -> bool:
    """Return whether a run belongs to this session: it alone may end it."""
    return jobs().owner_is(run, owner())
