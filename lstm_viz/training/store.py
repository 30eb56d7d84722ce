"""Runs in a plain folder, each in one of its own: the weights as safetensors, the rest as JSON.

A file is written beside its place and then moved there, so that nobody ever reads half of one. Whatever is
wrong with one run's files is that run's alone.

::

    runs/{id}/run.json                   settings, curves, how it ended; what is written last
    runs/{id}/weights.safetensors        the final weights
    runs/{id}/snapshots/{update}-{sum}.safetensors
    runs/{id}/checkpoint                 to go on from; PyTorch's format
    runs/{id}/upload, upload.json        what the person gave
"""

import json
import math
import os
import re
import secrets
import shutil
import tempfile
import time
import zlib
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from lstm_viz.training.events import Snapshot, Started
from lstm_viz.training.record import RunRecord
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload

MOST_BYTES: Final = 256 * 1024 * 1024
"""No file of a run is larger: what is, is none of ours, and is not read."""

UNTOUCHED_SECONDS: Final = 24 * 3600.0
"""A run that was written to since then may still be under way, and is not pruned."""

_ID: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_CURVES: Final = ("losses", "norms")


class DamagedRunError(ValueError):
    """A file of a run is missing, cut short or not what it should be."""


class StoreError(OSError):
    """The folder of the runs cannot be read or written: full, not permitted, gone."""


class RunStore:
    """The runs in one folder.

    Parameters
    ----------
    home
        Where; made when something is first written.
    """

    def __init__(self, home: Path) -> None:
        self._runs = home / "runs"

    @staticmethod
    def new_id() -> str:
        """Return a name for a run that nobody can guess."""
        return secrets.token_urlsafe(16)

    def ids(self) -> list[str]:
        """Return the runs that are there, the newest first."""
        try:
            found = [each for each in self._runs.iterdir() if _ID.fullmatch(each.name)]
            files = [each / "run.json" for each in found]
            aged = [(file.stat().st_mtime, file.parent.name) for file in files if file.exists()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _unusable("read", self._runs, error) from error
        return [name for _, name in sorted(aged, reverse=True)]

    def save(self, record: RunRecord) -> None:
        """Write a run, so that :meth:`load` returns it. Snapshots that are there already stay as they are.

        Raises
        ------
        StoreError
            If it cannot be written; what was there before is still there, whole.
        """
        folder = self._folder(record.id)
        snapshots = {_snapshot_name(each): each.weights for each in record.snapshots}
        there = {file.name for file in folder.glob("snapshots/*.safetensors")}
        for name in snapshots.keys() - there:
            self._write(folder / "snapshots" / name, snapshots[name])
        if record.weights:
            self._write(folder / "weights.safetensors", record.weights)
        self._write(folder / "run.json", json.dumps(_plain(record), allow_nan=False).encode())
        for name in there - snapshots.keys():
            with suppress(OSError):
                (folder / "snapshots" / name).unlink()

    def load(self, id: str) -> RunRecord:
        """Return a run.

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
        plain = self._json(folder / "run.json")
        try:
            record = _record(id, plain)
            snapshots = [(int(update), score, str(name)) for update, score, name in plain["snapshots"]]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedRunError(f"run.json of run {id} is damaged: it is not what a run writes") from error
        record.snapshots = [
            Snapshot(update, score, self._tensors(folder / "snapshots" / Path(name).name))
            for update, score, name in snapshots
        ]
        if plain.get("weights"):
            record.weights = self._tensors(folder / "weights.safetensors")
        return record

    def delete(self, id: str) -> None:
        """Remove a run and all its files; nothing happens if it is not there."""
        shutil.rmtree(self._folder(id), ignore_errors=True)

    def prune(self, most: int) -> None:
        """Remove the oldest runs, so that the others take up at most ``most`` bytes.

        Runs that were written to within a day stay, however many they are.

        Raises
        ------
        StoreError
            If the folder cannot be read.
        """
        before = time.time() - UNTOUCHED_SECONDS
        total = 0
        for id in self.ids():
            folder = self._folder(id)
            with suppress(OSError):  # somebody else may be pruning too
                files = [file.stat() for file in folder.rglob("*") if file.is_file()]
                total += sum(file.st_size for file in files)
                if total > most and all(file.st_mtime < before for file in files):
                    self.delete(id)

    def save_checkpoint(self, id: str, state: bytes) -> None:
        """Keep what a run goes on from; raises :class:`StoreError`."""
        self._write(self._folder(id) / "checkpoint", state)

    def checkpoint(self, id: str) -> bytes | None:
        """Return what a run goes on from, None if there is nothing; raises :class:`StoreError`."""
        file = self._folder(id) / "checkpoint"
        return self._read(file) if file.exists() else None

    def save_upload(self, id: str, upload: Upload) -> None:
        """Keep what the person gave, for a run to go on; raises :class:`StoreError`."""
        folder = self._folder(id)
        self._write(folder / "upload", upload.content)
        self._write(folder / "upload.json", json.dumps({"name": upload.name}).encode())

    def has_upload(self, id: str) -> bool:
        """Return whether what the person gave is there."""
        return (self._folder(id) / "upload.json").exists()

    def upload(self, id: str) -> Upload | None:
        """Return what the person gave, None if nothing; raises as :meth:`load` does."""
        if not self.has_upload(id):
            return None
        folder = self._folder(id)
        name = self._json(folder / "upload.json").get("name")
        return Upload(str(name), self._read(folder / "upload"))

    def _folder(self, id: str) -> Path:
        """Return the folder of a run; a name that could be a path is nobody's."""
        if not _ID.fullmatch(id):
            raise KeyError(id)
        return self._runs / id

    def _write(self, file: Path, content: bytes) -> None:
        """Write a file whole or not at all, and have it on the disk before returning."""
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
            try:
                with os.fdopen(handle, "wb") as temporary:
                    temporary.write(content)
                    temporary.flush()
                    os.fsync(temporary.fileno())
                Path(name).replace(file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise _unusable("write", file, error) from error

    def _read(self, file: Path) -> bytes:
        run = file.relative_to(self._runs).parts[0]
        try:
            if file.stat().st_size > MOST_BYTES:
                raise DamagedRunError(f"{file.name} of run {run} is damaged: it is far too large")
            return file.read_bytes()
        except FileNotFoundError as error:
            raise DamagedRunError(f"{file.name} of run {run} is missing") from error
        except OSError as error:
            raise _unusable("read", file, error) from error

    def _json(self, file: Path) -> dict[str, Any]:
        run = file.relative_to(self._runs).parts[0]
        try:
            plain = json.loads(self._read(file))
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise DamagedRunError(
                f"{file.name} of run {run} is damaged: it is cut short or no JSON"
            ) from error
        if not isinstance(plain, dict):
            raise DamagedRunError(f"{file.name} of run {run} is damaged: it is not what a run writes")
        return plain

    def _tensors(self, file: Path) -> bytes:
        """Return a file of weights after making sure that it is one."""
        content = self._read(file)
        try:
            load_tensors(content)
        except (SafetensorError, KeyError, ValueError) as error:
            run = file.relative_to(self._runs).parts[0]
            raise DamagedRunError(
                f"{file.name} of run {run} is damaged: its weights cannot be read"
            ) from error
        return content


def _unusable(verb: str, path: Path, error: OSError) -> StoreError:
    """Return what the system said, in words that say which folder it is about."""
    return StoreError(error.errno, f"cannot {verb} the saved runs: {error.strerror}", str(path))


def _snapshot_name(snapshot: Snapshot) -> str:
    """Return the file of a snapshot: another content is another file, and never replaces one in use."""
    return f"{snapshot.update:07}-{zlib.crc32(snapshot.weights):08x}.safetensors"


def _plain(record: RunRecord) -> dict[str, Any]:
    """Return a record as plain data; six digits of a loss are enough."""
    plain: dict[str, Any] = {each.name: getattr(record, each.name) for each in fields(record)}
    for name in _CURVES:
        plain[name] = [float(f"{value:.6g}") for value in plain[name]]
    plain["settings"] = record.settings.to_dict()
    plain["started"] = None if record.started is None else asdict(record.started)
    plain["snapshots"] = [(each.update, each.score, _snapshot_name(each)) for each in record.snapshots]
    plain["weights"] = bool(record.weights)
    finite: dict[str, Any] = _finite(plain)
    return finite


def _finite(value: Any) -> Any:
    """Return plain data with None for what is no finite number: JSON has no NaN."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list | tuple) else value


def _record(id: str, plain: dict[str, Any]) -> RunRecord:
    """Return the record that :func:`_plain` wrote, without its weights."""
    known = {each.name: plain[each.name] for each in fields(RunRecord) if each.name in plain}
    for name in _CURVES:
        known[name] = [_number(value) for value in known[name]]
    return RunRecord(
        **{
            **known,
            "id": id,
            "settings": TrainingSettings.from_dict(plain["settings"]),
            "started": None if plain["started"] is None else Started(**plain["started"]),
            "scores": [(int(update), _number(score)) for update, score in plain["scores"]],
            "measures": [{**each, "value": _number(each["value"])} for each in plain["measures"]],
            "snapshots": [],
            "weights": b"",
        }
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
