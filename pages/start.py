"""The Start page: what is this for? One live picture, one dial that breaks it, one button, four doors."""

import streamlit as st

from lstm_viz.app.path.actions import current
from lstm_viz.app.path.parts import beside_coach, show_coach
from lstm_viz.app.shell.style import page_style
from lstm_viz.app.start.doors import DOORS
from lstm_viz.app.start.parts import show_door, show_lead, show_start_style, show_way_on
from lstm_viz.app.start.view import belt_record, coach_record
from lstm_viz.components.belt import belt

page_style()
show_start_style()
guide = current("start")
st.title("One small word, carried to the end", anchor=False)
show_lead()

if guide is not None:
    with beside_coach() as (picture, column):
        with picture:
            belt(belt_record(), key="start_belt")
        with column:
            show_coach(guide, coach_record(guide))
    st.stop()

belt(belt_record(), key="start_belt")
show_way_on()

for place, door in zip(st.columns(len(DOORS)), DOORS, strict=True):
    with place:
        show_door(door)

st.markdown(
    """
**How good is this network?** Small, and not perfect. It has 8 LSTM units and 874 parameters, and was trained
for 102 updates on sentences that a small grammar makes. The 400 sentences of its test were never trained on;
it answers all of them correctly. Of all 5,120 sentences of the grammar it gets 18 wrong. Each of these ends
in a tail of three or four words, and all but one say “fun”: of *“this book was not all that fun if you ask
me”* it is 89 % sure that they liked it. The memory has to hold longest there.

**For teachers.** Every run has its own link: set up what you want to show, press the link button above the
cell, and hand it out. Whoever opens it sees the same weights, the same input and the same step. Nobody needs
an account; what is set on a page lives in its link. Only trained networks are kept, on this server, under a
name that nobody can guess.
"""
)
