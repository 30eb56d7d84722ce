"""The cell in the settings of a training: which can be chosen, what changes with it, and what it needs."""

from dataclasses import replace
from typing import Final

from lstm_viz.analysis import gate_biases
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.training.settings import ModelSettings, TrainingSettings
from lstm_viz.training.task import TaskData
from lstm_viz.training.tasks import TASKS

FIRST_OTHER: Final = "minGRU"
"""The cell that whoever asks for another one than PyTorch's three sees first."""

_SETTABLE: Final = {"lstm": ("forget_bias", "input_bias"), "gru": ("forget_bias",), "rnn": ()}


def other_cells() -> list[str]:
    """Return the cells of the catalogue that can be trained, by name: with lines of D or H numbers."""
    return [name for name, equations in CATALOGUE.items() if not equations.declared_sizes]


def with_cell(settings: TrainingSettings, cell: str) -> TrainingSettings:
    """Return the settings with another kind of cell.

    A plain RNN has no gates whose biases could be set, and neither have some cells by their equations: they
    start with orthogonal weights instead, as they learn best.

    Raises
    ------
    ValueError
        If it is no cell that can be trained.
    """
    before, after = settings.model, replace(settings.model, cell=cell)
    start = before.initialisation
    if not has_gate_biases(after) and start in ("chrono", "forget_bias"):
        start = "orthogonal"
    elif not has_gate_biases(before) and has_gate_biases(after) and start == "orthogonal":
        start = TASKS[settings.task].defaults.model.initialisation
    return replace(settings, model=replace(after, initialisation=start))


def settable_biases(model: ModelSettings) -> frozenset[str]:
    """Return which first biases a cell has that can be set, as settings call them."""
    if model.choice is None:
        return frozenset(_SETTABLE[model.cell])
    # Marked by a number each, to be found again whatever their signs.
    marked = gate_biases(model.choice.equations, keeps=1.0, writes=2.0).values()
    return frozenset({1.0: "forget_bias", 2.0: "input_bias"}[abs(mark)] for mark in marked if mark)


def has_gate_biases(model: ModelSettings) -> bool:
    """Return whether a cell has gates of its memory whose biases can be set."""
    return bool(settable_biases(model))


def inputs_of(model: ModelSettings, data: TaskData) -> int:
    """Return how many numbers the first recurrent layer reads at each step."""
    return model.embedding if data.symbols and model.embedding else data.inputs


def check_fits(model: ModelSettings, data: TaskData) -> None:
    """Refuse a cell that cannot read what a task shows it.

    Raises
    ------
    ValueError
        If the cell uses x unit by unit, and there are not as many units as inputs.
    """
    if model.choice is None or not model.choice.equations.graph.square:
        return
    inputs, width = inputs_of(model, data), model.units * (2 if model.bidirectional else 1)
    for read in (inputs, *[width] * (model.layers - 1)):
        if read != model.units:
            raise ValueError(
                f"The cell uses x unit by unit: it needs as many units as inputs. It has {model.units} and "
                f"reads {read}."
            )
