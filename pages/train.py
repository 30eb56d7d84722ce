"""The Train page: how the gates come to behave so. A PyTorch network learns, and its gates are watched."""

import streamlit as st

from lstm_viz.app.shell.not_installed import show_training_is_not_installed
from lstm_viz.app.shell.style import page_style
from lstm_viz.extras import TRAIN, missing

if names := missing(TRAIN):
    page_style()
    show_training_is_not_installed(names)
    st.stop()

from lstm_viz.app.train import page
from lstm_viz.app.train.style import train_style

page_style()
train_style()
st.title("How do the gates come to behave so?", anchor=False)

actions = page.open_page()
page.show_choice(actions)


@st.fragment(run_every=page.pulse(actions))
def goes_on() -> None:
    """Show the runs: all that is drawn anew while one of them goes on."""
    page.show_going_on(actions)


goes_on()
page.show_result(actions)

st.header("Three things to try", anchor=False)
page.show_suggestions(actions)

st.header("Where this comes from", anchor=False)
page.show_sources(actions.state.task.card)
