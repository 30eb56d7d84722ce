"""Recall: the first symbol of a sequence is to be named at its end."""

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
from lstm_viz.training.tasks.batches import MEASURED, TEST_SEQUENCES, Batches, held_back
from lstm_viz.training.tasks.options import chrono_for, read_options
from lstm_viz.training.tasks.scores import accuracy

LETTERS: Final = "ABCDEFGHIJ"

CARD: Final = Card(
    title="Recall the first symbol",
    group="Memory",
    goes_in="One symbol at each step. Only the first one matters; all the others are drawn by chance.",
    comes_out="At the end, which symbol came first.",
    loss="Cross entropy over the symbols.",
    solved="At least 99 % right on sequences held back.",
    guessing="One of k symbols by chance: 1/k.",
    watch="Two gates, not one: the forget gate has to stay open, or C fades, and the input gate has to shut "
    "after the first step, or the symbols that follow bury what C holds.",
    source="After the long time lag tasks of Hochreiter & Schmidhuber (1997), Long Short-Term Memory, Neural "
    "Computation 9(8), experiment 2.",
)

OPTIONS: Final = MappingProxyType(
    {
        "symbols": Option("Symbols", 4, "How many different symbols there are.", 2, len(LETTERS)),
        "steps": Option("Steps to wait", 100, "Symbols between the first one and the answer.", 5, 200),
    }
)


def draw(rng: np.random.Generator, count: int, symbols: int, steps: int) -> Batch:
    """Return sequences of random symbols, and the first of each.

    Returns
    -------
    Batch
        ``x`` is ``(steps + 1, count)``, symbols from 0; ``y`` is ``(count,)``.
    """
    x = rng.integers(0, symbols, (steps + 1, count))
    return Batch(x, x[0].copy())


def _prepare(settings: TrainingSettings, _upload: Upload | None, _report: Preparing) -> TaskData:
    chosen = read_options(OPTIONS, settings)
    symbols, steps = chosen["symbols"], chosen["steps"]

    def drawn(rng: np.random.Generator, count: int) -> Batch:
        return draw(rng, count, symbols, steps)

    def measure(network: Predictor) -> list[Measure]:
        longer = draw(generator(settings.seed, MEASURED), TEST_SEQUENCES, symbols, 2 * steps)
        value = accuracy(network(longer.x), longer)
        note = "Never trained to wait that long."
        return [Measure(f"Accuracy after {2 * steps} steps", value, note, goal.reached(value))]

    goal = Goal("accuracy", guessing=1 / symbols, solved=0.99, better="higher")
    return TaskData(
        inputs=symbols,
        outputs=symbols,
        symbols=True,
        reads="last",
        loss="cross_entropy",
        goal=goal,
        batch=Batches(drawn, settings.seed, settings.batch, "last"),
        test=held_back(drawn, settings.seed),
        score=accuracy,
        probe=_probe(drawn(generator(0), 1)),
        examples=_examples,
        measure=measure,
        classes=tuple(LETTERS[:symbols]),
    )


def _probe(one: Batch) -> Probe:
    return Probe(one.x, tuple(LETTERS[symbol] for symbol in one.x[:, 0]), marks=(0,))


def _examples(outputs: Array, batch: Batch, most: int) -> list[Example]:
    answers = outputs.argmax(axis=-1)
    return [
        Example(
            shown="".join(LETTERS[symbol] for symbol in batch.x[:8, column]) + " …",
            target=LETTERS[batch.y[column]],
            answer=LETTERS[answers[column]],
            right=bool(answers[column] == batch.y[column]),
        )
        for column in range(min(most, len(answers)))
    ]


def _defaults() -> TrainingSettings:
    return TrainingSettings(
        task="recall",
        model=ModelSettings(
            units=16, initialisation="forget_bias", forget_bias=4.0, input_bias=-4.0, chrono_steps=100
        ),
        optimiser=OptimiserSettings(rate=0.01, clip=1.0),
        updates=4000,
    )


def _presets() -> dict[str, TrainingSettings]:
    defaults = _defaults()
    model = defaults.model
    return {
        "Forget gate open, input gate not shut: it fails": replace(
            defaults, model=replace(model, input_bias=0.0), updates=1500
        ),
        "PyTorch's own initialisation: it fails": replace(
            defaults, model=replace(model, initialisation="default"), updates=1500
        ),
        "Biases for every time scale (chrono)": replace(
            defaults, model=replace(model, initialisation="chrono")
        ),
    }


TASK: Final = Task(
    key="recall",
    card=CARD,
    options=OPTIONS,
    defaults=_defaults(),
    prepare=_prepare,
    presets=MappingProxyType(_presets()),
    adapt=chrono_for(OPTIONS, "steps"),
)
