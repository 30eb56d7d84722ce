"""When a run is scored and its weights are kept. All of it follows from counts, never from the clock.

So on one machine the same settings give the same run, however busy it is and however often a page asks.
"""

from math import ceil
from typing import Final

MOST_SNAPSHOTS: Final = 40
"""Between half of these and all of them are kept of a run, however long it is."""

SHORTEST_STRIDE: Final = 5
"""Updates between two snapshots, at least."""

SCORED_SEQUENCES: Final = 128
"""Sequences of the held-back data on which the score is followed; all of them decide."""

SCORING_SHARE: Final = 0.012
"""Of the work of the updates, that may go into scores."""

FORWARD_SHARE: Final = 1 / 3
"""Of an update's work is the forward pass, about; a score is a forward pass alone."""


def stride(update: int) -> int:
    """Return how many updates lie between two snapshots of a run that has come to ``update``.

    It doubles whenever there are more than ``MOST_SNAPSHOTS``: then every other one is dropped.
    """
    return SHORTEST_STRIDE << max(0, ceil(update / (MOST_SNAPSHOTS * SHORTEST_STRIDE)) - 1).bit_length()


def is_snapshot(update: int, now: int) -> bool:
    """Return whether the snapshot of ``update`` is kept by a run that has come to ``now``."""
    return update % stride(now) == 0


def is_early(update: int, regular: int) -> bool:
    """Return whether to score after ``update`` updates although the first regular score is still to come.

    Early on is when most is learned. Each of these comes after twice as many updates as the one before.
    """
    doublings, rest = divmod(update, SHORTEST_STRIDE)
    return update < regular and not rest and doublings.bit_count() == 1


def updates_between_scores(sequences: int, steps: int, batch: int, batch_steps: int) -> int:
    """Return how many updates, of ``batch`` sequences of ``batch_steps`` steps each, pay for one score.

    It reads ``sequences`` of ``steps`` steps. A few sequences at once take as long as a batch of them.
    """
    updates = max(sequences, batch) * steps / (batch * batch_steps)
    return max(SHORTEST_STRIDE, ceil(updates * FORWARD_SHARE / SCORING_SHARE))
