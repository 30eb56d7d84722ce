"""The Gradients page's controls and state, and what it measures for them."""

import logging
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
import streamlit as st

from lstm_viz.cells import LSTMCell
from lstm_viz.components.chart import chart
from lstm_viz.components.panel import Card, Dial, panel
from lstm_viz.exchange.flow_link import FLOW_KEYS, flow_from_query, flow_to_query
from lstm_viz.figures.flow import (
    clipping_figure,
    eigenvalues_figure,
    flow_figure,
    influence_figure,
    routes_figure,
)
from lstm_viz.flow import DEFAULT_FLOW, FLOW_PRESETS, NETWORKS, RANGES, FlowSettings
from lstm_viz.gradients import clip_by_norm, log_norms, routes
from lstm_viz.networks import Network, draw_input, spectral_radius
from lstm_viz.notation import NETWORK_SIGNS
from lstm_viz.views.flow import Array, Flow, gradient_of_last, influence_of, measure

_WORK: Final = "flow_work"
_LINK: Final = "flow_link"
_PANEL: Final = "flow_panel"
_PRESET: Final = "flow_preset"
_OWN: Final = "own"
_SLATE: Final = ("#4f5f70", "#b4c0ce")

_log: Final = logging.getLogger("lstm_viz.gradients_page")

_WAYS: Final = {"default": "PyTorch's default", "orthogonal": "orthogonal", "chrono": "chrono biases"}

CLIP_AT: Final = 1.0
"""The largest norm that clipping leaves, as in most recipes."""


@dataclass(slots=True)
class FlowWork:
    """What is measured now, and the last edit that it answers."""

    settings: FlowSettings
    reply: int = 0
    dragging: bool = False
    """Whether a hand is on a dial: what stands below the curves waits until it lets go."""
    shown: FlowSettings | None = None
    """What stands below the curves was last drawn for these."""


def work() -> FlowWork:
    """Return what the person has chosen; on a first visit, or when the address names something else, that."""
    query = {key: value for key in FLOW_KEYS if (value := st.query_params.get(key)) is not None}
    if _WORK not in st.session_state or (query and query != st.session_state.get(_LINK)):
        try:
            settings = flow_from_query(query)
        except ValueError as error:
            st.warning(f"{error} Nothing of it was used.", icon=":material/link_off:")
            settings = FLOW_PRESETS[DEFAULT_FLOW].settings
        st.session_state[_WORK] = FlowWork(settings)
        st.session_state[_LINK] = query
    kept: FlowWork = st.session_state[_WORK]
    return kept


def follow_up(chosen: FlowWork) -> None:
    """Once the hand has let go, bring the address and the rest of the page up to date."""
    if chosen.dragging:
        return
    link = flow_to_query(chosen.settings)
    others = {key: value for key, value in st.query_params.items() if key not in FLOW_KEYS}
    if st.query_params.to_dict() != {**others, **link}:
        st.query_params.from_dict({**others, **link})
    st.session_state[_LINK] = link
    if chosen.shown not in (None, chosen.settings):
        st.rerun(scope="app")


def show_controls(chosen: FlowWork) -> None:
    """Offer presets, the ways to initialise, and a dial for every number."""
    settings = chosen.settings
    shown = next((key for key, preset in FLOW_PRESETS.items() if preset.settings == settings), _OWN)
    st.session_state[_PRESET] = shown

    def pick() -> None:
        if st.session_state[_PRESET] != _OWN:
            chosen.settings = FLOW_PRESETS[st.session_state[_PRESET]].settings

    choose, finding = st.columns([3, 8], vertical_alignment="center", gap="medium")
    choose.selectbox(
        "Start from",
        [*FLOW_PRESETS, *([_OWN] if shown == _OWN else [])],
        format_func=lambda key: "Your own choice" if key == _OWN else FLOW_PRESETS[key].title,
        key=_PRESET,
        on_change=pick,
    )
    finding.markdown(
        FLOW_PRESETS[shown].finding if shown != _OWN else "Measured for what you have chosen below."
    )
    _ways(chosen)
    panel(_cards(settings), key=_PANEL, reply=chosen.reply, on_edit=lambda: _take(chosen))


def _ways(chosen: FlowWork) -> None:
    def take() -> None:
        chosen.settings = replace(
            chosen.settings,
            initialisation=st.session_state["flow_initialisation"],
            activation=st.session_state["flow_activation"],
            radius=None if st.session_state["flow_as_drawn"] else chosen.settings.radius or 1.0,
        )

    st.session_state["flow_initialisation"] = chosen.settings.initialisation
    st.session_state["flow_activation"] = chosen.settings.activation
    st.session_state["flow_as_drawn"] = chosen.settings.radius is None
    weights, activation, drawn = st.columns([5, 3, 4], vertical_alignment="bottom")
    weights.segmented_control(
        "Weights start as",
        _WAYS,
        format_func=lambda key: _WAYS[key],
        key="flow_initialisation",
        on_change=take,
        required=True,
    )
    activation.segmented_control(
        "Activation of the RNN", ["tanh", "relu"], key="flow_activation", on_change=take, required=True
    )
    drawn.toggle(
        "Leave the RNN's W_h as it was drawn",
        key="flow_as_drawn",
        on_change=take,
        help="Otherwise W_h is scaled until its spectral radius, the largest absolute value of its "
        "eigenvalues, is what the dial says.",
    )


def _cards(settings: FlowSettings) -> list[Card]:
    radius = settings.radius if settings.radius is not None else _radius_as_drawn(settings)

    def dial(key: str, label: str, name: str, value: float) -> Dial:
        low, high = RANGES[key]
        return Dial(key, label, name, value, low, high)

    def card(network: str, *dials: Dial) -> Card:
        sign = NETWORK_SIGNS[network]
        return Card(sign.name, sign.light, sign.dark, dials)

    return [
        Card(
            "all three",
            *_SLATE,
            (
                dial("hidden", "units", "Hidden units", settings.hidden),
                dial("steps", "steps", "Steps of the sequence", settings.steps),
                dial("input_scale", "input scale", "Scale of the input", settings.input_scale),
                dial("seeds", "seeds", "Seeds drawn", settings.seeds),
            ),
        ),
        card("rnn", dial("radius", "radius", "Spectral radius of the RNN's recurrent weights", radius)),
        card("lstm", dial("forget_bias", "forget bias", "Bias of the forget gate", settings.forget_bias)),
        card("gru", dial("update_bias", "update bias", "Bias of the update gate", settings.update_bias)),
    ]


def _radius_as_drawn(settings: FlowSettings) -> float:
    cell = settings.networks()["rnn"].draw(0)
    low, high = RANGES["radius"]
    return min(high, max(low, round(spectral_radius(cell.weight_hh), 2)))


def _take(chosen: FlowWork) -> None:
    message = st.session_state[_PANEL]["edit"]
    try:
        for edit in message["edits"]:
            chosen.settings = chosen.settings.with_number(edit["key"], float(edit["value"]))
            chosen.dragging = not edit["done"]
        chosen.reply = int(message["id"])
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        # The dials check before they send, so this did not come from a hand. The settings stay.
        _log.warning("Refused an edit: %s", error)


@lru_cache(maxsize=2000)
def _measured(network: Network, steps: int, input_scale: float, seed: int) -> Array:
    # Shared by all sessions: a class that follows the same link measures once.
    logs = measure(network, steps, input_scale, seed)
    logs.flags.writeable = False
    return logs


def measure_flows(settings: FlowSettings) -> dict[str, Flow]:
    """Measure all networks; longer work shows how far it is, and gives way to the next move of a dial."""
    place = st.empty()
    logs: dict[str, list[Array]] = {key: [] for key in NETWORKS}
    total = settings.seeds * len(NETWORKS)
    for seed in range(settings.seeds):
        for key, network in settings.networks().items():
            logs[key].append(_measured(network, settings.steps, settings.input_scale, seed))
        done = (seed + 1) * len(NETWORKS)
        if settings.hidden * settings.steps > _QUICK and done < total:
            place.progress(done / total, f"Measuring: seed {seed + 2} of {settings.seeds}")
    place.empty()
    return {key: Flow(np.array(rows)) for key, rows in logs.items()}


_QUICK: Final = 32 * 100
"""Units times steps up to which measuring takes no longer than a person notices."""


def show_flows(flows: dict[str, Flow], settings: FlowSettings) -> None:
    """Draw the curves, and say in numbers what they show."""
    dark = st.context.theme.type == "dark"
    curves, numbers = st.columns([3, 1], gap="medium")
    with curves:
        said = ", ".join(f"{NETWORK_SIGNS[key].name} {flow.median[-1]:.1f}" for key, flow in flows.items())
        chart(
            flow_figure(flows, dark=dark),
            key="flow_curves",
            run="",
            label="How much of the gradient is left at each step back from the end",
            summary=f"After {settings.steps} steps back, as powers of ten: {said}.".replace("-", "−"),
        )
    with numbers:
        for key, flow in flows.items():
            st.markdown(_in_words(key, flow, settings.steps))
        st.markdown(
            f"Lines: the median of {settings.seeds} seeds. Bands: four of five seeds lie in them."
            if settings.seeds > 1
            else "One seed only: another one may look different."
        )


def _in_words(key: str, flow: Flow, steps: int) -> str:
    name, left = NETWORK_SIGNS[key].name, float(flow.median[-1])
    after = flow.falls_below_a_thousandth
    fall = (
        f"The gradient falls below a thousandth after **{after} steps**."
        if after is not None
        else "The gradient **never stays below a thousandth**."
    )
    return f"**{name}** · {fall} After {steps} steps, {power_text(left)} of it is left."


def power_text(log: float) -> str:
    """Return ten to a power in Markdown with TeX: $10^{-27.7}$."""
    return "nothing" if log == -np.inf else f"$10^{{{log:.1f}}}$"


def show_eigenvalues(settings: FlowSettings) -> None:
    """Draw the eigenvalues of the first seed's W_h on the unit circle."""
    eigenvalues = np.linalg.eigvals(settings.networks()["rnn"].draw(0).weight_hh).astype(complex)
    chart(
        eigenvalues_figure(eigenvalues, dark=st.context.theme.type == "dark"),
        key="flow_eigenvalues",
        run="",
        label="Eigenvalues of the recurrent weights of the plain RNN, seed 0",
        summary=f"The largest absolute value is {np.abs(eigenvalues).max():.2f}.",
    )


def show_influence(settings: FlowSettings) -> None:
    """Draw which inputs still matter to which states, for one network of the first seed."""
    key = st.segmented_control(
        "Network",
        NETWORKS,
        default="lstm",
        format_func=lambda key: NETWORK_SIGNS[key].name,
        key="flow_influence",
        required=True,
    )
    cell = settings.networks()[key].draw(0)
    logs = influence_of(cell, draw_input(settings.steps, settings.input_scale, 0))
    chart(
        influence_figure(logs, dark=st.context.theme.type == "dark"),
        key="flow_heat",
        run="",
        label=f"Influence of every input on every later state of the {NETWORK_SIGNS[key].name}",
        summary=f"The first input changes the last state by {logs[-1, 0]:.1f} as a power of ten.",
    )


def show_routes(settings: FlowSettings) -> None:
    """Take ∂C_T/∂C_k apart, and show the direct part beside the whole, on the numbers."""
    cell = settings.networks()["lstm"].draw(0)
    assert isinstance(cell, LSTMCell)
    trace = cell.run(draw_input(settings.steps, settings.input_scale, 0))
    split = routes(cell, trace)
    logs: dict[str, Array] = {
        "whole": log_norms(split.whole)[::-1],
        "direct": log_norms(split.direct)[::-1],
        **{gate: log_norms(part)[::-1] for gate, part in split.through.items()},
    }
    chart(
        routes_figure(logs, dark=st.context.theme.type == "dark"),
        key="flow_routes",
        run="",
        label="The derivative of the last memory by each earlier one, by route",
        summary=f"After {settings.steps} steps, as powers of ten: whole {logs['whole'][-1]:.1f}, "
        f"direct {logs['direct'][-1]:.1f}.",
    )
    st.markdown(
        f"Over {settings.steps} steps the direct route alone, the product of the forget gates, gives "
        f"{power_text(logs['direct'][-1] - logs['direct'][0])} of the start; all routes together give "
        f"{power_text(logs['whole'][-1] - logs['whole'][0])}. $\\partial C_t / \\partial C_{{t-1}} = f_t$ "
        "is only the direct part: $h_{t-1}$ is made of $C_{t-1}$ too, and feeds every gate."
    )


def show_clipping(settings: FlowSettings) -> None:
    """Show one RNN's gradient before and after clipping by norm."""
    cell = settings.networks()["rnn"].draw(0)
    adjoints = gradient_of_last(cell, draw_input(settings.steps, settings.input_scale, 0), 0)
    before = float(np.linalg.norm(adjoints))
    clipped = clip_by_norm(adjoints, CLIP_AT)
    chart(
        clipping_figure(
            log_norms(adjoints)[::-1], log_norms(clipped)[::-1], dark=st.context.theme.type == "dark"
        ),
        key="flow_clipping",
        run="",
        label="The gradient of the plain RNN at every step, before and after clipping",
        summary=f"Its norm over all steps is {before:.3g} before, and at most {CLIP_AT:g} after.",
    )
    st.markdown(
        f"Norm over all steps: {power_text(float(np.log10(before)))} before clipping, "
        f"{power_text(float(np.log10(np.linalg.norm(clipped))))} after clipping at {CLIP_AT:g}. The two "
        "curves are the same curve, shifted: clipping limits the size of a step, so that one exploding "
        "gradient does not throw the weights away. It does not change how the steps compare: what had "
        "vanished is still vanished."
    )
