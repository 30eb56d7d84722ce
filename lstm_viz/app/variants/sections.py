"""The sections of the Variants page: one of them is shown, and only that one is computed."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from lstm_viz.exchange.links import gallery, own_cell, variants

SECTIONS: Final = {
    "family": "The family",
    "new": "New in 2024",
    "compare": "Side by side",
    "own": "Write your own",
}
"""By the word in the address, the title of each section."""

_KEYS: Final = {"compare": variants.KEYS, "family": gallery.KEYS, "own": own_cell.KEYS}
"""The keys of the address that belong to a section."""

_PART: Final = "part"
_LAST: Final = "variants_last_part"
_PICKED: Final = "variants_part"


def pick_section() -> str:
    """Offer the sections, and return the key in ``SECTIONS`` of the one to be shown.

    The address says which: by its own word, or by what else it names. A link to a comparison that was shared
    before there were sections opens that comparison. Where it says nothing, it is the one shown last.
    """
    shown = st.session_state[_LAST] = _named()
    st.session_state[_PICKED] = shown

    def take() -> None:
        st.query_params[_PART] = st.session_state[_PICKED]

    st.segmented_control(
        "Part of this page",
        SECTIONS,
        format_func=lambda key: SECTIONS[key],
        key=_PICKED,
        on_change=take,
        required=True,
        label_visibility="collapsed",
    )
    return shown


def _named() -> str:
    if (asked := st.query_params.get(_PART)) in SECTIONS:
        return str(asked)
    of_address = (name for name, keys in _KEYS.items() if any(key in st.query_params for key in keys))
    return next(of_address, st.session_state.get(_LAST, "family"))


def keep_controls(defaults: Mapping[str, Any]) -> None:
    """Keep what was chosen in the controls of sections that are not shown, which Streamlit would forget."""
    for key, default in defaults.items():
        st.session_state[key] = st.session_state.get(key, default)
