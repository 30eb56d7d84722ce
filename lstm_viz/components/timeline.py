"""The gates while they are learned: a heat strip of one sequence and a slider over the time of training."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import orjson
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HTML: Final = (
    '<div class="timeline themed" role="group" aria-label="The gates, while they are learned"></div>'
)


def timeline(record: Mapping[str, Any], *, key: str) -> None:
    """Show a timeline. Sliding and playing stay in the browser.

    Parameters
    ----------
    record
        What :func:`lstm_viz.views.timeline.timeline_record` returns, and beside it ``run`` (the name under
        which charts follow the update shown: the cursor of a chart stands at that x), ``origin`` (what is
        shown: another one opens on its last frame) and ``begun`` (the id of a run that has just begun, or
        None: the timeline comes into view). A timeline that shows its last frame goes on with every frame
        that is added; one that was turned back stays where it is.
    key
        Identity of the timeline on its page.
    """
    data = orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY)
    _renderer()(key=key, data=data, width="stretch")


@cache
def _renderer() -> ComponentRenderer:
    # Not at import: Streamlit knows the folder of our files only while a server (or a test of a page) is
    # running.
    return st.components.v2.component(
        "lstm-viz.timeline", html=_HTML, css="timeline/timeline.css", js="timeline/index.js"
    )
