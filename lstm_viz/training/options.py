"""A task's own choices within the settings of a run, and the settings that suit them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lstm_viz.training.settings import CellKind, TrainingSettings
from lstm_viz.training.task import Task
from lstm_viz.training.tasks import TASKS


def default_options(task: Task) -> dict[str, Any]:
    """Return every choice of the task's own as its good settings have it."""
    return options_of(task, task.defaults)


def options_of(task: Task, settings: TrainingSettings) -> dict[str, Any]:
    """Return every choice of the task's own as settings have it."""
    return {name: settings.option(name, option.default) for name, option in task.options.items()}


def with_options(task: Task, settings: TrainingSettings, options: Mapping[str, Any]) -> TrainingSettings:
    """Return settings with other choices of the task's own, and what the network needs to suit them.

    Raises
    ------
    ValueError
        If a choice is not one of the task's.
    """
    changed = {**options_of(task, settings), **options}
    return task.adapt(tidy(task, replace(settings, options=tuple(sorted(changed.items())))))


def tidy(task: Task, settings: TrainingSettings) -> TrainingSettings:
    """Return the same settings with those choices left out that are as the task has them."""
    pairs = [
        (name, value)
        for name, value in settings.options
        if name not in task.options or value != task.options[name].default
    ]
    return replace(settings, options=tuple(pairs))


def good_settings(task: Task, options: Mapping[str, Any]) -> TrainingSettings:
    """Return the settings that solve the task with these choices of its own; all that is left out is usual.

    Raises
    ------
    ValueError
        If a choice is not one of the task's.
    """
    return with_options(task, task.defaults, options)


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
