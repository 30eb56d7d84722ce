"""An editor of the equations of a cell: coloured, with each mistake where it is, and what was understood."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import orjson
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from lstm_viz.components.stage import PREVIEW_PATH

_HTML: Final = '<div class="equation-editor themed" role="group" aria-label="Equations of a cell"></div>'


def equation_editor(
    record: Mapping[str, Any],
    *,
    key: str,
    run: str,
    reply: int,
    link: Mapping[str, str],
    preview: str,
    on_edit: Callable[[], None],
) -> None:
    """Show the editor.

    Parameters
    ----------
    record
        What :func:`lstm_viz.app.own_cell.view.editor_record` returns.
    key
        Identity of the editor on its page, and of its state.
    run
        The name of what follows the text: charts and strips of that name pass over what is older than it.
    reply
        Id of the last edit that the record answers; while it lags behind, the text belongs to the hand.
    link, preview
        What is shown, as the query of a link, and the page whose preview is asked, with that and the text,
        while somebody types.
    on_edit
        Called when the hand rests. ``st.session_state[key]["edit"]`` is then ``{"id": int, "edits": [{"text":
        str, "valid": str, "done": bool}]}``: the text, and the last one that was found to be a cell.
    """
    shared = {"run": run, "reply": reply, "link": link, "preview": f"{PREVIEW_PATH}/{preview}"}
    data = orjson.dumps({**record, **shared}, option=orjson.OPT_SERIALIZE_NUMPY)
    _renderer()(key=key, data=data, on_edit_change=on_edit, width="stretch")


@cache
def _renderer() -> ComponentRenderer:
    # Not at import: Streamlit knows the folder of our files only while a server (or a test of a page) is
    # running.
    return st.components.v2.component(
        "lstm-viz.equation_editor",
        html=_HTML,
        css="equation_editor/equation_editor.css",
        js="equation_editor/index.js",
    )
