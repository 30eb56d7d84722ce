"""The Gradients page's controls and state, and what it measures for them."""

import logging
import time
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import numpy as np
import streamlit as st

from lstm_viz.app.shell.address import own_part, warn_of_link, write_own_part
from lstm_viz.app.shell.messages import REFUSALS, read_edits, short
from lstm_viz.components.chart import chart
from lstm_viz.components.panel import Card, Dial, panel
from lstm_viz.exchange.links.gradients import KEYS, from_query, to_query
from lstm_viz.figures.gradients import eigenvalues_figure, exponent, flow_figure
from lstm_viz.networks.random import Network, RNNSettings
from lstm_viz.notation import NETWORK_STYLES, SYMBOLS
from lstm_viz.settings.gradients import COUNTS, DEFAULT_FLOW, FLOW_PRESETS, NETWORKS, RANGES, FlowSettings
from lstm_viz.views.gradients import Array, Flow, measure

_WORK: Final = "flow_work"
_LINK: Final = "flow_link"
_PANEL: Final = "flow_panel"
_PRESET: Final = "flow_preset"
_INITIALISATION: Final = "flow_initialisation"
_ACTIVATION: Final = "flow_activation"
_AS_DRAWN: Final = "flow_as_drawn"
_OWN: Final = "own"

_WAYS: Final = {"default": "PyTorch's default", "orthogonal": "orthogonal", "chrono": "chrono biases"}

SLICE: Final = 0.25
"""Seconds of measuring after which the curves so far are shown, and a dial that was moved has its say."""

_log: Final = logging.getLogger("lstm_viz.gradients_page")


@dataclass(slots=True)
class FlowWork:
    """What is measured now, and the last edit that it answers."""

    settings: FlowSettings
    reply: int = 0
    dragging: bool = False
    """Whether a hand is on a dial: what stands below the curves waits until it lets go."""
    measuring: FlowSettings | None = None
    """What ``logs`` are of."""
    logs: dict[str, list[Array]] = field(default_factory=dict)
    """What has been measured, a row a seed, by the key of the network."""
    shown: FlowSettings | None = None
    """What stands below the curves was last drawn for these; None while the whole page is being run."""

    @property
    def missing(self) -> int:
        """Seeds that are still to be measured."""
        return self.settings.seeds - len(self.logs.get(NETWORKS[0], ()))

    def choose(self, settings: FlowSettings) -> None:
        """Take other settings, with no hand on a dial."""
        self.settings, self.dragging = settings, False


def work() -> FlowWork:
    """Return what the person has chosen; on a first visit, or when the address names something else, that."""
    query = own_part(KEYS)
    known: FlowWork | None = st.session_state.get(_WORK)
    if known is not None and (not query or query == st.session_state.get(_LINK)):
        known.shown = None
        return known
    chosen = known or FlowWork(FLOW_PRESETS[DEFAULT_FLOW].settings)
    try:
        chosen.choose(from_query(query))
    except ValueError as error:
        warn_of_link(error)
    chosen.shown = None
    st.session_state[_WORK], st.session_state[_LINK] = chosen, query
    return chosen


def follow_up(chosen: FlowWork) -> None:
    """After a run of the curves alone: go on measuring, and once the hand has let go, redraw the rest.

    What has been measured is kept, so each further run gets farther. A dial that was moved in between is
    answered by the next: nobody waits for curves that are no longer asked for.
    """
    if chosen.shown is None:
        return
    if chosen.missing:
        st.rerun(scope="fragment")
    if not chosen.dragging and chosen.shown != chosen.settings:
        st.rerun(scope="app")


def finish(chosen: FlowWork) -> None:
    """After a run of the whole page: note what it shows, in the address too, and go on measuring."""
    chosen.shown = chosen.settings
    link = to_query(chosen.settings)
    write_own_part(link, KEYS)
    st.session_state[_LINK] = link
    if chosen.missing:
        st.rerun()


def show_controls(chosen: FlowWork) -> None:
    """Offer presets, the ways to initialise, and a dial for every number."""
    settings = chosen.settings
    shown = next((key for key, preset in FLOW_PRESETS.items() if preset.settings == settings), _OWN)
    st.session_state[_PRESET] = shown

    def pick() -> None:
        if st.session_state[_PRESET] != _OWN:
            chosen.choose(FLOW_PRESETS[st.session_state[_PRESET]].settings)

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
    settings = chosen.settings

    def take() -> None:
        radius = settings.radius if settings.radius is not None else _radius_as_drawn(settings)
        chosen.choose(
            replace(
                settings,
                initialisation=st.session_state[_INITIALISATION],
                activation=st.session_state[_ACTIVATION],
                radius=None if st.session_state[_AS_DRAWN] else radius,
            )
        )

    st.session_state[_INITIALISATION] = settings.initialisation
    st.session_state[_ACTIVATION] = settings.activation
    st.session_state[_AS_DRAWN] = settings.radius is None
    weights, activation, drawn = st.columns([5, 3, 4], vertical_alignment="bottom")
    weights.segmented_control(
        "Weights start as",
        _WAYS,
        format_func=lambda key: _WAYS[key],
        key=_INITIALISATION,
        on_change=take,
        required=True,
    )
    activation.segmented_control(
        "Activation of the RNN", ["tanh", "relu"], key=_ACTIVATION, on_change=take, required=True
    )
    drawn.toggle(
        "Leave the RNN's W_h as it was drawn",
        key=_AS_DRAWN,
        on_change=take,
        help="Otherwise W_h is scaled until its spectral radius, the largest absolute value of its "
        "eigenvalues, is what the dial says.",
    )


def _cards(settings: FlowSettings) -> list[Card]:
    radius = settings.radius if settings.radius is not None else _radius_as_drawn(settings)

    def dial(key: str, label: str, name: str, value: float) -> Dial:
        low, high = RANGES[key]
        return Dial(key, label, name, value, low, high, key in COUNTS)

    def card(network: str, *dials: Dial) -> Card:
        sign = NETWORK_STYLES[network]
        title = sign.name if dials else f"{sign.name}: its biases are chrono's"
        return Card(title, sign.light, sign.dark, dials)

    # Chrono sets these biases itself: a dial would turn and do nothing.
    by_hand = settings.initialisation != "chrono"
    return [
        Card(
            "all three",
            SYMBOLS["h"].light,
            SYMBOLS["h"].dark,
            (
                dial("hidden", "units", "Hidden units", settings.hidden),
                dial("steps", "steps", "Steps of the sequence", settings.steps),
                dial("input_scale", "input scale", "Scale of the input", settings.input_scale),
                dial("seeds", "seeds", "Seeds drawn", settings.seeds),
            ),
        ),
        card("rnn", dial("radius", "radius", "Spectral radius of the RNN's recurrent weights", radius)),
        card(
            "lstm",
            *(
                [dial("forget_bias", "forget bias", "Bias of the forget gate", settings.forget_bias)]
                if by_hand
                else []
            ),
        ),
        card(
            "gru",
            *(
                [dial("update_bias", "update bias", "Bias of the update gate", settings.update_bias)]
                if by_hand
                else []
            ),
        ),
    ]


def _radius_as_drawn(settings: FlowSettings) -> float:
    largest = float(np.abs(_eigenvalues(settings.rnn)).max())
    low, high = RANGES["radius"]
    return min(high, max(low, round(largest, 2)))


@lru_cache(maxsize=256)
def _eigenvalues(network: RNNSettings) -> np.ndarray:
    return np.linalg.eigvals(network.draw(0).weight_hh).astype(complex)


def _take(chosen: FlowWork) -> None:
    try:
        # Answered whatever comes of it: the panel waits for this number before it sends more.
        chosen.reply, edits = read_edits(st.session_state[_PANEL]["edit"])
        for edit in edits:
            chosen.settings = chosen.settings.with_number(edit["key"], float(edit["value"]))
        chosen.dragging = not any(edit["done"] for edit in edits)
    except REFUSALS as error:
        # The dials check before they send, so this did not come from a hand. The settings stay.
        _log.warning("Refused an edit: %s", short(error))


@lru_cache(maxsize=30_000)
def _measured(network: Network, steps: int, input_scale: float, seed: int) -> Array:
    # Shared by all sessions: a class that follows the same link measures once. At most 50 MB.
    logs = measure(network, steps, input_scale, seed)
    logs.flags.writeable = False
    return logs


def measure_flows(chosen: FlowWork) -> dict[str, Flow]:
    """Measure seed by seed, for as long as a person does not mind waiting; at least one seed each time."""
    settings = chosen.settings
    if chosen.measuring != settings:
        chosen.measuring, chosen.logs = settings, {key: [] for key in NETWORKS}
    networks, logs = settings.networks(), chosen.logs
    start = time.monotonic()
    while chosen.missing:
        seed = settings.seeds - chosen.missing
        for key, network in networks.items():
            logs[key].append(_measured(network, settings.steps, settings.input_scale, seed))
        if time.monotonic() - start > SLICE:
            break
    return {key: Flow(np.array(rows)) for key, rows in logs.items()}


def show_flows(chosen: FlowWork, flows: dict[str, Flow]) -> None:
    """Draw the curves, and say in numbers what they show."""
    settings = chosen.settings
    curves, numbers = st.columns([3, 1], gap="medium")
    with curves:
        ends = {NETWORK_STYLES[key].name: exponent(flow.median[-1]) for key, flow in flows.items()}
        said = ", ".join(f"{name} {end}" for name, end in ends.items())
        chart(
            flow_figure(flows, dark=dark_page()),
            key="flow_curves",
            run="",
            label="How much of the gradient is left at each step back from the end",
            summary=f"After {settings.steps} steps back, as powers of ten: {said}.",
        )
    with numbers:
        for key, flow in flows.items():
            st.markdown(_in_words(key, flow, settings.steps))
        st.markdown(_of_seeds(settings.seeds - chosen.missing, settings.seeds))


def _of_seeds(measured: int, asked: int) -> str:
    if measured < asked:
        return f"Measuring: {measured} of {asked} seeds so far."
    if asked == 1:
        return "One seed only: another one may look different."
    return f"Lines: the median of {asked} seeds. Bands: four of five seeds lie in them."


def dark_page() -> bool:
    """Whether the page that is being run is dark."""
    return bool(st.context.theme.type == "dark")


def _in_words(key: str, flow: Flow, steps: int) -> str:
    name, left = NETWORK_STYLES[key].name, float(flow.median[-1])
    after = flow.falls_below_a_thousandth
    if left > 0.0:
        grown = f"after {steps} steps it is {power_text(left)} times as large."
        return f"**{name}** · Going back, the gradient **grows**: {grown}"
    fall = (
        f"The gradient falls below a thousandth after **{after} steps**."
        if after is not None
        else "The gradient **ends above a thousandth**."
    )
    return f"**{name}** · {fall} After {steps} steps, {power_text(left)} of it is left."


def show_eigenvalues(settings: FlowSettings) -> None:
    """Draw the eigenvalues of the first seed's W_h on the unit circle."""
    eigenvalues = _eigenvalues(settings.rnn)
    chart(
        eigenvalues_figure(eigenvalues, dark=dark_page()),
        key="flow_eigenvalues",
        run="",
        label="Eigenvalues of the recurrent weights of the plain RNN, seed 0",
        summary=f"The largest absolute value is {np.abs(eigenvalues).max():.2f}.",
    )


def power_text(log: float) -> str:
    """Return ten to a power in Markdown with TeX: $10^{−27.7}$."""
    return "nothing" if log == -np.inf else f"$10^{{{exponent(log)}}}$"
