"""The web process's way to a scheduler: one that it starts itself, or one that is named."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import version
from typing import Any, Final

import dask
from distributed import Client, KilledWorker

from lstm_viz.training.jobs.desk import TOPIC, Desk
from lstm_viz.training.jobs.worker import Trainer, train_here, train_task
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload

START_SECONDS: Final = 60.0
CALL_SECONDS: Final = 10.0
CONNECT_SECONDS: Final = 5.0

WARMING: Final = "lstm_viz.training.jobs.warming"

CONFIG: Final = {"distributed.admin.large-graph-warning-threshold": "1GB"}
"""An uploaded file travels with its task. Dask would warn of that in the server's log."""


class ClusterError(OSError):
    """No run can be trained for the moment; the message says why in words for a page."""


class Cluster:
    """A connection to a scheduler, with our desk in it.

    Parameters
    ----------
    hear
        Called with every message of the desk, in a thread of Dask's that must not be held up.
    address
        ``tcp://host:port`` of a scheduler, or None to start one, and its worker, on this machine.
    trainer
        What trains a run on a worker.
    preload
        Modules that a worker of our own loads before anything else.

    Raises
    ------
    ClusterError
        If there is no scheduler, or if it cannot work with us.
    """

    def __init__(
        self,
        hear: Callable[[Mapping[str, Any]], None],
        address: str | None = None,
        *,
        trainer: Trainer = train_task,
        preload: tuple[str, ...] = (WARMING,),
    ) -> None:
        self._trainer = trainer
        self._process = None if address else _start(preload)
        self._client: Any = None
        self._where = f"The scheduler at {address}" if address else "The process for trainings"
        try:
            self._connect(hear, address or self._read_address())
        except BaseException:
            self.close()
            raise

    def is_alive(self) -> bool:
        """Return whether the connection stands."""
        running = self._process is None or self._process.poll() is None
        return running and self._client is not None and self._client.status == "running"

    def call(self, name: str, **arguments: Any) -> Any:
        """Call the desk.

        Raises
        ------
        OSError
            If nobody answers in time.
        """
        call = getattr(self._client.scheduler, f"lstm_viz_{name}")
        return self._client.sync(call, **arguments, callback_timeout=CALL_SECONDS)

    def join(self, ticket: str, owner: str, checkpoint: bytes | None) -> None:
        """Let a run wait for its turn."""
        self.call("join", ticket=ticket, owner=owner, client=self._client.id, checkpoint=checkpoint)

    def submit(self, ticket: str, settings: TrainingSettings, upload: Upload | None) -> "Task":
        """Hand a run to Dask, which has it trained by one worker after another until it has ended."""
        arguments = (ticket, settings.to_dict(), upload, self._trainer)
        return Task(self._client.submit(train_here, *arguments, key=f"lstm-viz-{ticket}", pure=False))

    def end_worker(self, worker: str) -> None:
        """End a worker that no longer answers; its nanny starts another."""
        self._client.restart_workers([worker], timeout=CALL_SECONDS, raise_for_error=False)

    def close(self) -> None:
        """Let go of the scheduler; one of our own ends with its worker, and is waited for."""
        if self._client is not None:
            with suppress(OSError):
                self._client.close(timeout=CONNECT_SECONDS)
        if self._process is not None:
            _end(self._process)

    def _connect(self, hear: Callable[[Mapping[str, Any]], None], address: str) -> None:
        dask.config.set(CONFIG)
        try:
            self._client = Client(  # type: ignore[no-untyped-call]
                address, name="lstm-viz", set_as_default=False, timeout=CONNECT_SECONDS
            )
            self._client.subscribe_topic(TOPIC, lambda event: hear(event[1]))
            self._client.register_plugin(Desk())
            theirs = self.call("hello", client=self._client.id)
        except ImportError as error:
            raise ClusterError(
                f"{self._where} runs without lstm-viz, which has to be installed there."
            ) from error
        except OSError as error:
            raise ClusterError(f"{self._where} does not answer.") from error
        if theirs != (ours := version("lstm-viz")):
            raise ClusterError(f"{self._where} has version {theirs} of lstm-viz; this page has {ours}.")

    def _read_address(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        hopeless = threading.Timer(START_SECONDS, self._process.kill)
        hopeless.start()
        address = self._process.stdout.readline().decode().strip()
        hopeless.cancel()
        if not address:
            raise ClusterError(f"{self._where} did not start; the server's log says why.")
        return address


class Task:
    """A run that is in Dask's hands."""

    def __init__(self, future: Any) -> None:
        self._future = future

    def when_over(self, tell: Callable[[str], None]) -> None:
        """Have ``tell`` called, in another thread, when the task is over, with what went wrong in words."""

        def done(future: Any) -> None:
            if not future.cancelled():  # by us, or because the connection is lost: that is seen elsewhere
                tell(_in_plain_words(future.exception() if future.status == "error" else None))

        self._future.add_done_callback(done)

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


def _start(preload: tuple[str, ...]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "lstm_viz.training.jobs.embedded"]
    for module in preload:
        command += ["--preload", module]
    # In a session of its own: Ctrl+C in a terminal is for the server, which then closes the pipe.
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=os.name == "posix"
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.stdout.close()
    try:
        process.wait(CONNECT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
