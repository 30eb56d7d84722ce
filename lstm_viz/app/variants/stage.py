"""What follows the hand on the Variants page: dials, strips, charts, and one cell on the stage."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from lstm_viz.app.shell.charts import show_chart
from lstm_viz.app.shell.run_controls import pick_unit
from lstm_viz.app.shell.style import is_dark
from lstm_viz.app.variants.actions import follow_up, take_unit
from lstm_viz.app.variants.dials import show_dials
from lstm_viz.app.variants.equations import described
from lstm_viz.app.variants.state import VariantsState
from lstm_viz.app.variants.view import RUN, STAGE, STRIPS, VariantsView
from lstm_viz.components.stage import stage
from lstm_viz.components.strips import strips
from lstm_viz.settings.family import FAMILY

_ON_STAGE: Final = "variants_opened"


def show_cells(state: VariantsState) -> None:
    """Show the dials and all that they change, and bring the rest of the page up to date."""
    show_dials(state)
    view = VariantsView.of(state.settings, state.unit, state.cell_on_stage)
    opening = view.opening if state.opening is None else state.opening
    shared = {"run": RUN, "origin": state.origin, "opening": opening}
    pick_unit(state.settings.units, state.unit, state.choose, page="variants")
    strips({**view.strips(), **shared, "reply": state.reply}, key=STRIPS)
    for place, drawn in zip(st.columns(2, gap="medium"), view.charts(dark=is_dark()), strict=True):
        with place:
            show_chart(drawn, run=RUN, reply=state.reply)
    st.header("One of them on the stage", anchor=False)
    _pick_cell(state)
    _show_stage(state, {**view.stage(), **shared})
    follow_up(state)


def _pick_cell(state: VariantsState) -> None:
    """Offer the cells for the stage, and say what the one chosen is about."""
    st.session_state[_ON_STAGE] = state.cell_on_stage

    def take() -> None:
        state.on_stage = st.session_state[_ON_STAGE]

    st.segmented_control(
        "Cell on the stage",
        state.settings.cells,
        format_func=lambda key: FAMILY[key].name,
        key=_ON_STAGE,
        on_change=take,
        required=True,
    )
    st.markdown(described(state.settings, state.cell_on_stage))


def _show_stage(state: VariantsState, record: Mapping[str, Any]) -> None:
    """Show the chosen cell; undo, redo and reset by key are those of the whole page."""
    history = state.history
    ways = {"undo": bool(history.past), "redo": bool(history.future), "changed": history.has_changed}
    stage(
        {**record, "reply": state.stage_reply, "page_reply": state.reply, "history": ways},
        key=STAGE,
        on_edit=lambda: take_unit(state, STAGE),
        on_history=lambda: state.move(str(st.session_state[STAGE]["history"])),
    )
