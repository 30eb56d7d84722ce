"""A task that is learned in a moment, the mean of six numbers, and runs of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_viz.training.engine.loop import train
from lstm_viz.training.runs.events import Event
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.settings import ModelSettings, OptimiserSettings, TrainingSettings
from lstm_viz.training.task import (
    Batch,
    Card,
    Example,
    Goal,
    Measure,
    Probe,
    Task,
    TaskData,
    generator,
)

STEPS = 6
CARD = Card("Mean", "Memory", "", "", "", "", "", "", "")
SETTINGS = TrainingSettings(
    task="mean",
    model=ModelSettings(units=8),
    optimiser=OptimiserSettings(rate=0.01),
    batch=16,
    updates=400,
    seed=3,
)


def draw(rng: np.random.Generator, count: int) -> Batch:
    """Random numbers, and their mean."""
    x = rng.uniform(-1, 1, (STEPS, count, 1)).astype(np.float32)
    return Batch(x, x.mean(0))


def data_of(settings: TrainingSettings, **changes: Any) -> TaskData:
    """The data of a run, with some of it as a test wants it."""
    data = TaskData(
        inputs=1,
        outputs=1,
        symbols=False,
        reads="last",
        loss="mse",
        goal=Goal("mean squared error", 0.06, 0.002, "lower"),
        batch=lambda update: draw(generator(settings.seed, 0, update), settings.batch),
        test=draw(generator(settings.seed, 1), 300),
        score=lambda outputs, batch: float(((outputs - batch.y) ** 2).mean()),
        probe=Probe(draw(generator(0), 1).x, tuple(map(str, range(STEPS))), marks=(0,), names=("value",)),
        examples=lambda outputs, batch, most: [
            Example("", f"{batch.y[k, 0]:.2f}", f"{outputs[k, 0]:.2f}", right=True) for k in range(most)
        ],
        measure=lambda network: [Measure("answers", float(network(draw(generator(9), 5).x).shape[0]))],
    )
    return replace(data, **changes)


def task(**changes: Any) -> Task:
    """The task; ``changes`` are those of its data."""
    return Task("mean", CARD, {}, SETTINGS, lambda settings, _upload, _tell: data_of(settings, **changes))


def events_of(
    settings: TrainingSettings = SETTINGS,
    given: Task | None = None,
    *,
    stop: Callable[[list[Event]], bool] = lambda _events: False,
    checkpoint: bytes | None = None,
) -> list[Event]:
    """All events of a run; ``stop`` is asked with those that came so far."""
    events: list[Event] = []
    train(
        settings,
        given or task(),
        emit=events.append,
        stop=lambda: stop(events),
        checkpoint=checkpoint,
    )
    return events


def record_of(events: list[Event], settings: TrainingSettings = SETTINGS) -> RunRecord:
    """What a page would have after these events."""
    record = RunRecord("a-run-of-the-small-task", settings, created=0.0)
    for event in events:
        record.take(event)
    return record
