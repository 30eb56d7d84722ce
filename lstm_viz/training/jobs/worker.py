"""What a worker does: train one run, report what happens, and stop when it is asked to."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import msgspec
from distributed import Worker, get_worker
from distributed.utils import sync

from lstm_viz.training.jobs.scheduler_plugin import REPORT
from lstm_viz.training.runs.events import Checkpoint, Event, to_message
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload

PAUSE: Final = 0.2
"""Seconds between two reports: five a second are drawn as one moving picture, more cost everybody else."""


class Trainer(Protocol):
    """What trains a run: :func:`train_task`, or a stand-in of a test."""

    def __call__(
        self,
        settings: TrainingSettings,
        upload: Upload | None,
        *,
        emit: Callable[[Event], None],
        stop: Callable[[], bool],
        checkpoint: bytes | None,
    ) -> None:
        """Train, from ``checkpoint`` on if there is one; ``emit`` each event; end when ``stop()``."""


def train_task(
    settings: TrainingSettings,
    upload: Upload | None,
    *,
    emit: Callable[[Event], None],
    stop: Callable[[], bool],
    checkpoint: bytes | None,
) -> None:
    """Train a network on one of our tasks."""
    from lstm_viz.training.engine.loop import train
    from lstm_viz.training.tasks import TASKS

    train(settings, TASKS[settings.task], upload, emit=emit, stop=stop, checkpoint=checkpoint)


def train_here(token: str, settings: Mapping[str, Any], upload: Upload | None, trainer: Trainer) -> None:
    """Train a run on this worker; to be called as a task of Dask."""
    worker = get_worker()
    start = sync(worker.loop, worker.scheduler.lstm_viz_begin, token=token, worker=worker.address)
    if start is None:  # stopped before it began
        return
    report = Report(worker, token, start["attempt"])
    trainer(
        TrainingSettings.from_dict(settings),
        upload,
        emit=report.add,
        stop=report.is_stop_requested,
        checkpoint=start["checkpoint"],
    )
    sync(worker.loop, report.finish)


class Report:
    """Sends events to the scheduler plugin, several in one message, and receives the request to stop.

    The training thread only appends an event or tests a flag; the worker's event loop does the rest.
    """

    def __init__(self, worker: Worker, token: str, attempt: int) -> None:
        self._worker, self._token, self._attempt = worker, token, attempt
        self._lock = threading.Lock()
        self._events: list[Event] = []
        self._checkpoint: bytes | None = None
        self._scheduled = False
        self._sent = -PAUSE
        self._stop_requested = threading.Event()
        worker.loop.add_callback(self._wait_for_stop)

    def add(self, event: Event) -> None:
        """Add an event; it is sent at once or within a fifth of a second."""
        with self._lock:
            if isinstance(event, Checkpoint):
                self._checkpoint = event.state  # an older one that has not left yet is worth nothing
            else:
                self._events.append(event)
            if self._scheduled:
                return
            self._scheduled = True
            wait = max(0.0, self._sent + PAUSE - time.monotonic())
        self._worker.loop.add_callback(self._worker.loop.call_later, wait, self._send)

    def is_stop_requested(self) -> bool:
        """Return whether the run is to stop."""
        return self._stop_requested.is_set()

    async def finish(self) -> None:
        """Send what is still lying here: Dask's own message that the task is over comes after it."""
        self._send()

    def _send(self) -> None:
        with self._lock:
            events, self._events = self._events, []
            checkpoint, self._checkpoint = self._checkpoint, None
            self._scheduled = False
            self._sent = time.monotonic()
        if not events and checkpoint is None:
            return
        self._worker.batched_send(
            {
                "op": REPORT,
                "token": self._token,
                "attempt": self._attempt,
                "events": [msgspec.msgpack.encode(to_message(event)) for event in events],
                "checkpoint": checkpoint,
            }
        )

    async def _wait_for_stop(self) -> None:
        try:
            await self._worker.scheduler.lstm_viz_wait_for_stop(token=self._token)
        except OSError:
            pass  # the scheduler is gone, and with it the request for this run
        finally:
            self._stop_requested.set()
