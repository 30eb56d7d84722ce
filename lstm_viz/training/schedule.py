"""When a run shows something of itself. All of it follows from counts, never from the clock.

So the same settings give the same run, however fast the machine is and however often anybody looks.
"""

from math import ceil
from typing import Final

MOST_SNAPSHOTS: Final = 40
"""Between half of these and all of them are kept of a run, however long it is."""

WATCHED: Final = 128
"""Sequences of the held-back data on which the score is followed; all of them decide."""

SHARE: Final = 0.03
"""Of the work of the updates, that may go into scores."""

FORWARD_SHARE: Final = 1 / 3
"""Of an update's work is the forward pass, about; a score is a forward pass alone."""


def stride(update: int) -> int:
    """Return how many updates lie between two snapshots of a run that has come to ``update``.

    A power of two: whenever there are more than ``MOST_SNAPSHOTS``, every other one is dropped.
    """
    return 1 << max(0, ceil(update / MOST_SNAPSHOTS) - 1).bit_length()


def is_snapshot(update: int, now: int) -> bool:
    """Return whether the snapshot of ``update`` is kept by a run that has come to ``now``."""
    return update % stride(now) == 0


def every_so_many(sequences: int, batch: int) -> int:
    """Return how many updates of ``batch`` sequences pay for a score on ``sequences``."""
    return max(10, ceil(sequences * FORWARD_SHARE / (batch * SHARE)))
