"""Which unit goes with a property of the data, beside the best that as many units reach by chance."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from lstm_viz.cells.functions import Array

SMALLEST_DEVIATION: Final = 1e-3
"""A unit that varies less has no correlation: tanh C of an integrator is all but constant."""


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """The largest correlation, of either sign, of any unit with a property that was shifted in a circle.

    Shifting keeps how long the property stays as it is, and with it how easily it goes along with something
    by chance. Permuting its values would not, and gives numbers ten times too low for long stretches.

    Attributes
    ----------
    median, most, almost_all
        Over all shifts: half of them, 95 % and 99 % stay below.
    """

    median: float
    most: float
    almost_all: float


def correlations(values: Array, of: npt.ArrayLike) -> Array:
    """Return Pearson's r of each unit with a property.

    Parameters
    ----------
    values
        (time, units): one value of every unit, tanh C for example. Which one matters: say it beside r.
    of
        (time,): the property, numbers or True and False.

    Returns
    -------
    ndarray
        (units,), from −1 to 1; 0 for a unit that varies by less than ``SMALLEST_DEVIATION``.

    Raises
    ------
    ValueError
        If the shapes do not fit or the property is the same at all steps.
    """
    units, wanted = _standardised(values), _property(values, of)
    return np.asarray(wanted @ units / len(units))


def chance(values: Array, of: npt.ArrayLike, *, smallest_shift: int = 1000) -> Chance:
    """Return what the best of all units reaches with a property that has nothing to do with them.

    Parameters
    ----------
    values, of
        As :func:`correlations` takes them.
    smallest_shift
        By how many steps, either way round, the property is shifted at least.

    Raises
    ------
    ValueError
        As :func:`correlations`, or if there are not twice as many steps as the smallest shift.
    """
    steps = len(values)
    if not 0 < 2 * smallest_shift < steps:
        raise ValueError(f"smallest_shift: expected 1 to {(steps - 1) // 2}, got {smallest_shift}")
    units, wanted = _standardised(values), _property(values, of)
    spectrum = np.conj(np.fft.rfft(wanted))
    best = np.zeros(steps)
    for unit in units.T:
        r = np.fft.irfft(np.fft.rfft(unit) * spectrum, steps) / steps
        np.maximum(best, np.abs(r), out=best)
    shifted = best[smallest_shift : steps - smallest_shift + 1]
    return Chance(*(float(each) for each in np.quantile(shifted, (0.5, 0.95, 0.99))))


def _standardised(values: Array) -> Array:
    if values.ndim != 2 or len(values) < 2:
        raise ValueError(
            f"values: expected (time, units) of at least two steps, got the shape {values.shape}"
        )
    centred = values - values.mean(axis=0, dtype=np.float64)
    deviation = centred.std(axis=0)
    varies = deviation > SMALLEST_DEVIATION
    return np.asarray(np.where(varies, centred / np.where(varies, deviation, 1.0), 0.0))


def _property(values: Array, of: npt.ArrayLike) -> Array:
    wanted = np.asarray(of, np.float64)
    if wanted.shape != values.shape[:1]:
        raise ValueError(f"of: expected the shape {values.shape[:1]}, got {wanted.shape}")
    deviation = wanted.std()
    if not deviation > 0:
        raise ValueError("of: expected a property that changes, got the same value at all steps")
    return np.asarray((wanted - wanted.mean()) / deviation)
