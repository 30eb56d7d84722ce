"""The IMDB reviews as numbers.

A word's number is its rank among the words of the training part: 0 stands for padding, 1 for a word that is
not known, 2 for the most frequent word. The test part has no say in it.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from lstm_viz.training.task import Array
from lstm_viz.training.tasks.imdb_archive import Review

PADDING: Final = 0
UNKNOWN: Final = 1
RESERVED: Final = 2

MOST_WORDS: Final = 20_000
"""Numbers in use, the reserved ones among them; all rarer words are unknown."""

_TAG: Final = re.compile(r"<br\s*/?>")
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[!?]")


def tokenise(text: str) -> list[str]:
    """Return the words of a review: lower case, with their apostrophes, and each ! and ? by itself."""
    return _WORD.findall(_TAG.sub(" ", text.lower()))


@dataclass(frozen=True)
class Reviews:
    """All reviews, one after another: those of the training part first, sorted by label and file name.

    Parameters
    ----------
    words
        The word of each number from ``RESERVED`` on.
    tokens
        The numbers of all words of all reviews, uint16.
    ends
        Where each review ends in ``tokens``; its length is the number of reviews.
    positive
        Whether each review is positive, bool.
    train
        How many of the reviews, the first ones, belong to the training part.
    """

    words: tuple[str, ...]
    tokens: Array
    ends: Array
    positive: Array
    train: int

    def __post_init__(self) -> None:
        whole = (
            len(self.words) <= MOST_WORDS - RESERVED
            and len(self.ends) == len(self.positive) > self.train > 0
            and self.ends[-1] == len(self.tokens)
            and bool((np.diff(self.ends, prepend=0) >= 0).all())
            and int(self.tokens.max(initial=0)) < len(self.words) + RESERVED
        )
        if not whole:
            raise ValueError("reviews must be as they were kept: the arrays do not belong together")

    def review(self, number: int) -> Array:
        """Return the words of one review, (length,) uint16."""
        start = self.ends[number - 1] if number else 0
        return self.tokens[start : self.ends[number]]


def number_words(reviews: Iterable[Review]) -> Reviews:
    """Return reviews as numbers; in whatever order they come, the result is the same."""
    arrivals: defaultdict[str, int] = defaultdict()
    arrivals.default_factory = arrivals.__len__
    tokens, ends, keys = array("I"), [0], []
    for review in reviews:
        tokens.extend(map(arrivals.__getitem__, tokenise(review.text)))
        ends.append(len(tokens))
        keys.append((review.part != "train", review.positive, review.name))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    train = sum(not held_back for held_back, _, _ in keys)
    arrived = np.frombuffer(tokens, np.uint32)
    pieces = [arrived[ends[number] : ends[number + 1]] for number in order]
    ranked = _ranked(list(arrivals), np.concatenate(pieces[:train]))
    renumbered = np.full(len(arrivals), UNKNOWN, np.uint16)
    renumbered[[arrivals[word] for word in ranked]] = np.arange(RESERVED, RESERVED + len(ranked))
    return Reviews(
        words=ranked,
        tokens=renumbered[np.concatenate(pieces)],
        ends=np.cumsum([len(piece) for piece in pieces]),
        positive=np.array([keys[number][1] for number in order]),
        train=train,
    )


def _ranked(words: list[str], tokens: Array) -> tuple[str, ...]:
    """Return the words that occur in ``tokens``, the most frequent first, as many as have a number."""
    counts = np.bincount(tokens, minlength=len(words)).tolist()
    ranked = sorted(zip((-count for count in counts), words, strict=True))
    return tuple(word for count, word in ranked[: MOST_WORDS - RESERVED] if count < 0)
