"""The stage: the live cell, stepped through in the browser."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import orjson
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

PREVIEW_PATH: Final = "/lstm-viz/preview"
"""Where our own server says what a page would show, below its base path, followed by the name of the page:
:mod:`lstm_viz.app.shell.preview`."""

_HTML: Final = '<div class="stage themed" role="group" aria-label="The LSTM cell, step by step"></div>'


def stage(
    record: Mapping[str, Any],
    *,
    key: str,
    on_edit: Callable[[], None],
    on_history: Callable[[], None],
) -> None:
    """Show one run on the stage.

    Parameters
    ----------
    record
        What :func:`lstm_viz.views.stage.stage_record` returns, and beside it ``run`` (the name under which
        the charts of the page follow its steps), ``reply`` (id of the last edit that this run answers),
        ``opening`` (the step to open on), ``history`` (which of undo, redo and changed are true), ``texts``
        and ``troubles`` (the typed line of each input, and what is wrong with it), and ``home`` (a name of
        the cell that is being changed, which edits are sent back with). With ``preview`` (an address below
        the base path of the server) and ``link`` (the run as the query of a link) the stage asks there while
        a hand drags, and sends an edit once it rests. With ``page_reply`` (id of the last edit of the page's
        panel that this run answers) it passes over what is older than a preview that the panel has asked for.
    key
        Identity of the stage on its page, and of its state.
    on_edit, on_history
        Called when the person changes something, or asks for undo, redo or reset; the values are
        ``st.session_state[key]["edit"]`` and ``["history"]``.
    """
    # Bytes pass through Streamlit untouched; a mapping would be serialised twice.
    data = orjson.dumps({**record, "key": key}, option=orjson.OPT_SERIALIZE_NUMPY)
    _renderer()(key=key, data=data, on_edit_change=on_edit, on_history_change=on_history, width="stretch")


@cache
def _renderer() -> ComponentRenderer:
    # Not at import: Streamlit knows the folder of our files only while a server (or a test of a page) is
    # running.
    return st.components.v2.component(
        "lstm-viz.stage", html=_HTML, css="stage/stage.css", js="stage/index.js"
    )
