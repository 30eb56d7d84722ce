"""Training batches that can be drawn in any order, each the same every time."""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import numpy as np

from lstm_viz.training.task import Batch, generator

TRAINING: Final = 0
HELD_BACK: Final = 1
MEASURED: Final = 2
"""Which random numbers of a run draw what: never the same ones for two purposes."""

TEST_SEQUENCES: Final = 256

_BLOCK: Final = 1024
"""Sequences drawn at once: NumPy's calls then cost next to nothing for each batch."""

Reads: TypeAlias = Literal["last", "every"]

Draw: TypeAlias = Callable[[np.random.Generator, int], Batch]
"""Draws as many sequences as asked for."""


class Batches:
    """The training batches of a run, by their number.

    Neighbouring batches are drawn together and the last such block is kept, so that going through them in
    order costs little, and any other order gives the same batches.

    Parameters
    ----------
    draw
        Draws sequences.
    seed
        The seed of the run.
    size
        Sequences in a batch.
    reads
        Whether a sequence has one answer, at its end, or one at every step.
    """

    def __init__(self, draw: Draw, seed: int, size: int, reads: Reads) -> None:
        self._draw = draw
        self._reads = reads
        self._seed = seed
        self._size = size
        self._batches = max(1, _BLOCK // size)
        self._kept: tuple[int, Batch] | None = None

    def __call__(self, index: int) -> Batch:
        """Return batch ``index``, counted from 0."""
        number, place = divmod(index, self._batches)
        kept = self._kept
        if kept is None or kept[0] != number:
            rng = generator(self._seed, TRAINING, number)
            kept = self._kept = number, self._draw(rng, self._batches * self._size)
        return _part(kept[1], slice(place * self._size, (place + 1) * self._size), self._reads)


def held_back(draw: Draw, seed: int, reads: Reads, count: int = TEST_SEQUENCES) -> Batch:
    """Return the sequences on which a run is scored."""
    return _part(draw(generator(seed, HELD_BACK), count), slice(None), reads)


def _part(batch: Batch, which: slice, reads: Reads) -> Batch:
    # Copied, so that what a batch is made of lies side by side: PyTorch reads that faster. Words are cut to
    # the longest that is left.
    lengths = None if batch.lengths is None else batch.lengths[which]
    steps = slice(None if lengths is None else int(lengths.max()))
    return Batch(
        x=np.ascontiguousarray(batch.x[steps, which]),
        y=np.ascontiguousarray(batch.y[steps, which] if reads == "every" else batch.y[which]),
        weight=None if batch.weight is None else np.ascontiguousarray(batch.weight[steps, which]),
        lengths=lengths,
    )
