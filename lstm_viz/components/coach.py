"""The coach: what a stop of the guided path says and asks, beside the page that it is on."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import orjson
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HTML: Final = '<section class="coach dials themed" aria-label="Guided path"></section>'


def coach(
    record: Mapping[str, Any],
    *,
    key: str,
    on_way: Callable[[], None],
    on_answer: Callable[[], None],
    on_edit: Callable[[], None],
) -> None:
    """Show the coach.

    Parameters
    ----------
    record
        What :func:`lstm_viz.app.path.record.run_record` or ``page_record`` returns. Where it has dials,
        beside it ``run``, ``reply``, ``home``, ``unit``, ``link`` and ``preview``, as the stage has them.
    key
        Identity of the coach on its page, and of its state.
    on_way
        Called when the person goes on, back, or away, or wants to see everything. The value is
        ``st.session_state[key]["way"]``: ``{"go": 4}``, ``{"leave": true}`` or ``{"whole": true}``.
    on_answer
        Called with a choice, a prediction, or what the page itself has noticed; see
        :meth:`lstm_viz.app.path.guide.Guide.answer`.
    on_edit
        Called when a dial moves, as of the stage.
    """
    data = orjson.dumps({**record, "key": key}, option=orjson.OPT_SERIALIZE_NUMPY)
    _renderer()(
        key=key,
        data=data,
        on_way_change=on_way,
        on_answer_change=on_answer,
        on_edit_change=on_edit,
        width="stretch",
    )


@cache
def _renderer() -> ComponentRenderer:
    # Not at import: Streamlit knows the folder of our files only while a server (or a test of a page) is
    # running.
    return st.components.v2.component(
        "lstm-viz.coach", html=_HTML, css="coach/coach.css", js="coach/index.js"
    )
