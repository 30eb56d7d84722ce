"""Finished runs as files in a folder of the person's: weights as safetensors, settings and scores as JSON."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_viz.training.runs.record import RunRecord


class OutputError(OSError):
    """A file cannot be written, or is there already; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """A folder into which runs are written. No file in it is ever overwritten.

    Parameters
    ----------
    path
        The folder; it is made if it is not there.
    """

    path: Path

    def prepare(self, task: str, seeds: Sequence[int]) -> None:
        """Make the folder, and find out before hours of training whether the files can be written.

        Raises
        ------
        OutputError
            If the folder cannot be made or written into, or holds a file of one of these runs.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe = self.path / ".lstm-viz-can-write"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise OutputError(f"{self.path} cannot be written into: {error.strerror}") from error
        taken = [file.name for seed in seeds for file in self._files(task, seed) if file.exists()]
        if taken:
            raise OutputError(
                f"{self.path} holds {taken[0]} already, and nothing is overwritten: name another folder, or "
                "remove the file"
            )

    def save(self, run: RunRecord) -> Iterator[Path]:
        """Write a run; yield the path of each file. A run that failed has no weights, and its JSON says why.

        Raises
        ------
        OutputError
            If a file cannot be written, or somebody else has written it in the meantime.
        """
        weights, report = self._files(run.settings.task, run.settings.seed)
        if run.weights:
            yield _write(weights, run.weights)
        yield _write(report, json.dumps(_report(run), indent=1, allow_nan=False).encode())

    def _files(self, task: str, seed: int) -> tuple[Path, Path]:
        name = f"{task}-seed-{seed}"
        return self.path / f"{name}.safetensors", self.path / f"{name}.json"


def _write(path: Path, content: bytes) -> Path:
    try:
        with path.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
    return path


def _report(run: RunRecord) -> dict[str, Any]:
    """Return what a file says of a run; a number that is not finite is None, for JSON has none."""
    plain = {
        "settings": run.settings.to_dict(),
        "end": run.end,
        "text": run.text,
        "updates": run.update,
        "solved_at": run.solved_at,
        "seconds": run.seconds,
        "score": run.started.score_name if run.started else None,
        "guessing": run.started.guessing if run.started else None,
        "losses": run.losses,
        "scores": run.scores,
        "measures": run.measures,
        "forecast": run.forecast,
    }
    return {name: _finite(value) for name, value in plain.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list | tuple) else value
