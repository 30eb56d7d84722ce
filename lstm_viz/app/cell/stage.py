"""What follows the hand on the Cell page: the stage, and the charts of the run over time."""

from typing import Any, Final

import streamlit as st

from lstm_viz.app.cell.actions import follow_up, home_name
from lstm_viz.app.cell.state import CellState
from lstm_viz.app.cell.view import RUN, CellView
from lstm_viz.app.shell.charts import show_chart
from lstm_viz.app.shell.edits import take_edits
from lstm_viz.app.shell.style import is_dark
from lstm_viz.components.stage import stage

_STAGE: Final = "cell_stage"


def show_run(state: CellState) -> None:
    """Show the run on the stage and in charts, and bring the rest of the page up to date."""
    view = CellView.of(state.run, state.unit)
    _show_stage(state, view)
    _show_charts(state, view)
    follow_up(state)


def _show_stage(state: CellState, view: CellView) -> None:
    history = state.history
    record: dict[str, Any] = view.stage() | {
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
        key=_STAGE,
        on_edit=lambda: take_edits(state, st.session_state[_STAGE]["edit"], home=home_name(state)),
        on_history=lambda: state.move(str(st.session_state[_STAGE]["history"])),
    )


def _show_charts(state: CellState, view: CellView) -> None:
    for drawn in view.charts(dark=is_dark()):
        show_chart(drawn, run=RUN, reply=state.reply)
