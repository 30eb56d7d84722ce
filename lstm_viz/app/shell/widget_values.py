"""Values that we put into a control ourselves, told from those that a person chose.

A request may be on its way while we put another value into a control: the next press of a hand, or one of the
five looks a second while a run goes on. It brings the value that the control had before. Streamlit takes that
for a choice of the person, and it would undo what they have just done.
"""

from time import monotonic
from typing import Any, Final

import streamlit as st

ON_ITS_WAY: Final = 1.5
"""Seconds for which a request may be on its way: longer than that takes, shorter than a change of mind."""

_REPLACED: Final = "train_replaced"


def put(key: str, value: Any) -> None:
    """Put a value into a control that is drawn next."""
    before = st.session_state.get(key, value)
    if before != value:
        _replaced()[key] = before, monotonic() + ON_ITS_WAY
    st.session_state[key] = value


def is_late(key: str) -> bool:
    """Return whether what a control brings is no choice, but what it had before we put another there."""
    before, until = _replaced().get(key, (None, 0.0))
    return monotonic() < until and bool(st.session_state[key] == before)


def _replaced() -> dict[str, tuple[Any, float]]:
    """Return what was replaced in each control, and until when it may still come."""
    known: dict[str, tuple[Any, float]] = st.session_state.setdefault(_REPLACED, {})
    return known
