"""A film of the gates: heat strips of one sequence, with a slider over the time of training."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import orjson
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HTML: Final = '<div class="film themed" role="group" aria-label="The gates, while they are learned"></div>'


def film(record: Mapping[str, Any], *, key: str) -> None:
    """Show a film. Sliding and playing stay in the browser.

    Parameters
    ----------
    record
        What :func:`lstm_viz.views.learning.film_record` returns, and beside it ``run`` (the name under which
        charts follow the update shown: the cursor of a chart stands at that x) and ``origin`` (what is being
        filmed: another one opens on its last frame). A film that shows its last frame goes on with every
        frame that is added; one that was turned back stays where it is. When another run has ``begun`` (its
        id, or None), the film comes into view.
    key
        Identity of the film on its page.
    """
    data = orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY)
    _renderer()(key=key, data=data, width="stretch")


@cache
def _renderer() -> ComponentRenderer:
    # Not at import: Streamlit knows the folder of our files only while a server (or a test of a page) is
    # running.
    return st.components.v2.component("lstm-viz.film", html=_HTML, css="film/film.css", js="film/index.js")
