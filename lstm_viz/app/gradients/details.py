"""What stands below the curves of the Gradients page: influence, routes and clipping, each of one seed."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import streamlit as st

from lstm_viz.analysis import clip_by_norm, log_norms
from lstm_viz.app.gradients.page import FlowWork, dark_page, power_text
from lstm_viz.app.shell.background import OneAtATime, Progress
from lstm_viz.components.chart import chart
from lstm_viz.figures.gradients import clipping_figure, exponent, influence_figure, routes_figure
from lstm_viz.networks.random import LSTMSettings, Network, draw_input
from lstm_viz.notation import NETWORK_STYLES
from lstm_viz.settings.gradients import NETWORKS, FlowSettings
from lstm_viz.views.gradients import Array, gradient_of_last, influence_of, influence_square, routes_of

CLIP_AT: Final = 1.0
"""The largest norm that clipping leaves, as in most recipes."""

ASK_AGAIN: Final = 0.3
"""Seconds after which the browser asks again for a heat map that is not complete."""


def show_details(chosen: FlowWork) -> None:
    """Show what stands below the curves."""
    st.header("Which inputs still matter?", anchor=False)
    st.markdown(
        """
Each row is a state, each column an input: the colour is how much a small change of that input would still
change that state. Colour near the diagonal alone means that only the last few inputs matter; a band that
reaches far to the left is a long memory. Point at a square to read its number.
"""
    )
    _show_influence(chosen)
    st.header("By which route does the gradient come?", anchor=False)
    _show_routes(chosen.settings)
    st.header("Exploding, and clipping", anchor=False)
    _show_clipping(chosen.settings)


class _Asked(NamedTuple):
    """The heat map of a network and an input, both of the first seed."""

    network: Network
    steps: int
    input_scale: float


def _measure(asked: _Asked) -> Iterator[Array]:
    return influence_of(asked.network.draw(0), draw_input(asked.steps, asked.input_scale, 0))


_influences: Final = OneAtATime(_measure, kept=64)
"""Shared by all sessions: at most 10 MB complete, and 80 MB under way."""


def _show_influence(chosen: FlowWork) -> None:
    st.segmented_control(
        "Network",
        NETWORKS,
        default="lstm",
        format_func=lambda key: NETWORK_STYLES[key].name,
        key="flow_influence",
        required=True,
    )
    settings, key = chosen.settings, st.session_state["flow_influence"]
    asked = _Asked(settings.networks()[key], settings.steps, settings.input_scale)
    progress, name = _influences.go_on(asked), NETWORK_STYLES[key].name
    if progress.complete:
        _show_heat(asked, progress, name)
        return

    # The browser asks for more, not a loop here: so dials are answered in between.
    @st.fragment(run_every=ASK_AGAIN)
    def goes_on() -> None:
        # Not for what a dial has just left behind, nor again in the run of the whole page.
        wanted = chosen.shown == settings == chosen.settings
        progress = _influences.go_on(asked) if wanted else _influences.so_far(asked)
        _show_heat(asked, progress, name)
        if progress.complete and wanted:
            st.rerun()

    goes_on()


def _show_heat(asked: _Asked, progress: Progress[Array], name: str) -> None:
    measured, steps = len(progress.parts), asked.steps
    logs = influence_square(progress.parts, steps)
    said = (
        f"As powers of ten, the first input changes the last state by {exponent(logs[-1, 0])}, the last "
        f"input by {exponent(logs[-1, -1])}."
    )
    # An empty place in the end: the chart must not move from its node.
    with st.container():
        if not progress.complete:
            said = f"Measuring: {measured} of {steps} states so far."
            begun = "" if progress.begun else " Others are being served first, one at a time."
            st.progress(measured / steps, said + begun)
    chart(
        influence_figure(logs, dark=dark_page()),
        key="flow_heat",
        run="",
        label=f"Influence of every input on every later state of the {name}",
        summary=said,
    )


@lru_cache(maxsize=256)
def _routes(network: LSTMSettings, steps: int, input_scale: float) -> dict[str, Array]:
    return routes_of(network.draw(0), draw_input(steps, input_scale, 0), 0)


def _show_routes(settings: FlowSettings) -> None:
    logs = _routes(settings.lstm, settings.steps, settings.input_scale)
    left = {route: power_text(log[-1] - logs["whole"][0]) for route, log in logs.items()}
    chart(
        routes_figure(logs, dark=dark_page()),
        key="flow_routes",
        run="",
        label="The gradient of the LSTM's last memory at each step back, by route",
        summary=f"After {settings.steps} steps, as powers of ten: whole {exponent(logs['whole'][-1])}, "
        f"direct {exponent(logs['direct'][-1])}.",
    )
    st.markdown(
        "Of the gradient at the last memory, the direct route alone, the product of the forget gates, brings "
        f"{left['direct']} back over {settings.steps} steps; all routes together bring {left['whole']}. "
        "$\\partial C_t / \\partial C_{t-1} = f_t$ is only the direct part: $h_{t-1}$ is made of $C_{t-1}$ "
        "too, and feeds every gate."
    )


def _show_clipping(settings: FlowSettings) -> None:
    x = draw_input(settings.steps, settings.input_scale, 0)
    adjoints = gradient_of_last(settings.rnn.draw(0), x, 0)
    clipped = clip_by_norm(adjoints, CLIP_AT)
    before, after = (float(np.log10(np.linalg.norm(each))) for each in (adjoints, clipped))
    chart(
        clipping_figure(log_norms(adjoints)[::-1], log_norms(clipped)[::-1], dark=dark_page()),
        key="flow_clipping",
        run="",
        label="The gradient of the plain RNN at every step, before and after clipping",
        summary=f"As powers of ten, its norm over all steps is {exponent(before)} before, and "
        f"{exponent(after)} after.",
    )
    if before <= np.log10(CLIP_AT):
        st.markdown(
            f"This gradient has a norm of {power_text(before)} over all steps, so clipping at {CLIP_AT:g} "
            "leaves it as it is. Start from *A radius of 1.5 explodes* to see one that is clipped."
        )
        return
    st.markdown(
        f"Norm over all steps: {power_text(before)} before clipping, {power_text(after)} after clipping at "
        f"{CLIP_AT:g}. The two curves are the same curve, shifted: clipping limits the size of a step, so "
        "that one exploding gradient does not throw the weights away. It does not change how the steps "
        "compare: what had vanished is still vanished."
    )
