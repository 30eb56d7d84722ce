"""A panel of dials: sliders that report while they are dragged, which Streamlit's own does not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Final

import orjson
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from lstm_viz.components.stage import PREVIEW_PATH

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


def panel(
    cards: Sequence[Card],
    *,
    key: str,
    run: str,
    reply: int,
    link: Mapping[str, str],
    preview: str,
    on_edit: Callable[[], None],
) -> None:
    """Show dials.

    Parameters
    ----------
    cards
        What to show. The dials stay on their nodes as long as titles, labels and ranges do.
    key
        Identity of the panel on its page, and of its state.
    run
        The name of what the dials change: charts and strips of that name pass over what is older than the
        hand.
    reply
        Id of the last edit that these values answer; while it lags behind, the dials belong to the hand.
    link, preview
        What is shown, as the query of a link, and the page whose preview is asked, with that and the edits
        under way, while a hand drags.
    on_edit
        Called when a dial moves. ``st.session_state[key]["edit"]`` is then ``{"id": int, "edits": [{"key":
        str, "value": float, "done": bool}, ...]}``, with ``done`` once the hand lets go.
    """
    data = orjson.dumps(
        {
            "cards": [asdict(card) for card in cards],
            "run": run,
            "reply": reply,
            "link": link,
            "preview": f"{PREVIEW_PATH}/{preview}",
        }
    )
    _renderer()(key=key, data=data, on_edit_change=on_edit, width="stretch")


@cache
def _renderer() -> ComponentRenderer:
    # Not at import: Streamlit knows the folder of our files only while a server (or a test of a page) is
    # running.
    return st.components.v2.component(
        "lstm-viz.panel", html=_HTML, css="panel/panel.css", js="panel/index.js"
    )
