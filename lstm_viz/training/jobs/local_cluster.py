"""A scheduler and its workers on this machine, in processes that live as long as this one."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from typing import IO, Final

START_SECONDS: Final = 60.0
END_SECONDS: Final = 5.0


class LocalCluster:
    """The cluster of :mod:`lstm_viz.training.jobs.local_cluster_process`, started in a fresh interpreter.

    Parameters
    ----------
    workers
        How many.
    preload
        Modules that they load first.

    Raises
    ------
    OSError
        If it does not start; the message says so in words for a page.
    """

    def __init__(self, workers: int, preload: Iterable[str]) -> None:
        command = [sys.executable, "-m", "lstm_viz.training.jobs.local_cluster_process"]
        command += ["--workers", str(workers)]
        for module in preload:
            command += ["--preload", module]
        # In a session of its own: Ctrl+C in a terminal is for the server, which then closes the pipe.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=os.name == "posix"
        )
        self.address = self._first_line()
        """Of the scheduler."""
        if not self.address:
            self.close()
            raise OSError("The process for trainings did not start; the log of the server says why.")

    def is_running(self) -> bool:
        """Return whether it has not ended."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it, and its workers."""
        for pipe in self._pipes():
            pipe.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _first_line(self) -> str:
        hopeless = threading.Timer(START_SECONDS, self._process.kill)
        hopeless.start()
        try:
            return self._pipes()[1].readline().decode().strip()
        finally:
            hopeless.cancel()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout
