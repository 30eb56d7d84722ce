"""“Write your own cell”: the editor, and all that follows from its text."""

import streamlit as st

from lstm_viz.app.own_cell.actions import LINKED, follow_up, take_text, take_unit
from lstm_viz.app.own_cell.controls import show_starts, show_weights_and_input
from lstm_viz.app.own_cell.export import show_take_away
from lstm_viz.app.own_cell.onward import show_onward
from lstm_viz.app.own_cell.state import OwnCellState
from lstm_viz.app.own_cell.view import (
    EDITOR,
    MOST_PARTS,
    RUN,
    STAGE,
    STRIPS,
    OwnCellView,
    editor_record,
    out_of_range,
)
from lstm_viz.app.shell.charts import show_chart
from lstm_viz.app.shell.run_controls import pick_unit
from lstm_viz.app.shell.style import is_dark
from lstm_viz.cells.run import OutOfRangeError
from lstm_viz.components.equation_editor import equation_editor
from lstm_viz.components.stage import stage
from lstm_viz.components.strips import strips


def show_own_cell() -> None:
    """Show the whole section, whose text and link are its own."""
    st.markdown(
        "**A cell is a few lines.** Change one, and it runs and is differentiated while you type. What you "
        "write is read as equations, and never executed as code."
    )
    st.fragment(_show)(LINKED.read())


def _show(state: OwnCellState) -> None:
    state.drawn = state.settings
    show_starts(state)
    view, failure = _run(state)
    equation_editor(
        editor_record(state, failure),
        key=EDITOR,
        run=RUN,
        reply=state.reply,
        link=state.shown_link(),
        preview="own_cell",
        on_edit=lambda: take_text(state, EDITOR),
    )
    show_weights_and_input(state)
    if view is not None:
        _show_run(state, view)
        show_onward(state.settings)
        show_take_away(view.settings)
    follow_up(state)


def _run(state: OwnCellState) -> tuple[OwnCellView | None, str]:
    """Run the cell; where it leaves the range of numbers, the last one that did not, and say so."""
    failure = ""
    try:
        view = OwnCellView.of(state.settings, state.unit)
    except OutOfRangeError as error:
        failure = out_of_range(error)
        if state.ran is None:
            return None, failure
        last = OwnCellView.of(state.ran, min(state.unit, state.ran.hidden - 1))
        return last, f"{failure} Below is the last run that did not."
    state.ran = state.settings
    return view, failure


def _show_run(state: OwnCellState, view: OwnCellView) -> None:
    pick_unit(state.settings.hidden, state.unit, state.choose, page="own_cell")
    shared = {"run": RUN, "origin": state.origin, "opening": 0, "reply": state.reply}
    strips({**view.strips(), **shared}, key=STRIPS)
    # A place of its own: what stands below must not move from its node.
    with st.container():
        _show_stage(state, view)
    for place, drawn in zip(st.columns(2, gap="medium"), view.charts(dark=is_dark()), strict=True):
        with place:
            show_chart(drawn, run=RUN, reply=state.reply)


def _show_stage(state: OwnCellState, view: OwnCellView) -> None:
    """Draw the cell; undo, redo and reset by key are those of the editor."""
    if view.parts > MOST_PARTS:
        st.markdown(
            f"This cell has {view.parts} boxes and operators. Cells of up to {MOST_PARTS} are drawn here; "
            "the strips and the curves show all of it."
        )
        return
    history = state.history
    ways = {"undo": bool(history.past), "redo": bool(history.future), "changed": history.has_changed}
    shared = {"run": RUN, "origin": state.origin, "opening": 0}
    replies = {"reply": state.stage_reply, "page_reply": state.reply}
    stage(
        {**view.stage(), **shared, **replies, "history": ways},
        key=STAGE,
        on_edit=lambda: take_unit(state, STAGE),
        on_history=lambda: state.move(str(st.session_state[STAGE]["history"])),
    )
