"""The family on the Variants page: a card for each cell of the catalogue, and some of them side by side."""

import logging
from dataclasses import dataclass
from typing import Any, Final, get_args

import streamlit as st

from lstm_viz.app.shell.linked_state import LinkedState
from lstm_viz.app.shell.messages import short
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.components.gallery import gallery
from lstm_viz.components.strips import strips
from lstm_viz.exchange.links.gallery import KEYS, from_query, to_query
from lstm_viz.settings.gallery import Choice
from lstm_viz.views.gallery import SEES, Seen, gallery_record, lines_record, seen_by_weights

RUN: Final = "gallery"
"""The name under which what shows the chosen cells follows the same step."""

ERAS: Final = {"1990 to 2000": (1990, 2000), "2014 to 2018": (2014, 2018), "2023 and 2024": (2023, 2024)}

_GALLERY: Final = "gallery"
_STRIPS: Final = "gallery_strips"
_SEES: Final = "gallery_sees"
_ERA: Final = "gallery_era"
_PLACE: Final = "gallery_side_by_side"

_log: Final = logging.getLogger("lstm_viz.gallery")


@dataclass(slots=True)
class _State:
    choice: Choice


def _follow(state: _State, query: Any) -> None:
    state.choice = from_query(query)


_LINKED: Final = LinkedState(
    "gallery_state",
    lambda: KEYS,
    lambda query: _State(from_query(query)),
    _follow,
    lambda state: to_query(state.choice),
)


def show_family() -> None:
    """Show the cards that pass the filters, and what is chosen of them, side by side."""
    state = _LINKED.read()
    st.markdown(
        "**One input, one job:** hold the newest value that came with a flag. Each strip is what the memory "
        "of a cell did, with weights set by hand. Which cells manage, and what do the others lose?"
    )
    names = _filtered()
    gallery(gallery_record(names, state.choice.cells), key=_GALLERY, on_choose=lambda: _choose(state))
    with st.container(key=_PLACE):
        _show_chosen(state.choice)
    _LINKED.write_link()


def _choose(state: _State) -> None:
    try:
        state.choice = state.choice.toggled(str(st.session_state[_GALLERY]["choose"]))
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
        for name, equations in CATALOGUE.items()
        if first <= (equations.year or 0) <= last and seen in (None, seen_by_weights(equations))
    ]


def _show_chosen(choice: Choice) -> None:
    st.header("Side by side", anchor=False)
    if len(choice.cells) < 2:
        missing = "two to four cards" if not choice.cells else "another card"
        st.markdown(f"Press *Compare* on {missing}: every line of these cells is shown here, step by step.")
        return
    strips({**lines_record(choice.cells), "run": RUN, "origin": "~".join(choice.cells)}, key=_STRIPS)
    for place, name in zip(st.columns(len(choice.cells), gap="medium"), choice.cells, strict=True):
        with place.container(border=True, height="stretch"):
            _show_equations(name)


def _show_equations(name: str) -> None:
    equations = CATALOGUE[name]
    st.markdown(f"**{name}** · {equations.title}  \n{equations.purpose}")
    st.markdown("  \n".join(f"${line}$" for _, line in equations.latex()))
    note = f"  \n{equations.note}" if equations.note else ""
    st.markdown(f"**{equations.parameter_formula}** weights  \n{equations.source} ({equations.year}).{note}")
