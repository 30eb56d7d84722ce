"""Writing runs to the disk, away from everybody who would have to wait for it."""

import threading
from collections.abc import Mapping
from time import monotonic
from typing import Final

from lstm_viz.training.jobs.job import Job
from lstm_viz.training.store import RunStore

PAUSE_SECONDS: Final = 5.0
PAUSE_SHARE: Final = 0.02
"""Of the time, at most, goes into saving a run that is still under way."""

RETRY_SECONDS: Final = 30.0
"""After which a run that could not be saved is tried again."""


class Saver:
    """One thread that saves runs, one after another, each as it is by then.

    Parameters
    ----------
    store
        Where to.
    jobs
        The runs of this web process.
    lock
        Held by whoever changes a run.
    """

    def __init__(self, store: RunStore, jobs: Mapping[str, Job], lock: threading.RLock) -> None:
        self._store, self._jobs, self._lock = store, jobs, lock
        self._changed = threading.Condition()
        self._waiting: dict[str, None] = {}
        self._failed: dict[str, None] = {}
        self._not_before: dict[str, float] = {}
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="lstm-viz-saver", daemon=True)
        self._thread.start()

    def add(self, id: str) -> None:
        """Have a run saved as soon as possible."""
        with self._changed:
            self._waiting[id] = None
            self._changed.notify()

    def add_now_and_then(self, id: str) -> None:
        """Have a run saved unless it was a moment ago."""
        if monotonic() >= self._not_before.get(id, 0.0):
            self.add(id)

    def close(self) -> None:
        """Save what waits, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while (id := self._next()) is not None:
            self._save(id)

    def _next(self) -> str | None:
        with self._changed:
            while not self._waiting:
                if self._closing:
                    return None
                if not self._changed.wait(RETRY_SECONDS):
                    self._waiting, self._failed = self._failed, {}
            id = next(iter(self._waiting))
            del self._waiting[id]
            return id

    def _save(self, id: str) -> None:
        start = monotonic()
        with self._lock:
            job = self._jobs[id]
            record, checkpoint, upload = job.copy(), job.checkpoint, job.upload
        try:
            if upload is not None and id not in self._not_before:
                self._store.save_upload(id, upload)
            self._store.save(record)
            if checkpoint is not None:
                self._store.save_checkpoint(id, checkpoint)
        except OSError as error:
            trouble = f"It could not be saved, and is lost when the server ends: {error.strerror or error}."
            self._failed[id] = None
        else:
            trouble = ""
            self._failed.pop(id, None)
        job.trouble = trouble
        now = monotonic()
        self._not_before[id] = now + max(PAUSE_SECONDS, (now - start) / PAUSE_SHARE)
