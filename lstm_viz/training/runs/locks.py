"""Locks on files: which process may change a run."""

import errno
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from filelock import FileLock

ACQUIRE_SECONDS: Final = 0.2
"""To wait for a lock: another process that only tests it has it for far less than that."""

TEST_SECONDS: Final = 0.05
"""To wait for it where it is only tested: others may be testing it too."""


class Locks:
    """The locks that this process has acquired.

    They are the operating system's, on files: when a process ends, however that ends, its locks are free.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[Path, FileLock] = {}

    def __contains__(self, file: Path) -> bool:
        """Return whether this process has a lock."""
        return file in self._locks

    def acquire(self, file: Path) -> bool:
        """Return whether this process has a lock now: since before, or from now on.

        Raises
        ------
        OSError
            If the file cannot be made, or is no ordinary one.
        """
        with self._guard:
            if file in self._locks and file.exists():  # a folder that is deleted takes its locks with it
                return True
            if lost := self._locks.pop(file, None):
                lost.release()  # before the new one is there: some versions of filelock delete the file here
            lock = _acquired(file, ACQUIRE_SECONDS)
            if lock is not None:
                self._locks[file] = lock
            return lock is not None

    def release(self, file: Path) -> None:
        """Release a lock; nothing happens if this process does not have it."""
        with self._guard:
            if lock := self._locks.pop(file, None):
                lock.release()

    def is_elsewhere(self, file: Path) -> bool:
        """Return whether another process has a lock; not so where the file cannot even be opened."""
        with self._guard:
            if file in self._locks or not file.exists():
                return False
            try:
                lock = _acquired(file, TEST_SECONDS)
            except OSError:
                return False
            if lock is not None:
                lock.release()
            return lock is None


def _acquired(file: Path, seconds: float) -> "FileLock | None":
    from filelock import FileLock, Timeout

    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(file))
    # A page acquires the lock, and the thread that writes releases it.
    lock = FileLock(file, mode=0o600, thread_local=False)
    try:
        lock.acquire(timeout=seconds, poll_interval=0.02)
    except Timeout:
        return None
    return lock
