"""The input of the Variants page: typed as lines of numbers, or drawn as a shape."""

from dataclasses import replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.shell.prose import show_error
from lstm_viz.app.shell.shapes import offer_shapes
from lstm_viz.app.variants.state import VariantsState
from lstm_viz.settings.cell import Rows
from lstm_viz.settings.sequences import format_line
from lstm_viz.settings.variants import LONGEST

_LINE: Final = "variants_line_"


def choose_input(state: VariantsState) -> None:
    """Offer a field for every line of the input, and shapes to fill them with."""
    *typed, draw = st.columns([*[9 / state.settings.inputs] * state.settings.inputs, 2], gap="small")
    _type_input(state, typed)

    def take(lines: Rows) -> None:
        state.change(replace(state.settings, lines=lines))

    with draw:
        st.space("small")
        offer_shapes(state.settings.lines, state.settings.input_names, take, page="variants", most=LONGEST)


def _type_input(state: VariantsState, places: list[DeltaGenerator]) -> None:
    names = state.settings.input_names

    def take() -> None:
        state.type([st.session_state[f"{_LINE}{column}"] for column in range(len(names))])

    # Streamlit forgets what stands in a field while another part of the page is shown.
    shown = state.typed if any(state.troubles) else map(format_line, state.settings.lines)
    for column, (name, text) in enumerate(zip(names, shown, strict=True)):
        key = f"{_LINE}{column}"
        st.session_state[key] = text
        places[column].text_input(f"Input {name}, one number a step", key=key, on_change=take)
        show_error(state.troubles[column], places[column])
