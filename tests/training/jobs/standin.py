"""Trainings that a test can hold, end and spoil. Workers import this too."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from lstm_viz.training.runs.events import Checkpoint, Event, Finished, Progress, Snapshot, Started
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload

UPDATES = 20


def ask(how: str = "count", *, gate: Path | None = None) -> TrainingSettings:
    """Settings for :func:`train`; with a gate it waits before its last update until that file is there."""
    options = (("gate", str(gate)),) if gate else ()
    return TrainingSettings(how, options=options, updates=UPDATES)


def train(
    settings: TrainingSettings,
    upload: Upload | None,
    *,
    emit: Callable[[Event], None],
    stop: Callable[[], bool],
    checkpoint: bytes | None,
) -> None:
    """Count to ``updates``; the loss of each hangs on all before it."""
    if settings.task == "die":
        os._exit(1)
    if settings.task == "raise":
        raise RuntimeError("no such luck")
    update, loss = json.loads(checkpoint) if checkpoint else (0, 1.0)
    gate = settings.option("gate", None)
    emit(Started(update, 1, "cpu", 1.0, None, "lower", "error"))
    shown = upload.name if upload else "nothing"
    example = {"shown": shown, "target": "", "answer": "", "right": None}
    while update < settings.updates:
        if stop() and settings.task != "unresponsive":
            emit(Finished(update, 0.0, "stopped", f"Stopped at {update}.", weights(loss), []))
            return
        if gate and update == settings.updates - 1 and not Path(gate).exists():
            time.sleep(0.01)
            continue
        update, loss = update + 1, 0.5 * loss + update
        emit(Progress(update, 0.0, [loss], [1.0], [], [example]))
        emit(Snapshot(update, None, weights(loss)))
        emit(Checkpoint(update, json.dumps((update, loss)).encode()))
    emit(Finished(update, 0.0, "updates", "All done.", weights(loss), []))


def weights(loss: float) -> bytes:
    return save({"loss": np.array([loss])})
