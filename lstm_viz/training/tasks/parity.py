"""Parity: whether a stream of bits has had an odd number of ones so far."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np

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
from lstm_viz.training.tasks.scores import binary_accuracy

_LONG: Final = 500
_LONG_SEQUENCES: Final = 64
_HELD_BACK_ONE_IN: Final = 17

CARD: Final = Card(
    title="Parity of a bit stream",
    group="Memory",
    goes_in="One bit at each step, 0 or 1, by chance.",
    comes_out="At each step, whether the number of ones so far is odd.",
    loss="Binary cross entropy over all steps.",
    solved="At least 99 % of all answers right, on streams held back.",
    guessing="Whatever the bits before, the next one turns the answer over or not by chance: half of all "
    "answers are right.",
    watch="A 1 has to turn the memory over, a 0 has to leave it alone: in an LSTM the forget gate of the "
    "unit that tells most falls to 0.2 or less at a 1 on average, and stays at 0.6 to 0.9 at a 0. What is "
    "written depends on h, on what the cell said one step before. A plain RNN has nothing but h, and learns "
    "it too by most seeds, with some two to three times as many updates.",
    source="A classic: Minsky & Papert (1969), Perceptrons, for all bits at once; bit by bit it asks for "
    "one bit of memory.",
)

OPTIONS: Final = MappingProxyType(
    {"steps": Option("Steps", 20, "How long the streams are that it is trained on.", 10, 100)}
)


def draw(rng: np.random.Generator, count: int, steps: int) -> Batch:
    """Return streams for training, and the parity of each so far.

    Returns
    -------
    Batch
        ``x`` is ``(steps, count, 1)`` of 0 and 1; ``y`` is ``(steps, count, 1)``, 1 where odd.
    """
    bits = rng.integers(0, 2, (steps, count))
    # There are so few short streams that chance alone would train on those held back: the first bit counts 1
    # in the sum that tells them, so turning it over makes a stream one for training.
    bits[0] ^= is_held_back(bits)
    return _batch(bits)


def draw_held_back(rng: np.random.Generator, count: int, steps: int) -> Batch:
    """Return streams that :func:`draw` never draws, as it returns them."""
    bits = rng.integers(0, 2, (steps, 3 * _HELD_BACK_ONE_IN * count))
    return _batch(bits[:, is_held_back(bits)][:, :count])


def is_held_back(bits: Array) -> Array:
    """Return which of the streams ``(steps, count)`` are never trained on: one in seventeen."""
    held: Array = np.arange(1, len(bits) + 1) @ bits % _HELD_BACK_ONE_IN == 0
    return held


def _batch(bits: Array) -> Batch:
    odd = np.cumsum(bits, axis=0) % 2
    return Batch(bits[..., None].astype(np.float32), odd[..., None].astype(np.float32))


def _prepare(settings: TrainingSettings, _upload: Upload | None, _report: Preparing) -> TaskData:
    steps = read_options(OPTIONS, settings)["steps"]

    def drawn(rng: np.random.Generator, count: int) -> Batch:
        return draw(rng, count, steps)

    def kept(rng: np.random.Generator, count: int) -> Batch:
        return draw_held_back(rng, count, steps)

    def measure(network: Predictor) -> list[Measure]:
        longer = draw(generator(settings.seed, MEASURED), _LONG_SEQUENCES, _LONG)
        rows = Lengths("Right answers", goal, steps, _LONG)
        return rows.rows(binary_accuracy(network(test.x), test), binary_accuracy(network(longer.x), longer))

    test = held_back(kept, settings.seed, "every")
    goal = Goal("accuracy", guessing=0.5, solved=0.99, better="higher")
    return TaskData(
        inputs=1,
        outputs=1,
        symbols=False,
        reads="every",
        loss="binary",
        goal=goal,
        batch=Batches(drawn, settings.seed, settings.batch, "every"),
        test=test,
        score=binary_accuracy,
        probe=_probe(drawn(generator(0), 1)),
        examples=_examples,
        measure=measure,
        classes=("odd",),
    )


def _probe(one: Batch) -> Probe:
    bits = one.x[:, 0, 0]
    labels = tuple(f"{bit:.0f}" for bit in bits)
    return Probe(one.x, labels, tuple(int(step) for step in np.flatnonzero(bits)), ("bit",))


def _examples(outputs: Array, batch: Batch, most: int) -> list[Example]:
    """Show a stream, and whether it is odd at its end."""
    words = ("even", "odd")
    found = []
    for column in range(min(most, batch.x.shape[1])):
        target, answer = bool(batch.y[-1, column, 0] > 0.5), bool(outputs[-1, column, 0] > 0)
        stream = "".join(f"{bit:.0f}" for bit in batch.x[:, column, 0])
        found.append(Example(stream, words[target], words[answer], target == answer))
    return found


def _defaults() -> TrainingSettings:
    return TrainingSettings(
        task="parity",
        model=ModelSettings(units=8),
        optimiser=OptimiserSettings(rate=0.01, clip=1.0),
    )


def _presets() -> dict[str, TrainingSettings]:
    defaults = _defaults()
    return {
        "A plain RNN": replace(defaults, model=replace(defaults.model, cell="rnn")),
    }


TASK: Final = Task(
    key="parity",
    card=CARD,
    options=OPTIONS,
    defaults=_defaults(),
    prepare=_prepare,
    presets=MappingProxyType(_presets()),
)
