"""The dials of the Gradients page: one for every number that can be chosen."""

from typing import Final

import streamlit as st

from lstm_viz.app.gradients.state import GradientsState
from lstm_viz.app.gradients.view import RUN
from lstm_viz.app.shell.edits import take_edits
from lstm_viz.components.panel import Card, Dial, panel
from lstm_viz.exchange.links.gradients import to_query
from lstm_viz.notation import NETWORK_STYLES, SYMBOLS
from lstm_viz.settings.cell_choice import CellChoice
from lstm_viz.settings.gradients import COUNTS, GRU, LSTM, RANGES, RNN, GradientSettings
from lstm_viz.views.drawn_cells import CellSettings
from lstm_viz.views.gradients import key_of, networks_of, radius_shown, styles_of

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
    # Chrono sets these biases itself: a dial would turn and do nothing.
    by_hand = settings.initialisation != "chrono"
    forget = _dial("forget_bias", "forget bias", "Bias of the forget gate", settings.forget_bias)
    update = _dial("update_bias", "update bias", "Bias of the update gate", settings.update_bias)
    radius = _dial(
        "radius", "radius", "Spectral radius of the RNN's recurrent weights", radius_shown(settings)
    )
    own: dict[CellChoice, list[Dial]] = {
        RNN: [radius],
        LSTM: [forget] if by_hand else [],
        GRU: [update] if by_hand else [],
    }
    cards = [_card(key_of(cell), *dials) for cell, dials in own.items() if cell in settings.cells]
    others = _others_card(settings, by_hand=by_hand)
    return [_shared_card(settings), *cards, *others]


def _others_card(settings: GradientSettings, *, by_hand: bool) -> list[Card]:
    """Return the card of the cells without a dial of their own, as far as a gate keeps their memory."""
    styles = styles_of(settings)
    gated = [
        styles[key].name
        for key, network in networks_of(settings).items()
        if isinstance(network, CellSettings) and network.has_keep_gate
    ]
    if not gated or not by_hand:
        return []
    keeps = SYMBOLS["h"]
    name = f"Bias of the gate that keeps the memory of {', '.join(gated)}"
    dial = _dial("keep_bias", "keep bias", name, settings.keep_bias)
    return [Card(", ".join(gated), keeps.light, keeps.dark, (dial,))]


def _shared_card(settings: GradientSettings) -> Card:
    slate = SYMBOLS["h"]
    dials = (
        _dial("hidden", "units", "Hidden units", settings.hidden),
        _dial("steps", "steps", "Steps of the sequence", settings.steps),
        _dial("input_scale", "input scale", "Scale of the input", settings.input_scale),
        _dial("seeds", "seeds", "Seeds drawn", settings.seeds),
    )
    return Card("all cells", slate.light, slate.dark, dials)


def _card(network: str, *dials: Dial) -> Card:
    style = NETWORK_STYLES[network]
    title = style.name if dials else f"{style.name}: its biases are chrono's"
    return Card(title, style.light, style.dark, dials)


def _dial(key: str, label: str, name: str, value: float) -> Dial:
    low, high = RANGES[key]
    return Dial(key, label, name, value, low, high, key in COUNTS)
