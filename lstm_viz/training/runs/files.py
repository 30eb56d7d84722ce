"""The files of a saved run: written whole or not at all, and mistrusted when they are read."""

import errno
import logging
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Final

from safetensors import SafetensorError, safe_open
from safetensors.numpy import load as load_tensors

MOST_BYTES: Final = 256 * 1024 * 1024
"""No file of a run is larger; what is larger is not read."""

PRIVATE: Final = 0o700
"""Permissions of a folder: the name of a run is all that one needs to read it."""

_READ_FLAGS: Final = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)
"""No link is followed, and nobody waits for whoever is to write into a pipe."""

_NOT_A_FILE: Final = frozenset({errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.EISDIR})
"""What the system answers who opens a link, a socket, a device without a driver, or a folder."""

SNAPSHOTS: Final = "snapshots"
"""The folder, within that of a run, that holds its snapshots."""

MOVES: Final = 20
"""How often to try to move a file to its place while somebody reads what is there."""

MOVE_SECONDS: Final = 0.02
"""Between two tries."""

logger = logging.getLogger(__name__)


class DamagedRunError(ValueError):
    """A file of a run is missing, cut short or not what it should be."""


class MissingFileError(DamagedRunError):
    """A file of a run is not there."""


class StoreError(OSError):
    """The folder of the runs cannot be read or written: full, not permitted, gone."""

    def __str__(self) -> str:
        """Return the words for a page, without the path of the folder, which is no visitor's business."""
        return self.strerror or ""


@dataclass(frozen=True, slots=True)
class SavedSnapshot:
    """A snapshot whose weights are on the disk, and in memory only where somebody has asked for them.

    Parameters
    ----------
    update, score
        As :class:`lstm_viz.training.runs.events.Snapshot` has them.
    file
        Where the weights are.
    """

    update: int
    score: float | None
    file: Path

    @property
    def weights(self) -> bytes:
        """The weights, read anew each time; raises :class:`DamagedRunError` and :class:`StoreError`."""
        return read_weights(self.file)


def write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, and have it on the disk before returning; raises ``StoreError``."""
    try:
        make_private(file.parent)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "wb") as temporary:
                temporary.write(content)
                temporary.flush()
                os.fsync(temporary.fileno())
            _move(Path(name), file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise unusable("write", file, error) from error


def make_private(folder: Path) -> None:
    """Make a folder that only this user can read; an existing one becomes so.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
    if stat.S_IMODE(folder.stat().st_mode) & ~PRIVATE:
        with suppress(PermissionError):  # it is another user's, or the file system has no permissions
            folder.chmod(PRIVATE)


def examine(file: Path) -> os.stat_result:
    """Return what the system knows of an ordinary file; raises ``DamagedRunError`` and ``StoreError``.

    It is opened for that: a network file system may otherwise answer with what was a while ago.
    """
    with _opened(file) as opened:
        return os.fstat(opened.fileno())


def read(file: Path) -> bytes:
    """Return what is in an ordinary file; raises ``DamagedRunError`` and ``StoreError``."""
    with _opened(file) as opened:
        try:
            content = opened.read(MOST_BYTES + 1)
        except OSError as error:
            raise unusable("read", file, error) from error
    if len(content) > MOST_BYTES:
        raise _damaged(file, "damaged: it is far too large")
    return content


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    """Open an ordinary file of a size that a run can have: no link, pipe or device."""
    try:
        opened = os.fdopen(os.open(file, _READ_FLAGS), "rb")
    except FileNotFoundError as error:
        raise MissingFileError(_said(file, "missing")) from error
    except OSError as error:
        if error.errno in _NOT_A_FILE:
            raise not_ours(file) from error
        raise unusable("read", file, error) from error
    with opened:
        found = os.fstat(opened.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise not_ours(file)
        if found.st_size > MOST_BYTES:
            raise _damaged(file, "damaged: it is far too large")
        yield opened


def read_weights(file: Path) -> bytes:
    """Return a file of weights after making sure that it is one; raises as :func:`read` does."""
    content = read(file)
    try:
        load_tensors(content)
    except (SafetensorError, KeyError, ValueError) as error:
        raise _unreadable(file) from error
    return content


def check_weights(file: Path) -> None:
    """Make sure that a file of weights is whole, by size and header alone; raises as :func:`read` does."""
    examine(file)
    try:
        with safe_open(file, framework="numpy"):
            pass
    except FileNotFoundError as error:
        raise MissingFileError(_said(file, "missing")) from error
    except OSError as error:
        raise unusable("read", file, error) from error
    except SafetensorError as error:
        raise _unreadable(file) from error


def not_ours(file: Path) -> DamagedRunError:
    """Return what to raise about a file that no run can have written."""
    return _damaged(file, "damaged: it is not what a run writes")


def unusable(verb: str, path: Path, error: OSError) -> StoreError:
    """Return what the system said, in words that say which folder it is about; the log says which file."""
    _log(verb, path, str(error.strerror))
    return StoreError(error.errno, f"cannot {verb} the saved runs: {error.strerror}", str(path))


@lru_cache(maxsize=64)
def _log(verb: str, path: Path, why: str) -> None:
    """Log each trouble once: a page asks several times a second."""
    logger.warning("Cannot %s %s: %s", verb, path, why)


def _move(file: Path, place: Path) -> None:
    """Replace a file, which Windows refuses for as long as it is being read."""
    for _ in range(MOVES - 1):
        try:
            file.replace(place)
        except PermissionError:
            time.sleep(MOVE_SECONDS)
        else:
            return
    file.replace(place)


def _unreadable(file: Path) -> DamagedRunError:
    return _damaged(file, "damaged: its weights cannot be read")


def _damaged(file: Path, how: str) -> DamagedRunError:
    return DamagedRunError(_said(file, how))


def _said(file: Path, how: str) -> str:
    folder = file.parent.parent if file.parent.name == SNAPSHOTS else file.parent
    return f"{file.name} of run {folder.name} is {how}"
