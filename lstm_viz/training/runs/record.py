"""A run as everybody but its worker sees it: what it was asked, what it has reported, how it ended."""

import math
import time
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, assert_never

from lstm_viz.training import report_schedule
from lstm_viz.training.runs.events import (
    Checkpoint,
    End,
    Event,
    Finished,
    Preparing,
    Progress,
    Snapshot,
    Started,
)
from lstm_viz.training.runs.files import SavedSnapshot
from lstm_viz.training.runs.state import (
    RESUMABLE,
    Ended,
    Interrupted,
    Interruption,
    RunState,
    StateEvent,
    Waiting,
    sentence,
    transition,
)
from lstm_viz.training.settings import TrainingSettings

KeptSnapshot: TypeAlias = Snapshot | SavedSnapshot
"""A snapshot with its weights in memory, or on the disk."""


@dataclass(slots=True)
class RunRecord:
    """All that is known of a run. It changes by :meth:`take` and :meth:`change` alone.

    Parameters
    ----------
    id
        Unguessable; the name of the run in links.
    settings
        What was asked for.
    created
        Seconds since 1970.
    state
        What it is doing, or how it ended.
    warning
        What else a page has to say of it: that it could not be saved. Empty while all is well.
    started
        The newest ``Started``.
    attempt
        How often it has been started.
    update, seconds
        How far it has come; seconds of training alone.
    losses, norms
        One number for each update: item k is of update k + 1. NaN where a report was lost.
    scores
        Pairs (update, score on held-back data), ascending: mostly on a sample of them.
    solved_at
        The first update after which all held-back sequences were scored and counted as solved.
    examples
        Held-back sequences in words with the newest answers.
    snapshots
        Some thirty, ascending by update. Those that are saved stay on the disk until somebody looks at them.
    weights
        The final ones in the safetensors format; empty before.
    measures
        What the task measured in the finished network.
    forecast
        For series: what it forecasts, as ``task.Forecast.to_dict`` has it.
    """

    id: str
    settings: TrainingSettings
    created: float = field(default_factory=time.time)
    state: RunState = field(default_factory=Waiting)
    warning: str = ""
    started: Started | None = None
    attempt: int = 0
    update: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)
    norms: list[float] = field(default_factory=list)
    scores: list[tuple[int, float]] = field(default_factory=list)
    solved_at: int | None = None
    examples: list[dict[str, Any]] = field(default_factory=list)
    snapshots: list[KeptSnapshot] = field(default_factory=list)
    weights: bytes = field(default=b"", repr=False)
    measures: list[dict[str, Any]] = field(default_factory=list)
    forecast: dict[str, Any] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether the run has ended, well or not."""
        return isinstance(self.state, Ended)

    @property
    def is_under_way(self) -> bool:
        """Whether more will be reported of it, although nobody asks for that."""
        return not (self.has_ended or self.state == Interrupted(Interruption.SERVER))

    @property
    def is_resumable(self) -> bool:
        """Whether somebody can have it go on from its last checkpoint."""
        return not self.is_under_way and (self.end is None or self.end in RESUMABLE)

    @property
    def end(self) -> End | None:
        """How it ended; None before."""
        return self.state.end if isinstance(self.state, Ended) else None

    @property
    def text(self) -> str:
        """What it is doing, or why it ended, in words for a page."""
        return f"{sentence(self.state)} {self.warning}".strip()

    @property
    def score(self) -> float:
        """The score of its weights: the best one where those are kept, or else the last; NaN before any."""
        last = self.scores[-1][1] if self.scores else math.nan
        if not self.settings.keep_best or self.end in (None, "solved") or self.started is None:
            return last
        best = min if self.started.better == "lower" else max
        known = [score for update, score in self.scores if update > 0 and not math.isnan(score)]
        return best(known, default=last)

    def copy(self) -> "RunRecord":
        """Return the record as it is now, to be read while the run goes on."""
        lists = ("losses", "norms", "scores", "snapshots")
        return replace(self, **{name: getattr(self, name).copy() for name in lists})

    def change(self, event: StateEvent) -> None:
        """Change the state alone; raises as :func:`lstm_viz.training.runs.state.transition` does."""
        self.state = transition(self.state, event)

    def take(self, event: Event) -> None:
        """Take what the run reports; raises as :meth:`change` does, and then nothing has changed."""
        if not isinstance(event, Snapshot | Checkpoint):
            self.change(event)
        match event:
            case Preparing():
                pass  # the state says it
            case Started():
                self._start(event)
            case Progress():
                self._progress(event)
            case Snapshot():
                self._keep(event)
            case Checkpoint():
                pass  # its place is the store
            case Finished():
                self._finish(event)
            case _:
                assert_never(event)

    def _start(self, event: Started) -> None:
        """Begin, or go on from a checkpoint: what had come after it comes again."""
        self.started, self.weights, self.measures, self.forecast = event, b"", [], None
        self.attempt += 1
        self.update = event.update
        self._cut(event.update)
        if self.solved_at is not None and self.solved_at > event.update:
            self.solved_at = None
        self.scores = [pair for pair in self.scores if event.update and pair[0] <= event.update]
        self.snapshots = [each for each in self.snapshots if event.update and each.update <= event.update]

    def _progress(self, event: Progress) -> None:
        self._cut(event.update - len(event.losses))
        self.losses += event.losses
        self.norms += event.norms
        self.scores += [(update, score) for update, score in event.scores]
        self.update, self.seconds, self.examples = event.update, event.seconds, event.examples
        self.solved_at = event.solved_at

    def _cut(self, length: int) -> None:
        """Make the curves of ``length`` updates; what was never reported is no number."""
        for curve in (self.losses, self.norms):
            del curve[length:]
            curve.extend([math.nan] * (length - len(curve)))

    def _keep(self, event: Snapshot) -> None:
        """Keep a snapshot, and as many of the earlier ones as a run of this length has."""
        earlier = [each for each in self.snapshots if report_schedule.is_snapshot(each.update, event.update)]
        self.snapshots = [*(each for each in earlier if each.update < event.update), event]

    def _finish(self, event: Finished) -> None:
        if event.weights:
            self.measures, self.forecast = event.measures, event.forecast
            self.update, self.seconds, self.weights = event.update, event.seconds, event.weights
