"""What a run reports while it trains: plain records that travel between processes as mappings.

Weights travel as bytes in the safetensors format (https://huggingface.co/docs/safetensors).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

End: TypeAlias = Literal["solved", "updates", "stopped", "time", "diverged", "failed"]


@dataclass(frozen=True, slots=True)
class Preparing:
    """Data are being made, downloaded or read; ``done`` is from 0 to 1, or None where nobody can say."""

    text: str
    done: float | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """Training begins, at update 0 or, after an interruption, where the last checkpoint left off.

    ``probe`` says what the probe is: ``labels``, ``marks`` and ``names`` as in ``task.Probe``.
    """

    update: int
    parameters: int
    device: str
    guessing: float
    solved: float | None
    better: Literal["lower", "higher"]
    score_name: str
    probe: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What happened since the last report.

    ``losses`` and ``norms`` (of the gradient, before clipping) hold one number for each of the updates up to
    ``update``; ``scores`` are pairs (update, score on held-back data). ``seconds`` counts training alone.
    """

    update: int
    seconds: float
    losses: list[float]
    norms: list[float]
    scores: list[tuple[int, float]]
    examples: list[dict[str, Any]]
    solved_at: int | None = None
    """The first update after which all held-back sequences were scored and counted as solved."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The weights after ``update`` updates, in the safetensors format: some thirty of a run are kept.

    Beside the network's own state dict it holds ``probe``: the probe as the first recurrent layer reads it,
    ``(time, inputs)``.
    """

    update: int
    score: float | None
    weights: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All that is needed to go on, to the bit: weights, optimiser, random numbers, curves so far."""

    update: int
    state: bytes


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is over. ``text`` says why in a sentence; ``measures`` are of the finished network.

    ``forecast`` is that of a series, as :meth:`lstm_viz.training.task.Forecast.to_dict` has it.
    """

    update: int
    seconds: float
    end: End
    text: str
    weights: bytes
    measures: list[dict[str, Any]]
    forecast: dict[str, Any] | None = None


Event: TypeAlias = Preparing | Started | Progress | Snapshot | Checkpoint | Finished

_KINDS: Final[Mapping[str, type[Event]]] = {kind.__name__: kind for kind in get_args(Event)}


def to_message(event: Event) -> dict[str, Any]:
    """Return an event as a mapping of plain data and bytes."""
    return {"kind": type(event).__name__, **asdict(event)}


def from_message(message: Mapping[str, Any]) -> Event:
    """Return the event that :func:`to_message` wrote.

    Raises
    ------
    ValueError
        If it is none.
    """
    fields = dict(message)
    try:
        return _KINDS[fields.pop("kind")](**fields)
    except (KeyError, TypeError) as error:
        raise ValueError(f"message must be an event of a training: {error}") from error
