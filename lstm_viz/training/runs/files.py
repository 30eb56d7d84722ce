"""The files of a saved run: written whole or not at all, and mistrusted when they are read."""

import json
import logging
import os
import tempfile
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError, safe_open
from safetensors.numpy import load as load_tensors

MOST_BYTES: Final = 256 * 1024 * 1024
"""No file of a run is larger: what is, is none of ours, and is not read."""

SNAPSHOTS: Final = "snapshots"
"""The folder, within that of a run, that holds its snapshots."""

MOVES: Final = 20
"""How often to try to move a file to its place while somebody reads what is there."""

MOVE_SECONDS: Final = 0.02
"""Between two tries."""

logger = logging.getLogger(__name__)


class DamagedRunError(ValueError):
    """A file of a run is missing, cut short or not what it should be."""


class StoreError(OSError):
    """The folder of the runs cannot be read or written: full, not permitted, gone."""

    def __str__(self) -> str:
        """Return what a page may say: where the folder is concerns the server alone."""
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
        file.parent.mkdir(parents=True, exist_ok=True)
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


def read(file: Path) -> bytes:
    """Return what is in a file; raises ``DamagedRunError`` and ``StoreError``."""
    try:
        _check_size(file)
        return file.read_bytes()
    except FileNotFoundError as error:
        raise _damaged(file, "missing") from error
    except OSError as error:
        raise unusable("read", file, error) from error


def read_json(file: Path) -> dict[str, Any]:
    """Return a JSON object; raises ``DamagedRunError`` and ``StoreError``."""
    try:
        plain = json.loads(read(file))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise _damaged(file, "damaged: it is cut short or no JSON") from error
    if not isinstance(plain, dict):
        raise not_ours(file)
    return plain


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
    try:
        _check_size(file)
        with safe_open(file, framework="numpy"):
            pass
    except FileNotFoundError as error:
        raise _damaged(file, "missing") from error
    except OSError as error:
        raise unusable("read", file, error) from error
    except SafetensorError as error:
        raise _unreadable(file) from error


def not_ours(file: Path) -> DamagedRunError:
    """Return what to raise about a file that can be read, but says nothing that a run could have written."""
    return _damaged(file, "damaged: it is not what a run writes")


def unusable(verb: str, path: Path, error: OSError) -> StoreError:
    """Return what the system said, in words that say which folder it is about; the log says which file."""
    _log(verb, path, str(error.strerror))
    return StoreError(error.errno, f"cannot {verb} the saved runs: {error.strerror}", str(path))


@lru_cache(maxsize=64)
def _log(verb: str, path: Path, why: str) -> None:
    """Log each trouble once: a page looks several times a second."""
    logger.warning("Cannot %s %s: %s", verb, path, why)


def _move(file: Path, place: Path) -> None:
    """Put a file in the place of another, which Windows refuses for as long as that one is being read."""
    for _ in range(MOVES - 1):
        try:
            file.replace(place)
        except PermissionError:
            time.sleep(MOVE_SECONDS)
        else:
            return
    file.replace(place)


def _check_size(file: Path) -> None:
    if file.stat().st_size > MOST_BYTES:
        raise _damaged(file, "damaged: it is far too large")


def _unreadable(file: Path) -> DamagedRunError:
    return _damaged(file, "damaged: its weights cannot be read")


def _damaged(file: Path, how: str) -> DamagedRunError:
    folder = file.parent.parent if file.parent.name == SNAPSHOTS else file.parent
    return DamagedRunError(f"{file.name} of run {folder.name} is {how}")
