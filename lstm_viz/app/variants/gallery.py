"""The family on the Variants page: a card for each cell of the catalogue, and what is opened of them."""

import logging
from collections.abc import Mapping
from typing import Final, get_args

import streamlit as st

from lstm_viz.app.shell.linked_state import LinkedState
from lstm_viz.app.shell.messages import short
from lstm_viz.app.variants.gallery_state import GalleryState
from lstm_viz.app.variants.opened import show_opened
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.components.gallery import gallery
from lstm_viz.exchange.links.gallery import KEYS
from lstm_viz.settings.gallery import EXHIBITS
from lstm_viz.views.gallery import SEES, Seen, gallery_record, seen_by_weights

ERAS: Final = {"1990 to 2000": (1990, 2000), "2014 to 2018": (2014, 2018), "2023 and 2024": (2023, 2024)}

_GALLERY: Final = "gallery"
_SEES: Final = "gallery_sees"
_ERA: Final = "gallery_era"

CONTROLS: Final[Mapping[str, None]] = {_SEES: None, _ERA: None}
"""By its key, what a control says at first."""

_TASKS: Final = """
1. **Look for the odd one out.** Choose *x alone*. One of these five cells mixes every value in. What do the
   gates of the others have that its gates lack?
2. **Full is full.** Open *LSTM* and *V*, and go to step 6, where −0.60 comes with a flag. Why does one of
   them write, and the other not? Put V on the stage, and read the line of i.
3. **Nearly, or exactly.** Compare what holding does to the memory on the cards *LSTM* and *LSTM hard*. Which
   property of their gates makes the difference?
"""

_log: Final = logging.getLogger("lstm_viz.gallery")

_LINKED: Final = LinkedState(
    "gallery_state", lambda: KEYS, GalleryState.from_link, GalleryState.follow, GalleryState.link
)


def show_family() -> None:
    """Show the cells that pass the filters, and what is opened of them."""
    state = _LINKED.read()
    st.markdown(
        "**One input, one job:** hold the newest value that came with a flag. Each strip is what the memory "
        "of a cell did, with weights set by hand. Which cells manage, and what do the others lose?"
    )
    names = _filtered()
    gallery(gallery_record(names, state.choice.cells), key=_GALLERY, on_choose=lambda: _choose(state))
    with st.container():
        show_opened(state)
    st.header("Three things to try", anchor=False)
    st.markdown(_TASKS)
    _LINKED.write_link()


def _choose(state: GalleryState) -> None:
    try:
        state.toggle(str(st.session_state[_GALLERY]["choose"]))
    except ValueError as error:
        # No card sends this.
        _log.warning("Refused a choice: %s", short(error))


def _filtered() -> list[str]:
    """Offer the filters, and return the names of the cells that pass them."""
    sees, era = st.columns(2, gap="medium")
    seen = sees.pills(
        "Their weights see",
        get_args(Seen),
        format_func=lambda key: SEES[key],
        key=_SEES,
    )
    years = era.pills("Published", list(ERAS), key=_ERA)
    first, last = ERAS[years] if years else (0, 9999)
    return [
        name
        for name, equations in ((name, CATALOGUE[name]) for name in EXHIBITS)
        if first <= (equations.year or 0) <= last and seen in (None, seen_by_weights(equations))
    ]
