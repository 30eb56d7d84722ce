"""Reports of a run, a few times a second. They depend on the clock, and change nothing in the run."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Final

from lstm_viz.training.runs.events import Checkpoint, Event, Preparing, Progress
from lstm_viz.training.task import Example

SECONDS: Final = 0.15
"""Between two reports."""

CHECKPOINT_SECONDS: Final = 2.0
CHECKPOINT_SHARE: Final = 0.01
"""Of the time, that may go into checkpoints: those of a large network come more rarely."""


class Reporter:
    """Collects what happened, and sends it when it is time.

    Parameters
    ----------
    emit
        Where events go.
    """

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self.emit = emit
        self._losses: list[float] = []
        self._norms: list[float] = []
        self._scores: list[tuple[int, float]] = []
        now = time.monotonic()
        # The first report comes soon: a person has just pressed Train.
        self._next, self._next_checkpoint = now + SECONDS / 4, now + CHECKPOINT_SECONDS

    def updated(self, loss: float, norm: float) -> None:
        """Take note of an update."""
        self._losses.append(loss)
        self._norms.append(norm)

    def scored(self, update: int, score: float) -> None:
        """Take note of a score."""
        self._scores.append((update, score))

    def is_due(self) -> bool:
        """Return whether it is time for a report."""
        return time.monotonic() >= self._next

    def report(self, update: int, seconds: float, examples: Sequence[Example], solved_at: int | None) -> None:
        """Send what has been collected."""
        shown = [asdict(example) for example in examples]
        self.emit(Progress(update, seconds, self._losses, self._norms, self._scores, shown, solved_at))
        self._losses, self._norms, self._scores = [], [], []
        self._next = time.monotonic() + SECONDS

    def answering(self, done: float | None) -> None:
        """Say that held-back sequences are being answered: the many of a large task take a while."""
        self.emit(Preparing("Answering the sequences held back", done))
        self._next = time.monotonic() + SECONDS

    def checkpoint_is_due(self) -> bool:
        """Return whether it is time for a checkpoint."""
        return time.monotonic() >= self._next_checkpoint

    def checkpoint(self, update: int, state: Callable[[], bytes]) -> None:
        """Send a checkpoint; what happened up to it must have been reported."""
        start = time.monotonic()
        self.emit(Checkpoint(update, state()))
        now = time.monotonic()
        self._next_checkpoint = now + max(CHECKPOINT_SECONDS, (now - start) / CHECKPOINT_SHARE)
