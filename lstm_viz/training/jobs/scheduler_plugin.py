"""The desk: the part of ours that lives in Dask's scheduler, one for all web processes and workers.

It keeps the waiting line, the last checkpoint of every run, and the wish that a run should stop; and it hands
on what workers report to the web process that asked for the run. What is trained where is Dask's business.
"""

import asyncio
from dataclasses import dataclass, field
from time import time
from typing import Any, Final

from distributed import Scheduler
from distributed.diagnostics import plugin as distributed_plugin

from lstm_viz.training.jobs.queue import Line

TOPIC: Final = "lstm-viz"
"""Under this name the desk's messages reach a client."""

REPORT: Final = "lstm_viz_report"
"""The message by which a worker hands in what happened."""


@dataclass(slots=True)
class Entry:
    """One run as the desk knows it: who asked for it, who trains it, and what it last left behind."""

    client: str
    checkpoint: bytes | None = None
    attempt: int = 0
    worker: str | None = None
    place: int | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)


class SchedulerPlugin(distributed_plugin.SchedulerPlugin):
    """A plugin of the scheduler (https://distributed.dask.org/en/stable/plugins.html).

    Nothing is kept longer than the run that it belongs to, or the client that asked for that: Dask's own
    events, which remember a thousand messages, would keep the weights of hundreds of snapshots.
    """

    name = "lstm-viz"
    idempotent = True

    async def start(self, scheduler: Scheduler) -> None:
        """Begin with nobody in the line, and answer calls from now on."""
        self._scheduler = scheduler
        self._line = Line()
        self._entries: dict[str, Entry] = {}
        self._clients: set[str] = set()
        ours = (self.hello, self.join, self.leave, self.known, self.request_stop)
        theirs = (self.begin, self.wait_for_stop)
        scheduler.handlers.update({f"lstm_viz_{call.__name__}": call for call in (*ours, *theirs)})
        scheduler.stream_handlers[REPORT] = self.report

    # What web processes call.

    def hello(self, client: str) -> str:
        """Note a web process, and return the version of lstm-viz that answers it here."""
        from importlib.metadata import version

        self._clients.add(client)
        self._tell(client, workers=len(self._scheduler.workers))
        return version("lstm-viz")

    def join(self, token: str, owner: str, client: str, checkpoint: bytes | None = None) -> None:
        """Let a run wait for its turn; it goes on from ``checkpoint``."""
        self._entries[token] = Entry(client, checkpoint)
        self._line.join(token, owner)
        self._call()

    def leave(self, token: str) -> None:
        """Forget a run: it is over. A worker that still trains it is told to stop."""
        if known := self._entries.pop(token, None):
            known.stop.set()
        self._line.leave(token)
        self._call()

    def known(self, client: str) -> list[str]:
        """Return the tokens of a web process: of what it believes to be here, the rest was lost."""
        return [token for token, known in self._entries.items() if known.client == client]

    def request_stop(self, token: str) -> None:
        """Wish that a run should come to its end."""
        if known := self._entries.get(token):
            known.stop.set()

    # What workers call.

    def begin(self, token: str, worker: str) -> dict[str, Any] | None:
        """Return where to go on from, for a worker that begins a run; None if nobody wants it any more."""
        known = self._entries.get(token)
        if known is None or known.stop.is_set():
            return None
        known.attempt += 1
        known.worker = worker
        return {"attempt": known.attempt, "checkpoint": known.checkpoint}

    async def wait_for_stop(self, token: str) -> None:
        """Return when the run is to stop."""
        if known := self._entries.get(token):
            await known.stop.wait()

    def report(
        self, token: str, attempt: int, events: list[bytes], worker: str, checkpoint: bytes | None = None
    ) -> None:
        """Hand on what happened in a run; what an earlier attempt still sends is not heard."""
        known = self._entries.get(token)
        if known is None or known.attempt != attempt:
            return
        known.worker = worker
        if checkpoint is not None:
            known.checkpoint = checkpoint
        self._tell(known.client, token=token, events=events, checkpoint=checkpoint, worker=worker)

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
        """Tell who is waiting for what the worker was training; Dask lets another one train it."""
        for token, known in self._entries.items():
            if known.worker == worker:
                known.worker = None
                self._tell(known.client, token=token, lost=worker)
        self._count_workers()

    def remove_client(self, scheduler: Scheduler, client: str) -> None:  # noqa: ARG002
        """Forget the runs of a web process that is gone."""
        self._clients.discard(client)
        for token in self.known(client):
            self.leave(token)

    def _count_workers(self) -> None:
        for client in self._clients:
            self._tell(client, workers=len(self._scheduler.workers))
        self._call()

    def _call(self) -> None:
        """Call those whose turn it is, and tell the others where they stand now."""
        for token in self._line.call(len(self._scheduler.workers)):
            self._entries[token].place = None
            self._tell(self._entries[token].client, token=token, turn=True)
        for place, token in enumerate(self._line.waiting(), start=1):
            known = self._entries[token]
            if known.place != place:
                known.place = place
                self._tell(known.client, token=token, place=place, seconds=None)

    def _tell(self, client: str, **message: Any) -> None:
        self._scheduler.client_send(client, {"op": "event", "topic": TOPIC, "event": (time(), message)})
