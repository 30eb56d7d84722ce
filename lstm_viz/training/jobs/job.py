"""A run that this web process has under way: its record, and how far it is with the scheduler."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, Final

import msgspec

from lstm_viz.notation import counted
from lstm_viz.training.jobs.connection import SubmittedRun
from lstm_viz.training.runs.events import End, Started, from_message
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import (
    GivenUp,
    Placed,
    Queued,
    SchedulerLost,
    Stopping,
    StopRequested,
    TurnCame,
    Waiting,
    WorkerLost,
)
from lstm_viz.training.runs.store import Version
from lstm_viz.training.task import Upload

LATE_SECONDS: Final = 120.0
LATE_FACTOR: Final = 1.25
"""A run ends by itself at its time limit, which counts training alone, and measures a last time. If it has
not ended by this factor and so many seconds more, it hangs, and is ended from outside."""

PREPARING_SECONDS: Final = 30 * 60.0
"""For data to be downloaded and prepared."""


COMPLETED: Final[frozenset[End | None]] = frozenset({"solved", "updates", "time"})
"""The ends of runs from which it can be told how long runs of their kind take."""


@dataclass(slots=True)
class Job:
    """A run that this web process has under way, or has not saved yet.

    Parameters
    ----------
    record
        What is known of the run; pages get copies of it.
    owner
        The session that asked for it; empty if that is not known any more.
    upload
        What the person gave.
    keep
        Whether it goes on when its owner leaves.
    checkpoint
        Where it can go on from.
    token
        The scheduler plugin's name for it, a new one each time it joins the queue; None before.
    old_tokens
        Tokens that the scheduler plugin can forget, and whether the run came to its own end under each.
    expected_start
        When its turn is expected, by :func:`time.monotonic`; None while that is not known.
    called
        Whether its turn has come.
    task
        Dask's, once it was called.
    worker
        Address of the worker that reported last.
    deadline
        When it should long have ended, by :func:`time.monotonic`.
    stop_sent
        When its worker was asked to stop, by :func:`time.monotonic`; None before.
    saved
        Which version of it on the disk is the run as it ended; None while there is none.
    owner_left
        Whether its owner has gone.
    """

    record: RunRecord
    owner: str
    upload: Upload | None = None
    keep: bool = False
    checkpoint: bytes | None = None
    token: str | None = None
    old_tokens: list[tuple[str, bool]] = field(default_factory=list)
    expected_start: float | None = None
    called: bool = False
    task: SubmittedRun | None = None
    worker: str | None = None
    deadline: float | None = None
    stop_sent: float | None = None
    saved: Version | None = None
    owner_left: bool = False

    @property
    def is_unowned(self) -> bool:
        """Whether the session that asked for it is gone."""
        return self.owner_left or not self.owner

    @property
    def has_ended(self) -> bool:
        """Whether the run has ended, well or not."""
        return self.record.has_ended

    @property
    def is_stopping(self) -> bool:
        """Whether it was asked to stop, and has not ended yet."""
        return isinstance(self.record.state, Stopping)

    @property
    def is_settled(self) -> bool:
        """Whether the store has all of it, and the scheduler nothing."""
        return self.saved is not None and self.token is None and not self.old_tokens

    @property
    def kind(self) -> str:
        """A name for the runs that take about as long: those that differ in their seed alone."""
        settings = replace(self.record.settings, seed=0)
        return hashlib.sha256(repr(settings).encode()).hexdigest()

    def shown(self) -> RunRecord:
        """Return a copy of the record, with what is left of its wait."""
        record = self.record.copy()
        if isinstance(record.state, Waiting) and self.expected_start is not None:
            record.state = replace(record.state, seconds=max(0.0, self.expected_start - monotonic()))
        return record

    def receive(self, message: Mapping[str, Any]) -> None:
        """Take a message of the scheduler plugin about this run, which has not ended."""
        match message:
            case {"place": int(place), "seconds": seconds}:
                self.record.change(Placed(place, seconds))
                self.expected_start = None if seconds is None else monotonic() + seconds
            case {"turn": True}:
                self.record.change(TurnCame())
                self.called, self.deadline = True, monotonic() + PREPARING_SECONDS
            case {"lost": _}:
                self.record.change(WorkerLost())
                self.worker, self.deadline = None, monotonic() + PREPARING_SECONDS
            case {"events": events, "worker": str(worker)}:
                self.worker = worker
                self.checkpoint = message.get("checkpoint") or self.checkpoint
                for event in events:
                    self._take(event)

    def _take(self, packed: bytes) -> None:
        event = from_message(msgspec.msgpack.decode(packed))
        if isinstance(event, Started):
            self.deadline = monotonic() + LATE_FACTOR * 60 * self.record.settings.minutes + LATE_SECONDS
        self.record.take(event)

    def stop(self, request: StopRequested) -> bool:
        """Ask it to stop, and return whether it has ended at once, since its turn has not come."""
        self.record.change(request)
        if not self.called:
            self.give_up()
        return not self.called

    def give_up(self, reason: str = "") -> None:
        """End a run that cannot report its own end; what it has shown so far is kept.

        It ends as it was asked to, or else as failed.

        Parameters
        ----------
        reason
            Why, in a sentence; if left out, the text says how far it came.
        """
        self.record.change(GivenUp(reason or self._how_far()))

    def _how_far(self) -> str:
        update = self.record.update
        return f"Stopped after {counted(update, 'update')}." if update else "Stopped before it began."

    def disconnect(self) -> None:
        """Note that the scheduler is gone, or has forgotten the run."""
        self.leave_queue()
        if not self.has_ended:
            self.record.change(SchedulerLost())

    def leave_queue(self) -> None:
        """Belong to no queue and to no worker."""
        if self.token is not None:
            self.old_tokens.append((self.token, self.record.end in COMPLETED))
        self.token = self.task = self.worker = self.deadline = self.stop_sent = self.expected_start = None
        self.called = False

    def queue(self) -> None:
        """Begin to wait again, to go on from the last checkpoint."""
        self.record.change(Queued())
        self.leave_queue()
        self.saved = None
