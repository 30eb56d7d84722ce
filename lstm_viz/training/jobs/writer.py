"""Writing runs to the disk, away from everybody who would have to wait for it."""

import logging
import threading
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from typing import Final

from lstm_viz.training.jobs.job import Job
from lstm_viz.training.runs.files import SavedSnapshot
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.store import RunStore, Version

PAUSE_SECONDS: Final = 5.0
PAUSE_SHARE: Final = 0.02
"""Of the time, at most, goes into saving a run that is still under way."""

COUNT_SECONDS: Final = 600.0
"""After which the bytes of all saved runs are counted again: other servers may write to the same folder."""

ROOM_SHARE: Final = 0.05
"""Of the bytes that saved runs may take up: so much room is made at once, as counting takes a while."""

RETRY_SECONDS: Final = 30.0
"""After which a run that could not be saved is tried again."""

logger = logging.getLogger(__name__)


class Writer:
    """One thread that saves runs, one after another, each as it is by then.

    Parameters
    ----------
    store
        Where to.
    jobs
        The runs of this web process.
    lock
        Acquired by whoever changes a run.
    most
        Bytes of saved runs on the disk; beyond them the oldest are removed.
    """

    def __init__(self, store: RunStore, jobs: Mapping[str, Job], lock: threading.RLock, most: int) -> None:
        self._store, self._jobs, self._lock, self._most = store, jobs, lock, most
        self._changed = threading.Condition()
        self._due: dict[str, float] = {}
        self._not_before: dict[str, float] = {}
        self._used, self._next_count = 0, 0.0
        self._closing = False
        self.trouble = ""
        """Why runs cannot be saved, in words for a page."""
        self._thread = threading.Thread(target=self._work, name="lstm-viz-writer", daemon=True)
        self._thread.start()

    def add(self, id: str) -> None:
        """Have a run saved as soon as possible."""
        self._plan(id, 0.0)

    def add_now_and_then(self, id: str) -> None:
        """Have a run saved that is still under way: soon, but not all the time."""
        self._plan(id, self._not_before.get(id, 0.0))

    def close(self) -> None:
        """Save what is still to be saved, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _plan(self, id: str, when: float) -> None:
        with self._changed:
            self._due[id] = min(when, self._due.get(id, when))
            self._changed.notify()

    def _work(self) -> None:
        while (id := self._next()) is not None:
            try:
                self._save(id)
            except Exception:
                logger.exception("Something went wrong around saving a run.")

    def _make_room(self, record: RunRecord) -> None:
        """Remove the oldest runs if there are too many, now that one has been saved as it ended."""
        now = monotonic()
        self._used += self._store.size(record.id)
        if self._used <= self._most and now < self._next_count:
            return
        self._next_count = now + COUNT_SECONDS
        with suppress(OSError):  # what is wrong with the folder is said where a run cannot be saved
            self._used = self._store.used()
            if self._used > self._most:
                self._used = self._store.prune(int((1 - ROOM_SHARE) * self._most))

    def _next(self) -> str | None:
        """Wait until a run is to be saved, and return which; None at the end."""
        with self._changed:
            while True:
                id = min(self._due, key=self._due.__getitem__, default=None)
                if id is None and self._closing:
                    return None
                wait = None if id is None else self._due[id] - monotonic()
                if id is not None and wait is not None and (wait <= 0 or self._closing):
                    del self._due[id]
                    return id
                self._changed.wait(wait)

    def _save(self, id: str) -> None:
        start = monotonic()
        with self._lock:
            job = self._jobs.get(id)
            if job is None:  # saved before, and forgotten in the meantime
                return
            record, checkpoint, upload = job.record.copy(), job.checkpoint, job.upload
        try:
            if not self._store.lock(id):
                self._note_unsaved(job, "another server has it")
                return
            if upload is not None and not self._store.has_upload(id):
                self._store.save_upload(id, upload)
            saved = self._store.save(record)
            version = self._store.version(id)
            if checkpoint is not None:
                self._store.save_checkpoint(id, checkpoint)
        except Exception as error:  # whatever it was, the others are still to be saved
            logger.warning("A run could not be saved.", exc_info=error)
            why = (isinstance(error, OSError) and error.strerror) or str(error)
            self.trouble = f"Runs cannot be saved for now, and are lost when the server ends: {why}."
            self._note_unsaved(job, why)
        else:
            self._note_saved(job, record, saved, version)
            now = monotonic()
            if record.has_ended:
                self._not_before.pop(id, None)
                self._make_room(record)
            else:
                self._not_before[id] = now + max(PAUSE_SECONDS, (now - start) / PAUSE_SHARE)

    def _note_unsaved(self, job: Job, why: str) -> None:
        """Have the page say so, and try again later."""
        job.record.warning = f"It could not be saved, and is lost when the server ends: {why}."
        if not self._closing:
            self._plan(job.record.id, monotonic() + RETRY_SECONDS)

    def _note_saved(self, job: Job, record: RunRecord, saved: list[SavedSnapshot], version: Version) -> None:
        """Replace the weights in memory by those that are on the disk now."""
        written = {id(each) for each in record.snapshots}
        files = {each.update: each for each in saved}
        with self._lock:
            job.record.warning = self.trouble = ""
            # What was reported meanwhile is not among them.
            job.record.snapshots = [
                files.get(each.update, each) if id(each) in written else each for each in job.record.snapshots
            ]
            if job.has_ended and record.has_ended and record.id not in self._due:
                job.saved, job.checkpoint = version, None
