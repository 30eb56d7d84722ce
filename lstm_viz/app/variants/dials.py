"""The dials of the Variants page: a number of the weights, and the noise of the input."""

from typing import Final

import streamlit as st

from lstm_viz.app.shell.edits import take_edits
from lstm_viz.app.variants.state import VariantsState
from lstm_viz.app.variants.view import RUN
from lstm_viz.components.panel import Card, Dial, panel
from lstm_viz.notation import SYMBOLS
from lstm_viz.settings.variants import DRAWN, HAND_SET, RANGES, Comparison

_PANEL: Final = "variants_panel"
_SLATE: Final = (SYMBOLS["h"].light, SYMBOLS["h"].dark)
"""The colour of a card that is of no one gate."""


def show_dials(state: VariantsState) -> None:
    """Offer a dial for every number that is worth dragging."""
    panel(
        _cards(state.settings),
        key=_PANEL,
        run=RUN,
        reply=state.reply,
        link=state.shown_link(),
        preview="variants",
        on_edit=lambda: take_edits(state, st.session_state[_PANEL]["edit"]),
    )


def _cards(settings: Comparison) -> list[Card]:
    noise = Card("input", *_SLATE, (_dial(settings, "noise", "noise", "Noise added to the input"),))
    weights = _drawn_cards(settings) if settings.weights == DRAWN else _hand_set_cards(settings)
    return [*weights, noise]


def _drawn_cards(settings: Comparison) -> list[Card]:
    keeps = SYMBOLS["f"]
    scale = _dial(settings, "scale", "scale", "Scale of all weights")
    bias = _dial(settings, "keep_bias", "bias added", "Bias added to f, or to z of a GRU")
    return [
        Card("weights", *_SLATE, (scale,)),
        Card("what keeps the old state", keeps.light, keeps.dark, (bias,)),
    ]


def _hand_set_cards(settings: Comparison) -> list[Card]:
    hand_set = HAND_SET[settings.weights]
    if hand_set.parameter is None:
        return []
    of = hand_set.parameter
    dial = Dial("parameter", of.label, of.name, settings.parameter, of.low, of.high, of.whole)
    return [Card(hand_set.title, *_SLATE, (dial,))]


def _dial(settings: Comparison, key: str, label: str, name: str) -> Dial:
    return Dial(key, label, name, getattr(settings, key), *RANGES[key])
