"""The controls of the Gradients page: where to start from, and how the networks are initialised."""

from dataclasses import replace
from typing import Final

import streamlit as st

from lstm_viz.app.gradients.state import GradientsState
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.notation import NETWORK_STYLES
from lstm_viz.settings.cell_choice import CellChoice
from lstm_viz.settings.gradients import GRADIENT_PRESETS, MOST, RNN
from lstm_viz.views.gradients import key_of, radius_shown, styles_of

_PRESET: Final = "gradients_preset"
_CELLS: Final = "gradients_cells"
_INITIALISATION: Final = "gradients_initialisation"
_ACTIVATION: Final = "gradients_activation"
_AS_DRAWN: Final = "gradients_as_drawn"
_OWN: Final = "own"
_WAYS: Final = {"default": "PyTorch's default", "orthogonal": "orthogonal", "chrono": "chrono biases"}


def show_controls(state: GradientsState) -> None:
    """Offer presets, and the ways to initialise."""
    preset, cells, finding = st.columns([2.6, 4.4, 5], vertical_alignment="center", gap="medium")
    with preset:
        found = _pick_preset(state)
    with cells:
        _pick_cells(state)
    finding.markdown(found)
    _pick_initialisation(state)


def pick_network(state: GradientsState, key: str) -> str:
    """Offer the cells that are measured, and return the key of one: the LSTM where nothing else is picked."""
    styles = styles_of(state.settings)
    shown = st.session_state.get(key)
    if shown not in styles:
        st.session_state[key] = "lstm" if "lstm" in styles else next(iter(styles))
    return str(
        st.segmented_control(
            "Network", [*styles], format_func=lambda each: styles[each].name, key=key, required=True
        )
    )


def _pick_cells(state: GradientsState) -> None:
    """Offer every cell of the catalogue, and those of one's own that a link has brought."""
    settings = state.settings
    if not state.has_no_cell:
        st.session_state[_CELLS] = [choice.written for choice in settings.cells]
    own = [choice.written for choice in settings.cells if choice.is_own]
    # Two names that are the same would be one choice to Streamlit.
    chosen = {
        choice.written: style.name
        for choice, style in zip(settings.cells, styles_of(settings).values(), strict=True)
    }

    def take() -> None:
        state.pick(tuple(CellChoice(written) for written in st.session_state[_CELLS]))

    st.multiselect(
        "Cells",
        [*CATALOGUE, *own],
        format_func=lambda written: chosen.get(written) or _name(written),
        max_selections=MOST,
        key=_CELLS,
        on_change=take,
        help="One to four cells, each drawn by the same seeds and reading the same input.",
    )
    if state.has_no_cell:
        st.markdown(":red[Pick at least one cell.]")


def _pick_preset(state: GradientsState) -> str:
    """Offer the presets, and return what the one that is shown has found."""
    found = (key for key, preset in GRADIENT_PRESETS.items() if preset.settings == state.settings)
    shown = next(found, _OWN)
    st.session_state[_PRESET] = shown

    def pick() -> None:
        if (key := st.session_state[_PRESET]) != _OWN:
            state.open(GRADIENT_PRESETS[key].settings)

    st.selectbox(
        "Start from",
        [*GRADIENT_PRESETS, *([_OWN] if shown == _OWN else [])],
        format_func=lambda key: "Your own choice" if key == _OWN else GRADIENT_PRESETS[key].title,
        key=_PRESET,
        on_change=pick,
    )
    return GRADIENT_PRESETS[shown].finding if shown != _OWN else "Measured for what you have chosen."


def _name(written: str) -> str:
    """Return what a cell is called on this page."""
    choice = CellChoice(written)
    known = NETWORK_STYLES.get(key_of(choice))
    return known.name if known else choice.title


def _pick_initialisation(state: GradientsState) -> None:
    settings = state.settings

    def take() -> None:
        state.change(
            replace(
                settings,
                initialisation=st.session_state[_INITIALISATION],
                activation=st.session_state[_ACTIVATION],
                radius=None if st.session_state[_AS_DRAWN] else radius_shown(settings),
            )
        )

    st.session_state[_INITIALISATION] = settings.initialisation
    st.session_state[_ACTIVATION] = settings.activation
    st.session_state[_AS_DRAWN] = settings.radius is None
    without_rnn = RNN not in settings.cells
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
        "Activation of the RNN",
        ["tanh", "relu"],
        key=_ACTIVATION,
        on_change=take,
        required=True,
        disabled=without_rnn,
    )
    drawn.toggle(
        "Leave the RNN's W_h as it was drawn",
        key=_AS_DRAWN,
        on_change=take,
        disabled=without_rnn,
        help="Otherwise W_h is scaled until its spectral radius, the largest absolute value of its "
        "eigenvalues, is what the dial says.",
    )
