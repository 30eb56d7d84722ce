"""A long series drawn with few points."""

from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

STRETCHES: Final = 400
"""A long series is cut into so many stretches, and two points of each are drawn: no screen shows more."""


def outline(values: NDArray[np.floating[Any]]) -> NDArray[np.intp]:
    """Return which values draw the same line as all: the lowest and the highest of each stretch.

    Parameters
    ----------
    values
        (steps,), finite.

    Returns
    -------
    numpy.ndarray
        Places, counted from 0 and going up; all of them where there are not too many.
    """
    if len(values) <= 2 * STRETCHES:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), STRETCHES + 1).astype(int)
    stretches = [(start, values[start:stop]) for start, stop in pairwise(edges)]
    extremes = [start + found for start, part in stretches for found in (part.argmin(), part.argmax())]
    return np.unique([0, *extremes, len(values) - 1])
