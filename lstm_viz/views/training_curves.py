"""The curves of a training: loss, score and norm over its updates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

POINTS: Final = 300
"""Points of a curve on the screen, at most."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One run in a plot: its name, its place among those compared (from 0), and its points."""

    name: str
    place: int
    updates: Array
    values: Array
    together: int = 1
    """Updates that each point is the mean of."""


def thinned(name: str, place: int, values: Sequence[float], first: int = 1) -> Curve:
    """Return a curve of one value for each update; neighbours are averaged until a screen can show them.

    Parameters
    ----------
    name, place
        Of the run.
    values
        One number for each update; what is not finite leaves a gap.
    first
        The update of the first value.
    """
    array = np.asarray(values, dtype=np.float64)
    together = _round_step(len(array) / POINTS)
    groups = -(-len(array) // together)
    padded = np.full(groups * together, np.nan)
    padded[: len(array)] = np.where(np.isfinite(array), array, np.nan)
    there = np.isfinite(padded).reshape(groups, together)
    sums = np.where(there, padded.reshape(groups, together), 0.0).sum(axis=1)
    counts = there.sum(axis=1)
    means = np.divide(sums, counts, out=np.full(groups, np.nan), where=counts > 0)
    last = np.minimum(np.arange(1, groups + 1) * together, len(array))
    return Curve(name, place, last + (first - 1), means, together)


def extent(updates: int) -> int:
    """Return how far an axis reaches that holds so many updates: it grows rarely, in large steps."""
    power = 10
    while power * 10 < updates:
        power *= 10
    return next(reach for reach in (power * tenths // 10 for tenths in _ROUND) if reach >= max(updates, 50))


_ROUND: Final = (10, 15, 20, 30, 40, 50, 60, 80, 100)


def _round_step(number: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that is at least ``number``."""
    step = 1
    while step < number:
        leading = int(str(step)[0])
        step = step * 5 // 2 if leading == 2 else step * 2
    return step
