"""A panel of dials: sliders that report while they are dragged, which Streamlit's own does not."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Final

import orjson
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HTML: Final = '<div class="panel dials themed"></div>'


@dataclass(frozen=True, slots=True)
class Dial:
    """One number: its key in an edit, its short label, its full name for a screen reader, value and range.

    Of a number that is ``whole``, every move is to the next whole one.
    """

    key: str
    label: str
    name: str
    value: float
    low: float
    high: float
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A group of dials under a title, with the colour of what they set on a light and on a dark page."""

    title: str
    light: str
    dark: str
    dials: tuple[Dial, ...]


def panel(cards: Sequence[Card], *, key: str, reply: int, on_edit: Callable[[], None]) -> None:
    """Show dials.

    Parameters
    ----------
    cards
        What to show. The dials stay on their nodes as long as titles, labels and ranges do.
    key
        Identity of the panel on its page, and of its state.
    reply
        Id of the last edit that these values answer; while it lags behind, the dials belong to the hand.
    on_edit
        Called when a dial moves. ``st.session_state[key]["edit"]`` is then ``{"id": int, "edits": [{"key":
        str, "value": float, "done": bool}, ...]}``, with ``done`` once the hand lets go.
    """
    data = orjson.dumps({"cards": [asdict(card) for card in cards], "reply": reply})
    _renderer()(key=key, data=data, on_edit_change=on_edit, width="stretch")


@cache
def _renderer() -> ComponentRenderer:
    # Not at import: Streamlit knows the folder of our files only while a server (or a test of a page) is
    # running.
    return st.components.v2.component(
        "lstm-viz.panel", html=_HTML, css="panel/panel.css", js="panel/index.js"
    )
