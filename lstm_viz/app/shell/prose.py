"""Text on a page: what is shown as Markdown goes through here, and has that type.

Plain text, which may come from anybody, is escaped on the way: by ``plain`` or by ``Markdown.format``, or
here where a message is a plain text as a whole.
"""

from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.markdown import Markdown


def show_text(
    text: Markdown, place: DeltaGenerator | None = None, *, width: Literal["stretch", "content"] = "stretch"
) -> None:
    """Show a paragraph, or several."""
    (place or st).markdown(text, width=width)


def show_caption(text: Markdown) -> None:
    """Show a remark in small print."""
    st.caption(text)


def show_note(text: Markdown, icon: str) -> None:
    """Show what somebody should know, in a box."""
    st.info(text, icon=icon)


def show_warning(text: Markdown, icon: str) -> None:
    """Show what went otherwise than expected, in a box."""
    st.warning(text, icon=icon)


def show_error(message: str, place: DeltaGenerator | None = None) -> None:
    """Show what is wrong, beside the control that it concerns; nothing for an empty message."""
    if message:
        show_text(Markdown(":red[{}]").format(message), place)
