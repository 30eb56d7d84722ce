"""Waiting for what must come, and the processes that a test looks at."""

import os
import signal
import time
from collections.abc import Callable
from typing import TypeVar

import psutil

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds; a busy machine is not a wrong answer, only one that never comes."""


def until(look: Callable[[], T | None], what: str) -> T:
    """Look again and again until there is something to be seen, and return that."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for: {what}")


def workers_of(pid: int) -> list[psutil.Process]:
    """Return the processes that train, somewhere below another process."""
    return [each for each in below(pid) if "spawn_main" in " ".join(each.cmdline())]


def below(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def kill(process: psutil.Process) -> None:
    """As ``kill -9`` does, and as a machine that loses its power."""
    os.kill(process.pid, signal.SIGKILL)
