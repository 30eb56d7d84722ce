"""Temporal order: which of two or three symbols, far apart, came first, and which then."""

from dataclasses import replace
from itertools import product
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
from lstm_viz.training.tasks.measures import Lengths
from lstm_viz.training.tasks.options import chrono_for, read_options
from lstm_viz.training.tasks.scores import accuracy

LETTERS: Final = "abcdXYEB"
_X, _E, _B = (LETTERS.index(letter) for letter in "XEB")

WINDOWS: Final = MappingProxyType({2: ((0.1, 0.2), (0.5, 0.6)), 3: ((0.1, 0.2), (0.33, 0.43), (0.66, 0.76))})
"""Where in the sequence the symbols that matter may come, as shares of its length: as in the paper."""

CARD: Final = Card(
    title="Temporal order",
    group="Memory",
    goes_in="One symbol at each step: E, then a, b, c or d by chance, and B at the end. At two places far "
    "apart (or three) stands an X or a Y.",
    comes_out="At the end, which came in which order: XX, XY, YX or YY.",
    loss="Cross entropy over the orders.",
    solved="At least 99 % right on sequences held back.",
    guessing="One of four orders by chance: 25 %. With three symbols one of eight: 12.5 %.",
    watch="C moves most at the X or Y: there the input gate opens two to ten times as far as elsewhere, and "
    "the forget gate stays close to 1 all along. At the second one, what is written "
    "depends on what C holds already, for the order counts and not only which symbols came.",
    source="Hochreiter & Schmidhuber (1997), Long Short-Term Memory, Neural Computation 9(8), experiment 6.",
)

OPTIONS: Final = MappingProxyType(
    {
        "relevant": Option(
            "Symbols that matter",
            2,
            "2 is experiment 6a of the paper, with four orders; 3 is 6b, with eight.",
            2,
            3,
        ),
        "steps": Option("Steps", 100, "How long a sequence is; in the paper 100 to 110.", 20, 200),
    }
)


def draw(rng: np.random.Generator, count: int, relevant: int, steps: int) -> Batch:
    """Return sequences with ``relevant`` symbols X or Y, and the number of their order.

    Returns
    -------
    Batch
        ``x`` is ``(steps, count)``, places in ``LETTERS``; ``y`` is ``(count,)``, the order read as a binary
        number in which Y is 1.
    """
    x = rng.integers(0, _X, (steps, count))
    x[0], x[-1] = _E, _B
    kinds = rng.integers(0, 2, (relevant, count))
    for kind, (low, high) in zip(kinds, WINDOWS[relevant], strict=True):
        place = rng.integers(round(low * steps), round(high * steps), count)
        x[place, np.arange(count)] = _X + kind
    return Batch(x, 2 ** np.arange(relevant - 1, -1, -1) @ kinds)


def _prepare(settings: TrainingSettings, _upload: Upload | None, _report: Preparing) -> TaskData:
    chosen = read_options(OPTIONS, settings)
    relevant, steps = chosen["relevant"], chosen["steps"]
    orders = tuple("".join(each) for each in product("XY", repeat=relevant))

    def drawn(rng: np.random.Generator, count: int) -> Batch:
        return draw(rng, count, relevant, steps)

    def examples(outputs: Array, batch: Batch, most: int) -> list[Example]:
        return _examples(outputs, batch, most, orders)

    def measure(network: Predictor) -> list[Measure]:
        longer = draw(generator(settings.seed, MEASURED), TEST_SEQUENCES, relevant, 2 * steps)
        rows = Lengths("Right answers", goal, steps, 2 * steps)
        return rows.rows(accuracy(network(test.x), test), accuracy(network(longer.x), longer))

    test = held_back(drawn, settings.seed, "last")
    goal = Goal("accuracy", guessing=1 / len(orders), solved=0.99, better="higher")
    return TaskData(
        inputs=len(LETTERS),
        outputs=len(orders),
        symbols=True,
        reads="last",
        loss="cross_entropy",
        goal=goal,
        batch=Batches(drawn, settings.seed, settings.batch, "last"),
        test=test,
        score=accuracy,
        probe=_probe(drawn(generator(0), 1)),
        examples=examples,
        measure=measure,
        classes=orders,
    )


def _matters(symbols: Array) -> list[int]:
    return [int(step) for step in np.flatnonzero((symbols == _X) | (symbols == _X + 1))]


def _probe(one: Batch) -> Probe:
    symbols = one.x[:, 0]
    return Probe(one.x, tuple(LETTERS[symbol] for symbol in symbols), tuple(_matters(symbols)))


def _examples(outputs: Array, batch: Batch, most: int, orders: tuple[str, ...]) -> list[Example]:
    answers = outputs.argmax(axis=-1)
    return [
        Example(
            shown=", ".join(
                f"{LETTERS[batch.x[step, column]]} at step {step + 1}"
                for step in _matters(batch.x[:, column])
            ),
            target=orders[batch.y[column]],
            answer=orders[answers[column]],
            right=bool(answers[column] == batch.y[column]),
        )
        for column in range(min(most, len(answers)))
    ]


def _defaults() -> TrainingSettings:
    return TrainingSettings(
        task="order",
        model=ModelSettings(units=16, initialisation="chrono", chrono_steps=100),
        optimiser=OptimiserSettings(rate=0.01, clip=1.0),
    )


def _presets() -> dict[str, TrainingSettings]:
    defaults = _defaults()
    return {
        "Three symbols, eight orders": replace(defaults, options=(("relevant", 3),)),
        "PyTorch's own initialisation: it fails": replace(
            defaults, model=replace(defaults.model, initialisation="default"), updates=1500
        ),
    }


TASK: Final = Task(
    key="order",
    card=CARD,
    options=OPTIONS,
    defaults=_defaults(),
    prepare=_prepare,
    presets=MappingProxyType(_presets()),
    adapt=chrono_for(OPTIONS, "steps"),
)
