"""A run as its web process keeps it: the record, and where it stands on its way through the desk and Dask."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import msgpack  # type: ignore[import-untyped]

from lstm_viz.training.runs.events import End, Finished, Started, from_message
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.store import Version
from lstm_viz.training.task import Upload

if TYPE_CHECKING:
    from lstm_viz.training.jobs.cluster import Task

LATE_SECONDS: Final = 120.0
LATE_FACTOR: Final = 1.25
"""A run ends by itself at its time limit, which is one of training alone, and measures a last time. If it has
not by this factor and so many seconds more, it hangs, and is ended from outside."""

PREPARING_SECONDS: Final = 30 * 60.0
"""For data to be downloaded and made ready."""

LOST_WORKER: Final = (
    "The process that trained this run ended unexpectedly. "
    "The run goes on from its last checkpoint as soon as there is another."
)
LOST_SCHEDULER: Final = (
    "The connection to the processes that train was lost. "
    "The run goes on from its last checkpoint when there is one again."
)


@dataclass(slots=True)
class Job:
    """A run that this web process has under way, or has not saved yet.

    Parameters
    ----------
    record
        What is known of the run; handed out as copies alone.
    owner
        The session that asked for it; empty if nobody knows any more.
    upload
        What the person gave.
    keep
        Whether it goes on when its owner leaves.
    checkpoint
        Where it can go on from.
    ticket
        The desk's name for it, a new one each time it joins the line; None while it is not there.
    used
        Tickets that the desk can forget.
    place
        In the line, from 1; None when it does not wait.
    called
        Whether its turn has come.
    task
        Dask's, once it was called.
    worker
        Address of the worker that was last heard of.
    deadline
        When it should long have ended, by :func:`time.monotonic`.
    unwanted
        How it is to end, and why, if it is to stop.
    asked
        When it was asked to.
    saved
        Which version of it on the disk is the run as it ended; None while there is none.
    trouble
        What went wrong in saving it.
    left
        Whether its owner has gone.
    """

    record: RunRecord
    owner: str
    upload: Upload | None = None
    keep: bool = False
    checkpoint: bytes | None = None
    ticket: str | None = None
    used: list[str] = field(default_factory=list)
    place: int | None = None
    called: bool = False
    task: "Task | None" = None
    worker: str | None = None
    deadline: float | None = None
    unwanted: tuple[End, str] | None = None
    asked: float | None = None
    saved: Version | None = None
    trouble: str = ""
    left: bool = False

    @property
    def is_nobodys(self) -> bool:
        """Whether there is no session any more that it belongs to."""
        return self.left or not self.owner

    @property
    def is_over(self) -> bool:
        """Whether the run has ended, well or not."""
        return self.record.status == "finished"

    @property
    def is_settled(self) -> bool:
        """Whether the store has all that there is to be known."""
        return self.saved is not None and self.ticket is None and not self.used

    def shown(self) -> RunRecord:
        """Return the record for a page: a copy that also says whether it could be saved."""
        copy = self.record.copy()
        copy.text = f"{copy.text} {self.trouble}".strip()
        return copy

    def hear(self, message: Mapping[str, Any]) -> None:
        """Take a message of the desk about this run."""
        match message:
            case {"place": int(place)}:
                self.place = place
            case {"turn": True}:
                self.called, self.place = True, None
                self.deadline = monotonic() + PREPARING_SECONDS
            case {"lost": _} if not self.is_over:
                self.worker = None
                self.record.status, self.record.text = "interrupted", LOST_WORKER
                self.deadline = monotonic() + PREPARING_SECONDS
            case {"events": events, "worker": str(worker)}:
                self.worker = worker
                self.checkpoint = message.get("checkpoint") or self.checkpoint
                for event in events:
                    self._take(event)

    def _take(self, packed: bytes) -> None:
        event = from_message(msgpack.unpackb(packed))
        if isinstance(event, Started):
            self.deadline = monotonic() + LATE_FACTOR * 60 * self.record.settings.minutes + LATE_SECONDS
        if isinstance(event, Finished) and event.end == "stopped" and self.unwanted:
            end, why = self.unwanted
            event = replace(event, end=end, text=f"{why} {event.text}".strip())
        self.record.take(event)

    def end_unheard(self, trouble: str) -> None:
        """End a run that cannot say itself that it is over; what it has shown so far is kept.

        It ends as was wished, or, if nobody has wished for an end, as failed for this reason.
        """
        record = self.record
        end, text = self.unwanted or ("failed", "")
        text = f"{text} {trouble or self._how_far()}".strip()
        record.take(Finished(record.update, record.seconds, end, text, record.weights, []))

    def _how_far(self) -> str:
        update = self.record.update
        return f"Stopped after {update:,} updates." if update else "Stopped before it began."

    def interrupt(self) -> None:
        """Note that the scheduler is gone, or has forgotten the run."""
        self.leave()
        if not self.is_over and self.record.status != "queued":
            self.record.status, self.record.text = "interrupted", LOST_SCHEDULER

    def leave(self) -> None:
        """Be in nobody's line, and with no worker."""
        if self.ticket is not None:
            self.used.append(self.ticket)
        self.ticket = self.place = self.task = self.worker = self.deadline = self.asked = None
        self.called = False

    def queue(self) -> None:
        """Begin again to wait, to go on from the last checkpoint."""
        self.leave()
        self.record.status, self.record.end, self.record.text = "queued", None, ""
        self.unwanted = self.saved = None
