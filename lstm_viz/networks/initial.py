"""Whether weights look as if PyTorch had just drawn them: uniform within ±1/√units."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from lstm_viz.cells.functions import Array

KOLMOGOROV_LIMIT: Final = 1.95
"""D·√n, which chance passes in one of a thousand arrays: many arrays are looked at in one file."""

_ROUNDING: Final = 1e-6
_FEWEST: Final = 8
"""Numbers in an array that can say anything."""


def looks_initial(arrays: Iterable[tuple[Array, int]]) -> bool:
    """Tell whether all arrays are likely to be drawn from U(−1/√units, 1/√units).

    A training of any length moves some weights out of these bounds, or at least changes how they are
    distributed. What was drawn otherwise, by Keras for example, is not recognised.

    Parameters
    ----------
    arrays
        Weights and biases of recurrent layers as they are in the file, each with the units of its layer.

    Returns
    -------
    bool
        True if every one of them lies within the bounds and passes the test of Kolmogorov and Smirnov.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html: how weights are drawn.
    """
    told = [(array, units) for array, units in arrays if array.size >= _FEWEST]
    return bool(told) and all(_uniform(array, units) for array, units in told)


def _uniform(array: Array, units: int) -> bool:
    scaled = np.abs(array).max() * np.sqrt(units)
    return bool(scaled <= 1 + _ROUNDING) and kolmogorov(array, units) <= KOLMOGOROV_LIMIT


def kolmogorov(array: Array, units: int) -> float:
    """Return D·√n of an array against U(−1/√units, 1/√units)."""
    values = np.sort(array.ravel().astype(np.float64))
    expected = np.clip((values * np.sqrt(units) + 1) / 2, 0, 1)
    steps = np.arange(1, values.size + 1) / values.size
    largest = max(np.abs(steps - expected).max(), np.abs(steps - 1 / values.size - expected).max())
    return float(largest * np.sqrt(values.size))
