"""The comparison on the Variants page: two to four cells, their weights, one input, and one on the stage."""

from typing import Final

import streamlit as st

from lstm_viz.app.variants.actions import LINKED
from lstm_viz.app.variants.controls import show_controls
from lstm_viz.app.variants.equations import show_equations
from lstm_viz.app.variants.stage import show_cells

_TASKS: Final = """
1. **Turn the timer.** In *A timer that needs to peek*, pull the period from 8 down to 3. Which two
   weights have changed, and which stayed?
2. **Break the average, or not.** In *Tied gates make a moving average*, pull the input gate slowly up. At
   one value both cells are averages. Which is it, and why only there?
3. **Take your hand off the weights.** In *One gate missing*, set the weights to *drawn by a seed*, and try
   the seeds 0 to 9. Nine times the same cell grows the largest memory. Which gate does it lack, and which
   seed is the exception?
"""


def show_comparison() -> None:
    """Show the controls, the cells as they run, their equations, and what to try."""
    state = LINKED.read()
    show_controls(state)
    # While a dial is dragged, the dials and what they change are drawn anew, and nothing else.
    st.fragment(show_cells)(state)
    st.header("The equations, side by side", anchor=False)
    st.markdown(
        "What differs from the plain LSTM is <u>underlined</u> and in red. H is the number of units, D "
        "the number of inputs.",
        unsafe_allow_html=True,
    )
    show_equations(state.settings)
    st.header("Three things to try", anchor=False)
    st.markdown(_TASKS)
