"""The links of the Train page: the settings of a training in the query of an address.

Only what differs from the task's own good settings is written, so that a teacher can read the link, and write
one by hand:

>>> settings = from_query({"task": "adding", "task_steps": "60", "cell": "gru", "seed": "3"})
>>> settings.model.cell, settings.seed
('gru', 3)
>>> "&".join(f"{key}={text}" for key, text in to_query(settings).items())
'task=adding&task_steps=60&cell=gru&seed=3'

A cell is one of PyTorch's (``lstm``, ``gru``, ``rnn``), or one by its equations, as
:mod:`lstm_viz.exchange.links.cell_choice` writes it: ``cell=minGRU``.

What was uploaded, and on what device it is to be trained, are left out: they are the sender's.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any, Final, TypeVar, get_args

from lstm_viz.exchange.links.cell_choice import CELL, LONGEST_CELL
from lstm_viz.exchange.links.codec import (
    Format,
    damaged,
    format_of,
    formats_of,
    one_of,
    read,
    shortened,
    write,
)
from lstm_viz.settings.cell_choice import CellChoice
from lstm_viz.training.settings import CellKind, ModelSettings, OptimiserSettings, TrainingSettings
from lstm_viz.training.task import Task
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.options import default_options, good_settings, options_of, read_options

_TASK: Final = "task"
_OPTION: Final = "task_"
_CELL: Final = "cell"
_KINDS: Final = get_args(CellKind)

_Record = TypeVar("_Record", ModelSettings, OptimiserSettings, TrainingSettings)


def _write_cell(cell: str) -> str:
    return cell if cell in _KINDS else CELL.write(CellChoice(cell))


def _read_cell(text: str) -> str:
    return text if text in _KINDS else CELL.read(text).written


_FORMATS: Final = MappingProxyType(
    {
        **formats_of(ModelSettings, own={_CELL: Format(_write_cell, _read_cell)}),
        **formats_of(OptimiserSettings),
        **formats_of(TrainingSettings, without=("task", "options", "model", "optimiser", "device", "upload")),
    }
)

KEYS: Final = (
    _TASK,
    *_FORMATS,
    *sorted({f"{_OPTION}{name}" for task in TASKS.values() for name in task.options}),
)
"""The keys of the query that belong to the page; all others belong to somebody else."""


def to_query(settings: TrainingSettings) -> dict[str, str]:
    """Return the query parameters that stand for the settings of a training."""
    task = TASKS[settings.task]
    options = options_of(task, settings)
    chosen = write(_option_formats(task), options, default_options(task))
    return {
        _TASK: task.key,
        **{f"{_OPTION}{name}": text for name, text in chosen.items()},
        **write(_FORMATS, _values(settings), _values(good_settings(task, options))),
    }


def from_query(query: Mapping[str, str]) -> TrainingSettings:
    """Return the settings that query parameters stand for.

    Parameters
    ----------
    query
        At least ``task``; keys that are not in ``KEYS`` are passed over, but for choices that the task has
        not.

    Raises
    ------
    ValueError
        In plain words, if the link is damaged: the task does not exist or has no such choice, or a part is
        too long, cannot be read, or is not allowed.
    """
    key = query.get(_TASK, "")
    if key not in TASKS:
        raise ValueError(f"The link asks for a task “{shortened(key)}”, which does not exist.")
    task = TASKS[key]
    options = read(_option_formats(task), _asked_options(task, query))
    asked = {part: text for part, text in query.items() if part != _CELL}
    values = read(_FORMATS, asked) | read({_CELL: _FORMATS[_CELL]}, query, LONGEST_CELL)
    if values.get("bidirectional") and not task.bidirectional:
        raise ValueError(f"The link asks “{task.card.title}” to be read from both ends, where the answer is.")
    try:
        good = good_settings(task, options)
        read_options(task.options, good)
        changed = replace(
            good, model=_replaced(good.model, values), optimiser=_replaced(good.optimiser, values)
        )
        return _replaced(changed, values)
    except ValueError as error:
        raise damaged(error) from None


def _asked_options(task: Task, query: Mapping[str, str]) -> dict[str, str]:
    asked = {key.removeprefix(_OPTION): text for key, text in query.items() if key.startswith(_OPTION)}
    for name in asked:
        if name not in task.options:
            raise ValueError(
                f"The link chooses {shortened(name)} for “{task.card.title}”, which has no such choice."
            )
    return asked


def _option_formats(task: Task) -> dict[str, Format]:
    return {
        name: one_of(option.choices) if option.choices else format_of(type(option.default))
        for name, option in task.options.items()
    }


def _values(settings: TrainingSettings) -> dict[str, Any]:
    """Return the fields of the settings, of the network and of the optimiser, by their names."""
    return {
        each.name: getattr(record, each.name)
        for record in (settings.model, settings.optimiser, settings)
        for each in fields(record)
    }


def _replaced(record: _Record, values: Mapping[str, Any]) -> _Record:
    known = {each.name: values[each.name] for each in fields(record) if each.name in values}
    return replace(record, **known)
