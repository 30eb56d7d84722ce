"""The Train page: how the gates come to behave so. A PyTorch network learns, and its gates are watched."""

import streamlit as st

from lstm_viz.app.shell.not_installed import show_training_is_not_installed
from lstm_viz.app.shell.style import page_style
from lstm_viz.extras import TRAIN, missing

if names := missing(TRAIN):
    page_style()
    show_training_is_not_installed(names)
    st.stop()

from lstm_viz.app.train import page as train_page
from lstm_viz.app.train.style import train_style
from lstm_viz.app.train.tries import show_tries

page_style()
train_style()
st.title("How do the gates come to behave so?", anchor=False)

chosen = train_page.open_page()
train_page.show_choice(chosen)


@st.fragment(run_every=train_page.pulse(chosen))
def goes_on() -> None:
    """Show the runs: all that is drawn anew while one of them goes on."""
    train_page.show_going_on(chosen)


goes_on()
train_page.show_result(chosen)

st.header("Three things to try", anchor=False)
show_tries(chosen)

st.header("Where this comes from", anchor=False)
st.markdown(train_page.sources(chosen))
