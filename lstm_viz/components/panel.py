"""A panel of dials: sliders that report while they are dragged, which Streamlit's own does not."""

from collections.abc import Callable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Previews:
    """How a panel learns what its page would show while a hand drags, past Streamlit."""

    path: str
    """Where to ask, below the base path of the server: :mod:`lstm_viz.app.shell.preview`."""
    link: Mapping[str, str]
    """The settings that Streamlit knows, as the query of their link."""
    run: str
    """The name that the components of the page share, so that an old picture does not replace a preview."""


def panel(
    cards: Sequence[Card],
    *,
    key: str,
    reply: int,
    on_edit: Callable[[], None],
    previews: Previews | None = None,
) -> None:
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
    previews
        Where the page answers a moving hand by itself. An edit is then sent once the hand lets go or rests.
    """
    record: dict[str, object] = {"cards": [asdict(card) for card in cards], "reply": reply}
    if previews is not None:
        record |= {"preview": previews.path, "link": dict(previews.link), "run": previews.run}
    data = orjson.dumps(record)
    _renderer()(key=key, data=data, on_edit_change=on_edit, width="stretch")


@cache
def _renderer() -> ComponentRenderer:
    # Not at import: Streamlit knows the folder of our files only while a server (or a test of a page) is
    # running.
    return st.components.v2.component(
        "lstm-viz.panel", html=_HTML, css="panel/panel.css", js="panel/index.js"
    )
