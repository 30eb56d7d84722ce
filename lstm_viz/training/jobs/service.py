"""The runs of one web process, as its pages see them."""

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from lstm_viz.training.jobs.cache import Cache, size_of
from lstm_viz.training.jobs.connection import Connect
from lstm_viz.training.jobs.job import Job
from lstm_viz.training.jobs.limits import MEGABYTE, Limits
from lstm_viz.training.jobs.supervisor import Status, Supervisor
from lstm_viz.training.jobs.writer import Writer
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import StopRequested, Waiting
from lstm_viz.training.runs.store import RunStore
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload

LOCKED_ELSEWHERE: Final = "Another server is training this run already."


class Jobs:
    """Runs that wait, are trained, or have ended. To be called from any thread.

    Those that this process has under way are in ``_jobs``, and locked in the store, so that no other process
    has them go on too. A run that has ended and is saved is in the cache, like all others on the disk.

    Parameters
    ----------
    store
        Where runs are saved.
    connect
        Connects to a scheduler.
    limits
        How much all visitors together may ask for.
    """

    def __init__(self, store: RunStore, connect: Connect, limits: Limits | None = None) -> None:
        self._store, self._limits = store, limits or Limits()
        self._lock = threading.RLock()
        self._resuming = threading.Lock()
        """Acquired by whoever moves a run between ``_jobs`` and the cache, before the other lock."""
        self._jobs: dict[str, Job] = {}
        self._owners: dict[str, str] = {}
        """By id: whose the runs in the cache were, while their owners are here."""
        self._cache = Cache(store, self._limits.memory_bytes)
        self._writer = Writer(store, self._jobs, self._lock, self._limits.disk_bytes)
        self._supervisor = Supervisor(
            self._jobs,
            self._lock,
            connect=connect,
            on_message=self._receive,
            on_end=self._writer.add,
            on_pass=self._release_settled,
        )

    @property
    def status(self) -> Status:
        """Whether a run would begin at once: "ready"; "lost" is an interruption that may pass."""
        return self._supervisor.status

    @property
    def trouble(self) -> str:
        """Why no run can begin, or be saved, in a sentence; empty while all is well."""
        return self._supervisor.trouble or self._writer.trouble

    def warm_up(self) -> None:
        """Connect, or start a worker, if that has not been done: somebody may soon ask for a run."""
        self._supervisor.request()

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
            If the owner or all visitors together have as many unfinished runs, or uploads, as the limits
            allow, or if finished runs cannot be saved and take up all room; the message says so.
        """
        job = Job(RunRecord(self._store.new_id(), settings), owner, upload, keep)
        with self._lock:
            self._check_limits(job, owner)
            self._enter(job)
        return job.record.id

    def resume(self, id: str, owner: str = "", keep: bool = False) -> None:
        """Have a run that was stopped or interrupted go on from its last checkpoint.

        It becomes this owner's if it has none. Nothing happens if it is going on already.

        Raises
        ------
        KeyError
            If there is no such run.
        ValueError
            If it belongs to another session, if another server has it, if there is no room for it as in
            :meth:`submit`, or if what was saved is damaged.
        OSError
            If it cannot be read, or if its folder cannot be written to.
        """
        with self._resuming:
            with self._lock:
                job = self._jobs.get(id)
            if job is not None and not job.has_ended:
                return
            try:
                self._go_on(job or self._locked(id), owner, keep)
            finally:
                if id not in self._jobs:
                    self._store.unlock(id)

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
        with self._lock:
            if job := self._jobs.get(id):
                return self._shown(job)
        return self._cache.shown(id)

    def active(self, owner: str) -> list[str]:
        """Return the unfinished runs of an owner that were not stopped, in the order they were asked for."""
        with self._lock:
            return [
                id
                for id, job in self._jobs.items()
                if job.owner == owner and not job.has_ended and not job.is_stopping
            ]

    def owner_is(self, id: str, owner: str) -> bool:
        """Return whether a run belongs to this session."""
        with self._lock:
            job = self._jobs.get(id)
            return (self._owners.get(id) if job is None else job.owner) == owner

    def adopt(self, id: str, owner: str, leaving: Collection[str] = ()) -> bool:
        """Give a run, and no other, to a session if its owner has left, and return whether it has it now.

        Parameters
        ----------
        id, owner
            Which run, and who is to have it.
        leaving
            Owners who seem to have left, although :meth:`leave` was not called for them yet.
        """
        with self._lock:
            job = self._jobs.get(id)
            if job is None:
                return False
            if job.is_unowned or job.owner == owner or job.owner in leaving:
                job.owner, job.owner_left = owner, False
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
                job.owner_left = job.owner_left or job.owner == owner
            self._owners = {id: each for id, each in self._owners.items() if each != owner}
            for id in self.active(owner):
                if not self._jobs[id].keep:
                    self._stop(id, "Its page was closed.")

    def close(self) -> None:
        """Disconnect from the scheduler, and save everything."""
        self._supervisor.close()
        with self._lock:
            for id, job in self._jobs.items():
                if not job.has_ended:
                    self._writer.add(id)
        self._writer.close()
        with self._lock:
            for id in self._jobs:
                self._store.unlock(id)

    def _shown(self, job: Job) -> RunRecord:
        """Return a copy of a record; as long as there is no worker, all wait for that and not for others."""
        record = job.shown()
        if isinstance(record.state, Waiting) and self.status != "ready":
            return replace(record, state=Waiting())
        return record

    def _locked(self, id: str) -> Job:
        """Lock and return a saved run; raises as :meth:`resume` does."""
        self._store.version(id)  # raises if there is no such run: it would have a folder from now on
        if not self._store.lock(id):
            raise ValueError(LOCKED_ELSEWHERE)
        return Job(self._cache.saved(id).copy(), self._owners.get(id, ""))

    def _go_on(self, job: Job, owner: str, keep: bool) -> None:
        """Let a run wait again, after making sure that it may."""
        checkpoint = job.checkpoint or self._store.checkpoint(job.record.id)
        upload = job.upload or self._store.upload(job.record.id)
        with self._lock:
            if not (job.is_unowned or job.owner == owner):
                raise ValueError("This run belongs to another visitor, who is still here.")
            job.upload = upload
            self._check_limits(job, owner)
            job.owner, job.owner_left, job.keep = owner, False, keep
            job.checkpoint = checkpoint
            self._enter(job)

    def _check_limits(self, job: Job, owner: str) -> None:
        """Raise a ``ValueError`` if one more run of this owner's would be too many; the lock is acquired."""
        limits = self._limits
        if len(self.active(owner)) >= limits.own_runs:
            raise ValueError(
                f"One visitor can have {limits.own_runs} runs at once that wait or are being trained: "
                "stop one of them, or wait until it is over."
            )
        if sum(not each.has_ended for each in self._jobs.values()) >= limits.runs:
            raise ValueError(
                f"This server has {limits.runs} runs that wait or are being trained, "
                "and takes no more for now. Try again in a few minutes."
            )
        if _upload_bytes([*self._jobs.values(), job]) > limits.upload_bytes:
            raise ValueError(
                "The files of all runs that wait or are being trained would exceed the "
                f"{limits.upload_bytes // MEGABYTE:,} MB that this server has for them. "
                "Try again in a few minutes, or with a smaller file."
            )
        unsaved = (each.record for each in self._jobs.values() if each.has_ended and each.saved is None)
        if self._writer.trouble and sum(map(size_of, unsaved)) > limits.memory_bytes:
            raise ValueError(
                "No run can be begun for now: finished ones cannot be saved, and fill the memory for them. "
                f"{self._writer.trouble}"
            )

    def _enter(self, job: Job) -> None:
        """Have a run wait; the lock is acquired."""
        job.queue()
        self._jobs[job.record.id] = job
        self._writer.add(job.record.id)
        self._supervisor.request()

    def _release_settled(self) -> None:
        """Move runs that have ended and are saved to the cache: from now on any process may resume them."""
        if not self._resuming.acquire(blocking=False):
            return  # a page is reading from the disk, which may take long: there is another time
        try:
            with self._lock:
                settled = [(job, job.saved) for job in self._jobs.values() if job.saved and job.is_settled]
                for job, version in settled:
                    del self._jobs[job.record.id]
                    if not job.is_unowned:
                        self._owners[job.record.id] = job.owner
                    self._cache.add(job.record, version)
            for job, _ in settled:
                self._store.unlock(job.record.id)
        finally:
            self._resuming.release()

    def _stop(self, id: str, why: str) -> None:
        with self._lock:
            job = self._jobs.get(id)
            if job is None or job.has_ended:
                return
            if job.stop(StopRequested("stopped", why)):
                self._writer.add(id)
        self._supervisor.wake()

    def _receive(self, message: Mapping[str, Any]) -> None:
        """Take a message of the scheduler plugin, in Dask's thread."""
        if "workers" in message:
            self._supervisor.workers = message["workers"]
            return
        with self._lock:
            going = (job for job in self._jobs.values() if not job.has_ended)
            job = next((job for job in going if job.token == message["token"]), None)
            if job is None:  # it was released meanwhile
                return
            job.receive(message)
            if job.has_ended:
                self._writer.add(job.record.id)
            elif message.get("checkpoint"):
                self._writer.add_now_and_then(job.record.id)
        if job.has_ended or "turn" in message:
            self._supervisor.wake()


def _upload_bytes(jobs: Iterable[Job]) -> int:
    """Return the bytes that the uploads of these runs take up; several runs may share one."""
    uploads = {id(job.upload): job.upload for job in jobs if job.upload is not None}
    return sum(len(upload.content) for upload in uploads.values())
