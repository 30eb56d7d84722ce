"""The desk: the part of ours that lives in Dask's scheduler, one for all web processes and workers.

It keeps the waiting line, the last checkpoint of every run, and the wish that a run should stop; and it hands
on what workers report to the web process that asked for the run. What is trained where is Dask's business.
"""

import asyncio
from dataclasses import dataclass, field
from time import time
from typing import Any, Final

from distributed import Scheduler
from distributed.diagnostics.plugin import SchedulerPlugin

from lstm_viz.training.jobs.queue import Line

TOPIC: Final = "lstm-viz"
"""Under this name the desk's messages reach a client."""

REPORT: Final = "lstm_viz_report"
"""The message by which a worker hands in what happened."""


@dataclass(slots=True)
class Ticket:
    """One run as the desk knows it: who asked for it, who trains it, and what it last left behind."""

    client: str
    checkpoint: bytes | None = None
    attempt: int = 0
    worker: str | None = None
    place: int | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)


class Desk(SchedulerPlugin):
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
        self._tickets: dict[str, Ticket] = {}
        self._clients: set[str] = set()
        ours = (self.hello, self.join, self.leave, self.known, self.ask_to_stop)
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

    def join(self, ticket: str, owner: str, client: str, checkpoint: bytes | None = None) -> None:
        """Let a run wait for its turn; it goes on from ``checkpoint``."""
        self._tickets[ticket] = Ticket(client, checkpoint)
        self._line.join(ticket, owner)
        self._call()

    def leave(self, ticket: str) -> None:
        """Forget a run: it is over. A worker that still trains it is told to stop."""
        if known := self._tickets.pop(ticket, None):
            known.stop.set()
        self._line.leave(ticket)
        self._call()

    def known(self, client: str) -> list[str]:
        """Return the tickets of a web process: of what it believes to be here, the rest was lost."""
        return [ticket for ticket, known in self._tickets.items() if known.client == client]

    def ask_to_stop(self, ticket: str) -> None:
        """Wish that a run should come to its end."""
        if known := self._tickets.get(ticket):
            known.stop.set()

    # What workers call.

    def begin(self, ticket: str, worker: str) -> dict[str, Any] | None:
        """Return where to go on from, for a worker that begins a run; None if nobody wants it any more."""
        known = self._tickets.get(ticket)
        if known is None or known.stop.is_set():
            return None
        known.attempt += 1
        known.worker = worker
        return {"attempt": known.attempt, "checkpoint": known.checkpoint}

    async def wait_for_stop(self, ticket: str) -> None:
        """Return when the run is to stop."""
        if known := self._tickets.get(ticket):
            await known.stop.wait()

    def report(
        self, ticket: str, attempt: int, events: list[bytes], worker: str, checkpoint: bytes | None = None
    ) -> None:
        """Hand on what happened in a run; what an earlier attempt still sends is not heard."""
        known = self._tickets.get(ticket)
        if known is None or known.attempt != attempt:
            return
        known.worker = worker
        if checkpoint is not None:
            known.checkpoint = checkpoint
        self._tell(known.client, ticket=ticket, events=events, checkpoint=checkpoint, worker=worker)

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
        for ticket, known in self._tickets.items():
            if known.worker == worker:
                known.worker = None
                self._tell(known.client, ticket=ticket, lost=worker)
        self._count_workers()

    def remove_client(self, scheduler: Scheduler, client: str) -> None:  # noqa: ARG002
        """Forget the runs of a web process that is gone."""
        self._clients.discard(client)
        for ticket in self.known(client):
            self.leave(ticket)

    def _count_workers(self) -> None:
        for client in self._clients:
            self._tell(client, workers=len(self._scheduler.workers))
        self._call()

    def _call(self) -> None:
        """Call those whose turn it is, and tell the others where they stand now."""
        for ticket in self._line.call(len(self._scheduler.workers)):
            self._tickets[ticket].place = None
            self._tell(self._tickets[ticket].client, ticket=ticket, turn=True)
        for place, ticket in enumerate(self._line.waiting(), start=1):
            known = self._tickets[ticket]
            if known.place != place:
                known.place = place
                self._tell(known.client, ticket=ticket, place=place)

    def _tell(self, client: str, **message: Any) -> None:
        self._scheduler.client_send(client, {"op": "event", "topic": TOPIC, "event": (time(), message)})
