"""What we add to Dask's scheduler, for all web processes and workers: a queue, and messages between them.

The plugin keeps the queue, the last checkpoint of every run, and the requests to stop; and it forwards what
workers report to the web process that asked for the run. Which worker trains what is left to Dask.
"""

import asyncio
from dataclasses import dataclass, field
from time import monotonic, time
from typing import Any, Final

from distributed import Scheduler
from distributed.diagnostics import plugin as distributed_plugin

from lstm_viz.training.jobs.estimate import Durations, Going
from lstm_viz.training.jobs.queue import Queue

TOPIC: Final = "lstm-viz"
"""Under this name the plugin publishes to clients."""

REPORT: Final = "lstm_viz_report"
"""The message by which a worker reports what happened."""

ESTIMATE_SECONDS: Final = 2.0
"""Between two estimates of the same wait, at least."""

NEWS: Final = 0.2
"""Of its last value, by so much a wait must have changed to be published again."""


@dataclass(slots=True)
class Entry:
    """One run as the plugin knows it.

    Parameters
    ----------
    client
        The web process that asked for it.
    kind
        Runs of the same kind take about as long; see :meth:`SchedulerPlugin.join`.
    checkpoint
        The newest one.
    is_whole
        Whether it began at the first update, and with the worker that has it now.
    attempt
        How often a worker has begun it.
    worker
        The one that has it.
    turn
        When its turn came, by :func:`time.monotonic`.
    place, start
        What was published last: its place in the queue, and when its turn was expected, by the same clock.
    stop
        Set when it is to stop.
    """

    client: str
    kind: str
    checkpoint: bytes | None = None
    is_whole: bool = True
    attempt: int = 0
    worker: str | None = None
    turn: float | None = None
    place: int | None = None
    start: float | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)


class SchedulerPlugin(distributed_plugin.SchedulerPlugin):
    """A plugin of the scheduler (https://distributed.dask.org/en/stable/plugins.html).

    Nothing is kept longer than the run that it belongs to, or the client that asked for that: Dask's own
    events, which remember a thousand messages, would keep the weights of hundreds of snapshots.
    """

    name = "lstm-viz"
    idempotent = True

    async def start(self, scheduler: Scheduler) -> None:
        """Begin with an empty queue, and answer calls from now on."""
        self._scheduler = scheduler
        self._queue = Queue()
        self._durations = Durations()
        self._next_estimate = 0.0
        self._entries: dict[str, Entry] = {}
        self._clients: set[str] = set()
        for_clients = (self.hello, self.join, self.leave, self.known, self.request_stop)
        for_workers = (self.begin, self.wait_for_stop)
        scheduler.handlers.update(
            {f"lstm_viz_{call.__name__}": call for call in (*for_clients, *for_workers)}
        )
        scheduler.stream_handlers[REPORT] = self.report

    # What web processes call.

    def hello(self, client: str) -> str:
        """Note a web process, and return the version of lstm-viz that answers it here."""
        from importlib.metadata import version

        self._clients.add(client)
        self._publish(client, workers=len(self._scheduler.workers))
        return version("lstm-viz")

    def join(self, token: str, owner: str, client: str, kind: str, checkpoint: bytes | None = None) -> None:
        """Have a run wait for its turn.

        Parameters
        ----------
        token, owner, client
            The run, the session that asked for it, and the web process.
        kind
            A name for the runs that take about as long.
        checkpoint
            Where it goes on from.
        """
        self._entries[token] = Entry(client, kind, checkpoint, is_whole=checkpoint is None)
        self._queue.join(token, owner)
        self._call()

    def leave(self, token: str, completed: bool = False) -> None:
        """Forget a run: it is over. A worker that still trains it is asked to stop.

        Parameters
        ----------
        token
            The run.
        completed
            Whether it came to its own end, so that its duration counts for estimates.
        """
        self._forget(token, completed)
        self._call()

    def known(self, client: str) -> list[str]:
        """Return the tokens of a web process that the plugin knows."""
        return [token for token, known in self._entries.items() if known.client == client]

    def request_stop(self, token: str) -> None:
        """Ask the worker of a run to stop."""
        if known := self._entries.get(token):
            known.stop.set()

    # What workers call.

    def begin(self, token: str, worker: str) -> dict[str, Any] | None:
        """Return where to go on from, for a worker that begins a run; None if it was stopped or forgotten."""
        known = self._entries.get(token)
        if known is None or known.stop.is_set():
            return None
        known.attempt += 1
        known.is_whole = known.is_whole and known.attempt == 1
        known.worker = worker
        return {"attempt": known.attempt, "checkpoint": known.checkpoint}

    async def wait_for_stop(self, token: str) -> None:
        """Return when the run is to stop."""
        if known := self._entries.get(token):
            await known.stop.wait()

    def report(
        self, token: str, attempt: int, events: list[bytes], worker: str, checkpoint: bytes | None = None
    ) -> None:
        """Forward what happened in a run; what an earlier attempt still sends is ignored."""
        known = self._entries.get(token)
        if known is None or known.attempt != attempt:
            return
        known.worker = worker
        if checkpoint is not None:
            known.checkpoint = checkpoint
        self._publish(known.client, token=token, events=events, checkpoint=checkpoint, worker=worker)
        if monotonic() > self._next_estimate:
            self._publish_places()

    # What the scheduler calls.

    def add_worker(self, scheduler: Scheduler, worker: str) -> None:  # noqa: ARG002 - Dask passes these by name
        """One more can be trained at once."""
        self._count_workers()

    def remove_worker(
        self,
        scheduler: Scheduler,  # noqa: ARG002
        worker: str,
        *,
        stimulus_id: str,  # noqa: ARG002
        **_more: Any,
    ) -> None:
        """Publish that the worker is gone; Dask has another one train its run."""
        for token, known in self._entries.items():
            if known.worker == worker:
                known.worker = None
                self._publish(known.client, token=token, lost=worker)
        self._count_workers()

    def remove_client(self, scheduler: Scheduler, client: str) -> None:  # noqa: ARG002
        """Forget the runs of a web process that is gone."""
        self._clients.discard(client)
        for token in self.known(client):
            self._forget(token)
        self._call()  # once all are gone: nothing can be published to this client any more

    def _forget(self, token: str, completed: bool = False) -> None:
        if known := self._entries.pop(token, None):
            known.stop.set()
            if completed and known.is_whole and known.turn is not None:
                self._durations.add(known.kind, monotonic() - known.turn)
        self._queue.leave(token)

    def _count_workers(self) -> None:
        for client in self._clients:
            self._publish(client, workers=len(self._scheduler.workers))
        self._call()

    def _call(self) -> None:
        """Publish whose turn it is, and to the others their place in the queue."""
        for token in self._queue.call(len(self._scheduler.workers)):
            entry = self._entries[token]
            entry.turn, entry.place, entry.start = monotonic(), None, None
            self._publish(entry.client, token=token, turn=True)
        self._publish_places()

    def _publish_places(self) -> None:
        """Publish the places and the waits that have changed."""
        now = monotonic()
        self._next_estimate = now + ESTIMATE_SECONDS
        waiting = self._queue.waiting()
        for place, (token, wait) in enumerate(zip(waiting, self._waits(waiting, now), strict=True), start=1):
            entry = self._entries[token]
            if entry.place != place or _is_news(entry.start, wait, now):
                entry.place, entry.start = place, None if wait is None else now + wait
                self._publish(entry.client, token=token, place=place, seconds=wait)

    def _waits(self, waiting: list[str], now: float) -> list[float | None]:
        going = [
            Going(each.kind, now - each.turn) for each in self._entries.values() if each.turn is not None
        ]
        kinds = [self._entries[token].kind for token in waiting]
        return self._durations.waits(going, kinds, len(self._scheduler.workers))

    def _publish(self, client: str, **message: Any) -> None:
        self._scheduler.client_send(client, {"op": "event", "topic": TOPIC, "event": (time(), message)})


def _is_news(start: float | None, wait: float | None, now: float) -> bool:
    """Return whether a wait differs from what was published as the expected start."""
    if start is None or wait is None:
        return start is not wait
    return abs(now + wait - start) > max(1.0, NEWS * (start - now))
