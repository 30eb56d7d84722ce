"""The input of the Variants page: typed as lines of numbers, or drawn as a shape."""

from dataclasses import replace

import streamlit as st

from lstm_viz.app.shell.run_controls import type_lines
from lstm_viz.app.shell.shapes import offer_shapes
from lstm_viz.app.variants.state import VariantsState
from lstm_viz.settings.cell import Rows
from lstm_viz.settings.variants import LONGEST


def choose_input(state: VariantsState) -> None:
    """Offer a field for every line of the input, and shapes to fill them with."""
    *typed, draw = st.columns([*[9 / state.settings.inputs] * state.settings.inputs, 2], gap="small")
    type_lines(
        state.settings.lines,
        state.settings.input_names,
        state.typed,
        state.troubles,
        state.type,
        typed,
        page="variants",
    )

    def take(lines: Rows) -> None:
        state.change(replace(state.settings, lines=lines))

    with draw:
        st.space("small")
        offer_shapes(state.settings.lines, state.settings.input_names, take, page="variants", most=LONGEST)
