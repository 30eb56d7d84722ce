"""New in 2024, on the Variants page: gates that see x alone; the sLSTM's normaliser and stabiliser."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from lstm_viz.app.shell.charts import Chart, show_chart
from lstm_viz.app.shell.style import is_dark
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.figures.gradients import routes_figure
from lstm_viz.figures.overlay import overlay_figure
from lstm_viz.notation import SYMBOLS
from lstm_viz.views.gradient_words import exponent, routes_in_words
from lstm_viz.views.line_symbols import route_styles
from lstm_viz.views.newer_cells import (
    BIASES,
    SCALES,
    STEPS,
    both_forms,
    normaliser_in_words,
    routes_beside,
    span_of,
    stabiliser_in_words,
)

_BIAS: Final = "newer_bias"
_SCALE: Final = "newer_scale"

CONTROLS: Final[Mapping[str, float]] = {_BIAS: 3.0, _SCALE: SCALES[-2]}
"""By its key, what a control says at first."""

_MEMORIES: Final = {"LSTM": "C", "minLSTM": "h"}


def show_newer() -> None:
    """Show both, each measured anew where its control is moved, and nothing else with it."""
    st.fragment(_show_routes)()
    st.fragment(_show_stabiliser)()


def _show_routes() -> None:
    st.header("What if the gates saw x alone?", anchor=False)
    st.markdown(
        "Then nothing that the cell remembers can come back through a matrix, and one route is left for the "
        "gradient: along the memory itself. An LSTM has more. Open the gate that keeps, and compare: in "
        "which of the two can the gradient *grow* on its way back?"
    )
    bias = st.select_slider("Bias of the gate that keeps the memory", BIASES, key=_BIAS)
    beside = routes_beside(bias)
    for place, (name, logs) in zip(st.columns(2, gap="medium"), beside.items(), strict=True):
        memory = _MEMORIES[name]
        drawn = Chart(
            f"newer_{name}",
            routes_figure(
                logs, route_styles(CATALOGUE[name], logs), memory, span=span_of(beside), dark=is_dark()
            ),
            f"The gradient of the last memory of the {name} at each step back, by route",
            f"After {STEPS} steps, relative to the end, as powers of ten: all routes together "
            f"{exponent(logs['whole'][-1] - logs['whole'][0])}, direct "
            f"{exponent(logs['direct'][-1] - logs['whole'][0])}.",
        )
        with place:
            st.markdown(f"**{name}** ({CATALOGUE[name].year})")
            show_chart(drawn)
            st.markdown(routes_in_words(logs, memory))


def _show_stabiliser() -> None:
    st.header("What are sLSTM's normaliser and stabiliser for?", anchor=False)
    st.markdown(
        "Its input gate is an exponential, so that one new value can outweigh all that was stored. Scale the "
        "input up, and see what becomes of the plain formula, and of the same cell as it is computed."
    )
    scale = st.select_slider("The input times", SCALES, key=_SCALE)
    found = both_forms(scale)
    forms = {"with m, stabilised": found.stabilised, "plain": found.plain}
    drawn = Chart(
        "newer_forms",
        overlay_figure(
            {name: series for name, series in forms.items() if len(series)},
            SYMBOLS["h"],
            "h of the sLSTM, computed in two ways",
            dark=is_dark(),
        ),
        "h of the stabilised and of the plain sLSTM over the steps",
        f"{len(found.plain)} of {len(found.stabilised)} steps of the plain form can be computed.",
    )
    show_chart(drawn)
    st.markdown(stabiliser_in_words(found))
    st.markdown(normaliser_in_words(found))
