"""What follows the hand on the Cell page: the stage, and the charts of the run over time."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lstm_viz.app.cell.actions import LINKED, follow_up, home_name
from lstm_viz.app.cell.guided import STAGE, GuidedView
from lstm_viz.app.cell.state import CellState
from lstm_viz.app.cell.view import RUN, CellView
from lstm_viz.app.path.actions import COACH, here
from lstm_viz.app.path.guide import Guide
from lstm_viz.app.path.parts import below_page, beside_coach, show_coach
from lstm_viz.app.path.record import note_if_done, run_record
from lstm_viz.app.shell.charts import show_chart
from lstm_viz.app.shell.edits import take_edits
from lstm_viz.app.shell.style import is_dark
from lstm_viz.components.stage import PREVIEW_PATH, stage
from lstm_viz.exchange.links.cell import to_query


def show_run(state: CellState) -> None:
    """Show the run on the stage and in charts, and bring the rest of the page up to date."""
    guide = here("cell")
    view = CellView.of(state.run, state.unit)
    _show_stage(state, view.stage())
    _show_charts(state, view)
    if guide is not None:
        # The stage has all the dials.
        note_if_done(guide, state.run)
        with below_page():
            _show_coach(state, guide, {**run_record(guide, state.run), "dials": []})
    follow_up(state)


def show_stop(state: CellState) -> None:
    """Show what a stop of the guided path is about, and the coach beside it."""
    guide = here("cell")
    if guide is None:  # the address has been changed by hand
        st.rerun()
    # First: what is done is no longer hidden.
    note_if_done(guide, state.run)
    view = GuidedView.of(guide, state.run)
    with beside_coach() as (picture, column):
        with picture:
            _show_stage(state, view.stage() | {"page_reply": state.reply})
            for drawn in view.charts(dark=is_dark()):
                show_chart(drawn, run=RUN, reply=state.reply)
        with column:
            asks = {"preview": f"{PREVIEW_PATH}/cell", "link": to_query(state.run)}
            _show_coach(state, guide, view.coach() | asks)
    LINKED.write_link()


def _show_coach(state: CellState, guide: Guide, record: dict[str, Any]) -> None:
    show_coach(
        guide,
        record | {"run": RUN, "unit": state.unit, "reply": state.reply, "home": home_name(state)},
        on_edit=lambda: take_edits(state, st.session_state[COACH]["edit"], home=home_name(state)),
    )


def _show_stage(state: CellState, shown: Mapping[str, Any]) -> None:
    history = state.history
    record: dict[str, Any] = {
        **shown,
        "reply": state.reply,
        "home": home_name(state),
        "history": {
            "undo": bool(history.past),
            "redo": bool(history.future),
            "changed": history.has_changed,
        },
        "troubles": state.troubles,
    }
    stage(
        record,
        key=STAGE,
        on_edit=lambda: take_edits(state, st.session_state[STAGE]["edit"], home=home_name(state)),
        on_history=lambda: state.move(str(st.session_state[STAGE]["history"])),
    )


def _show_charts(state: CellState, view: CellView) -> None:
    for drawn in view.charts(dark=is_dark()):
        show_chart(drawn, run=RUN, reply=state.reply)
