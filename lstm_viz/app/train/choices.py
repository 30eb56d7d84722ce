"""What is chosen for a training: what cannot be taken, and which runs belong together."""

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from lstm_viz.training.settings import CellKind, TrainingSettings
from lstm_viz.training.tasks import TASKS

_ALIKE: Final = frozenset({"between", "read", "keep"})
"""Choices in words that leave a task's runs comparable: they have the same score, of the same data."""

DataKey: TypeAlias = tuple[str, str | None, tuple[tuple[str, str], ...]]
"""What runs that share a plot have in common: see :func:`data_of`."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """A number that stands in a field and does not fit there, and why."""

    value: float
    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Something given that cannot be trained on, and why; ``told`` calls it "your file", with its name."""

    told: str
    why: str


def data_of(settings: TrainingSettings) -> DataKey:
    """Return what the data of a run are: runs on other data have another line of guessing.

    Numbers among its choices make a task harder or easier, which is worth comparing: they are left out.
    """
    return settings.task, settings.upload, tuple(words_of(settings).items())


def words_of(settings: TrainingSettings) -> dict[str, str]:
    """Return the task's choices in words that say which data: a company, a column."""
    return {
        name: settings.option(name, option.default)
        for name, option in TASKS[settings.task].options.items()
        if isinstance(option.default, str) and name not in _ALIKE
    }


def with_cell(settings: TrainingSettings, cell: CellKind) -> TrainingSettings:
    """Return the settings with another kind of cell.

    A plain RNN has no gates whose biases could be set: it starts with orthogonal weights instead, as it
    learns best.
    """
    start = settings.model.initialisation
    if cell == "rnn" and start in ("chrono", "forget_bias"):
        start = "orthogonal"
    elif settings.model.cell == "rnn" and cell != "rnn" and start == "orthogonal":
        start = TASKS[settings.task].defaults.model.initialisation
    return replace(settings, model=replace(settings.model, cell=cell, initialisation=start))
