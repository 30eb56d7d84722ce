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
from lstm_viz.training.tasks.measures import Lengths
from lstm_viz.training.tasks.options import chrono_for, read_options
from lstm_viz.training.tasks.scores import accuracy

LETTERS: Final = "ABCDEFGHIJ"
OTHERS: Final = "wxyz"
BLANK: Final = "·"

OTHER, NONE, SAME = "other symbols", "blanks", "the same symbols"

_SHOWN: Final = 8
"""Symbols of an example that are shown."""

CARD: Final = Card(
    title="Recall the first symbol",
    group="Memory",
    goes_in="One symbol at each step. Only the first one matters; those that follow, other ones, are drawn "
    "by chance.",
    comes_out="At the end, which symbol came first.",
    loss="Cross entropy over the symbols.",
    solved="At least 99 % right on sequences held back.",
    guessing="One of the symbols by chance: one in as many as there are, 25 % for 4 symbols.",
    watch="Two gates, not one. The forget gate has to stay open, at 0.99 and more, or C fades. The input "
    "gate has to be nearly shut after the first step, or the symbols that follow bury what C holds. At the "
    "first step it is open two to ten times as far, and even that may be little.",
    source="After the long time lag tasks of Hochreiter & Schmidhuber (1997), Long Short-Term Memory, Neural "
    "Computation 9(8), experiment 2.",
)

OPTIONS: Final = MappingProxyType(
    {
        "symbols": Option("Symbols", 4, "How many different symbols there are.", 2, len(LETTERS)),
        "steps": Option("Steps to wait", 100, "Symbols between the first one and the answer.", 5, 200),
        "between": Option(
            "In between",
            OTHER,
            "What the network reads while it waits. With the same symbols nothing but its place tells the "
            "first one apart: that takes some four times as many updates.",
            choices=(OTHER, NONE, SAME),
        ),
    }
)


def draw(rng: np.random.Generator, count: int, symbols: int, steps: int, between: str) -> Batch:
    """Return sequences that begin with the symbol to be recalled, and that symbol.

    Parameters
    ----------
    rng, count
        Random numbers, and how many sequences are drawn.
    symbols
        How many symbols can come first.
    steps
        Steps that follow the first.
    between
        What follows: one of ``OTHER``, ``NONE``, ``SAME``.

    Returns
    -------
    Batch
        ``x`` is ``(steps + 1, count)``: below ``symbols`` those to be recalled, from there on the others;
        ``y`` is ``(count,)``.
    """
    first = rng.integers(0, symbols, count)
    low, high = (0, symbols) if between == SAME else (symbols, symbols + len(_others(between)))
    return Batch(np.concatenate([first[None], rng.integers(low, high, (steps, count))]), first)


def _others(between: str) -> str:
    return {OTHER: OTHERS, NONE: BLANK, SAME: ""}[between]


def _prepare(settings: TrainingSettings, _upload: Upload | None, _report: Preparing) -> TaskData:
    chosen = read_options(OPTIONS, settings)
    symbols, steps, between = chosen["symbols"], chosen["steps"], chosen["between"]
    letters = LETTERS[:symbols] + _others(between)

    def drawn(rng: np.random.Generator, count: int) -> Batch:
        return draw(rng, count, symbols, steps, between)

    def examples(outputs: Array, batch: Batch, most: int) -> list[Example]:
        return _examples(outputs, batch, most, letters)

    def measure(network: Predictor) -> list[Measure]:
        longer = draw(generator(settings.seed, MEASURED), TEST_SEQUENCES, symbols, 2 * steps, between)
        rows = Lengths("Right answers after a wait", goal, steps, 2 * steps)
        return rows.rows(accuracy(network(test.x), test), accuracy(network(longer.x), longer))

    test = held_back(drawn, settings.seed, "last")
    goal = Goal("accuracy", guessing=1 / symbols, solved=0.99, better="higher")
    return TaskData(
        inputs=len(letters),
        outputs=symbols,
        symbols=True,
        reads="last",
        loss="cross_entropy",
        goal=goal,
        batch=Batches(drawn, settings.seed, settings.batch, "last"),
        test=test,
        score=accuracy,
        probe=_probe(drawn(generator(0), 1), letters),
        examples=examples,
        measure=measure,
        classes=tuple(LETTERS[:symbols]),
    )


def _probe(one: Batch, letters: str) -> Probe:
    return Probe(one.x, tuple(letters[symbol] for symbol in one.x[:, 0]), marks=(0,))


def _examples(outputs: Array, batch: Batch, most: int, letters: str) -> list[Example]:
    answers = outputs.argmax(axis=-1)
    return [
        Example(
            shown="".join(letters[symbol] for symbol in batch.x[:_SHOWN, column]) + " …",
            target=letters[batch.y[column]],
            answer=letters[answers[column]],
            right=bool(answers[column] == batch.y[column]),
        )
        for column in range(min(most, len(answers)))
    ]


_OPEN: Final = 5.0
"""Half of what C holds is then left after 100 steps; with a bias of 4 a sixth, and a seed in thirty fails."""


def _defaults() -> TrainingSettings:
    return TrainingSettings(
        task="recall",
        model=ModelSettings(
            units=16, initialisation="forget_bias", forget_bias=_OPEN, input_bias=-_OPEN, chrono_steps=100
        ),
        optimiser=OptimiserSettings(rate=0.01, clip=1.0),
        updates=4000,
    )


def _presets() -> dict[str, TrainingSettings]:
    defaults = _defaults()
    model = defaults.model
    return {
        "From half open: watch f learn": replace(
            defaults,
            options=(("steps", 12),),
            model=replace(model, forget_bias=0.0, input_bias=-4.0, chrono_steps=12),
            updates=1500,
        ),
        "Forget gate open, input gate not shut: it fails by most seeds": replace(
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
