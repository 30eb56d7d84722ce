"""The heat map of the Gradients page: which inputs still matter to which states, measured in slices."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import streamlit as st

from lstm_viz.app.gradients.controls import pick_network
from lstm_viz.app.gradients.state import GradientsState
from lstm_viz.app.shell.background import BackgroundMeasurements, Progress
from lstm_viz.app.shell.charts import Chart, show_chart
from lstm_viz.app.shell.style import is_dark
from lstm_viz.figures.gradients import influence_figure
from lstm_viz.views.gradient_words import exponent
from lstm_viz.views.gradients import (
    Array,
    Network,
    influence_of,
    influence_square,
    input_of,
    networks_of,
    styles_of,
)

ASK_AGAIN: Final = 0.3
"""Seconds after which the browser asks again for a heat map that is not complete."""

_NETWORK: Final = "gradients_influence"


class _Asked(NamedTuple):
    """The heat map of a network and an input, both of the first seed."""

    network: Network
    steps: int
    input_scale: float


def _measure(asked: _Asked) -> Iterator[Array]:
    return influence_of(asked.network.draw(0), input_of(asked.network, asked.steps, asked.input_scale, 0))


_influences: Final = BackgroundMeasurements(_measure, kept=64)
"""Shared by all sessions: at most 10 MB complete, and 80 MB under way."""


def show_influence(state: GradientsState) -> None:
    """Offer the networks, and show the heat map of one as far as it has been measured."""
    key = pick_network(state, _NETWORK)
    if key in state.measurement.refused:
        return
    settings = state.settings
    asked = _Asked(networks_of(settings)[key], settings.steps, settings.input_scale)
    progress, name = _influences.go_on(asked), styles_of(settings)[key].name
    if progress.complete:
        _show_heat(asked, progress, name)
        return

    # The browser asks for more, not a loop here: so dials are answered in between.
    @st.fragment(run_every=ASK_AGAIN)
    def goes_on() -> None:
        # Not for what a dial has just left behind, nor again in the run of the whole page.
        wanted = state.drawn == settings == state.settings
        progress = _influences.go_on(asked) if wanted else _influences.so_far(asked)
        _show_heat(asked, progress, name)
        if progress.complete and wanted:
            st.rerun()

    goes_on()


def _show_heat(asked: _Asked, progress: Progress[Array], name: str) -> None:
    measured, steps = len(progress.parts), asked.steps
    logs = influence_square(progress.parts, steps)
    summary = (
        f"As powers of ten, the first input changes the last state by {exponent(logs[-1, 0])}, the last "
        f"input by {exponent(logs[-1, -1])}."
    )
    # An empty place in the end: the chart must not move from its node.
    with st.container():
        if not progress.complete:
            summary = f"Measuring: {measured} of {steps} states so far."
            waiting = "" if progress.begun else " Others are being served first, one at a time."
            st.progress(measured / steps, summary + waiting)
    figure = influence_figure(logs, dark=is_dark())
    label = f"Influence of every input on every later state of the {name}"
    show_chart(Chart("gradients_heat", figure, label, summary))
