"""The Variants page's controls: presets, cells, weights, sizes, and a dial for what is worth dragging."""

import logging
from dataclasses import replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.shell.messages import REFUSALS, read_edits, short
from lstm_viz.app.variants.input import choose_input
from lstm_viz.app.variants.state import VariantsWork
from lstm_viz.components.panel import Card, Dial, panel
from lstm_viz.notation import SYMBOLS
from lstm_viz.settings.cell import MAX_INPUTS, MAX_UNITS
from lstm_viz.settings.family import MEMBERS
from lstm_viz.settings.variants import (
    DRAWN,
    FEWEST,
    MAX_SEED,
    MOST,
    RANGES,
    RECIPES,
    VARIANTS_PRESETS,
    Comparison,
)

_PANEL: Final = "variants_panel"
_PRESET: Final = "variants_preset"
_CELLS: Final = "variants_cells"
_WEIGHTS: Final = "variants_weights"
_OWN: Final = "own"
_SLATE: Final = (SYMBOLS["h"].light, SYMBOLS["h"].dark)
"""The colour of a card that is of no one gate."""

_log: Final = logging.getLogger("lstm_viz.variants_page")


def show_controls(chosen: VariantsWork) -> None:
    """Offer presets, cells, weights and input."""
    _pick_preset(chosen)
    by_seed = chosen.settings.weights == DRAWN
    cells, weights, *sizes = st.columns([6, 2.4, 1.2, 1.2, 1.2] if by_seed else [6, 2.4], gap="small")
    with cells:
        _pick_cells(chosen)
    with weights:
        _pick_weights(chosen)
    if by_seed:
        _pick_sizes(chosen, sizes)
    choose_input(chosen)


def show_dials(chosen: VariantsWork) -> None:
    """Offer a dial for every number that is worth dragging."""
    panel(_cards(chosen.settings), key=_PANEL, reply=chosen.reply, on_edit=lambda: _take(chosen))


def _pick_preset(chosen: VariantsWork) -> None:
    found = (key for key, preset in VARIANTS_PRESETS.items() if preset.settings == chosen.settings)
    shown = next(found, _OWN)
    st.session_state[_PRESET] = shown

    def pick() -> None:
        key = st.session_state[_PRESET]
        if key != _OWN:
            chosen.open(VARIANTS_PRESETS[key].settings, key)

    choose, watch, back = st.columns([3, 5.4, 2.6], vertical_alignment="center", gap="medium")
    with back:
        _offer_way_back(chosen)
    choose.selectbox(
        "Start from",
        [*VARIANTS_PRESETS, *([_OWN] if shown == _OWN else [])],
        format_func=lambda key: "Your own choice" if key == _OWN else VARIANTS_PRESETS[key].title,
        key=_PRESET,
        on_change=pick,
    )
    watch.markdown(
        VARIANTS_PRESETS[shown].watch
        if shown != _OWN
        else "The same input for all of them, and the same weights where they have the same gates."
    )


def _offer_way_back(chosen: VariantsWork) -> None:
    ways = {
        "undo": ("Undo", bool(chosen.past)),
        "redo": ("Redo", bool(chosen.future)),
        "reset": ("Reset", chosen.settings != chosen.settled.home),
    }
    with st.container(horizontal=True, gap="small", horizontal_alignment="right"):
        for way, (label, open_to_go) in ways.items():
            st.button(
                label,
                key=f"variants_{way}",
                disabled=not open_to_go,
                on_click=chosen.move,
                args=(way,),
                help="Back to the preset" if way == "reset" else None,
            )


def _pick_cells(chosen: VariantsWork) -> None:
    def take() -> None:
        picked = tuple(st.session_state[_CELLS])
        chosen.few = len(picked) < FEWEST
        if not chosen.few:
            chosen.change(replace(chosen.settings, cells=picked))

    by_hand = chosen.settings.weights != DRAWN
    if not chosen.few:
        st.session_state[_CELLS] = list(chosen.settings.cells)
    st.multiselect(
        "Cells side by side",
        [key for key, member in MEMBERS.items() if member.variant is not None or not by_hand],
        format_func=lambda key: f"{MEMBERS[key].name} · {MEMBERS[key].title}",
        max_selections=MOST,
        key=_CELLS,
        on_change=take,
        help="Two to four. Weights set by hand are those of an LSTM; GRU and RNN can be drawn by a seed.",
    )
    if chosen.few:
        st.markdown(":red[Pick at least two cells: one alone has nothing to be compared with.]")


def _pick_weights(chosen: VariantsWork) -> None:
    st.session_state[_WEIGHTS] = chosen.settings.weights

    def take() -> None:
        chosen.change(chosen.settings.with_weights(st.session_state[_WEIGHTS]))

    st.selectbox(
        "Weights",
        [DRAWN, *RECIPES],
        format_func=lambda key: "drawn by a seed" if key == DRAWN else f"by hand: {RECIPES[key].title}",
        key=_WEIGHTS,
        on_change=take,
    )


def _pick_sizes(chosen: VariantsWork, places: list[DeltaGenerator]) -> None:
    settings = chosen.settings
    st.session_state["variants_seed"] = settings.seed
    st.session_state["variants_units"] = settings.units
    st.session_state["variants_inputs"] = settings.inputs

    def take() -> None:
        inputs = int(st.session_state["variants_inputs"])
        # A new input line starts as zeros.
        rows = (*chosen.settings.lines, *[(0.0,) * chosen.settings.steps] * MAX_INPUTS)[:inputs]
        chosen.change(
            replace(
                chosen.settings,
                seed=int(st.session_state["variants_seed"]),
                units=int(st.session_state["variants_units"]),
                lines=rows,
            )
        )

    seed, units, inputs = places
    seed.number_input(
        "Seed",
        0,
        MAX_SEED,
        key="variants_seed",
        on_change=take,
        help="One seed draws the weights of all cells.",
    )
    units.number_input("Units", 1, MAX_UNITS, key="variants_units", on_change=take)
    inputs.number_input("Inputs", 1, MAX_INPUTS, key="variants_inputs", on_change=take)


def _cards(settings: Comparison) -> list[Card]:
    def dial(key: str, label: str, name: str) -> Dial:
        return Dial(key, label, name, getattr(settings, key), *RANGES[key])

    noise = Card("input", *_SLATE, (dial("noise", "noise", "Noise added to the input"),))
    if settings.weights == DRAWN:
        keeps = SYMBOLS["f"]
        return [
            Card("weights", *_SLATE, (dial("scale", "scale", "Scale of all weights"),)),
            Card(
                "what keeps the old state",
                keeps.light,
                keeps.dark,
                (dial("keep_bias", "bias added", "Bias added to f, or to z of a GRU"),),
            ),
            noise,
        ]
    recipe = RECIPES[settings.weights]
    if recipe.turn is None:
        return [noise]
    turn = recipe.turn
    by_hand = Dial("turn", turn.label, turn.name, settings.turn, turn.low, turn.high, turn.whole)
    return [Card(recipe.title, *_SLATE, (by_hand,)), noise]


def _take(chosen: VariantsWork) -> None:
    try:
        # Answered whatever comes of it: the panel waits for this number before it sends more.
        chosen.reply, edits = read_edits(st.session_state[_PANEL]["edit"])
        for edit in edits:
            settings = chosen.settings.with_number(edit["key"], float(edit["value"]))
            chosen.change(settings, done=bool(edit["done"]))
    except REFUSALS as error:
        # The dials check before they send, so this did not come from a hand. The settings stay.
        _log.warning("Refused an edit: %s", short(error))
