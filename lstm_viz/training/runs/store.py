"""Runs in a plain folder, each in one of its own: the weights as safetensors, the rest as JSON.

A file is written beside its place and then moved there, so that nobody ever reads half of one. Whatever is
wrong with one run's files is that run's alone. Several processes may share the folder: each run is written by
the one that holds it, and read by all.

::

    runs/{id}/run.json                   settings, curves, how it ended; what is written last
    runs/{id}/weights.safetensors        the final weights
    runs/{id}/snapshots/{update}-{sum}.safetensors
    runs/{id}/checkpoint                 to go on from; PyTorch's format
    runs/{id}/upload, upload.json        what the person gave
    runs/{id}/lock                       locked by the process that has the run under way
"""

import json
import os
import re
import secrets
import shutil
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from lstm_viz.training.runs.files import (
    SNAPSHOTS,
    SavedSnapshot,
    check_weights,
    not_ours,
    read,
    read_json,
    read_weights,
    unusable,
    write,
)
from lstm_viz.training.runs.locks import Holds
from lstm_viz.training.runs.record import KeptSnapshot, RunRecord
from lstm_viz.training.runs.serialise import from_plain, to_plain
from lstm_viz.training.task import Upload

UNTOUCHED_SECONDS: Final = 24 * 3600.0
"""A run that was written to since then may soon be asked for again, and is not pruned."""

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
    """

    def __init__(self, home: Path) -> None:
        self._runs = home / "runs"
        self._holds = Holds()

    @staticmethod
    def new_id() -> str:
        """Return a name for a run that nobody can guess."""
        return secrets.token_urlsafe(16)

    def version(self, id: str) -> Version:
        """Return what changes whenever the run is saved: for a look at a run that costs next to nothing.

        Raises
        ------
        KeyError
            If there is no such run.
        StoreError
            If the folder cannot be read.
        """
        file = self._folder(id) / "run.json"
        try:
            with file.open("rb") as opened:  # or else a network file system may tell what was a while ago
                found = os.fstat(opened.fileno())
        except FileNotFoundError as error:
            raise KeyError(id) from error
        except OSError as error:
            raise unusable("read", file, error) from error
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
        folder = self._folder(record.id)
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
        plain = to_plain(record, [(each.update, each.score, each.file.name) for each in saved])
        write(folder / "run.json", json.dumps(plain, allow_nan=False).encode())
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
        if not (folder / "run.json").exists():
            raise KeyError(id)
        plain = read_json(folder / "run.json")
        try:
            record = from_plain(id, plain)
            snapshots = [
                SavedSnapshot(int(update), score, folder / SNAPSHOTS / Path(name).name)
                for update, score, name in plain["snapshots"]
            ]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise not_ours(folder / "run.json") from error
        for each in snapshots:
            check_weights(each.file)
        record.snapshots = [*snapshots]
        if plain.get("weights"):
            record.weights = read_weights(folder / "weights.safetensors")
        return record

    def delete(self, id: str) -> None:
        """Remove a run and all its files; nothing happens if it is not there."""
        shutil.rmtree(self._folder(id), ignore_errors=True)

    def prune(self, most: int) -> None:
        """Remove the oldest runs, so that the others take up at most ``most`` bytes.

        Runs that were written to within a day stay, however many they are, and those that a process holds.
        What is left of a run that was never saved whole counts as one.

        Raises
        ------
        StoreError
            If the folder cannot be read.
        """
        before = time.time() - UNTOUCHED_SECONDS
        runs = []
        for folder in self._folders():
            with suppress(OSError):  # somebody else may be pruning too
                files = [file.stat() for file in folder.rglob("*") if file.is_file()] or [folder.stat()]
                newest = max(file.st_mtime for file in files)
                runs.append((newest, sum(file.st_size for file in files), folder.name))
        total = 0
        for newest, size, id in sorted(runs, reverse=True):
            total += size
            if total > most and newest < before:
                self._delete_if_free(id)

    def hold(self, id: str) -> bool:
        """Return whether this process holds a run, from now on if not before: then no other may write to it.

        Raises
        ------
        StoreError
            If the folder cannot be written to.
        """
        folder = self._folder(id)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return self._holds.take(folder / "lock")
        except OSError as error:
            raise unusable("write", folder, error) from error

    def release(self, id: str) -> None:
        """Let other processes hold a run; nothing happens if this one does not."""
        self._holds.release(self._folder(id) / "lock")

    def is_held_elsewhere(self, id: str) -> bool:
        """Return whether another process holds a run."""
        return self._holds.is_elsewhere(self._folder(id) / "lock")

    def save_checkpoint(self, id: str, state: bytes) -> None:
        """Keep what a run goes on from; raises :class:`StoreError`."""
        write(self._folder(id) / "checkpoint", state)

    def checkpoint(self, id: str) -> bytes | None:
        """Return what a run goes on from, None if there is nothing; raises :class:`StoreError`."""
        file = self._folder(id) / "checkpoint"
        return read(file) if file.exists() else None

    def save_upload(self, id: str, upload: Upload) -> None:
        """Keep what the person gave, for a run to go on; raises :class:`StoreError`."""
        folder = self._folder(id)
        write(folder / "upload", upload.content)
        write(folder / "upload.json", json.dumps({"name": upload.name}).encode())

    def has_upload(self, id: str) -> bool:
        """Return whether what the person gave is there."""
        return (self._folder(id) / "upload.json").exists()

    def upload(self, id: str) -> Upload | None:
        """Return what the person gave, None if nothing; raises as :meth:`load` does."""
        if not self.has_upload(id):
            return None
        folder = self._folder(id)
        name = read_json(folder / "upload.json").get("name")
        return Upload(str(name), read(folder / "upload"))

    def _folders(self) -> list[Path]:
        """Return the folders of all runs, in no order."""
        try:
            return [each for each in self._runs.iterdir() if _ID.fullmatch(each.name)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise unusable("read", self._runs, error) from error

    def _folder(self, id: str) -> Path:
        """Return the folder of a run; a name that could be a path is nobody's."""
        if not _ID.fullmatch(id):
            raise KeyError(id)
        return self._runs / id

    def _delete_if_free(self, id: str) -> None:
        if self._folder(id) / "lock" not in self._holds and self.hold(id):
            self.delete(id)
            self.release(id)
            self.delete(id)  # once more: Windows deletes no file that is open, as the lock was


def _name(snapshot: KeptSnapshot) -> str:
    """Return the file of a snapshot: another content is another file, and never replaces one in use."""
    if isinstance(snapshot, SavedSnapshot):
        return snapshot.file.name
    return f"{snapshot.update:07}-{zlib.crc32(snapshot.weights):08x}.safetensors"
