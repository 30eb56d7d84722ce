"""What is offered around the editor: where to start from, the way back, weights, sizes and input."""

from dataclasses import replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.own_cell.state import OwnCellState
from lstm_viz.app.shell.run_controls import offer_way_back, type_lines
from lstm_viz.app.shell.shapes import offer_shapes
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.settings.cell import MAX_INPUTS, MAX_UNITS
from lstm_viz.settings.own_cell import INVITATIONS, LONGEST, MAX_SCALE, MAX_SEED

_BASE: Final = "own_cell_base"

_HELP: Final = """
- One line, one quantity: `f = sigmoid(W@x + U@h + b)`. **x** is the input, **h** the output; there must be
  a line for h.
- A name that is read above its own line is the value of **one step ago**; `c[t-1]` is that on any line. This
  is the memory.
- Every line has weights of its own: capitals such as `W` and `U` are matrices, `b` and `p` are vectors. `W_f`
  in another line is the same matrix again.
- Between matrices everything is unit by unit: `+ - * /`, `**2`, `sigmoid`, `tanh`, `relu`, `exp`, `log`,
  `sqrt`, `max(a, b)` and more; `mean(v)` is the mean over all units.
- `m[0] = -inf` says where a state starts, `h: P = R@m` gives a line a size of its own, `#` begins a comment.
"""


def show_starts(state: OwnCellState) -> None:
    """Offer the cells of the catalogue, three changes that invite, and the way back."""
    choose, invite, back = st.columns([3, 7, 3], vertical_alignment="bottom", gap="medium")
    _pick_base(state, choose)
    with invite.container(horizontal=True, gap="small"):
        for key, invitation in INVITATIONS.items():
            st.button(
                invitation.title,
                key=f"own_cell_{key}",
                help=invitation.point,
                on_click=state.accept,
                args=(key,),
            )
        with st.popover("How to write it", icon=":material/help:"):
            st.markdown(_HELP)
    with back:
        offer_way_back(state.history, state.move, page="own_cell", reset="Back to the cell it started from")
    if state.set_aside:
        st.button(
            "Bring back the text with mistakes",
            key="own_cell_bring_back",
            icon=":material/restore:",
            on_click=state.bring_back,
        )


def _pick_base(state: OwnCellState, place: DeltaGenerator) -> None:
    st.session_state[_BASE] = state.settings.base
    place.selectbox(
        "Start from, and change one thing",
        [*CATALOGUE],
        format_func=lambda name: f"{name} · {CATALOGUE[name].title}",
        key=_BASE,
        on_change=lambda: state.start_from(st.session_state[_BASE]),
    )


def show_weights_and_input(state: OwnCellState) -> None:
    """Offer seed, scale and sizes, and a field for every line of the input."""
    *typed, draw, seed, scale, units, inputs = st.columns(
        [*[6 / len(state.settings.lines)] * len(state.settings.lines), 1.8, 1.1, 1.1, 1.1, 1.1], gap="small"
    )
    type_lines(
        state.settings.lines,
        state.settings.input_names,
        state.typed,
        state.troubles,
        state.type_input,
        typed,
        page="own_cell",
    )
    with draw:
        st.space("small")
        offer_shapes(
            state.settings.lines,
            state.settings.input_names,
            lambda lines: state.change(replace(state.settings, lines=lines)),
            page="own_cell",
            most=LONGEST,
        )
    _pick_weights(state, seed, scale)
    _pick_sizes(state, units, inputs)


def _pick_weights(state: OwnCellState, seed: DeltaGenerator, scale: DeltaGenerator) -> None:
    settings = state.settings
    st.session_state["own_cell_seed"] = settings.seed
    st.session_state["own_cell_scale"] = settings.scale

    def take() -> None:
        seed, scale = int(st.session_state["own_cell_seed"]), float(st.session_state["own_cell_scale"])
        state.change(replace(state.settings, seed=seed, scale=scale))

    seed.number_input(
        "Seed", 0, MAX_SEED, key="own_cell_seed", on_change=take, help="Draws all weights of the cell."
    )
    scale.number_input(
        "Scale",
        0.0,
        MAX_SCALE,
        step=0.5,
        key="own_cell_scale",
        on_change=take,
        help="What all weights are multiplied by.",
    )


def _pick_sizes(state: OwnCellState, units: DeltaGenerator, inputs: DeltaGenerator) -> None:
    settings = state.settings
    st.session_state["own_cell_units"] = settings.units
    st.session_state["own_cell_inputs"] = len(settings.lines)

    def take() -> None:
        state.resize(int(st.session_state["own_cell_units"]), int(st.session_state["own_cell_inputs"]))

    units.number_input("Units", 1, MAX_UNITS, key="own_cell_units", on_change=take)
    inputs.number_input("Inputs", 1, MAX_INPUTS, key="own_cell_inputs", on_change=take)
