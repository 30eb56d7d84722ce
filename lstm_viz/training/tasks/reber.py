"""The embedded Reber grammar: the second letter has to be remembered until the last but one."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from lstm_viz.notation import counted
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
from lstm_viz.training.tasks.measures import beside_guessing
from lstm_viz.training.tasks.options import read_options
from lstm_viz.training.tasks.scores import words_right, wrong_steps
from lstm_viz.training.tasks.words import word_examples

LETTERS: Final = "BTPSXVE"

_INNER: Final = ("B1", "T2 P3", "S2 X4", "T3 V5", "X3 S6", "P4 V6", "E7")
"""Reber's grammar: what may follow in state 0, 1, ..., each a letter and the state it leads to."""

_LONGEST: Final = 60
"""Longer words are drawn again: one in many thousands."""

_COUNTS_AS: Final = np.array([1, 2, 2, 3, 4, 5, 0])
_MODULUS: Final = 8
"""Words are held back whose letters, each by what it counts as times its place, add up to a multiple of this.
T and P count the same: the two words that differ in their second letter alone share their fate."""
_DRAWN_FOR_ONE: Final = MappingProxyType({False: 1.1, True: 18.0})
"""How many words are drawn to have one for training, or one held back: some 6.6 % of all are."""
_MEASURED: Final = 2560
_TRIED: Final = 16
_LONG: Final = 25
"""Letters from which on a word counts as long."""
_GOOD: Final = 0.99
"""Of the words measured, which are ten times as many as those that a run is scored on."""
_GUESSING: Final = 0.5

CARD: Final = Card(
    title="Embedded Reber grammar",
    group="Grammar and counting",
    goes_in="One of the letters B, T, P, S, X, V, E at each step: words of a small grammar, nine letters "
    "long or longer.",
    comes_out="At each step, which letters may come next: one or two. The last letter but one is the same as "
    "the second, T or P, and nothing in between tells which.",
    loss="Binary cross entropy of each letter, over all steps.",
    solved="Every word held back is right at every step, the last but one included.",
    guessing="Who knows the grammar but has forgotten the second letter is right everywhere but at the last "
    "but one, and there in half of all words: 50 %.",
    watch="In C of one unit or more lives on what the second letter was, until the last but one. Some hold "
    "it with a forget gate close to 1 all along, others write it anew again and again. The forget gates of "
    "the other units open and shut from letter to letter: they follow the grammar.",
    source="Hochreiter & Schmidhuber (1997), Long Short-Term Memory, Neural Computation 9(8), experiment 1; "
    "the grammar is Reber's (1967).",
)

OPTIONS: Final[Mapping[str, Option]] = MappingProxyType({})


def _automaton() -> tuple[Array, Array]:
    """Return the embedded grammar: two arcs out of every state, their letters and where they lead.

    Returns
    -------
    letter, following
        ``(20, 2)`` each. State 0 is before a word and 19 after it; where there is one arc, it stands twice.
    """
    first, last = 2, 18
    arcs = ["B1", f"T{first} P{first + 8}"]
    for kind in "TP":
        base = len(arcs)
        arcs += [" ".join(f"{arc[0]}{int(arc[1:]) + base}" for arc in out.split()) for out in _INNER]
        arcs.append(f"{kind}{last}")
    arcs += ["E19", "E19"]
    pairs = [(out.split() * 2)[:2] for out in arcs]
    letter = np.array([[LETTERS.index(arc[0]) for arc in pair] for pair in pairs])
    following = np.array([[int(arc[1:]) for arc in pair] for pair in pairs])
    return letter, following


_LETTER, _FOLLOWING = _automaton()
_END: Final = len(_LETTER) - 1
_POSSIBLE: Final = np.zeros((len(_LETTER), len(LETTERS)), np.float32)
"""Which letters may follow in each state."""
np.put_along_axis(_POSSIBLE, _LETTER, 1.0, axis=1)


def draw(rng: np.random.Generator, count: int, held: bool = False) -> Batch:
    """Return words of the grammar, and at each step which letters may come next.

    Every arc out of a state is as likely as the other. Some words are never drawn for training.

    Parameters
    ----------
    rng, count
        Random numbers, and how many words.
    held
        True for words held back.

    Returns
    -------
    Batch
        ``x`` is ``(time, count)``, places in ``LETTERS``, all but the last letter of each word; ``y`` is
        ``(time, count, 7)``. Shorter words are padded, which counts nothing.
    """
    found: list[tuple[Array, Array]] = []
    missing = count
    while missing > 0:
        letters, states = _walk(rng, int((missing + 8) * _DRAWN_FOR_ONE[held]))
        fits = np.flatnonzero((states[-1] == _END) & (is_held_back(letters) == held))[:missing]
        found.append((letters[:, fits], states[:, fits]))
        missing -= len(fits)
    return _batch(*(np.concatenate(each, axis=1) for each in zip(*found, strict=True)))


def is_held_back(letters: Array) -> Array:
    """Return which of the words ``(time, count)``, padded with E, are never trained on."""
    held: Array = np.arange(1, len(letters) + 1) @ _COUNTS_AS[letters] % _MODULUS == 0
    return held


def _walk(rng: np.random.Generator, count: int) -> tuple[Array, Array]:
    """Return the letters of ``count`` words and the states after them, ``(time, count)`` each."""
    ways = rng.integers(0, 2, (_LONGEST, count))
    letters = np.full_like(ways, LETTERS.index("E"))
    states = np.full_like(ways, _END)
    state = np.zeros(count, np.int64)
    for step, way in enumerate(ways):
        arc = 2 * state + way
        letters[step] = _LETTER.take(arc)
        state = states[step] = _FOLLOWING.take(arc)
        if (state == _END).all():
            break
    return letters, states


def _batch(letters: Array, states: Array) -> Batch:
    # The last letter leads to the end, where nothing can follow: it is answered, and never read.
    going_on = states != _END
    lengths = going_on.sum(axis=0)
    steps = slice(int(lengths.max()))
    return Batch(
        x=letters[steps],
        y=_POSSIBLE[states[steps]],
        weight=going_on[steps].astype(np.float32),
        lengths=lengths,
    )


def last_but_one(outputs: Array, batch: Batch) -> float:
    """Return the share of words in which the letter that asks for memory, the last but one, is right."""
    assert batch.lengths is not None
    wrong = wrong_steps(outputs, batch)
    return float(np.mean(~wrong[batch.lengths - 2, np.arange(len(batch.lengths))]))


def _prepare(settings: TrainingSettings, _upload: Upload | None, _report: Preparing) -> TaskData:
    read_options(OPTIONS, settings)

    def kept(rng: np.random.Generator, count: int) -> Batch:
        return draw(rng, count, held=True)

    def measure(network: Predictor) -> list[Measure]:
        return _measures(network, draw(generator(settings.seed, MEASURED), _MEASURED, held=True))

    return TaskData(
        inputs=len(LETTERS),
        outputs=len(LETTERS),
        symbols=True,
        reads="every",
        loss="binary",
        goal=Goal("share of words right at every step", guessing=_GUESSING, solved=1.0, better="higher"),
        batch=Batches(draw, settings.seed, settings.batch, "every"),
        test=held_back(kept, settings.seed, "every"),
        score=words_right,
        probe=_probe(draw(generator(0), _TRIED)),
        examples=_examples,
        measure=measure,
        classes=tuple(LETTERS),
    )


def _measures(network: Predictor, words: Batch) -> list[Measure]:
    assert words.lengths is not None
    outputs = network(words.x, words.lengths)
    long = words.lengths >= _LONG
    right = np.asarray(~wrong_steps(outputs, words).any(axis=0))
    rows = (
        ("Words right at every step", right.mean(), f"Of {_MEASURED:,} words never trained on."),
        ("Last letter but one right", last_but_one(outputs, words), "Of the same words: T or P."),
        (
            f"Words of {_LONG} letters and more right",
            right[long].mean(),
            f"{counted(int(long.sum()), 'word')}: the second letter has to be kept for {_LONG - 3} steps "
            "or more.",
        ),
    )
    return [beside_guessing(name, float(share), _GUESSING, _GOOD, note) for name, share, note in rows]


def _probe(words: Batch) -> Probe:
    """Return the longest of some words, marked where a letter is read that is asked for later, and where."""
    assert words.lengths is not None
    longest = int(words.lengths.argmax())
    x = words.x[:, longest : longest + 1]
    return Probe(x, tuple(LETTERS[symbol] for symbol in x[:, 0]), (1, len(x) - 2))


def _examples(outputs: Array, batch: Batch, most: int) -> list[Example]:
    return word_examples(outputs, batch, most, tuple(LETTERS), decisive=2)


def _defaults() -> TrainingSettings:
    return TrainingSettings(
        task="reber",
        model=ModelSettings(units=12, initialisation="forget_bias", forget_bias=1.0, input_bias=-3.0),
        optimiser=OptimiserSettings(rate=0.02, clip=1.0),
    )


TASK: Final = Task(key="reber", card=CARD, options=OPTIONS, defaults=_defaults(), prepare=_prepare)
