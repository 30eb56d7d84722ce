"""Forecasts that need no training, how far one is off, and the period of a series.

Every network is measured beside them: persistence ("as it is now") and the seasonal-naive forecast ("as it
was one period ago"), both in Hyndman & Athanasopoulos (2021), "Forecasting: Principles and Practice", 5.2.
"""

from typing import Final

import numpy as np

from lstm_viz.training.task import Array

CLEAR: Final = 0.3
"""Autocorrelation from which on a period is believed."""


def persistence(values: Array, start: int, stop: int) -> Array:
    """Return, for steps ``start`` to ``stop``, the value one step before each."""
    return values[start - 1 : stop - 1]


def seasonal_naive(values: Array, start: int, stop: int, period: int) -> Array:
    """Return, for steps ``start`` to ``stop``, the value one period before each; empty without a period."""
    return values[start - period : stop - period] if period else values[:0]


def free_persistence(values: Array, start: int, steps: int) -> Array:
    """Return the last value before ``start``, ``steps`` times."""
    return np.full(steps, values[start - 1])


def free_seasonal(values: Array, start: int, steps: int, period: int) -> Array:
    """Return the last period before ``start`` over and over, ``steps`` long; empty without a period."""
    return np.resize(values[start - period : start], steps) if period else values[:0]


def nmse(truth: Array, answers: Array) -> float:
    """Return the mean squared error, divided by the variance of the truth.

    0 is perfect; 1 is as good as always answering the mean of what was measured. Missing values (NaN) do not
    count. A truth that never changes is divided by 1.
    """
    there = ~np.isnan(truth)
    spread = float(np.var(truth[there]))
    return float(np.mean((truth - answers)[there] ** 2)) / (spread or 1.0)


def find_period(values: Array) -> int:
    """Return after how many steps a series repeats itself, or 0 if it does not clearly do so.

    The highest peak of the autocorrelation counts that a trough as deep as ``CLEAR`` lies before, of the
    series without its line of best fit or of its changes, whichever repeats itself more clearly. At least two
    periods must be there.

    Parameters
    ----------
    values
        ``(steps,)``; of the training part alone, or the future leaks into the forecast.
    """
    steps = np.arange(len(values))
    level = values - np.polyval(np.polyfit(steps, values, 1), steps)
    peaks = [_highest_peak(autocorrelation(series)) for series in (level, np.diff(values))]
    height, period = max(peaks)
    return period if height >= CLEAR else 0


def autocorrelation(values: Array) -> Array:
    """Return the correlation of a series with itself, ``lag`` steps later, for lags to half its length.

    The biased estimate: sums are divided by the whole length, so that far lags, of which few pairs are left,
    count less.
    """
    centred = values - values.mean()
    power = float(centred @ centred)
    if power == 0.0:
        return np.zeros(len(values) // 2 + 1)
    spectrum = np.fft.rfft(centred, 2 * len(values))
    sums = np.fft.irfft(np.abs(spectrum) ** 2)[: len(values) // 2 + 1]
    return np.asarray(sums / power)


def _highest_peak(correlation: Array) -> tuple[float, int]:
    """Return height and lag of the highest local maximum that stands clearly above a trough before it."""
    rising = np.diff(correlation) > 0
    tops = np.flatnonzero(rising[:-1] & ~rising[1:]) + 1
    troughs = np.minimum.accumulate(correlation)
    tops = tops[(tops > 1) & (correlation[tops] - troughs[tops] >= CLEAR)]
    if tops.size == 0:
        return 0.0, 0
    best = int(tops[np.argmax(correlation[tops])])
    return float(correlation[best]), best
