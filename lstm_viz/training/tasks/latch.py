"""Latch: take a value when flagged, and hold it until the next flag."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np

from lstm_viz.notation import decimals, written
from lstm_viz.training.settings import ModelSettings, OptimiserSettings, TrainingSettings
from lstm_viz.training.task import (
    Array,
    Batch,
    Card,
    Example,
    Goal,
    Measure,
    Option,
    Predictor,
    Preparing,
    Probe,
    Task,
    TaskData,
    Upload,
    generator,
)
from lstm_viz.training.tasks.batches import MEASURED, Batches, held_back
from lstm_viz.training.tasks.measures import Lengths
from lstm_viz.training.tasks.options import read_options
from lstm_viz.training.tasks.scores import squared_error

_SOLVED: Final = 0.002
"""From here on the gates are those of a latch; up to 0.005 they need not be."""

_CLOSE: Final = 0.1
_LONG: Final = 500
_LONG_SEQUENCES: Final = 32

CARD: Final = Card(
    title="Latch: write and hold",
    group="Memory",
    goes_in="At each step a random value from −1 to 1, and a flag: 1 at the first step and now and then "
    "after it, 0 at all others.",
    comes_out="At each step, the value that came with the last flag.",
    loss="Mean squared error over all steps.",
    solved="A mean squared error of at most 0.002 on sequences held back.",
    guessing="Always answering 0, the mean of all values, gives a mean squared error of 1/3 (0.333): the "
    "variance of a value spread evenly over −1 to 1.",
    watch="Where the flag is 1 the input gate opens and the forget gate shuts: the old value goes and the "
    "new one comes. Everywhere else the input gate is shut and the forget gate open: it starts half open, at "
    "0.5, and comes to 0.97 and more. By some seeds the input gate opens by half only, and the candidate, "
    "which stays near 0 until a flag, does its share of the work.",
    source="The gates of Gers, Schmidhuber & Cummins (2000), Learning to Forget, Neural Computation 12(10), "
    "put to their plainest use; the Cell page has the same latch with weights set by hand.",
)

OPTIONS: Final = MappingProxyType(
    {
        "steps": Option("Steps", 30, "How long a sequence is.", 10, 200),
        "gap": Option("Steps from flag to flag", 10, "How long a value has to be held, on average.", 2, 50),
    }
)


def draw(rng: np.random.Generator, count: int, steps: int, gap: int) -> Batch:
    """Return values with flags, and at each step the value that was flagged last.

    Returns
    -------
    Batch
        ``x`` is ``(steps, count, 2)``: value in [-1, 1), flag; ``y`` is ``(steps, count, 1)``.
    """
    values = 2 * rng.random((steps, count), np.float32) - 1
    flags = rng.random((steps, count), np.float32) < 1 / gap
    flags[0] = True
    last = np.maximum.accumulate(np.where(flags, np.arange(steps)[:, None], 0), axis=0)
    held = np.take_along_axis(values, last, axis=0)
    return Batch(np.stack([values, flags.astype(np.float32)], axis=-1), held[..., None])


def _prepare(settings: TrainingSettings, _upload: Upload | None, _report: Preparing) -> TaskData:
    chosen = read_options(OPTIONS, settings)
    steps, gap = chosen["steps"], chosen["gap"]

    def drawn(rng: np.random.Generator, count: int) -> Batch:
        return draw(rng, count, steps, gap)

    def measure(network: Predictor) -> list[Measure]:
        longer = draw(generator(settings.seed, MEASURED), _LONG_SEQUENCES, _LONG, gap)
        rows = Lengths("Mean squared error", goal, steps, _LONG)
        outputs = network(longer.x)
        found = _by_age(outputs, longer, steps)
        return rows.rows(squared_error(network(test.x), test), squared_error(outputs, longer), found)

    test = held_back(drawn, settings.seed, "every")
    goal = Goal("mean squared error", guessing=1 / 3, solved=_SOLVED, better="lower")
    return TaskData(
        inputs=2,
        outputs=1,
        symbols=False,
        reads="every",
        loss="mse",
        goal=goal,
        batch=Batches(drawn, settings.seed, settings.batch, "every"),
        test=test,
        score=squared_error,
        probe=_probe(drawn(generator(0), 1)),
        examples=_examples,
        measure=measure,
        classes=("value held",),
    )


def _by_age(outputs: Array, batch: Batch, steps: int) -> str:
    """Say how large the error is for values held longer than a sequence of the training, and for others."""
    flagged = np.where(batch.x[..., 1] == 1, np.arange(len(batch.x))[:, None], 0)
    age = np.arange(len(batch.x))[:, None] - np.maximum.accumulate(flagged, axis=0)
    squares = np.square(outputs - batch.y)[..., 0].astype(np.float64)
    old = age >= steps
    if not old.any():
        return ""
    errors = [written(float(squares[which].mean())) for which in (old, ~old)]
    return f"Values held for {steps} steps and more: {errors[0]}; all others: {errors[1]}."


def _probe(one: Batch) -> Probe:
    flagged = one.x[:, 0, 1] == 1
    labels = tuple(decimals(value) for value in one.x[:, 0, 0])
    return Probe(one.x, labels, tuple(int(step) for step in np.flatnonzero(flagged)), ("value", "flag"))


def _examples(outputs: Array, batch: Batch, most: int) -> list[Example]:
    """Describe the last step of each sequence: what was flagged last, and for how long it has been held."""
    found = []
    for column in range(min(most, batch.x.shape[1])):
        step = np.flatnonzero(batch.x[:, column, 1] == 1)[-1]
        target, answer = batch.y[-1, column, 0], outputs[-1, column, 0]
        found.append(
            Example(
                shown=f"{decimals(target)} flagged at step {step + 1}, asked for at step {len(batch.x)}",
                target=decimals(target),
                answer=decimals(answer),
                right=bool(abs(answer - target) < _CLOSE),
            )
        )
    return found


def _defaults() -> TrainingSettings:
    return TrainingSettings(
        task="latch",
        model=ModelSettings(units=1, initialisation="forget_bias", forget_bias=0.0, input_bias=-4.0),
        optimiser=OptimiserSettings(rate=0.03, clip=1.0),
    )


def _presets() -> dict[str, TrainingSettings]:
    defaults = _defaults()
    return {
        "One unit, trained on: the gates become clearer still": replace(
            defaults, updates=2500, until_solved=False
        ),
        "Eight units from PyTorch's own initialisation: solved with gates half open": replace(
            defaults,
            model=ModelSettings(units=8),
            optimiser=replace(defaults.optimiser, rate=0.01),
        ),
    }


TASK: Final = Task(
    key="latch",
    card=CARD,
    options=OPTIONS,
    defaults=_defaults(),
    prepare=_prepare,
    presets=MappingProxyType(_presets()),
)
