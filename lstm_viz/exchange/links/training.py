"""The settings of a training in the query of an address, and back.

Only what differs from the task's own good settings is written, so that a teacher can read the link, and write
one by hand: ``?task=adding&task_length=100&cell=gru&seed=3``.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from lstm_viz.settings.sequences import format_number
from lstm_viz.training.options import default_options, good_settings, options_of
from lstm_viz.training.settings import ModelSettings, OptimiserSettings, TrainingSettings
from lstm_viz.training.task import Option
from lstm_viz.training.tasks import TASKS

TASK: Final = "task"
_OPTION: Final = "task_"
_NONE: Final = "none"
_LONGEST: Final = 40


def _number(text: str) -> float:
    # Python would read 3_2 as 32.
    return float(text.replace("_", " "))


def _whole(text: str) -> int:
    return int(text.replace("_", " "))


def _yes(text: str) -> bool:
    return {"yes": True, "no": False}[text]


def _number_or_none(text: str) -> float | None:
    return None if text == _NONE else _number(text)


_Reader = Callable[[str], Any]
_MODEL: Final[Mapping[str, _Reader]] = {
    "cell": str,
    "units": _whole,
    "layers": _whole,
    "bidirectional": _yes,
    "dropout": _number,
    "residual": _yes,
    "embedding": _whole,
    "readout": str,
    "initialisation": str,
    "forget_bias": _number,
    "input_bias": _number,
    "chrono_steps": _whole,
}
_OPTIMISER: Final[Mapping[str, _Reader]] = {
    "method": str,
    "rate": _number,
    "output_rate": _number_or_none,
    "clip": _number_or_none,
}
_WHOLE: Final[Mapping[str, _Reader]] = {
    "batch": _whole,
    "updates": _whole,
    "until_solved": _yes,
    "truncate": _whole,
    "seed": _whole,
    "minutes": _number,
}
_READERS: Final = MappingProxyType({**_MODEL, **_OPTIMISER, **_WHOLE})


def training_keys() -> tuple[str, ...]:
    """Return the keys of the query that belong to this page; all others belong to somebody else."""
    options = {f"{_OPTION}{name}" for task in TASKS.values() for name in task.options}
    return (TASK, *_READERS, *sorted(options))


def training_to_query(settings: TrainingSettings) -> dict[str, str]:
    """Return the query parameters that stand for the settings.

    What was uploaded, and on what device it is to be trained, are left out: they are the sender's.
    """
    task = TASKS[settings.task]
    options, usual = options_of(task, settings), default_options(task)
    base = good_settings(task, options)
    query = {TASK: task.key} | {
        f"{_OPTION}{name}": _text(value) for name, value in options.items() if value != usual[name]
    }
    given, wanted = _flat(base), _flat(settings)
    return query | {name: _text(wanted[name]) for name in _READERS if wanted[name] != given[name]}


def training_from_query(query: Mapping[str, str]) -> TrainingSettings:
    """Return the settings that query parameters stand for.

    Parameters
    ----------
    query
        At least ``task``; keys that are not of :func:`training_keys` are passed over.

    Raises
    ------
    ValueError
        In plain words, if the link is damaged.
    """
    asked = query.get(TASK, "")
    if asked not in TASKS:
        raise ValueError(f"The link asks for a task “{asked[:_LONGEST]}”, which does not exist.")
    task = TASKS[asked]
    options: dict[str, Any] = {}
    for key, text in query.items():
        if not key.startswith(_OPTION):
            continue
        name = key.removeprefix(_OPTION)
        if name not in task.options:
            raise ValueError(
                f"The link chooses {name[:_LONGEST]} for “{task.card.title}”, which has no such choice."
            )
        options[name] = _option(name, text, task.options[name])
    read = {name: _read(name, query[name], reader) for name, reader in _READERS.items() if name in query}
    if read.get("bidirectional") and not task.bidirectional:
        raise ValueError(f"The link asks “{task.card.title}” to be read from both ends, where the answer is.")
    try:
        base = good_settings(task, options)
        return replace(
            base,
            model=replace(base.model, **{name: read[name] for name in _MODEL if name in read}),
            optimiser=replace(base.optimiser, **{name: read[name] for name in _OPTIMISER if name in read}),
            **{name: read[name] for name in _WHOLE if name in read},
        )
    except ValueError as error:
        raise ValueError(f"The link holds a value that does not fit: {error}.") from None


def _flat(settings: TrainingSettings) -> dict[str, Any]:
    parts: dict[str, ModelSettings | OptimiserSettings | TrainingSettings] = {
        **dict.fromkeys(_MODEL, settings.model),
        **dict.fromkeys(_OPTIMISER, settings.optimiser),
        **dict.fromkeys(_WHOLE, settings),
    }
    return {name: getattr(part, name) for name, part in parts.items()}


def _text(value: Any) -> str:
    if value is None:
        return _NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else format_number(value)


def _read(name: str, text: str, reader: _Reader) -> Any:
    try:
        return reader(text[:_LONGEST])
    except (ValueError, KeyError):
        raise ValueError(f"The link gives {name} as “{text[:_LONGEST]}”, which does not fit there.") from None


def _option(name: str, text: str, option: Option) -> float | int | str:
    if isinstance(option.default, str):
        if option.choices and text not in option.choices:
            raise ValueError(
                f"The link gives {name} as “{text[:_LONGEST]}”; it can be {', '.join(option.choices)}."
            )
        return text[:_LONGEST]
    value: float = _read(name, text, _whole if isinstance(option.default, int) else _number)
    low, high = option.low, option.high
    if (low is not None and not value >= low) or (high is not None and not value <= high):
        raise ValueError(f"The link gives {name} as {text[:_LONGEST]}; it can be from {low} to {high}.")
    return value
