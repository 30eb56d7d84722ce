"""aⁿbⁿ and aⁿbⁿcⁿ: languages that ask for counting."""

from collections.abc import Mapping
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
)
from lstm_viz.training.tasks.batches import Batches
from lstm_viz.training.tasks.measures import beside_guessing
from lstm_viz.training.tasks.options import read_options
from lstm_viz.training.tasks.scores import words_right, wrong_steps
from lstm_viz.training.tasks.words import word_examples

FURTHEST: Final = 150
"""The longest word on which a finished network is tried."""

_BEYOND: Final = 2
"""Words longer than any for training that have to be right as well."""

_END: Final = "the end"

OPTIONS: Final = MappingProxyType(
    {
        "most": Option(
            "Largest n",
            10,
            "Words are trained on with n from 1 to this, but for n = 2, 5, 8 and so on.",
            3,
            30,
        )
    }
)


def words(n: Array, letters: int) -> Batch:
    """Return the words with the given counts, and at each step what may come next.

    Parameters
    ----------
    n
        How often each letter comes, ``(count,)``, from 1 on.
    letters
        2 for aⁿbⁿ, 3 for aⁿbⁿcⁿ.

    Returns
    -------
    Batch
        ``x`` is ``(letters · max n, count)``, 0 for a, 1 for b, 2 for c; ``y`` is ``(..., letters + 1)``:
        which letters, and last the end, are possible next. Shorter words are padded, which counts nothing.
    """
    steps = np.arange(letters * int(n.max()))[:, None]
    # Which letter: 0 for the first n steps, 1 for the next n, ...; beyond the word, ``letters`` and more.
    place = steps // n
    last_of_its_kind = (steps + 1) % n == 0
    following = np.where(place == 0, 1, place + last_of_its_kind)
    possible = following[..., None] == np.arange(letters + 1)
    possible[..., 0] = place == 0  # one more a is always possible, and so is the first b
    return Batch(
        x=np.minimum(place, letters - 1),
        y=possible.astype(np.float32),
        weight=(place < letters).astype(np.float32),
        lengths=letters * n,
    )


def is_held_back(n: Array, most: int) -> Array:
    """Return which words are never trained on: n = 2, 5, 8 and so on, and all beyond ``most``."""
    held: Array = (n % 3 == 2) | (n > most)
    return held


def counts_up_to(network: Predictor, letters: int) -> int:
    """Return the largest n up to which the network is right at every step of every word; 150 at most."""
    every = words(np.arange(1, FURTHEST + 1), letters)
    wrong = wrong_steps(network(every.x, every.lengths), every).any(axis=0)
    return int(np.argmax(wrong)) if wrong.any() else FURTHEST


def _prepare(settings: TrainingSettings, letters: int) -> TaskData:
    most = read_options(OPTIONS, settings)["most"]
    names = (*"abc"[:letters], _END)
    n = np.arange(1, most + _BEYOND + 1)
    trained, kept = n[~is_held_back(n, most)], n[is_held_back(n, most)]

    def drawn(rng: np.random.Generator, count: int) -> Batch:
        return words(rng.choice(trained, count), letters)

    def examples(outputs: Array, batch: Batch, wanted: int) -> list[Example]:
        assert batch.lengths is not None
        # Of those never trained on, the longest first: they are what is learned last.
        order = np.argsort(-batch.lengths)
        order = order[is_held_back(batch.lengths[order] // letters, most)]
        return word_examples(outputs[:, order], _taken(batch, order), wanted, names, decisive=1)

    def measure(network: Predictor) -> list[Measure]:
        reached = counts_up_to(network, letters)
        batch = words(kept, letters)
        right = words_right(network(batch.x, batch.lengths), batch)
        named = ", ".join(map(str, kept))
        note = (
            f"Every step of every word is right up to here. Trained up to n = {most}, tried up to "
            f"n = {FURTHEST}. Beyond its training the steps of the counter, not quite equal, add up."
        )
        return [
            Measure("Counts up to n =", float(reached), note, True if reached >= n[-1] else None),
            beside_guessing(
                "Words never trained on that are right", right, 0.0, 1.0, f"Those of n = {named}."
            ),
        ]

    return TaskData(
        inputs=letters,
        outputs=letters + 1,
        symbols=True,
        reads="every",
        loss="binary",
        # Who does not count can still have n = 1 right, by expecting the next letter after each.
        goal=Goal("share of words right at every step", guessing=1 / len(n), solved=1.0, better="higher"),
        batch=Batches(drawn, settings.seed, settings.batch, "every"),
        test=words(n, letters),
        score=words_right,
        probe=_probe(most, letters),
        examples=examples,
        measure=measure,
        classes=names,
    )


def _taken(batch: Batch, order: Array) -> Batch:
    return Batch(
        batch.x[:, order],
        batch.y[:, order],
        None if batch.weight is None else batch.weight[:, order],
        None if batch.lengths is None else batch.lengths[order],
    )


def _probe(n: int, letters: int) -> Probe:
    one = words(np.array([n]), letters)
    # What is marked is each place at which only counting tells what comes next.
    marks = tuple(n * place - 1 for place in range(2, letters + 1))
    return Probe(one.x, tuple("abc"[symbol] for symbol in one.x[:, 0]), marks)


def _card(title: str, goes_in: str, comes_out: str, watch: str) -> Card:
    return Card(
        title=title,
        group="Grammar and counting",
        goes_in=goes_in,
        comes_out=comes_out,
        loss="Binary cross entropy of each letter, and of the end, over all steps.",
        solved="Every word right at every step, from n = 1 to two more than the largest n. A list learned by "
        "heart would not do: those two, and one in three of the others, n = 2, 5, 8 and so on, are held back "
        "and never trained on.",
        guessing="Who knows the language but does not count can have one word right, n = 1: one in twelve, "
        "8.3 %, for n up to 10.",
        watch=watch,
        source="Gers & Schmidhuber (2001), LSTM Recurrent Networks Learn Simple Context-Free and "
        "Context-Sensitive Languages, IEEE Transactions on Neural Networks 12(6).",
    )


def _defaults(key: str) -> TrainingSettings:
    return TrainingSettings(
        task=key,
        model=ModelSettings(units=6, initialisation="forget_bias", forget_bias=1.0),
        optimiser=OptimiserSettings(rate=0.01, clip=1.0),
    )


def _further(key: str, forget_bias: float) -> TrainingSettings:
    """Return settings that go on past "solved", on longer words: what makes it count further."""
    defaults = _defaults(key)
    return replace(
        defaults,
        options=(("most", 30),),
        model=replace(defaults.model, forget_bias=forget_bias),
        until_solved=False,
    )


def _task(key: str, letters: int, card: Card, presets: Mapping[str, TrainingSettings]) -> Task:
    def prepare(settings: TrainingSettings, _upload: Upload | None, _report: Preparing) -> TaskData:
        return _prepare(settings, letters)

    return Task(
        key=key,
        card=card,
        options=OPTIONS,
        defaults=_defaults(key),
        prepare=prepare,
        presets=MappingProxyType(presets),
    )


ANBN: Final = _task(
    "anbn",
    2,
    _card(
        "Count: aⁿbⁿ",
        "One letter at each step: n times a, then n times b; n is from 1 to 10.",
        "At each step, which letters may come next, and whether the word may end there.",
        "C is a counter: it goes one way with every a and back with every b, by much the same amount, and "
        "the word ends when it is back where it was. With two units it can be read off.",
    ),
    {
        "Two units: C counts up and down": replace(
            _defaults("anbn"),
            model=ModelSettings(units=2, initialisation="forget_bias", forget_bias=1.0),
            until_solved=False,
        ),
        "Longer words, longer training: it counts further": _further("anbn", 5.0),
    },
)

ANBNCN: Final = _task(
    "anbncn",
    3,
    _card(
        "Count twice: aⁿbⁿcⁿ",
        "One letter at each step: n times a, n times b, then n times c; n is from 1 to 10.",
        "At each step, which letters may come next, and whether the word may end there.",
        "Two counters in different units. One goes one way with the a and back with the b, and tells where "
        "the c begin; the other is filled by the b, or by a and b together, and goes back with the c. No "
        "context-free grammar has this language.",
    ),
    {"Longer words, longer training: it counts further": _further("anbncn", 3.0)},
)
