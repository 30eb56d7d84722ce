"""A run as JSON, by a schema: all of it but the weights, and of its state how it ended."""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Annotated, Any, Final, NotRequired, TypeAlias, TypedDict

import msgspec

from lstm_viz.training.runs.events import End, Started
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Ended, Interrupted, Interruption
from lstm_viz.training.settings import MAX_UPDATES, TrainingSettings

DIGITS: Final = 6
"""Significant digits of a loss that are saved: enough for a plot."""

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=MAX_UPDATES)]
Number: TypeAlias = float | None
"""None for what is no finite number: JSON has no NaN."""
SnapshotFile: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{7}-[0-9a-f]{8}\.safetensors$")]
Curve: TypeAlias = Annotated[list[Number], msgspec.Meta(max_length=MAX_UPDATES)]


class Example(TypedDict):
    """What :class:`lstm_viz.training.task.Example` holds."""

    shown: str
    target: str
    answer: str
    right: bool | None


class Measure(TypedDict):
    """What :class:`lstm_viz.training.task.Measure` holds."""

    name: str
    value: Number
    note: NotRequired[str]
    good: NotRequired[bool | None]


class Forecast(TypedDict):
    """What :meth:`lstm_viz.training.task.Forecast.to_dict` returns."""

    name: str
    labels: list[str]
    period: int
    truth: list[Number]
    one_step: list[Number]
    free: list[Number]
    persistence: list[Number]
    free_persistence: list[Number]
    seasonal: list[Number]
    free_seasonal: list[Number]


@dataclass(slots=True)
class SavedRun:
    """What run.json holds; as :class:`lstm_viz.training.runs.record.RunRecord` has it, but for these.

    Parameters
    ----------
    settings
        As :meth:`TrainingSettings.to_dict` has it.
    snapshots
        Update, score and file of each.
    end, text
        How it ended and why; None and empty before.
    weights
        Whether there is a file of the final ones.
    """

    created: float
    settings: dict[str, Any]
    started: Started | None
    attempt: int
    update: Count
    seconds: Number
    losses: Curve
    norms: Curve
    scores: list[tuple[Count, Number]]
    snapshots: list[tuple[Count, Number, SnapshotFile]]
    solved_at: Count | None = None
    examples: list[Example] = field(default_factory=list)
    end: End | None = None
    text: str = ""
    weights: bool = False
    measures: list[Measure] = field(default_factory=list)
    forecast: Forecast | None = None


def encode(record: RunRecord, snapshots: Iterable[tuple[int, float | None, str]]) -> bytes:
    """Return what run.json is to hold.

    Parameters
    ----------
    record
        The run.
    snapshots
        Update, score and file of each of its snapshots.
    """
    plain = {each.name: getattr(record, each.name, None) for each in fields(SavedRun)}
    plain |= {
        "settings": record.settings.to_dict(),
        "started": None if record.started is None else asdict(record.started),
        "losses": [_rounded(value) for value in record.losses],
        "norms": [_rounded(value) for value in record.norms],
        "snapshots": list(snapshots),
        "text": record.state.text if isinstance(record.state, Ended) else "",
        "weights": bool(record.weights),
    }
    return msgspec.json.encode(plain)


def decode(content: bytes) -> SavedRun:
    """Return what run.json holds.

    Raises
    ------
    ValueError
        If it is not what a run writes.
    """
    return msgspec.json.decode(content, type=SavedRun)


def record_of(id: str, saved: SavedRun) -> RunRecord:
    """Return the record of a saved run that nobody has under way, without snapshots and weights.

    Raises
    ------
    ValueError
        If its settings are not allowed.
    """
    return RunRecord(
        id,
        _settings(saved.settings),
        created=saved.created,
        state=Interrupted(Interruption.SERVER) if saved.end is None else Ended(saved.end, saved.text),
        started=saved.started,
        attempt=saved.attempt,
        update=saved.update,
        seconds=_number(saved.seconds),
        losses=[_number(value) for value in saved.losses],
        norms=[_number(value) for value in saved.norms],
        scores=[(update, _number(score)) for update, score in saved.scores],
        solved_at=saved.solved_at,
        examples=[{**each} for each in saved.examples],
        measures=[{**each, "value": _number(each["value"])} for each in saved.measures],
        forecast=None if saved.forecast is None else {**saved.forecast},
    )


def _settings(plain: dict[str, Any]) -> TrainingSettings:
    """Return settings whose values have the right types, too."""
    options = msgspec.convert(plain.get("options", {}), dict[str, float | int | str])
    TrainingSettings.from_dict({**plain, "options": options})  # refuses names that it does not know
    return msgspec.convert({**plain, "options": sorted(options.items())}, TrainingSettings)


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _number(value: Number) -> float:
    return math.nan if value is None else value
