"""The gallery of cells: a card each, with its main lines and what its memory did on one input."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import orjson
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HTML: Final = '<div class="gallery themed"></div>'


def gallery(record: Mapping[str, Any], *, key: str, on_choose: Callable[[], None]) -> None:
    """Show the cards.

    Parameters
    ----------
    record
        What :func:`lstm_viz.views.gallery.gallery_record` returns.
    key
        Identity of the gallery on its page.
    on_choose
        Called when a cell is opened or closed: ``st.session_state[key]["choose"]`` is
        then its name.
    """
    data = orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY)
    _renderer()(key=key, data=data, on_choose_change=on_choose, width="stretch")


@cache
def _renderer() -> ComponentRenderer:
    # Not at import: Streamlit knows the folder of our files only while a server (or a test of a page) is
    # running.
    return st.components.v2.component(
        "lstm-viz.gallery", html=_HTML, css="gallery/gallery.css", js="gallery/index.js"
    )
