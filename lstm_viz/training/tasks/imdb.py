"""Is a film review of the Internet Movie Database positive? The 50,000 reviews of Maas et al. (2011)."""

import math
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
from lstm_viz.training.tasks.imdb_batches import Cut, Epochs, split
from lstm_viz.training.tasks.imdb_cache import load_reviews
from lstm_viz.training.tasks.imdb_words import MOST_WORDS, RESERVED, UNKNOWN, tokenise
from lstm_viz.training.tasks.measures import beside_guessing
from lstm_viz.training.tasks.options import read_options
from lstm_viz.training.tasks.scores import binary_accuracy

END: Final = "the end"
BEGINNING: Final = "the beginning"

HELD_BACK: Final = 10
"""One in so many reviews of the training part is held back, to follow the score."""

_AT_ONCE: Final = 250
"""Reviews of the official test that are made into a batch at once."""

_SHOWN: Final = 14
"""Words of a review that an example shows."""

_PROBE: Final = (
    "I expected nothing, and the first hour was dull, slow and badly acted. But then it becomes a wonderful "
    "film: the story is moving, the end is perfect, and I would not miss it!"
)
_OPINIONS: Final = frozenset({"dull", "slow", "badly", "wonderful", "moving", "perfect", "not"})

CARD: Final = Card(
    title="Is a film review positive?",
    group="Text",
    goes_in="A review, one word at a time; reviews that are too long are cut. Words are known by their "
    "frequency in the training part; rare ones are all one “unknown word”. Padding is never read.",
    comes_out="At the end, whether the review is positive.",
    loss="Binary cross entropy.",
    solved="At least 86 % right of the reviews held back from training; 70 % with fewer than 1,000 words "
    "known. The official test, 25,000 reviews of other films, is read once, when the run is over.",
    guessing="Half of the reviews are positive: 50 %.",
    watch="C moves at words of opinion, up in some units and down in others, and is kept in between: at "
    "“the” and “a” the input gates are at 0.2 or less on average and the forget gates above 0.8, at “badly” "
    "and “wonderful” both are at some 0.7.",
    source="Maas, Daly, Pham, Huang, Ng & Potts (2011), Learning Word Vectors for Sentiment Analysis, ACL.",
)

OPTIONS: Final = MappingProxyType(
    {
        "hidden": Option(
            "Words hidden while training",
            0.0,
            "This share of the words is made unknown, others each time: so that the network learns from more "
            "of them, and knows reviews less by heart.",
            0.0,
            0.9,
        ),
        "keep": Option(
            "Of a longer review, read",
            END,
            "Many reviews end with their verdict.",
            choices=(END, BEGINNING),
        ),
        "length": Option(
            "Words read",
            500,
            "How much of a review is read, at most. Half of the reviews have no more than 175 words, and 9 "
            "of 10 no more than 453.",
            10,
            1000,
        ),
        "vocabulary": Option(
            "Words known",
            10_000,
            "The most frequent ones; padding and “unknown word” are counted too.",
            10,
            MOST_WORDS,
        ),
    }
)


def _prepare(settings: TrainingSettings, _upload: Upload | None, report: Preparing) -> TaskData:
    chosen = read_options(OPTIONS, settings)
    reviews = load_reviews(report)
    cut = Cut(reviews, chosen["vocabulary"], chosen["length"], "end" if chosen["keep"] == END else "start")
    training, held_back = split(reviews, reviews.train // HELD_BACK, settings.seed)
    epochs = Epochs(cut, training, settings.batch, settings.seed, chosen["hidden"])
    goal = _goal(chosen["vocabulary"])

    def examples(outputs: Array, batch: Batch, most: int) -> list[Example]:
        return [_example(cut, outputs[k, 0], batch, k) for k in range(min(most, batch.x.shape[1]))]

    return TaskData(
        inputs=cut.vocabulary,
        outputs=1,
        symbols=True,
        reads="last",
        loss="binary",
        goal=goal,
        batch=epochs,
        test=cut.batch(cut.by_length(held_back)),
        score=binary_accuracy,
        probe=_probe(cut),
        examples=examples,
        measure=lambda network: [_official_test(cut, network, goal)],
        classes=("positive",),
        epoch=len(epochs),
    )


def _goal(vocabulary: int) -> Goal:
    return Goal("accuracy", guessing=0.5, solved=0.70 if vocabulary < 1000 else 0.86, better="higher")


def _official_test(cut: Cut, network: Predictor, goal: Goal) -> Measure:
    numbers = cut.by_length(np.arange(cut.reviews.train, len(cut.reviews.ends)))
    right = 0
    for start in range(0, len(numbers), _AT_ONCE):
        batch = cut.batch(numbers[start : start + _AT_ONCE])
        right += round(binary_accuracy(network(batch.x, batch.lengths), batch) * len(batch.y))
    share = right / len(numbers)
    note = f"{right:,} of the {len(numbers):,} reviews of the official test, which this run has not seen."
    assert goal.solved is not None
    return beside_guessing("Right on the official test", share, goal.guessing, goal.solved, note)


def _probe(cut: Cut) -> Probe:
    numbers = {word: number for number, word in enumerate(cut.reviews.words[: _known(cut)], RESERVED)}
    words = tokenise(_PROBE)
    return Probe(
        x=np.array([[numbers.get(word, UNKNOWN)] for word in words]),
        labels=tuple(word if word in numbers else f"({word})" for word in words),
        marks=tuple(step for step, word in enumerate(words) if word in _OPINIONS),
    )


def _example(cut: Cut, output: float, batch: Batch, column: int) -> Example:
    numbers = batch.x[: _length(batch, column), column]
    known = [cut.reviews.words[number - RESERVED] if number >= RESERVED else "…" for number in numbers]
    return Example(
        shown=" ".join(known[:_SHOWN]) + (" …" if len(known) > _SHOWN else ""),
        target=_sentiment(batch.y[column, 0] > 0.5),
        answer=f"{_sentiment(output > 0)} ({_sure(float(output)):.0f} % sure)",
        right=bool((output > 0) == (batch.y[column, 0] > 0.5)),
    )


def _sure(output: float) -> float:
    """Return how sure an answer is, in per cent; below 100, for nothing is certain."""
    return min(100.0 / (1.0 + math.exp(-abs(output))), 99.0)


def _known(cut: Cut) -> int:
    """Return how many words have a number of their own."""
    return cut.vocabulary - RESERVED


def _length(batch: Batch, column: int) -> int:
    return len(batch.x) if batch.lengths is None else int(batch.lengths[column])


def _sentiment(positive: bool) -> str:
    return "positive" if positive else "negative"


_TRAINED_ON: Final = 22_500
"""Reviews of an epoch: those of the training part that are not held back."""


def _updates(epochs: int, batch: int) -> int:
    return epochs * math.ceil(_TRAINED_ON / batch)


def _defaults() -> TrainingSettings:
    # With batches of 32 the accuracy goes up and down by one or two percent from one epoch to the next.
    return TrainingSettings(
        task="imdb",
        options=(("hidden", 0.2), ("length", 500), ("vocabulary", 10_000)),
        model=ModelSettings(units=32, embedding=64, dropout=0.5, initialisation="orthogonal"),
        optimiser=OptimiserSettings(method="rmsprop", rate=0.002, clip=1.0),
        batch=64,
        updates=_updates(12, 64),
        until_solved=False,
        minutes=30.0,
    )


def _notebook() -> TrainingSettings:
    """Return the network of 0.8717; Keras, too, starts with orthogonal weights and a forget bias of 1."""
    return replace(
        _defaults(),
        options=(("length", 500), ("vocabulary", 10_000)),
        model=ModelSettings(units=32, embedding=32, initialisation="orthogonal"),
        batch=32,
        updates=_updates(10, 32),
    )


def _hundred_words() -> TrainingSettings:
    """Return the network of 0.7076, but for a layer of 64 units between h and the answer: there is none."""
    return replace(
        _defaults(),
        options=(("length", 200), ("vocabulary", 100)),
        model=ModelSettings(units=64, embedding=64, bidirectional=True, initialisation="orthogonal"),
        optimiser=OptimiserSettings(method="adam", rate=0.001, clip=1.0),
        batch=32,
        updates=_updates(3, 32),
    )


TASK: Final = Task(
    key="imdb",
    card=CARD,
    options=OPTIONS,
    defaults=_defaults(),
    prepare=_prepare,
    bidirectional=True,
    presets=MappingProxyType(
        {
            "10,000 words, as in a well-known notebook": _notebook(),
            "100 words, read from both ends": _hundred_words(),
        }
    ),
    quick=False,
)
"""No file can be uploaded: see imdb_cache."""
