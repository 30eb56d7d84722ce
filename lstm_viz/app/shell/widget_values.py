"""What widgets show, where a page may set it too: a value that the page has set is not mistaken for a choice.

While a page sets another value, a request may be under way that still brings the value from before: the next
press of a hand, or one of the five looks a second at a run that goes on. Under the same key Streamlit would
take that for a choice, and the page would undo what somebody has just done. So a widget has another key
whenever the page sets another value: its revision. What comes under an earlier key is a choice only if it is
not what stood there.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

_WIDGETS: Final = "widget_values"


@dataclass(slots=True)
class _Revision:
    """What stands in a widget now, and what stood there before the page set that."""

    number: int
    value: Any
    choices: Hashable
    before: Any = None


@dataclass(frozen=True, slots=True)
class Widget:
    """A widget that is to be drawn now: its key, and what it is called whatever its revision."""

    name: str
    revision: int

    @property
    def key(self) -> str:
        """The key to give to Streamlit."""
        return f"{self.name}_{self.revision}"

    @property
    def value(self) -> Any:
        """What stands in it."""
        return st.session_state[self.key]

    def on_change(self, take: Callable[[Any], None]) -> Callable[[], None]:
        """Return Streamlit's ``on_change``: it calls ``take`` with what a person has chosen."""

        def changed() -> None:
            now = _revisions().get(self.name)
            if now is None or self.key not in st.session_state:
                return
            value = st.session_state[self.key]
            if self.revision == now.number:
                now.value = value
            elif self.revision < now.number - 1 or value == now.before:
                return  # under way when the page set another value
            take(value)

        return changed


def widget_showing(name: str, value: Any, choices: Hashable = None) -> Widget:
    """Return the widget that shows a value, to be drawn right away.

    Parameters
    ----------
    name
        What the widget is called in this session.
    value
        What it is to show.
    choices
        What can be chosen in it, where that may change: the browser knows a choice by its words.
    """
    now = _revisions().get(name)
    drawn = now is not None and f"{name}_{now.number}" in st.session_state
    if now is None or not drawn or (now.value, now.choices) != (value, choices):
        number, before = (0, None) if now is None else (now.number + 1, now.value)
        now = _revisions()[name] = _Revision(number, value, choices, before)
        st.session_state[f"{name}_{number}"] = value
    return Widget(name, now.number)


def standing_in(name: str) -> Any:
    """Return what stands in a widget, None if it was never drawn."""
    now = _revisions().get(name)
    return None if now is None else now.value


def _revisions() -> dict[str, _Revision]:
    known: dict[str, _Revision] = st.session_state.setdefault(_WIDGETS, {})
    return known
