"""Cells of the gallery that are opened: side by side line by line, their equations, and one on the stage."""

import logging
from typing import Final

import streamlit as st

from lstm_viz.app.shell.messages import REFUSALS, read_edits, short
from lstm_viz.app.variants.gallery_state import GalleryState
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.components.stage import stage
from lstm_viz.components.strips import strips
from lstm_viz.exchange.links.gradients import to_query as gradients_query
from lstm_viz.settings.cell_choice import CellChoice
from lstm_viz.settings.gallery import FLAGGED, INPUT_NAMES, cell_of, run_of
from lstm_viz.settings.gradients import GradientSettings
from lstm_viz.views.cell_stage import cell_record
from lstm_viz.views.gallery import lines_record

RUN: Final = "gallery"
"""The name under which what shows the opened cells follows the same step."""

_STRIPS: Final = "gallery_strips"
_STAGE: Final = "gallery_stage"
_ON_STAGE: Final = "gallery_on_stage"
_NO_WAY_BACK: Final = {"undo": False, "redo": False, "changed": False}

_log: Final = logging.getLogger("lstm_viz.gallery")


def show_opened(state: GalleryState) -> None:
    """Show the cells that are opened, or how to open one."""
    st.header("Opened, side by side", anchor=False)
    cells = state.choice.cells
    if not cells:
        st.markdown(
            "Press *Open* on up to four cards: every line of these cells is shown here, step by step, and "
            "one of the cells is drawn on the stage."
        )
        return
    shared = {"run": RUN, "origin": "~".join(cells), "opening": FLAGGED[1]}
    strips({**lines_record(cells), **shared}, key=_STRIPS)
    for place, name in zip(st.columns(len(cells), gap="medium"), cells, strict=True):
        with place.container(border=True, height="stretch"):
            _show_equations(name)
    st.page_link(
        "pages/gradients.py",
        label="How far back does their gradient reach?",
        icon=":material/trending_down:",
        query_params=gradients_query(GradientSettings(cells=tuple(map(CellChoice, cells)))),
    )
    name = _pick_cell(state)
    cell = cell_of(name)
    unit = min(state.unit, cell.hidden - 1)
    stage(
        {
            **cell_record(cell, run_of(name), INPUT_NAMES, unit=unit),
            **shared,
            "unit": unit,
            "reply": state.stage_reply,
            "history": _NO_WAY_BACK,
        },
        key=_STAGE,
        on_edit=lambda: _take_unit(state, cell.hidden),
        on_history=lambda: None,
    )


def _pick_cell(state: GalleryState) -> str:
    """Offer the cells for the stage, and return the one chosen."""
    st.session_state[_ON_STAGE] = state.cell_on_stage

    def take() -> None:
        state.on_stage, state.unit = st.session_state[_ON_STAGE], 0

    st.segmented_control(
        "Cell on the stage", state.choice.cells, key=_ON_STAGE, on_change=take, required=True
    )
    return state.cell_on_stage


def _take_unit(state: GalleryState, units: int) -> None:
    """Show the unit that was chosen on the stage: units are all that this stage sends."""
    try:
        state.stage_reply, edits = read_edits(st.session_state[_STAGE]["edit"])
        state.choose_unit(int(edits[-1]["unit"]), units)
    except REFUSALS as error:
        _log.warning("Refused an edit: %s", short(error))


def _show_equations(name: str) -> None:
    equations = CATALOGUE[name]
    st.markdown(f"**{name}** · {equations.title}  \n{equations.purpose}")
    st.markdown("  \n".join(f"${line}$" for _, line in equations.latex()))
    note = f"  \n{equations.note}" if equations.note else ""
    st.markdown(
        f"**{equations.parameter_formula}** parameters  \n{equations.source} ({equations.year}).{note}"
    )
