"""The controls of the Variants page: where to start from, the way back, cells, weights and sizes."""

from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.shell.run_controls import offer_way_back
from lstm_viz.app.variants.input import choose_input
from lstm_viz.app.variants.state import VariantsState
from lstm_viz.settings.cell import MAX_INPUTS, MAX_UNITS
from lstm_viz.settings.family import FAMILY
from lstm_viz.settings.variants import DRAWN, HAND_SET, MAX_SEED, MOST, VARIANTS_PRESETS

_PRESET: Final = "variants_preset"
_CELLS: Final = "variants_cells"
_WEIGHTS: Final = "variants_weights"
_SEED: Final = "variants_seed"
_UNITS: Final = "variants_units"
_INPUTS: Final = "variants_inputs"
_OWN: Final = "own"


def show_controls(state: VariantsState) -> None:
    """Offer presets, cells, weights and input."""
    state.drawn = state.settings
    _pick_preset(state)
    by_seed = state.settings.weights == DRAWN
    cells, weights, *sizes = st.columns([6, 2.4, 1.2, 1.2, 1.2] if by_seed else [6, 2.4], gap="small")
    with cells:
        _pick_cells(state)
    with weights:
        _pick_weights(state)
    if by_seed:
        _pick_sizes(state, sizes)
    choose_input(state)


def _pick_preset(state: VariantsState) -> None:
    found = (key for key, preset in VARIANTS_PRESETS.items() if preset.settings == state.settings)
    shown = next(found, _OWN)
    st.session_state[_PRESET] = shown

    def pick() -> None:
        if (key := st.session_state[_PRESET]) != _OWN:
            state.open(VARIANTS_PRESETS[key].settings)

    choose, watch, back = st.columns([3, 5.4, 2.6], vertical_alignment="center", gap="medium")
    with back:
        offer_way_back(state.history, state.move, page="variants", reset="Back to the preset")
    choose.selectbox(
        "Start from",
        [*VARIANTS_PRESETS, *([_OWN] if shown == _OWN else [])],
        format_func=lambda key: "Your own choice" if key == _OWN else VARIANTS_PRESETS[key].title,
        key=_PRESET,
        on_change=pick,
    )
    watch.markdown(
        VARIANTS_PRESETS[shown].watch
        if shown != _OWN
        else "The same input for all of them, and the same weights where they have the same gates."
    )


def _pick_cells(state: VariantsState) -> None:
    def take() -> None:
        state.pick(tuple(st.session_state[_CELLS]))

    by_hand = state.settings.weights != DRAWN
    if not state.has_too_few:
        st.session_state[_CELLS] = list(state.settings.cells)
    st.multiselect(
        "Cells side by side",
        [key for key, member in FAMILY.items() if member.variant is not None or not by_hand],
        format_func=lambda key: f"{FAMILY[key].name} · {FAMILY[key].title}",
        max_selections=MOST,
        key=_CELLS,
        on_change=take,
        help="Two to four. Weights set by hand are those of an LSTM; GRU and RNN can be drawn by a seed.",
    )
    if state.has_too_few:
        st.markdown(":red[Pick at least two cells: one alone has nothing to be compared with.]")


def _pick_weights(state: VariantsState) -> None:
    st.session_state[_WEIGHTS] = state.settings.weights

    def take() -> None:
        state.change(state.settings.with_weights(st.session_state[_WEIGHTS]))

    st.selectbox(
        "Weights",
        [DRAWN, *HAND_SET],
        format_func=lambda key: "drawn by a seed" if key == DRAWN else f"by hand: {HAND_SET[key].title}",
        key=_WEIGHTS,
        on_change=take,
    )


def _pick_sizes(state: VariantsState, places: list[DeltaGenerator]) -> None:
    settings = state.settings
    st.session_state[_SEED] = settings.seed
    st.session_state[_UNITS] = settings.units
    st.session_state[_INPUTS] = settings.inputs

    def take() -> None:
        state.resize(*(int(st.session_state[key]) for key in (_SEED, _UNITS, _INPUTS)))

    seed, units, inputs = places
    seed.number_input(
        "Seed", 0, MAX_SEED, key=_SEED, on_change=take, help="One seed draws the weights of all cells."
    )
    units.number_input("Units", 1, MAX_UNITS, key=_UNITS, on_change=take)
    inputs.number_input("Inputs", 1, MAX_INPUTS, key=_INPUTS, on_change=take)
