"""The Challenges page: can I set the weights so that the cell does this? Marked by running the cell."""

import streamlit as st

from lstm_viz.app.challenges.board import LINKED, show_board
from lstm_viz.app.shell.style import page_style

page_style()
st.title("Can you set the weights so that the cell does this?", anchor=False)

# While a weight is dragged, the board is drawn anew, and nothing else.
st.fragment(show_board)(LINKED.read())
