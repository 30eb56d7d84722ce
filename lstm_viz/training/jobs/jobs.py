"""The runs of one web process, as its pages see them."""

import atexit
import os
import threading
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

from lstm_viz.training.home import home
from lstm_viz.training.jobs.job import Job
from lstm_viz.training.jobs.keeper import Hear, Keeper, State
from lstm_viz.training.jobs.saving import Saver
from lstm_viz.training.record import RunRecord
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.store import RunStore
from lstm_viz.training.task import Upload

if TYPE_CHECKING:
    from lstm_viz.training.jobs.cluster import Cluster

SCHEDULER_VARIABLE: Final = "LSTM_VIZ_SCHEDULER"
WORKERS_VARIABLE: Final = "LSTM_VIZ_WORKERS"
MOST_UNFINISHED: Final = 4
"""Runs of one owner that wait or are being trained."""

MOST_KEPT: Final = 16
"""Finished runs that are kept in memory; the store has them all."""

LEFT_BEHIND: Final = "The server ended while this run was under way. It can go on from its last checkpoint."


_ours: list["Jobs"] = []
_one_at_a_time: Final = threading.Lock()


def jobs() -> "Jobs":
    """Return the runs of this process.

    They are trained on this machine, by as many workers as ``LSTM_VIZ_WORKERS`` says (1), or by those of the
    scheduler that ``LSTM_VIZ_SCHEDULER`` names.
    """
    with _one_at_a_time:
        if not _ours:
            _ours.append(Jobs(RunStore(home()), _connect))
            atexit.register(_ours[0].close)
        return _ours[0]


def _connect(hear: Hear) -> "Cluster":
    from lstm_viz.training.jobs.cluster import Cluster  # Dask takes half a second to import

    workers = os.environ.get(WORKERS_VARIABLE) or "1"
    if not (workers.isdecimal() and int(workers)):
        raise ValueError(f"{WORKERS_VARIABLE} must be a number of workers, at least 1, got {workers!r}.")
    return Cluster(hear, os.environ.get(SCHEDULER_VARIABLE) or None, workers=int(workers))


class Jobs:
    """Runs that wait, are trained, or have ended. To be called from any thread.

    Parameters
    ----------
    store
        Where runs are saved.
    connect
        Connects to what trains; see :class:`lstm_viz.training.jobs.keeper.Keeper`.
    """

    def __init__(self, store: RunStore, connect: Callable[[Hear], "Cluster"]) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
        self._saver = Saver(store, self._jobs, self._lock)
        self._keeper = Keeper(self._jobs, self._lock, connect=connect, hear=self._hear, over=self._saver.add)

    @property
    def state(self) -> State:
        """Whether a run would begin at once: "warm"; "lost" is an interruption that may pass."""
        return self._keeper.state

    @property
    def trouble(self) -> str:
        """Why no run can begin, or be saved, in a sentence; empty while all is well."""
        return self._keeper.trouble or self._saver.trouble

    def warm(self) -> None:
        """Connect, or start a worker, if that has not been done: somebody may soon ask for a run."""
        self._keeper.want()

    def submit(
        self, settings: TrainingSettings, upload: Upload | None, owner: str, keep: bool = False
    ) -> str:
        """Ask for a run, and return its id.

        Parameters
        ----------
        settings, upload
            What to train on what.
        owner
            Whose run it is: an unguessable name of the session.
        keep
            Whether it goes on when the owner leaves.

        Raises
        ------
        ValueError
            If the owner has as many unfinished runs as one may have; the message says so in plain words.
        """
        job = Job(RunRecord(self._store.new_id(), settings), owner, upload, keep)
        with self._lock:
            self._check_share_of(owner)
            self._enter(job)
        return job.record.id

    def resume(self, id: str, owner: str = "", keep: bool = False) -> None:
        """Have a run that was stopped or interrupted go on from its last checkpoint.

        It becomes this owner's if it was nobody's. Nothing happens if it is going on already.

        Raises
        ------
        KeyError
            If there is no such run.
        ValueError
            If it belongs to another session, if the owner has too many runs, or if what was saved is damaged.
        OSError
            If it cannot be read.
        """
        job = self._find(id)
        # In this order: what is dropped from memory has been saved before.
        checkpoint = job.checkpoint or self._store.checkpoint(id)
        upload = job.upload or self._store.upload(id)
        with self._lock:
            job = self._jobs.get(id, job)  # of two that were found at once, the one that is known here
            if id in self._jobs and not job.is_over:
                return
            if not (job.is_nobodys or job.owner == owner):
                raise ValueError("This run belongs to another visitor, who is still here.")
            self._check_share_of(owner)
            job.owner, job.left, job.keep = owner, False, keep
            job.checkpoint, job.upload = job.checkpoint or checkpoint, job.upload or upload
            self._enter(job)

    def record(self, id: str) -> RunRecord:
        """Return a run as it is now, or as it was saved.

        Raises
        ------
        KeyError
            If there is no such run.
        ValueError
            If what was saved is damaged.
        OSError
            If it cannot be read.
        """
        job = self._find(id)
        with self._lock:
            return job.shown()

    def place(self, id: str) -> int | None:
        """Return where a run stands in the line, 1 for the next; None if it does not wait there."""
        with self._lock:
            job = self._jobs.get(id)
            return None if job is None else job.place

    def active(self, owner: str) -> list[str]:
        """Return the unfinished runs of an owner that were not stopped, in the order they were asked for."""
        with self._lock:
            return [
                id
                for id, job in self._jobs.items()
                if job.owner == owner and not job.is_over and not job.unwanted
            ]

    def owner_is(self, id: str, owner: str) -> bool:
        """Return whether a run belongs to this session."""
        with self._lock:
            job = self._jobs.get(id)
            return job is not None and job.owner == owner

    def adopt(self, id: str, owner: str, leaving: Collection[str] = ()) -> bool:
        """Give a run to another session, if its owner has left; that run alone, whatever else there was.

        Parameters
        ----------
        id, owner
            Which run, and who is to have it.
        leaving
            Owners who seem to have left, but whom :meth:`leave` was not told of yet.

        Returns
        -------
        bool
            Whether the run belongs to ``owner`` now.
        """
        with self._lock:
            job = self._jobs.get(id)
            if job is None:
                return False
            if job.is_nobodys or job.owner == owner or job.owner in leaving:
                job.owner, job.left = owner, False
            return job.owner == owner

    def keep(self, id: str, keep: bool = True) -> None:
        """Choose whether a run goes on when its owner leaves."""
        with self._lock:
            if job := self._jobs.get(id):
                job.keep = keep

    def stop(self, id: str) -> None:
        """Have a run end; what it has learned is kept, and it can be resumed."""
        self._stop(id, "")

    def leave(self, owner: str) -> None:
        """Stop the runs of an owner who is gone, except those that were to go on; anybody may adopt those."""
        with self._lock:
            for job in self._jobs.values():
                job.left = job.left or job.owner == owner
            for id in self.active(owner):
                if not self._jobs[id].keep:
                    self._stop(id, "Its page was closed.")

    def close(self) -> None:
        """Let go of the workers, and save everything."""
        self._keeper.close()
        with self._lock:
            for id, job in self._jobs.items():
                if not job.is_over:
                    self._saver.add(id)
        self._saver.close()

    def _find(self, id: str) -> Job:
        """Return a run; one of the store is remembered if it can no longer change there."""
        with self._lock:
            if known := self._jobs.get(id):
                return known
        job = Job(self._store.load(id), owner="", saved=True)
        if not job.is_over:
            job.record.status, job.record.text = "interrupted", LEFT_BEHIND
            return job
        with self._lock:
            self._forget_old_ones()
            return self._jobs.setdefault(id, job)

    def _check_share_of(self, owner: str) -> None:
        if len(self.active(owner)) >= MOST_UNFINISHED:
            raise ValueError(
                f"One visitor can have {MOST_UNFINISHED} runs at once that wait or are being trained: "
                "stop one of them, or wait until it is over."
            )

    def _enter(self, job: Job) -> None:
        """Let a run wait; the lock is held."""
        self._forget_old_ones()
        job.queue()
        self._jobs[job.record.id] = job
        self._saver.add(job.record.id)
        self._keeper.want()

    def _forget_old_ones(self) -> None:
        """Leave runs that are over and saved to the store, but for the newest."""
        settled = [id for id, job in self._jobs.items() if job.is_settled]
        for id in settled[:-MOST_KEPT]:
            del self._jobs[id]

    def _stop(self, id: str, why: str) -> None:
        with self._lock:
            job = self._jobs.get(id)
            if job is None or job.is_over:
                return
            job.unwanted = ("stopped", why)
            if not job.called:
                job.end_unheard("")
                self._saver.add(id)
        self._keeper.wake()

    def _hear(self, message: Mapping[str, Any]) -> None:
        """Take a message of the desk, in Dask's thread."""
        if "workers" in message:
            self._keeper.workers = message["workers"]
            return
        with self._lock:
            job = next((job for job in self._jobs.values() if job.ticket == message["ticket"]), None)
            if job is None:  # it was let go of in the meantime
                return
            job.hear(message)
            if job.is_over:
                self._saver.add(job.record.id)
            elif message.get("checkpoint"):
                self._saver.add_now_and_then(job.record.id)
        if job.is_over or "turn" in message:
            self._keeper.wake()
