"""The state of a page, which follows the link in the address bar: read, kept in the session, written back."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from lstm_viz.app.shell.address import own_part, warn_of_link, write_own_part

State = TypeVar("State")


@dataclass(slots=True)
class _Visit(Generic[State]):
    """What a session knows of a page: its state, the link that names it, why the last one was refused."""

    state: State
    link: Mapping[str, str]
    refused: ValueError | None = None


@dataclass(frozen=True, slots=True)
class LinkedState(Generic[State]):
    """How the state of one page and its part of the address follow each other.

    Attributes
    ----------
    name
        The key in the session.
    keys
        Return the keys of the query that belong to the page. What stands under others is left alone.
    open
        Return the state that a link names on a first visit; an empty one names the default. Raises
        ``ValueError``, in words for the person, if the link is damaged.
    follow
        Take a session's state to what another link names. Raises ``ValueError`` likewise, and then leaves
        the state as it was.
    link
        Return the query that names a state.
    """

    name: str
    keys: Callable[[], Collection[str]]
    open: Callable[[Mapping[str, str]], State]
    follow: Callable[[State, Mapping[str, str]], None]
    link: Callable[[State], Mapping[str, str]]

    def read(self) -> State:
        """Return the state of this session, taken to what the address names.

        An address without a key of the page names nothing, and the state stays. Of a link that cannot be read
        the page says why, until something is changed.
        """
        query = own_part(self.keys())
        visit: _Visit[State] | None = st.session_state.get(self.name)
        if visit is None:
            visit = st.session_state[self.name] = self._first(query)
        elif query and query != visit.link:
            self._follow(visit, query)
        if visit.refused is not None and self.link(visit.state) != visit.link:
            visit.refused = None
        if visit.refused is not None:
            warn_of_link(visit.refused)
        return visit.state

    def write_link(self) -> bool:
        """Bring the address up to date after an edit.

        Returns
        -------
        bool
            Whether the page still shows why a link was refused, and need not any more.
        """
        visit: _Visit[State] = st.session_state[self.name]
        link = self.link(visit.state)
        write_own_part(link, self.keys())
        outdated = visit.refused is not None and link != visit.link
        if outdated:
            visit.refused = None
        visit.link = link
        return outdated

    def _first(self, query: Mapping[str, str]) -> _Visit[State]:
        try:
            return _Visit(self.open(query), query)
        except ValueError as error:
            state = self.open({})
            return _Visit(state, self.link(state), error)

    def _follow(self, visit: _Visit[State], query: Mapping[str, str]) -> None:
        try:
            self.follow(visit.state, query)
        except ValueError as error:
            visit.link, visit.refused = self.link(visit.state), error
        else:
            visit.link, visit.refused = query, None
