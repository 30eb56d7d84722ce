"""What stands below the curves of the Gradients page: influence, routes and clipping, each of one seed."""

from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Final

import numpy as np
import streamlit as st

from lstm_viz.components.chart import chart
from lstm_viz.figures.flow import clipping_figure, influence_figure, routes_figure
from lstm_viz.flow import NETWORKS, FlowSettings
from lstm_viz.gradients import clip_by_norm, log_norms
from lstm_viz.networks import LSTMSettings, Network, draw_input
from lstm_viz.notation import NETWORK_SIGNS
from lstm_viz.ui.gradients_page import FlowWork, dark_page, power_text
from lstm_viz.views.flow import Array, gradient_of_last, influence_of, routes_of

CLIP_AT: Final = 1.0
"""The largest norm that clipping leaves, as in most recipes."""

DETAIL: Final = 64 * 120
"""Units times steps up to which heat map and routes are measured: beyond, one would slow down all others."""


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
    _show_influence(chosen.settings)
    st.header("By which route does the gradient come?", anchor=False)
    _if_small(chosen.settings, _show_routes)
    st.header("Exploding, and clipping", anchor=False)
    _show_clipping(chosen.settings)


def _if_small(settings: FlowSettings, show: Callable[[FlowSettings], None]) -> None:
    if settings.hidden * settings.steps <= DETAIL:
        show(settings)
    else:
        st.info(
            f"This is measured for up to {DETAIL:,} units times steps, and you have chosen "
            f"{settings.hidden * settings.steps:,}: take fewer units, or fewer steps.",
            icon=":material/hourglass:",
        )


_heavy: Final = Lock()
"""One at a time in the whole server: these take a core for a while, and others want to drag."""


@lru_cache(maxsize=64)
def _influence(network: Network, steps: int, input_scale: float) -> Array:
    with _heavy:
        return influence_of(network.draw(0), draw_input(steps, input_scale, 0))


@lru_cache(maxsize=256)
def _routes(network: LSTMSettings, steps: int, input_scale: float) -> dict[str, Array]:
    with _heavy:
        return routes_of(network.draw(0), draw_input(steps, input_scale, 0), 0)


def _show_influence(settings: FlowSettings) -> None:
    st.segmented_control(
        "Network",
        NETWORKS,
        default="lstm",
        format_func=lambda key: NETWORK_SIGNS[key].name,
        key="flow_influence",
        required=True,
    )
    _if_small(settings, _show_heat)


def _show_heat(settings: FlowSettings) -> None:
    key = st.session_state["flow_influence"]
    logs = _influence(settings.networks()[key], settings.steps, settings.input_scale)
    chart(
        influence_figure(logs, dark=dark_page()),
        key="flow_heat",
        run="",
        label=f"Influence of every input on every later state of the {NETWORK_SIGNS[key].name}",
        summary=f"As powers of ten, the first input changes the last state by {logs[-1, 0]:.1f}, the last "
        f"input by {logs[-1, -1]:.1f}.".replace("-", "−"),
    )


def _show_routes(settings: FlowSettings) -> None:
    logs = _routes(settings.lstm, settings.steps, settings.input_scale)
    left = {route: power_text(log[-1] - logs["whole"][0]) for route, log in logs.items()}
    chart(
        routes_figure(logs, dark=dark_page()),
        key="flow_routes",
        run="",
        label="The gradient of the LSTM's last memory at each step back, by route",
        summary=f"After {settings.steps} steps, as powers of ten: whole {logs['whole'][-1]:.1f}, "
        f"direct {logs['direct'][-1]:.1f}.".replace("-", "−"),
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
        summary=f"The power of ten of its norm over all steps is {before:.1f} before, {after:.1f} after.",
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
