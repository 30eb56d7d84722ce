"""The Challenges page: can I set the weights so that the cell does this? Marked by running the cell."""

import streamlit as st

from lstm_viz.app.challenges.board import LINKED, show_board
from lstm_viz.app.shell.style import page_style

page_style()
st.title("Can you set the weights so that the cell does this?", anchor=False)

# While a weight is dragged, the board is drawn anew, and nothing else.
st.fragment(show_board)(LINKED.read())

st.header("How it is marked", anchor=False)
st.markdown(
    """
- Whenever you move a weight, the cell runs on all the hidden sequences. Each has inputs of its own, so that
  luck with one is not enough. They are drawn anew every day. Press one to see it step by step.
- A sequence passes if the curve stays within the green band **at every step**. Where it does not, the box
  below says which gate is to blame, with the numbers of that step: your cell is compared with one that solves
  the task.
- **Stars** are for few weights: one for any cell that passes, two for at most two weights over par, three at
  par. Par is the fewest that we know of. Nobody has proved that fewer will not do.
- Drag a weight sideways (Shift: finer), type it, or press ↑ and ↓ (Shift: further). A double click sets it
  to 0.
- *Share this cell* copies a link to your weights and your sequences. It holds no marks: whoever opens it has
  the cell run anew. Your stars stay in this browser, without an account.
"""
)
