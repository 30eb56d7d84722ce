"""What follows the hand on the Gradients page: controls, dials, the curves, and the spectrum of W_h."""

from typing import Final

import streamlit as st

from lstm_viz.app.gradients.actions import follow_up
from lstm_viz.app.gradients.controls import show_controls
from lstm_viz.app.gradients.dials import show_dials
from lstm_viz.app.gradients.state import GradientsState
from lstm_viz.app.gradients.view import RUN, charts
from lstm_viz.app.shell.charts import Chart, show_chart
from lstm_viz.app.shell.prose import show_text
from lstm_viz.app.shell.style import is_dark
from lstm_viz.markdown import Markdown
from lstm_viz.views.gradient_words import norms_in_words, seeds_in_words
from lstm_viz.views.gradients import GradientNorms, styles_of

SLICE: Final = 0.25
"""Seconds of measuring after which the curves so far are shown, and a dial that was moved is answered."""


def show_curves(state: GradientsState, prose: str) -> None:
    """Show the controls and what they change; ``prose`` stands beside the spectrum, where there is one."""
    show_controls(state)
    show_dials(state)
    state.measurement.go_on(SLICE)
    norms = state.measurement.norms()
    drawn = {chart.key: chart for chart in charts(state.settings, norms, dark=is_dark())}
    left, right = st.columns([3, 1], gap="medium")
    with left:
        _show(drawn.get("gradients_curves"), state)
    with right:
        _show_words(state, norms)
    if spectrum := drawn.get("gradients_spectrum"):
        circle, words = st.columns(2, gap="large", vertical_alignment="center")
        with circle:
            _show(spectrum, state)
        words.markdown(prose)
    else:
        st.markdown(prose)
    follow_up(state)


def _show(drawn: Chart | None, state: GradientsState) -> None:
    if drawn is not None:
        show_chart(drawn, run=RUN, reply=state.reply)


def _show_words(state: GradientsState, norms: dict[str, GradientNorms]) -> None:
    styles = styles_of(state.settings)
    for key, each in norms.items():
        st.markdown(norms_in_words(styles[key].name, each))
    for key, reason in state.measurement.refused.items():
        show_text(Markdown("**{}** cannot be measured here: {}.").format(styles[key].name, reason))
    st.markdown(seeds_in_words(state.measurement.seeds, state.settings.seeds))
