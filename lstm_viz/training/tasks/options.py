"""A task's own choices: read from the settings of a run, and checked."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Option, Task


def read_options(options: Mapping[str, Option], settings: TrainingSettings) -> dict[str, Any]:
    """Return the value of every option of a task: the chosen one, or the task's own.

    Raises
    ------
    ValueError
        If a chosen option is unknown or its value not allowed: it names the option by its label.
    """
    chosen = dict(settings.options)
    if unknown := sorted(set(chosen) - set(options)):
        raise ValueError(f"{settings.task} has the options {', '.join(options)}, got {', '.join(unknown)}")
    return {name: _checked(option, chosen.get(name, option.default)) for name, option in options.items()}


def _checked(option: Option, value: Any) -> Any:
    if option.choices:
        if value not in option.choices:
            raise ValueError(f"“{option.label}” must be one of {', '.join(option.choices)}, got {value}")
        return value
    if isinstance(option.default, str):  # words of the person's own
        return str(value)
    whole = isinstance(option.default, int)
    low = float("-inf") if option.low is None else option.low
    high = float("inf") if option.high is None else option.high
    number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if not (number and low <= value <= high):
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"“{option.label}” must be {kind} from {low:g} to {high:g}, got {value}")
    return value


def chrono_for(options: Mapping[str, Option], name: str) -> Callable[[TrainingSettings], TrainingSettings]:
    """Return what makes chrono initialisation prepare for a memory of as many steps as an option says."""

    def adapt(settings: TrainingSettings) -> TrainingSettings:
        steps = read_options(options, settings)[name]
        return replace(settings, model=replace(settings.model, chrono_steps=max(steps, 3)))

    return adapt


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
        If the network cannot be made to suit a choice that the task does not allow.
    """
    changed = {**options_of(task, settings), **options}
    return task.adapt(without_usual_options(task, replace(settings, options=tuple(sorted(changed.items())))))


def without_usual_options(task: Task, settings: TrainingSettings) -> TrainingSettings:
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
        If the network cannot be made to suit a choice that the task does not allow.
    """
    return with_options(task, task.defaults, options)
