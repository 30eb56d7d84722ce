"""The dials of the Gradients page: one for every number that can be chosen."""

from typing import Final

import streamlit as st

from lstm_viz.app.gradients.state import GradientsState
from lstm_viz.app.gradients.view import RUN
from lstm_viz.app.shell.edits import take_edits
from lstm_viz.components.panel import Card, Dial, panel
from lstm_viz.exchange.links.gradients import to_query
from lstm_viz.notation import NETWORK_STYLES, SYMBOLS
from lstm_viz.settings.gradients import COUNTS, RANGES, GradientSettings
from lstm_viz.views.gradients import radius_shown

_PANEL: Final = "gradients_panel"


def show_dials(state: GradientsState) -> None:
    """Offer the dials."""
    panel(
        _cards(state.settings),
        key=_PANEL,
        run=RUN,
        reply=state.reply,
        link=to_query(state.settings),
        preview="gradients",
        on_edit=lambda: take_edits(state, st.session_state[_PANEL]["edit"]),
    )


def _cards(settings: GradientSettings) -> list[Card]:
    radius = _dial(
        "radius", "radius", "Spectral radius of the RNN's recurrent weights", radius_shown(settings)
    )
    forget_bias = _dial("forget_bias", "forget bias", "Bias of the forget gate", settings.forget_bias)
    update_bias = _dial("update_bias", "update bias", "Bias of the update gate", settings.update_bias)
    # Chrono sets these biases itself: a dial would turn and do nothing.
    by_hand = settings.initialisation != "chrono"
    return [
        _shared_card(settings),
        _card("rnn", radius),
        _card("lstm", *([forget_bias] if by_hand else [])),
        _card("gru", *([update_bias] if by_hand else [])),
    ]


def _shared_card(settings: GradientSettings) -> Card:
    slate = SYMBOLS["h"]
    dials = (
        _dial("hidden", "units", "Hidden units", settings.hidden),
        _dial("steps", "steps", "Steps of the sequence", settings.steps),
        _dial("input_scale", "input scale", "Scale of the input", settings.input_scale),
        _dial("seeds", "seeds", "Seeds drawn", settings.seeds),
    )
    return Card("all three", slate.light, slate.dark, dials)


def _card(network: str, *dials: Dial) -> Card:
    style = NETWORK_STYLES[network]
    title = style.name if dials else f"{style.name}: its biases are chrono's"
    return Card(title, style.light, style.dark, dials)


def _dial(key: str, label: str, name: str, value: float) -> Dial:
    low, high = RANGES[key]
    return Dial(key, label, name, value, low, high, key in COUNTS)
