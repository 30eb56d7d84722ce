"""A run's record as plain data, for JSON: all of it but the weights."""

import math
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any, Final

from lstm_viz.training.runs.events import End, Started
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Ended, Interrupted, Interruption, RunState, sentence
from lstm_viz.training.settings import TrainingSettings

_CURVES: Final = ("losses", "norms")

_OF_THE_PROCESS: Final = ("state", "warning")
"""What a record has only while a process has it under way. Of the state, the end alone outlives that."""


def to_plain(record: RunRecord, snapshots: Iterable[tuple[int, float | None, str]]) -> dict[str, Any]:
    """Return a record as plain data; six digits of a loss are enough.

    Parameters
    ----------
    record
        The run.
    snapshots
        Update, score and file of each of its snapshots.
    """
    plain: dict[str, Any] = {each.name: getattr(record, each.name) for each in fields(record)}
    for name in _OF_THE_PROCESS:
        del plain[name]
    plain["end"], plain["text"] = record.end, sentence(record.state) if record.has_ended else ""
    for name in _CURVES:
        plain[name] = [float(f"{value:.6g}") for value in plain[name]]
    plain["settings"] = record.settings.to_dict()
    plain["started"] = None if record.started is None else asdict(record.started)
    plain["snapshots"] = list(snapshots)
    plain["weights"] = bool(record.weights)
    finite: dict[str, Any] = _finite(plain)
    return finite


def from_plain(id: str, plain: dict[str, Any]) -> RunRecord:
    """Return the record that :func:`to_plain` wrote, without snapshots and weights.

    Raises
    ------
    KeyError, TypeError, ValueError, AttributeError
        If it has written no such thing.
    """
    known = {each.name: plain[each.name] for each in fields(RunRecord) if each.name in plain}
    for name in _CURVES:
        known[name] = [_number(value) for value in known[name]]
    return RunRecord(
        **{
            **known,
            "id": id,
            "state": _state(plain["end"], plain["text"]),
            "settings": TrainingSettings.from_dict(plain["settings"]),
            "started": None if plain["started"] is None else Started(**plain["started"]),
            "scores": [(int(update), _number(score)) for update, score in plain["scores"]],
            "measures": [{**each, "value": _number(each["value"])} for each in plain["measures"]],
            "snapshots": [],
            "weights": b"",
        }
    )


def _state(end: End | None, text: str) -> RunState:
    """Return the state of a run that nobody has under way: it has ended, or it was interrupted."""
    return Interrupted(Interruption.SERVER) if end is None else Ended(end, text)


def _finite(value: Any) -> Any:
    """Return plain data with None for what is no finite number: JSON has no NaN."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list | tuple) else value


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
