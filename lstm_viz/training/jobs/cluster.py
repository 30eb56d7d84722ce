"""The connection of a web process to a scheduler: one that it starts itself, or one that is named."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import version
from typing import Any, Final

import dask
from distributed import Client, KilledWorker

from lstm_viz.training.jobs.connection import OnMessage
from lstm_viz.training.jobs.local_cluster import LocalCluster
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
    """A connection to a scheduler that has our plugin.

    Parameters
    ----------
    on_message
        Called with every message of the scheduler plugin, in a thread of Dask's that must not wait.
    address
        ``tcp://host:port`` of a scheduler, or None to start one on this machine.
    workers
        How many workers to start then.
    trainer
        What trains a run on a worker.
    preload
        Modules that those workers load before anything else.

    Raises
    ------
    OSError
        If there is no scheduler, or if it has another version; the message says so in words for a page.
    """

    def __init__(
        self,
        on_message: OnMessage,
        address: str | None = None,
        *,
        workers: int = 1,
        trainer: Trainer = train_task,
        preload: tuple[str, ...] = (PRELOAD,),
    ) -> None:
        self._trainer = trainer
        self._local = None if address else LocalCluster(workers, preload)
        self._client: Any = None
        self.without_workers = f"No worker has joined the scheduler at {address} yet." if address else ""
        """What a page says while there is no worker; empty where one is about to come."""
        try:
            if self._local is None:
                self._connect(on_message, str(address), f"The scheduler at {address}")
            else:
                self._connect(on_message, self._local.address, "The process for trainings")
        except BaseException:
            self.close()
            raise

    def is_alive(self) -> bool:
        """Return whether the connection stands."""
        return (self._local is None or self._local.is_running()) and self._client.status == "running"

    def call(self, name: str, **arguments: Any) -> Any:
        """Call the scheduler plugin.

        Raises
        ------
        OSError
            If there is no answer in time.
        """
        call = getattr(self._client.scheduler, f"lstm_viz_{name}")
        return self._client.sync(call, **arguments, callback_timeout=CALL_SECONDS)

    def join(self, token: str, owner: str, kind: str, checkpoint: bytes | None) -> None:
        """Have a run wait for its turn; :meth:`SchedulerPlugin.join` describes the parameters."""
        client = self._client.id
        self.call("join", token=token, owner=owner, client=client, kind=kind, checkpoint=checkpoint)

    def known(self) -> set[str]:
        """Return the tokens of this web process that the plugin knows."""
        return set(self.call("known", client=self._client.id))

    def submit(self, token: str, settings: TrainingSettings, upload: Upload | None) -> "Task":
        """Submit a run to Dask, which has it trained by one worker after another until it has ended."""
        arguments = (token, settings.to_dict(), upload, self._trainer)
        return Task(self._client.submit(train_here, *arguments, key=f"lstm-viz-{token}", pure=False))

    def end_worker(self, worker: str) -> None:
        """End a worker that no longer answers; its nanny starts another."""
        self._client.restart_workers([worker], timeout=CALL_SECONDS, raise_for_error=False)

    def close(self) -> None:
        """Disconnect; a local cluster ends with its workers, and is waited for."""
        if self._client is not None:
            with suppress(Exception):  # of whatever kind: we are gone from there
                self._client.close(timeout=CONNECT_SECONDS)
        if self._local is not None:
            self._local.close()

    def _connect(self, on_message: OnMessage, address: str, where: str) -> None:
        dask.config.set(CONFIG)
        # The supervisor logs a lost connection once; Dask logs it several times, in sixty lines each.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        try:
            self._client = Client(  # type: ignore[no-untyped-call]
                address, name="lstm-viz", set_as_default=False, timeout=CONNECT_SECONDS
            )
            self._client.subscribe_topic(TOPIC, _listener(on_message))
            self._client.register_plugin(SchedulerPlugin())
            theirs = self.call("hello", client=self._client.id)
        except ImportError as error:
            raise OSError(f"{where} lacks lstm-viz, which has to be installed there too.") from error
        except OSError as error:
            raise OSError(f"{where} does not answer.") from error
        if theirs != (own := version("lstm-viz")):
            raise OSError(f"{where} has version {theirs} of lstm-viz; this page has {own}.")


def _listener(
    on_message: OnMessage,
) -> Callable[[tuple[float, Mapping[str, Any]]], None]:
    def listen(event: tuple[float, Mapping[str, Any]]) -> None:
        try:
            on_message(event[1])
        except Exception:
            logger.exception("A report of a training was not understood.")

    return listen


class Task:
    """A run that was submitted to Dask."""

    def __init__(self, future: Any) -> None:
        self._future = future

    def is_over(self) -> bool:
        """Return whether no worker will train it any more."""
        return self._future.status in ("finished", "error")

    def trouble(self) -> str:
        """Return in words why a task is over although the end of its run was not reported."""
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
