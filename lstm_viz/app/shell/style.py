"""The little of Streamlit's own look that is changed on every page."""

from typing import Final

import streamlit as st

_STYLE: Final = """
<style>
/* Pages open on their picture: the room above the title belongs to it. */
.stMainBlockContainer { padding-top: 3.6rem; padding-bottom: 4rem; max-width: 1500px; }
.stMainBlockContainer h1 { font-size: 1.7rem; padding: 0.2rem 0; }
.stMainBlockContainer h2 { font-size: 1.35rem; }
/* What is picked in a list: Streamlit's white on light blue cannot be read on a dark page. */
.stMultiSelect [data-tag] { background: none; border: 1px solid currentColor; color: inherit; }
@media (max-width: 640px) { .stMainBlockContainer { padding-left: 0.9rem; padding-right: 0.9rem; } }
</style>
"""


def page_style() -> None:
    """Apply it to the page being run."""
    st.html(_STYLE)


def is_dark() -> bool:
    """Return whether the page being run is dark."""
    return bool(st.context.theme.type == "dark")
