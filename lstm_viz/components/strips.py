"""Heat strips of several cells on the same input, aligned step by step under one cursor."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import orjson
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HTML: Final = '<div class="strips themed" role="group" aria-label="All cells, step by step"></div>'


def strips(record: Mapping[str, Any], *, key: str) -> None:
    """Show the strips.

    Parameters
    ----------
    record
        What :func:`lstm_viz.views.strips.strips_record` returns, and beside it ``run`` (the name under which
        charts and stage of the page follow the same step), ``origin`` (of the run: another one opens on its
        own step) and ``opening`` (that step).
    key
        Identity of the strips on their page.
    """
    data = orjson.dumps({**record, "key": key}, option=orjson.OPT_SERIALIZE_NUMPY)
    _renderer()(key=key, data=data, width="stretch")


@cache
def _renderer() -> ComponentRenderer:
    # Not at import: Streamlit knows the folder of our files only while a server (or a test of a page) is
    # running.
    return st.components.v2.component(
        "lstm-viz.strips", html=_HTML, css="strips/strips.css", js="strips/index.js"
    )
