"""The belt: a sentence read by a network, its memory unrolled, and a dial that holds the forget gates."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import orjson
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HTML: Final = '<div class="belt themed" role="group" aria-label="A sentence, read word by word"></div>'


def belt(record: Mapping[str, Any], *, key: str) -> None:
    """Show a belt. Playing and the dial stay in the browser.

    Parameters
    ----------
    record
        What :meth:`lstm_viz.views.belt.Belt.record` returns.
    key
        Identity of the belt on its page.
    """
    _renderer()(key=key, data=orjson.dumps(record), width="stretch")


@cache
def _renderer() -> ComponentRenderer:
    # Not at import: Streamlit knows the folder of our files only while a server (or a test of a page) is
    # running.
    return st.components.v2.component("lstm-viz.belt", html=_HTML, css="belt/belt.css", js="belt/index.js")
