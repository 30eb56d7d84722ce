"""The board of a challenge: its weights, the curve against the band, and the sequences it is marked on."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import orjson
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HTML: Final = '<div class="board themed"></div>'


def board(
    record: Mapping[str, Any],
    *,
    key: str,
    on_edit: Callable[[], None],
    on_history: Callable[[], None],
) -> None:
    """Show one attempt at a challenge.

    Parameters
    ----------
    record
        What :func:`lstm_viz.app.challenges.view.board_record` returns, and beside it ``reply`` (id of the
        last edit that it answers) and ``history`` (which of undo, redo and changed are true).
    key
        Identity of the board on its page, and of its state.
    on_edit, on_history
        Called when the person changes something, or asks for undo, redo or reset; the values are
        ``st.session_state[key]["edit"]`` and ``["history"]``.
    """
    data = orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY)
    _renderer()(key=key, data=data, on_edit_change=on_edit, on_history_change=on_history, width="stretch")


@cache
def _renderer() -> ComponentRenderer:
    # Not at import: Streamlit knows the folder of our files only while a server (or a test of a page) is
    # running.
    return st.components.v2.component(
        "lstm-viz.board", html=_HTML, css="board/board.css", js="board/index.js"
    )
