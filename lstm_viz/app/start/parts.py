"""The parts of the Start page around its picture: the lead, the way on, the doors."""

from base64 import b64encode
from html import escape
from typing import Final

import streamlit as st

from lstm_viz.app.path.actions import ask_for, progress
from lstm_viz.app.path.guide import STOPS
from lstm_viz.app.shell.style import is_dark
from lstm_viz.app.start.doors import DOORS, Door
from lstm_viz.app.start.view import belt_record
from lstm_viz.notation import SYMBOLS

_STYLE: Final = """
<style>
.stMainBlockContainer { max-width: 1340px; }
.stMainBlockContainer h1 { font-size: 2.4rem; letter-spacing: -0.015em; padding: 0; }
.start-lead { font-size: 1.15rem; margin: 0; }
.start-door img { width: 100%; height: 74px; display: block; }
.st-key-start_primary button { background: PRIMARY; border-radius: 12px; padding: 0.8rem 1.7rem; }
.st-key-start_primary button:hover { filter: brightness(1.08); }
.st-key-start_primary button * { color: PAPER; font-size: 1.2rem; }
.start-door-text { margin: 0; font-size: 0.9rem; color: QUIET; }
[class*="st-key-start_door_"] a { padding-left: 0; }
[class*="st-key-start_door_"] { gap: 0.4rem; }
/* All of it in sight on a projector. */
@media (max-height: 760px) and (min-width: 641px) {
  .stMainBlockContainer { padding-top: 3.7rem; }
  .stMainBlockContainer > div > div > [data-testid="stVerticalBlock"] { gap: 0.55rem; }
  .stMainBlockContainer h1 { font-size: 1.9rem; }
  .st-key-start_primary button { padding: 0.45rem 1.5rem; }
  .start-door img { height: 56px; }
  [class*="st-key-start_door_"] { padding: 0.5rem 0.9rem; }
  [class*="st-key-start_door_"] .start-door-text { display: none; }
}
@media (max-width: 640px) {
  .stMainBlockContainer { padding-bottom: 7rem; }
  .stMainBlockContainer h1 { font-size: 1.75rem; }
  .start-lead { font-size: 1.02rem; }
  .st-key-start_primary { position: fixed; inset: auto 0 0 0; z-index: 10; padding: 0.6rem 0.9rem;
    background: PAPER; border-top: 1px solid LINE; }
  .st-key-start_primary div, .st-key-start_primary button { width: 100%; justify-content: center; }
}
</style>
"""
_COLOURS: Final = (
    {"PRIMARY": "#0067a5", "PAPER": "#ffffff", "LINE": "#d5dbe3", "QUIET": "#566170"},
    {"PRIMARY": "#6cb8f5", "PAPER": "#141920", "LINE": "#37414d", "QUIET": "#a3aebb"},
)
"""Of a light page and of a dark one, as in ``.streamlit/config.toml``."""


def prepare() -> None:
    """Compute what is the same for everybody, so that the first visitor need not wait for it."""
    belt_record()
    for door in DOORS:
        for dark in (False, True):
            door.draw(dark)


def show_start_style() -> None:
    """Apply what looks otherwise on this page."""
    style = _STYLE
    for name, colour in _COLOURS[is_dark()].items():
        style = style.replace(name, colour)
    st.html(style)


def show_lead() -> None:
    """Say what the picture shows, in the colours that it has there."""
    dark = is_dark()

    def tinted(key: str, word: str) -> str:
        symbol = SYMBOLS[key]
        return f'<b style="color:{symbol.dark if dark else symbol.light}">{word}</b>'

    st.html(
        f"""<p class="start-lead">An LSTM reads word by word and carries a {tinted("c", "memory")}, the belt.
        At every word one gate decides what to {tinted("f", "keep")}, another what to
        {tinted("i", "write")}.</p>"""
    )


def show_way_on() -> None:
    """Offer the one way on: the guided path, from where this person left it."""
    number = progress().number
    label = f"Go on at step {number} of {len(STOPS)}"
    if number == 1:
        label = f"Show me how: {len(STOPS)} short steps"
    # A button: a link to a page that is open already would lose its query.
    with st.container(key="start_primary"):
        st.button(label, icon=":material/play_circle:", type="primary", on_click=ask_for, args=(number,))


def show_door(door: Door) -> None:
    """Show a door: its picture, and a link to its page."""
    with st.container(border=True, height="stretch", key=f"start_door_{door.page}"):
        picture = b64encode(door.draw(is_dark()).encode()).decode()
        image = f'<img alt="{escape(door.seen)}" src="data:image/svg+xml;base64,{picture}">'
        st.html(f'<div class="start-door">{image}</div>')
        st.page_link(
            f"pages/{door.page}.py", label=f"**{door.title}**", icon=door.icon, query_params=dict(door.query)
        )
        st.html(f'<p class="start-door-text">{escape(door.text)}</p>')
