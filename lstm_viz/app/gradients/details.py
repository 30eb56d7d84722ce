"""What stands below the curves of the Gradients page: routes and clipping, each of the first seed."""

from functools import lru_cache
from typing import Final

import streamlit as st

from lstm_viz.app.gradients.controls import pick_network
from lstm_viz.app.gradients.influence import show_influence
from lstm_viz.app.gradients.state import GradientsState
from lstm_viz.app.shell.charts import Chart, show_chart
from lstm_viz.app.shell.prose import show_text
from lstm_viz.app.shell.style import is_dark
from lstm_viz.figures.gradients import clipping_figure, routes_figure
from lstm_viz.markdown import Markdown
from lstm_viz.networks.random import draw_input
from lstm_viz.settings.gradients import RNN, GradientSettings
from lstm_viz.views.gradient_words import clipping_in_words, exponent, routes_in_words
from lstm_viz.views.gradients import (
    Array,
    Network,
    clip_weight_gradient,
    input_of,
    key_of,
    memory_of,
    networks_of,
    routes_of,
    styles_of,
)
from lstm_viz.views.line_symbols import route_styles, shown_letter

_NETWORK: Final = "gradients_routes_of"

CLIP_AT: Final = 1.0
"""The largest norm of a gradient that clipping leaves as it is."""


def show_details(state: GradientsState) -> None:
    """Show what stands below the curves."""
    st.header("Which inputs still matter?", anchor=False)
    st.markdown(
        """
Each row is a state, each column an input: the colour is how much a small change of that input would still
change that state. Colour near the diagonal alone means that only the last few inputs matter; a band that
reaches far to the left is a long memory. Point at a square to read its number.
"""
    )
    show_influence(state)
    st.header("By which route does the gradient come?", anchor=False)
    _show_routes(state)
    if RNN in state.settings.cells:
        st.header("Exploding, and clipping", anchor=False)
        _show_clipping(state.settings)


@lru_cache(maxsize=256)
def _routes(network: Network, steps: int, input_scale: float) -> dict[str, Array]:
    return routes_of(network.draw(0), input_of(network, steps, input_scale, 0), 0, memory_of(network))


def _show_routes(state: GradientsState) -> None:
    settings, key = state.settings, pick_network(state, _NETWORK)
    if key in state.measurement.refused:
        return
    network, style = networks_of(settings)[key], styles_of(settings)[key]
    choice = next(each for each in settings.cells if key_of(each) == key)
    try:
        logs = _routes(network, settings.steps, settings.input_scale)
    except ValueError as error:
        show_text(Markdown("The routes of **{}** cannot be drawn: {}.").format(style.name, error))
        return
    memory = shown_letter(memory_of(network))
    drawn = Chart(
        "gradients_routes",
        routes_figure(logs, route_styles(choice.equations, logs), memory, dark=is_dark()),
        f"The gradient of the last memory of the {style.name} at each step back, by route",
        f"After {settings.steps} steps, as powers of ten: whole {exponent(logs['whole'][-1])}, "
        f"direct {exponent(logs['direct'][-1])}.",
    )
    show_chart(drawn)
    st.markdown(routes_in_words(logs, memory))


def _show_clipping(settings: GradientSettings) -> None:
    x = draw_input(settings.steps, settings.input_scale, 0)
    gradient = clip_weight_gradient(settings.rnn.draw(0), x, 0, CLIP_AT)
    drawn = Chart(
        "gradients_clipping",
        clipping_figure(gradient, dark=is_dark()),
        "What each step adds to the gradient of the plain RNN's weights, before and after clipping",
        f"As powers of ten, the norm of the gradient is {exponent(gradient.norm)} before clipping, and "
        f"{exponent(gradient.clipped_norm)} after.",
    )
    show_chart(drawn)
    st.markdown(clipping_in_words(gradient, CLIP_AT))
