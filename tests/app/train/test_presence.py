import threading
import time

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lstm_viz.app.train import presence
from lstm_viz.app.train.presence import GRACE, Tabs


class Sessions:
    """Which sessions are connected, and who has been taken for gone."""

    def __init__(self) -> None:
        self.connected: set[str] = set()
        self.left: list[str] = []

    def tabs(self) -> Tabs:
        return Tabs(self.connected.__contains__, self.left.append)


@pytest.fixture(autouse=True)
def _never_looks_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "LOOK_SECONDS", 3600.0)


def test_a_tab_that_is_connected_is_not_gone_however_long_it_is_quiet() -> None:
    sessions = Sessions()
    tabs = sessions.tabs()
    sessions.connected.add("s1")
    tabs.here("ann", "s1", "firefox")
    for seconds in range(0, 10_000, 100):
        tabs.look(time.monotonic() + seconds)
    assert sessions.left == []


def test_a_tab_that_is_gone_for_longer_than_the_grace_is_left_once() -> None:
    sessions = Sessions()
    tabs = sessions.tabs()
    sessions.connected.add("s1")
    tabs.here("ann", "s1", None)
    now = time.monotonic()
    tabs.look(now + 100)
    sessions.connected.clear()
    tabs.look(now + 100 + GRACE)
    assert sessions.left == []
    tabs.look(now + 101 + GRACE)
    tabs.look(now + 200 + GRACE)
    assert sessions.left == ["ann"]


def test_a_connection_that_comes_back_in_time_ends_nothing() -> None:
    sessions = Sessions()
    tabs = sessions.tabs()
    tabs.here("ann", "s1", None)
    now = time.monotonic()
    tabs.look(now + GRACE / 2)
    sessions.connected.add("s1")
    tabs.look(now + GRACE)
    sessions.connected.clear()
    tabs.look(now + 1.5 * GRACE)
    assert sessions.left == []


def test_only_the_same_browser_has_come_back() -> None:
    sessions = Sessions()
    tabs = sessions.tabs()
    sessions.connected |= {"s1", "s2"}
    tabs.here("ann", "s1", "ann's browser")
    tabs.here("bob", "s2", "bob's browser")
    # Both are there: nobody may be taken for another.
    assert tabs.away("ann's browser") == tabs.away("bob's browser") == []
    sessions.connected.clear()
    assert tabs.away("ann's browser") == ["ann"]
    assert tabs.away("eve's browser") == []
    # Without cookies nobody can be known again.
    tabs.here("zoe", "s3", None)
    assert tabs.away(None) == []


def test_a_client_that_has_all_caches_cleared_ends_nobodys_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit does so on the message ``clear_cache``, which any connection may send."""

    def page() -> None:
        from lstm_viz.app.train import presence

        presence.owner()

    sessions = Sessions()
    monkeypatch.setattr(presence, "GRACE", 0.0)
    monkeypatch.setattr(presence, "_tabs", Tabs(lambda _session: True, sessions.left.append))
    assert not AppTest.from_function(page, default_timeout=60).run().exception
    st.cache_data.clear()
    st.cache_resource.clear()
    presence._tabs.look(time.monotonic() + 1000)
    assert sessions.left == []


def test_it_looks_by_itself_from_the_first_tab_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(presence, "GRACE", 0.0)
    left = threading.Event()
    Tabs(lambda _session: False, lambda _owner: left.set()).here("ann", "s1", None)
    assert left.wait(10)
