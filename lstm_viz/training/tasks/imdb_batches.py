"""The IMDB reviews as batches: cut to a length, grouped with others about as long, padded at the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Final, Literal, TypeAlias

import numpy as np

from lstm_viz.training.task import Array, Batch, generator
from lstm_viz.training.tasks.imdb_words import PADDING, UNKNOWN, Reviews

Keep: TypeAlias = Literal["end", "start"]

POOL: Final = 50
"""Batches' worth of shuffled reviews that are sorted by length together: little padding, much chance."""

ORDER: Final = 0
SPLIT: Final = 1
HIDDEN: Final = 2
"""Which random numbers of a run draw what."""


@dataclass(frozen=True)
class Cut:
    """Reviews as a run reads them.

    Parameters
    ----------
    reviews
        All of them.
    vocabulary
        Numbers in use, those for padding and for unknown words among them; rarer words are unknown.
    length
        Words of a review that are read, at most.
    keep
        Which end of a longer review is read.
    """

    reviews: Reviews
    vocabulary: int
    length: int
    keep: Keep

    def words(self, number: int) -> Array:
        """Return the words of one review, (length,) int64, at least one."""
        whole = self.reviews.review(number)
        cut = whole[-self.length :] if self.keep == "end" else whole[: self.length]
        if not len(cut):
            return np.array([UNKNOWN])
        return np.where(cut < self.vocabulary, cut, UNKNOWN).astype(np.int64)

    def lengths(self, numbers: Array) -> Array:
        """Return how many words are read of each of some reviews."""
        whole = np.diff(self.reviews.ends, prepend=0)[numbers]
        return np.clip(whole, 1, self.length)

    def by_length(self, numbers: Array) -> Array:
        """Return the same reviews, the shortest first: neighbours then need little padding."""
        return numbers[np.argsort(self.lengths(numbers), kind="stable")]

    def batch(self, numbers: Sequence[int] | Array) -> Batch:
        """Return some reviews as a batch, padded at the end to the longest of them."""
        rows = [self.words(int(number)) for number in numbers]
        lengths = np.array([len(row) for row in rows])
        x = np.full((lengths.max(), len(rows)), PADDING)
        for column, row in enumerate(rows):
            x[: len(row), column] = row
        y = self.reviews.positive[np.asarray(numbers)].astype(np.float32)[:, None]
        return Batch(x=x, y=y, lengths=lengths)


def split(reviews: Reviews, held_back: int, seed: int) -> tuple[Array, Array]:
    """Return which reviews of the training part are trained on, and which held back, drawn by the seed."""
    drawn = generator(seed, SPLIT).permutation(reviews.train)
    return drawn[held_back:], drawn[:held_back]


@dataclass
class Epochs:
    """The training batches of a run, by their number: every review once in each epoch.

    Parameters
    ----------
    cut
        The reviews.
    numbers
        Which of them are trained on.
    size
        Reviews in a batch, at most; where they do not come out even, all batches are a little smaller.
    seed
        Draws the order, and what is hidden.
    hidden
        Share of the words that are made unknown, each time others: a network that cannot count on any one
        word learns from more of them (Iyyer et al. 2015, "Deep Unordered Composition", ACL, there called word
        dropout).
    """

    cut: Cut
    numbers: Array
    size: int
    seed: int
    hidden: float = 0.0
    _kept: tuple[int, list[Array]] | None = field(default=None, init=False)

    def __len__(self) -> int:
        return ceil(len(self.numbers) / self.size)

    def __call__(self, update: int) -> Batch:
        """Return the batch of an update, counted from 0."""
        epoch, place = divmod(update, len(self))
        if self._kept is None or self._kept[0] != epoch:
            self._kept = epoch, self._plan(epoch)
        batch = self.cut.batch(self._kept[1][place])
        if not self.hidden:
            return batch
        drawn = generator(self.seed, HIDDEN, update).random(batch.x.shape, np.float32) < self.hidden
        return replace(batch, x=np.where(drawn & (batch.x != PADDING), UNKNOWN, batch.x))

    def _plan(self, epoch: int) -> list[Array]:
        """Return the reviews of each batch of an epoch: alike in length, in an order that is not."""
        rng = generator(self.seed, ORDER, epoch)
        shuffled = rng.permutation(self.numbers)
        lengths = self.cut.lengths(shuffled)
        pools = np.arange(len(shuffled)) // (POOL * self.size)
        batches = np.array_split(shuffled[np.lexsort((lengths, pools))], len(self))
        return [batches[number] for number in rng.permutation(len(batches))]
