"""The Variants page: several cells side by side, with a gate missing, tied, or peeking at the memory."""

import streamlit as st

from lstm_viz.app.shell.style import page_style
from lstm_viz.app.variants.actions import LINKED
from lstm_viz.app.variants.controls import show_controls
from lstm_viz.app.variants.equations import show_equations
from lstm_viz.app.variants.stage import show_cells

page_style()
st.title("What if a gate were missing, tied, or could peek at the memory?", anchor=False)

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
st.markdown(
    """
1. **Turn the timer.** In *A timer that needs to peek*, pull the period from 8 down to 3. Which two
   weights have changed, and which stayed?
2. **Break the average, or not.** In *Tied gates make a moving average*, pull the input gate slowly up. At
   one value both cells are averages. Which is it, and why only there?
3. **Take your hand off the weights.** In *One gate missing*, set the weights to *drawn by a seed*, and try
   the seeds 0 to 9. Nine times the same cell grows the largest memory. Which gate does it lack, and which
   seed is the exception?
"""
)

st.header("Where this comes from", anchor=False)
st.markdown(
    """
The LSTM is by Hochreiter & Schmidhuber (1997), still without a forget gate, which Gers, Schmidhuber & Cummins
(2000) added; peepholes are from Gers & Schmidhuber (2000). Greff, Srivastava, Koutník, Steunebrink &
Schmidhuber (2017) compared V with eight cells that differ from it in one point: that is why NIG, NFG, NOG,
NIAF, NOAF, CIFG and FGR all have peepholes here, and NP, which is our plain LSTM, has none. The GRU is from
Cho et al. (2014).
"""
)
