"""Runs in a plain folder, each in one of its own: the weights as safetensors, the rest as JSON.

A file is written beside its place and then moved there, so that nobody ever reads half of one. Whatever is
wrong with one run's files is that run's alone. Several processes may share the folder: each run is written by
the one that has its lock, and read by all.

::

    runs/{id}/run.json                   settings, curves, how it ended; what is written last
    runs/{id}/weights.safetensors        the final weights
    runs/{id}/snapshots/{update}-{sum}.safetensors
    runs/{id}/checkpoint                 to go on from; PyTorch's format
    runs/{id}/upload, upload.json        what the person gave
    runs/{id}/lock                       locked by the process that has the run under way

All of it is this user's alone: who knows the name of a run can read it.
"""

import re
import secrets
import shutil
import stat
import zlib
from collections.abc import Container
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from lstm_viz.training.runs.files import (
    SNAPSHOTS,
    MissingFileError,
    SavedSnapshot,
    check_weights,
    examine,
    make_private,
    not_ours,
    read,
    read_weights,
    unusable,
    write,
)
from lstm_viz.training.runs.locks import Locks
from lstm_viz.training.runs.record import KeptSnapshot, RunRecord
from lstm_viz.training.runs.serialise import decode, encode, record_of
from lstm_viz.training.task import Upload

_ID: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Version(NamedTuple):
    """Tells what is saved of a run from what was saved of it before.

    Parameters
    ----------
    time, file
        When run.json was written, in nanoseconds, and the file system's number for it.
    size
        Its length in bytes.
    """

    time: int
    file: int
    size: int


class RunStore:
    """The runs in one folder.

    Parameters
    ----------
    home
        Where; made when something is first written.
    tasks
        The tasks that are known here: a run of another is damaged. None for any.
    """

    def __init__(self, home: Path, tasks: Container[str] | None = None) -> None:
        self._runs, self._tasks = home / "runs", tasks
        self._locks = Locks()

    @staticmethod
    def new_id() -> str:
        """Return a name for a run that nobody can guess."""
        return secrets.token_urlsafe(16)

    def version(self, id: str) -> Version:
        """Return what changes whenever the run is saved; it costs next to nothing.

        Raises
        ------
        KeyError
            If there is no such run.
        DamagedRunError
            If what is there is no ordinary file.
        StoreError
            If the folder cannot be read.
        """
        file = self._folder(id) / "run.json"
        try:
            found = examine(file)
        except MissingFileError as error:
            raise KeyError(id) from error
        return Version(found.st_mtime_ns, found.st_ino, found.st_size)

    def save(self, record: RunRecord) -> list[SavedSnapshot]:
        """Write a run, so that :meth:`load` returns it, and return its snapshots as they are saved now.

        Snapshots that are on the disk already stay as they are; one that somebody has deleted there, and that
        is nowhere else, is left out.

        Raises
        ------
        StoreError
            If it cannot be written; what was there before is still there, whole.
        """
        folder = self._made(record.id)
        there = {file.name for file in (folder / SNAPSHOTS).glob("*.safetensors")}
        saved = []
        for each in record.snapshots:
            file = folder / SNAPSHOTS / _name(each)
            if file.name not in there:
                if isinstance(each, SavedSnapshot):
                    continue
                write(file, each.weights)
            saved.append(SavedSnapshot(each.update, each.score, file))
        if record.weights:
            write(folder / "weights.safetensors", record.weights)
        snapshots = [(each.update, each.score, each.file.name) for each in saved]
        write(folder / "run.json", encode(record, snapshots))
        for name in there - {each.file.name for each in saved}:
            with suppress(OSError):
                (folder / SNAPSHOTS / name).unlink()
        return saved

    def load(self, id: str) -> RunRecord:
        """Return a run. Its snapshots stay on the disk until somebody asks for their weights.

        Raises
        ------
        KeyError
            If there is none of this name.
        DamagedRunError
            If a file of it is missing or damaged.
        StoreError
            If it cannot be read.
        """
        folder = self._folder(id)
        self.version(id)  # raises if there is no such run
        content = read(folder / "run.json")
        try:
            saved = decode(content)
            record = record_of(id, saved)
        except ValueError as error:
            raise not_ours(folder / "run.json") from error
        if self._tasks is not None and record.settings.task not in self._tasks:
            raise not_ours(folder / "run.json")
        for update, score, name in saved.snapshots:
            file = folder / SNAPSHOTS / name
            check_weights(file)
            record.snapshots.append(SavedSnapshot(update, score, file))
        if saved.weights:
            record.weights = read_weights(folder / "weights.safetensors")
        return record

    def delete(self, id: str) -> None:
        """Remove a run and all its files; nothing happens if it is not there."""
        shutil.rmtree(self._folder(id), ignore_errors=True)

    def size(self, id: str) -> int:
        """Return the bytes that a run takes up on the disk; 0 if it is not there."""
        return self._use(self._folder(id))[1]

    def used(self) -> int:
        """Return the bytes that all runs take up on the disk; raises :class:`StoreError`."""
        return sum(size for _, size, _ in map(self._use, self._folders()))

    def prune(self, most: int) -> int:
        """Remove runs until the others take up ``most`` bytes at most; return how many they take up then.

        The oldest go first, by the time at which they were last written to. Those that a process has locked
        stay. What is left of a run that was never saved whole counts as one.

        Raises
        ------
        StoreError
            If the folder cannot be read.
        """
        runs = sorted(self._use(folder) for folder in self._folders())
        total = sum(size for _, size, _ in runs)
        for _, size, id in runs:
            if total <= most:
                break
            if self._delete_if_free(id):
                total -= size
        return total

    def lock(self, id: str) -> bool:
        """Return whether this process has the lock of a run, from now on if not before.

        Then no other process may write to it.

        Raises
        ------
        StoreError
            If the folder cannot be written to.
        """
        folder = self._made(id)
        try:
            return self._locks.acquire(folder / "lock")
        except OSError as error:
            raise unusable("write", folder, error) from error

    def unlock(self, id: str) -> None:
        """Let other processes lock a run; nothing happens if this one has not."""
        self._locks.release(self._folder(id) / "lock")

    def is_locked_elsewhere(self, id: str) -> bool:
        """Return whether another process has the lock of a run."""
        return self._locks.is_elsewhere(self._folder(id) / "lock")

    def save_checkpoint(self, id: str, state: bytes) -> None:
        """Keep what a run goes on from; raises :class:`StoreError`."""
        write(self._made(id) / "checkpoint", state)

    def checkpoint(self, id: str) -> bytes | None:
        """Return what a run goes on from, None if there is nothing; raises :class:`StoreError`."""
        file = self._folder(id) / "checkpoint"
        return read(file) if file.exists() else None

    def save_upload(self, id: str, upload: Upload) -> None:
        """Keep what the person gave, for a run to go on; raises :class:`StoreError`."""
        folder = self._made(id)
        write(folder / "upload", upload.content)
        write(folder / "upload.json", msgspec.json.encode({"name": upload.name}))

    def has_upload(self, id: str) -> bool:
        """Return whether what the person gave is there."""
        return (self._folder(id) / "upload.json").exists()

    def upload(self, id: str) -> Upload | None:
        """Return what the person gave, None if nothing; raises as :meth:`load` does."""
        if not self.has_upload(id):
            return None
        folder = self._folder(id)
        try:
            name = msgspec.json.decode(read(folder / "upload.json"), type=dict[str, str])["name"]
        except (ValueError, KeyError) as error:
            raise not_ours(folder / "upload.json") from error
        return Upload(name, read(folder / "upload"))

    def _folders(self) -> list[Path]:
        """Return the folders of all runs, in no order."""
        try:
            return [each for each in self._runs.iterdir() if _ID.fullmatch(each.name)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise unusable("read", self._runs, error) from error

    def _folder(self, id: str) -> Path:
        """Return the folder of a run; raises ``KeyError`` for a name that could be a path."""
        if not _ID.fullmatch(id):
            raise KeyError(id)
        return self._runs / id

    def _made(self, id: str) -> Path:
        """Return the folder of a run, which is there from now on, for this user alone."""
        folder = self._folder(id)
        try:
            make_private(self._runs)
            make_private(folder)
        except OSError as error:
            raise unusable("write", folder, error) from error
        return folder

    @staticmethod
    def _use(folder: Path) -> tuple[float, int, str]:
        """Return when a run was last written to, the bytes that it takes up, and its name."""
        newest, size = 0.0, 0
        with suppress(OSError):  # another process may be pruning too
            newest = folder.lstat().st_mtime
            found = [file.lstat() for file in folder.rglob("*")]
            files = [each for each in found if stat.S_ISREG(each.st_mode)]
            newest = max((each.st_mtime for each in files), default=newest)
            size = sum(each.st_size for each in files)
        return newest, size, folder.name

    def _delete_if_free(self, id: str) -> bool:
        """Remove a run unless a process has locked it, and return whether it is gone."""
        if self._folder(id) / "lock" in self._locks or not self.lock(id):
            return False
        self.delete(id)
        self.unlock(id)
        self.delete(id)  # once more: Windows deletes no file that is open, as the lock was
        return True


def _name(snapshot: KeptSnapshot) -> str:
    """Return the file of a snapshot: another content is another file, and never replaces one in use."""
    if isinstance(snapshot, SavedSnapshot):
        return snapshot.file.name
    return f"{snapshot.update:07}-{zlib.crc32(snapshot.weights):08x}.safetensors"
