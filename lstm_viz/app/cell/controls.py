"""The controls above the stage of the Cell page: where to start from, and a new input."""

from dataclasses import replace
from typing import Final

import streamlit as st

from lstm_viz.app.cell.state import CellState
from lstm_viz.app.shell.shapes import offer_shapes
from lstm_viz.settings.cell import MAX_INPUTS, MAX_STEPS, MAX_UNITS, Rows, SequenceSettings
from lstm_viz.settings.presets import PRESETS, RANDOM, TRAINED, input_names, random_run

_PRESET: Final = "cell_preset"
_SEED: Final = "cell_seed"
_UNITS: Final = "cell_units"
_INPUTS: Final = "cell_inputs"
_OTHERS: Final = {RANDOM: "A random cell", TRAINED: "A trained cell"}
_MAX_SEED: Final = 9999


def show_controls(state: CellState) -> None:
    """Offer where to start from, and a way to draw the input anew."""
    state.drawn = state.committed
    pick, watch, draw = st.columns([3, 6, 2], vertical_alignment="center", gap="medium")
    with pick:
        _pick_preset(state)
    watch.markdown(_caption(state))
    with draw:
        _draw_input(state)
    # An empty place where there is nothing: the stage below must not move from its node.
    with st.container():
        if state.run.origin == RANDOM:
            _draw_cell(state)


def _caption(state: CellState) -> str:
    origin = state.run.origin
    if origin == RANDOM:
        return "Weights drawn at random. Step through, and compare what its gates do."
    if origin == TRAINED:
        return "Weights learned on the Train page, on a sequence of the task. Change one: what breaks?"
    watch = PRESETS[origin].watch
    unchanged = state.committed == state.history.home
    return watch if unchanged else f"The preset, before your changes: {watch}"


def _pick_preset(state: CellState) -> None:
    def pick() -> None:
        key = st.session_state[_PRESET]
        if key != TRAINED:
            state.restart(random_run(0) if key == RANDOM else PRESETS[key].settings)

    origin = state.run.origin
    st.session_state[_PRESET] = origin
    st.selectbox(
        "Start from",
        [*PRESETS, RANDOM, *([TRAINED] if origin == TRAINED else [])],
        format_func=lambda key: _OTHERS[key] if key in _OTHERS else PRESETS[key].title,
        key=_PRESET,
        on_change=pick,
    )


def _draw_input(state: CellState) -> None:
    def take(lines: Rows) -> None:
        state.change(replace(state.run, sequence=SequenceSettings.from_lines(*lines)))

    names = input_names(state.run.origin, state.run.cell.inputs)
    offer_shapes(state.run.sequence.lines, names, take, page="cell", most=MAX_STEPS)


def _draw_cell(state: CellState) -> None:
    def draw() -> None:
        seed = st.session_state[_SEED] or 0
        state.restart(random_run(seed, st.session_state[_UNITS], st.session_state[_INPUTS]))

    # Undo may have led to a cell of another size, and a link to one whose seed is not known.
    units, inputs = state.run.cell.units, state.run.cell.inputs
    st.session_state[_UNITS], st.session_state[_INPUTS] = units, inputs
    asked = st.session_state.get(_SEED) or 0
    st.session_state[_SEED] = asked if state.history.home == random_run(asked, units, inputs) else None
    for_seed, for_units, for_inputs = st.columns(3)
    for_seed.number_input(
        "Seed",
        0,
        _MAX_SEED,
        value=None,
        key=_SEED,
        on_change=draw,
        placeholder="not known: this cell came by a link",
        help="The same seed draws the same cell.",
    )
    for_units.number_input("Units", 1, MAX_UNITS, key=_UNITS, on_change=draw)
    for_inputs.number_input("Inputs", 1, MAX_INPUTS, key=_INPUTS, on_change=draw)
