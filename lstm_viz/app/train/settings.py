"""All settings of a training, folded away until somebody asks for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.shell.number import Number
from lstm_viz.app.shell.prose import show_error, show_text
from lstm_viz.app.shell.widget_values import widget_showing
from lstm_viz.app.train.actions import TrainActions
from lstm_viz.app.train.controls import FIRST, pick_option, show_number
from lstm_viz.app.train.state import TrainState
from lstm_viz.markdown import Markdown
from lstm_viz.training.cell_settings import has_gate_biases, settable_biases
from lstm_viz.training.settings import (
    MAX_BATCH,
    MAX_LAYERS,
    MAX_MINUTES,
    MAX_UNITS,
    MAX_UPDATES,
)
from lstm_viz.training.views.names import INITIALISATIONS, METHODS, READOUTS

ACROSS: Final = 4
"""Settings side by side."""


@dataclass(frozen=True, slots=True)
class _Number:
    """A setting that is a number; ``placeholder`` says what an empty field means, where it may be empty."""

    number: Number
    help: str
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class _Choice:
    """A setting that is one of several words."""

    label: str
    choices: Mapping[str, str]
    help: str


@dataclass(frozen=True, slots=True)
class _Switch:
    """A setting that is on or off."""

    label: str
    help: str


_Field: TypeAlias = _Number | _Choice | _Switch


def show_all_settings(actions: TrainActions) -> None:
    """Offer every setting, each with a line on what it does."""
    with st.expander("All settings", icon=":material/tune:", key="train_all_settings"):
        _further_options(actions)
        for heading, fields in _SECTIONS.items():
            show_text(heading)
            _show_fields(actions, fields)
        show_error(actions.state.messages.get("settings", ""))


def _further_options(actions: TrainActions) -> None:
    """Offer those choices of the task's own that do not stand beside it."""
    further = list(actions.state.task.options)[FIRST:]
    if not further:
        return
    show_text(Markdown("**The task**"))
    for name, place in _side_by_side(further):
        pick_option(actions, name, place)


def _show_fields(actions: TrainActions, fields: Mapping[str, _Field]) -> None:
    """Draw several settings side by side, those that mean nothing here left out."""
    useful = [name for name in fields if _is_useful(name, actions.state)]
    actions.state = actions.state.clear_invalid(*(_key(name) for name in fields if name not in useful))
    for name, place in _side_by_side(useful):
        _show_field(actions, name, fields[name], place)


def _side_by_side(names: Sequence[str]) -> Iterator[tuple[str, DeltaGenerator]]:
    for first in range(0, len(names), ACROSS):
        yield from zip(names[first : first + ACROSS], st.columns(ACROSS, gap="small"), strict=False)


def _show_field(actions: TrainActions, name: str, field: _Field, place: DeltaGenerator) -> None:
    """Draw a setting with the value that holds; what is entered is put in its place."""
    key, value = _key(name), actions.state.setting(name)

    def take(entered: Any) -> None:
        actions.state = actions.state.clear_invalid(key).with_setting(name, entered)

    if isinstance(field, _Number):
        show_number(actions, key, field.number, value, place, take, field.help, field.placeholder)
        return
    widget = widget_showing(key, value)
    changed = widget.on_change(take)
    if isinstance(field, _Choice):
        words = field.choices
        place.selectbox(
            field.label,
            words,
            format_func=words.__getitem__,
            key=widget.key,
            help=field.help,
            on_change=changed,
        )
    else:
        place.space("small")
        place.checkbox(field.label, key=widget.key, help=field.help, on_change=changed)


def _key(name: str) -> str:
    return f"train_set_{name}"


def _is_useful(name: str, state: TrainState) -> bool:
    """Return whether a setting does anything for this task and network."""
    model = state.settings.model
    if name == "bidirectional":
        return state.task.bidirectional
    if name == "residual":
        return model.layers > 1
    if name == "chrono_steps":
        return model.initialisation == "chrono" and has_gate_biases(model)
    if name in ("forget_bias", "input_bias"):
        return name in settable_biases(model) and model.initialisation in ("forget_bias", "orthogonal")
    return True


def _whole(label: str, low: int, high: int) -> Number:
    return Number(label, low, high, whole=True)


_NETWORK: Final[dict[str, _Field]] = {
    "units": _Number(
        _whole("Units", 1, MAX_UNITS),
        "How many numbers a layer remembers. Few can be read; many learn more easily.",
    ),
    "layers": _Number(_whole("Layers", 1, MAX_LAYERS), "Each further layer reads the h of the one below it."),
    "embedding": _Number(
        _whole("Embedding", 0, 256),
        "How many learned numbers stand for a symbol; 0 shows each symbol as it is. Without effect where the "
        "input is numbers.",
    ),
    "readout": _Choice(
        "The answer reads", READOUTS, "What the output layer looks at, where a sequence gets a single answer."
    ),
    "bidirectional": _Switch("Read from both ends", "A second layer reads the sequence from its end."),
    "residual": _Switch("Residual connections", "Adds a layer's input to its output, from the second on."),
}
_START: Final[dict[str, _Field]] = {
    "initialisation": _Choice(
        "Weights start as",
        INITIALISATIONS,
        "PyTorch's own start; with the biases of the gates set; with orthogonal weights from h; or chrono: "
        "biases for memories of many lengths.",
    ),
    "forget_bias": _Number(
        Number("Forget bias", -10, 10),
        "Above 0 the gate that keeps the old starts open: 2 is 88 % open.",
    ),
    "input_bias": _Number(
        Number("Input bias", -10, 10), "Below 0 the input gate starts nearly shut: −2 is 12 % open."
    ),
    "chrono_steps": _Number(
        _whole("Longest memory", 3, 10_000),
        "In steps: chrono draws the biases for memories of up to this length.",
    ),
    "seed": _Number(
        _whole("Seed", 0, 2**31 - 1),
        "Draws the weights and the data. On one machine, the same settings with the same seed give the same "
        "run, to the last bit.",
    ),
}
_LEARNING: Final[dict[str, _Field]] = {
    "method": _Choice("Optimiser", METHODS, "How a gradient becomes a change of the weights."),
    "rate": _Number(
        Number("Learning rate", 1e-7, 10),
        "How large a change is. Too large diverges, too small takes for ever.",
    ),
    "output_rate": _Number(
        Number("Rate of the output layer", 1e-7, 10, optional=True),
        "Another learning rate for the layer that reads h; empty for the same.",
        placeholder="the same as above",
    ),
    "clip": _Number(
        Number("Clip the gradient at", 1e-6, 1e6, optional=True),
        "A longer gradient is scaled down to this; empty clips nothing.",
        placeholder="no limit",
    ),
    "batch": _Number(_whole("Batch", 1, MAX_BATCH), "Sequences looked at for one change of the weights."),
    "dropout": _Number(
        Number("Dropout", 0, 0.9),
        "The share of values dropped, at random, between layers and before the answer: against learning by "
        "heart.",
    ),
    "truncate": _Number(
        _whole("Cut the gradient after", 0, 1000), "Steps, for one long stream; 0 leaves it to the task."
    ),
}
_STOPPING: Final[dict[str, _Field]] = {
    "updates": _Number(_whole("Updates at most", 1, MAX_UPDATES), "How often the weights are changed."),
    "minutes": _Number(
        Number("Minutes at most", 0.01, MAX_MINUTES), "Then the run stops, with what it has learned."
    ),
    "until_solved": _Switch("Stop when solved", "Otherwise it goes on, and the gates become clearer still."),
    "keep_best": _Switch(
        "Keep the best weights",
        "At the end the network gets the weights that scored best on what is held back, not the last ones: "
        "early stopping. Their score flatters a little, for it has chosen them.",
    ),
}

_SECTIONS: Final = {
    Markdown("**The network**"): _NETWORK,
    Markdown("**How it starts**"): _START,
    Markdown("**How it learns**"): _LEARNING,
    Markdown("**When it stops**"): _STOPPING,
}
