"""The web process's way to a scheduler: one that it starts itself, or one that is named."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import version
from typing import Any, Final

import dask
from distributed import Client, KilledWorker

from lstm_viz.training.jobs.local_cluster import Local
from lstm_viz.training.jobs.scheduler_plugin import TOPIC, SchedulerPlugin
from lstm_viz.training.jobs.worker import Trainer, train_here, train_task
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload

CALL_SECONDS: Final = 10.0
CONNECT_SECONDS: Final = 5.0
PRELOAD: Final = "lstm_viz.training.jobs.preload"

CONFIG: Final = {"distributed.admin.large-graph-warning-threshold": "1GB"}
"""An uploaded file travels with its task. Dask would warn of that in the server's log."""

logger = logging.getLogger(__name__)


class Cluster:
    """A connection to a scheduler, with our desk in it.

    Parameters
    ----------
    hear
        Called with every message of the desk, in a thread of Dask's that must not be held up.
    address
        ``tcp://host:port`` of a scheduler, or None to start one on this machine.
    workers
        How many of our own to start then.
    trainer
        What trains a run on a worker.
    preload
        Modules that workers of our own load before anything else.

    Raises
    ------
    OSError
        If there is no scheduler, or if it cannot work with us; the message says so in words for a page.
    """

    def __init__(
        self,
        hear: Callable[[Mapping[str, Any]], None],
        address: str | None = None,
        *,
        workers: int = 1,
        trainer: Trainer = train_task,
        preload: tuple[str, ...] = (PRELOAD,),
    ) -> None:
        self._trainer = trainer
        self._local = None if address else Local(workers, preload)
        self._client: Any = None
        self.without_workers = f"No worker has joined the scheduler at {address} yet." if address else ""
        """What to say while there is no worker; one of the local cluster is about to come."""
        try:
            if self._local is None:
                self._connect(hear, str(address), f"The scheduler at {address}")
            else:
                self._connect(hear, self._local.address, "The process for trainings")
        except BaseException:
            self.close()
            raise

    def is_alive(self) -> bool:
        """Return whether the connection stands."""
        return (self._local is None or self._local.is_running()) and self._client.status == "running"

    def call(self, name: str, **arguments: Any) -> Any:
        """Call the desk.

        Raises
        ------
        OSError
            If nobody answers in time.
        """
        call = getattr(self._client.scheduler, f"lstm_viz_{name}")
        return self._client.sync(call, **arguments, callback_timeout=CALL_SECONDS)

    def join(self, token: str, owner: str, checkpoint: bytes | None) -> None:
        """Let a run wait for its turn."""
        self.call("join", token=token, owner=owner, client=self._client.id, checkpoint=checkpoint)

    def known(self) -> set[str]:
        """Return the tokens of ours that the desk knows."""
        return set(self.call("known", client=self._client.id))

    def submit(self, token: str, settings: TrainingSettings, upload: Upload | None) -> "Task":
        """Hand a run to Dask, which has it trained by one worker after another until it has ended."""
        arguments = (token, settings.to_dict(), upload, self._trainer)
        return Task(self._client.submit(train_here, *arguments, key=f"lstm-viz-{token}", pure=False))

    def end_worker(self, worker: str) -> None:
        """End a worker that no longer answers; its nanny starts another."""
        self._client.restart_workers([worker], timeout=CALL_SECONDS, raise_for_error=False)

    def close(self) -> None:
        """Let go of the scheduler; one of our own ends with its workers, and is waited for."""
        if self._client is not None:
            with suppress(Exception):  # of whatever kind: we are gone from there
                self._client.close(timeout=CONNECT_SECONDS)
        if self._local is not None:
            self._local.close()

    def _connect(self, hear: Callable[[Mapping[str, Any]], None], address: str, where: str) -> None:
        dask.config.set(CONFIG)
        # A lost connection is said by our keeper, in a line; Dask says it in sixty, several times.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        try:
            self._client = Client(  # type: ignore[no-untyped-call]
                address, name="lstm-viz", set_as_default=False, timeout=CONNECT_SECONDS
            )
            self._client.subscribe_topic(TOPIC, _listener(hear))
            self._client.register_plugin(SchedulerPlugin())
            theirs = self.call("hello", client=self._client.id)
        except ImportError as error:
            raise OSError(f"{where} lacks lstm-viz, which has to be installed there too.") from error
        except OSError as error:
            raise OSError(f"{where} does not answer.") from error
        if theirs != (ours := version("lstm-viz")):
            raise OSError(f"{where} has version {theirs} of lstm-viz; this page has {ours}.")


def _listener(hear: Callable[[Mapping[str, Any]], None]) -> Callable[[tuple[float, Mapping[str, Any]]], None]:
    def listen(event: tuple[float, Mapping[str, Any]]) -> None:
        try:
            hear(event[1])
        except Exception:
            logger.exception("A report of a training was not understood.")

    return listen


class Task:
    """A run that is in Dask's hands."""

    def __init__(self, future: Any) -> None:
        self._future = future

    def is_over(self) -> bool:
        """Return whether no worker will train it any more."""
        return self._future.status in ("finished", "error")

    def trouble(self) -> str:
        """Return what a task came to that is over, but whose run has not said that it is, in words."""
        return _in_plain_words(self._future.exception() if self._future.status == "error" else None)

    def cancel(self) -> None:
        """Have Dask not try again."""
        self._future.cancel()


def _in_plain_words(error: BaseException | None) -> str:
    if error is None:
        return "The worker ended without saying how the run went."
    if isinstance(error, KilledWorker):
        return (
            "The process that trained this run ended again and again, most likely for want of memory: "
            "try fewer units, a smaller batch or shorter sequences."
        )
    if isinstance(error, ImportError):
        return f"The worker lacks what it needs for training: {error}."
    return f"Something went wrong around the training: {type(error).__name__}: {error}"
