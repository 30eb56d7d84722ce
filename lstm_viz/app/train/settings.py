"""All settings of a training, folded away until somebody asks for them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.shell.number_field import number_field
from lstm_viz.app.shell.widget_values import is_late, put
from lstm_viz.app.train.controls import FIRST, pick_option
from lstm_viz.app.train.state import TrainWork, say
from lstm_viz.app.train.words import INITIALISATIONS, METHODS, READOUTS
from lstm_viz.training.settings import (
    MAX_BATCH,
    MAX_LAYERS,
    MAX_MINUTES,
    MAX_UNITS,
    MAX_UPDATES,
    ModelSettings,
    OptimiserSettings,
    TrainingSettings,
)

ACROSS: Final = 4
"""Settings side by side."""

_FIELD: Final = "train_set_"
_SAME: Final = "the same as above"
_UNLIMITED: Final = "no limit"

_Place = DeltaGenerator
_Draw = Callable[["_Sheet", str, _Place], None]


def show_all_settings(chosen: TrainWork) -> None:
    """Offer every setting, each with a line on what it does."""
    with st.expander("All settings", icon=":material/tune:", key="train_all_settings"):
        sheet = _Sheet(chosen)
        _further_options(chosen)
        st.markdown("**The network**")
        sheet.rows(_NETWORK)
        st.markdown("**How it starts**")
        sheet.rows(_START)
        st.markdown("**How it learns**")
        sheet.rows(_LEARNING)
        st.markdown("**When it stops**")
        sheet.rows(_STOPPING)
        say(chosen, "settings")


def _further_options(chosen: TrainWork) -> None:
    """Offer those choices of the task's own that do not stand beside it."""
    further = [*chosen.task.options.items()][FIRST:]
    if not further:
        return
    st.markdown("**The task**")
    for first in range(0, len(further), ACROSS):
        places = st.columns(ACROSS, gap="small")
        for (name, option), place in zip(further[first : first + ACROSS], places, strict=False):
            pick_option(chosen, name, option, place)


class _Sheet:
    """The settings as widgets: each shows the value that holds, and puts what is entered in its place."""

    def __init__(self, chosen: TrainWork) -> None:
        self.chosen = chosen

    def rows(self, fields: Mapping[str, _Draw]) -> None:
        """Draw several settings side by side, those that mean nothing here left out."""
        there = [name for name in fields if _means_something(name, self.chosen)]
        for name in set(fields).difference(there):
            self.chosen.unfit.pop(_FIELD + name, None)
        for first in range(0, len(there), ACROSS):
            for name, place in zip(
                there[first : first + ACROSS], st.columns(ACROSS, gap="small"), strict=False
            ):
                fields[name](self, name, place)

    def key(self, name: str) -> str:
        """Put the value that holds into the widget, and return the widget's key."""
        key = _FIELD + name
        put(key, getattr(_part(self.chosen.settings, name), name))
        return key

    def take(self, name: str) -> None:
        """Put what was entered into the settings; what does not fit is said, and the settings stay."""
        value = st.session_state[_FIELD + name]
        if (value is None and name not in _MAY_BE_NONE) or is_late(_FIELD + name):
            return
        settings = self.chosen.settings
        part = _part(settings, name)
        try:
            changed: Any = replace(part, **{name: value})
        except ValueError as error:
            self.chosen.troubles["settings"] = str(error)
            return
        if isinstance(changed, ModelSettings):
            changed = replace(settings, model=changed)
        elif isinstance(changed, OptimiserSettings):
            changed = replace(settings, optimiser=changed)
        self.chosen.choose(changed)


def _part(settings: TrainingSettings, name: str) -> ModelSettings | OptimiserSettings | TrainingSettings:
    parts = (settings.model, settings.optimiser, settings)
    return next(part for part in parts if hasattr(part, name))


_MAY_BE_NONE: Final = ("output_rate", "clip")


def _means_something(name: str, chosen: TrainWork) -> bool:
    """Return whether a setting does anything for this task and network."""
    model = chosen.settings.model
    if name == "bidirectional":
        return chosen.task.bidirectional
    if name == "residual":
        return model.layers > 1
    if name == "chrono_steps":
        return model.initialisation == "chrono" and model.cell != "rnn"
    if name in ("forget_bias", "input_bias"):
        gated = model.cell == "lstm" or (model.cell == "gru" and name == "forget_bias")
        return gated and model.initialisation in ("forget_bias", "orthogonal")
    return True


def _number(label: str, low: float, high: float, help: str, step: float = 1, **more: Any) -> _Draw:
    def draw(sheet: _Sheet, name: str, place: _Place) -> None:
        key = sheet.key(name)
        number_field(
            sheet.chosen,
            place,
            label,
            (low, high),
            partial(sheet.take, name),
            key=key,
            step=step,
            help=help,
            **more,
        )

    return draw


def _choice(label: str, choices: Mapping[str, str], help: str) -> _Draw:
    def draw(sheet: _Sheet, name: str, place: _Place) -> None:
        key = sheet.key(name)
        place.selectbox(
            label,
            choices,
            format_func=choices.__getitem__,
            key=key,
            help=help,
            on_change=sheet.take,
            args=(name,),
        )

    return draw


def _switch(label: str, help: str) -> _Draw:
    def draw(sheet: _Sheet, name: str, place: _Place) -> None:
        key = sheet.key(name)
        place.space("small")
        place.checkbox(label, key=key, help=help, on_change=sheet.take, args=(name,))

    return draw


_NETWORK: Final[dict[str, _Draw]] = {
    "units": _number(
        "Units", 1, MAX_UNITS, "How many numbers a layer remembers. Few can be read; many learn more easily."
    ),
    "layers": _number("Layers", 1, MAX_LAYERS, "Each further layer reads the h of the one below it."),
    "embedding": _number(
        "Embedding",
        0,
        256,
        "How many learned numbers stand for a symbol; 0 shows each symbol as it is. Without effect where the "
        "input is numbers.",
    ),
    "readout": _choice(
        "The answer reads", READOUTS, "What the output layer looks at, where a sequence gets a single answer."
    ),
    "bidirectional": _switch("Read from both ends", "A second layer reads the sequence from its end."),
    "residual": _switch("Residual connections", "Adds a layer's input to its output, from the second on."),
}
_START: Final[dict[str, _Draw]] = {
    "initialisation": _choice(
        "Weights start as",
        INITIALISATIONS,
        "PyTorch's own start; with the biases of the gates set; with orthogonal weights from h; or chrono: "
        "biases for memories of many lengths.",
    ),
    "forget_bias": _number(
        "Forget bias", -10.0, 10.0, "Above 0 the gate that keeps the old starts open: 2 is 88 % open.", 0.5
    ),
    "input_bias": _number(
        "Input bias", -10.0, 10.0, "Below 0 the input gate starts nearly shut: −2 is 12 % open.", 0.5
    ),
    "chrono_steps": _number(
        "Longest memory", 3, 10_000, "In steps: chrono draws the biases for memories of up to this length."
    ),
    "seed": _number(
        "Seed",
        0,
        2**31 - 1,
        "Draws the weights and the data. On one machine, the same settings with the same seed give the "
        "same run, to the last bit.",
    ),
}
_LEARNING: Final[dict[str, _Draw]] = {
    "method": _choice("Optimiser", METHODS, "How a gradient becomes a change of the weights."),
    "rate": _number(
        "Learning rate",
        1e-7,
        10.0,
        "How large a change is. Too large diverges, too small takes for ever.",
        0.001,
        format="%g",
    ),
    "output_rate": _number(
        "Rate of the output layer",
        1e-7,
        10.0,
        "Another learning rate for the layer that reads h; empty for the same.",
        0.001,
        format="%g",
        value=None,
        placeholder=_SAME,
    ),
    "clip": _number(
        "Clip the gradient at",
        1e-6,
        1e6,
        "A longer gradient is scaled down to this; empty clips nothing.",
        0.5,
        format="%g",
        value=None,
        placeholder=_UNLIMITED,
    ),
    "batch": _number("Batch", 1, MAX_BATCH, "Sequences looked at for one change of the weights."),
    "dropout": _number(
        "Dropout",
        0.0,
        0.9,
        "The share of values dropped, at random, between layers and before the answer: against learning by "
        "heart.",
        0.05,
    ),
    "truncate": _number(
        "Cut the gradient after", 0, 1000, "Steps, for one long stream; 0 leaves it to the task."
    ),
}
_STOPPING: Final[dict[str, _Draw]] = {
    "updates": _number("Updates at most", 1, MAX_UPDATES, "How often the weights are changed.", 500),
    "minutes": _number(
        "Minutes at most", 0.01, MAX_MINUTES, "Then the run stops, with what it has learned.", 1.0
    ),
    "until_solved": _switch("Stop when solved", "Otherwise it goes on, and the gates become clearer still."),
    "keep_best": _switch(
        "Keep the best weights",
        "At the end the network gets the weights that scored best on what is held back, not the last ones: "
        "early stopping. Their score flatters a little, for it has chosen them.",
    ),
}
