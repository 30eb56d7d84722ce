"""A series as training data: cut in the order of time, scaled by its training part alone.

The first 70 % of a series are learned from, the next 15 % are what a run is scored on while it trains, and
the last 15 % are not looked at before the network is finished. A window never reaches from one part into
another, with one exception that every forecaster makes: the values *before* the first that is asked for are
read, not scored.
"""

from dataclasses import dataclass, replace
from math import ceil
from typing import Final, Self

import numpy as np

from lstm_viz.training.task import Array, Batch
from lstm_viz.training.tasks.columns import Series

TRAINING_SHARE: Final = 0.7
VALIDATION_SHARE: Final = 0.15
"""The rest is the test part."""

_LAGS: Final = 4
_HARDLY_LESS: Final = 0.9
"""Of persistence's mean squared error. Measured: daily temperatures 0.93, prices 0.92 to 1.01, a random walk
1.00; an autoregression of 0.7 has 0.85, wind 0.71, noisy sines 0.15 and 0.73, sunspots 0.51."""

_LONGEST: Final = 128
"""Answers of one row of a scored batch; a longer stretch is cut into rows, which cost less side by side."""


@dataclass(frozen=True, slots=True)
class Coding:
    """How a network is shown values, and how its answers are read.

    Parameters
    ----------
    changes
        True: it reads how the value has changed, and answers how it will change, in units of ``scale``. So a
        series may grow beyond all that was learned from. False: it reads and answers values, from ``centre``
        in units of ``scale``.
    centre, scale
        Mean and standard deviation of the values, or 0 and the standard deviation of the changes, of the
        training part.
    """

    changes: bool
    centre: float
    scale: float

    @classmethod
    def of(cls, training: Array, changes: bool) -> Self:
        """Return the coding that a training part asks for."""
        if changes:
            return cls(True, 0.0, float(np.std(np.diff(training))) or 1.0)
        return cls(False, float(np.mean(training)), float(np.std(training)) or 1.0)

    def encode(self, values: Array, before: Array) -> Array:
        """Return what stands for ``values``, each of which came after one in ``before``."""
        return (values - (before if self.changes else self.centre)) / self.scale

    def decode(self, answers: Array, before: Array) -> Array:
        """Return the values that a network's answers mean, which come after those in ``before``."""
        return answers * self.scale + (before if self.changes else self.centre)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of a series' values to be forecast, and all the network reads for it.

    Parameters
    ----------
    batch
        What the network reads. Answers before the stretch, at missing values and asked for twice weigh 0.
    places
        ``(time, batch)``, which value of the series each answer is about.
    """

    batch: Batch
    places: Array


class Windows:
    """A series, its three parts and its coding.

    Parameters
    ----------
    series
        The series.
    window
        Steps of a training window, at most half of the training part.
    changes
        Whether changes are read instead of values; None leaves it to :func:`suits_changes`.
    noise
        Standard deviation of the noise added to what is read while training, in units of the coding: a
        network that has never seen the same window twice cannot learn it by heart (Bishop 1995, "Training
        with Noise is Equivalent to Tikhonov Regularization", Neural Computation 7(1)).

    Attributes
    ----------
    training, validation
        Where the first two parts end: the first value of the next part.
    """

    def __init__(self, series: Series, window: int, changes: bool | None = None, noise: float = 0.0) -> None:
        self.series = series
        self.training, self.validation = parts(len(series.values))
        self.noise = noise
        self.window = min(window, self.training // 2)
        learned = series.values[: self.training]
        self.coding = Coding.of(learned, suits_changes(learned) if changes is None else changes)
        before = np.concatenate([series.values[:1], series.values[:-1]])
        self._inputs = self.coding.encode(series.values, before).astype(np.float32)
        self._counts = series.known.astype(np.float32)

    def draw(self, rng: np.random.Generator, count: int) -> Batch:
        """Return windows of the training part, drawn by chance; the first quarter of each only warms up."""
        starts = rng.integers(0, self.training - self.window, count)
        read = starts + np.arange(self.window)[:, None]
        weight = self._counts[read + 1].copy()
        weight[: self.window // 4] = 0.0
        batch = self._batch(read, weight)
        if self.noise == 0.0:
            return batch
        return replace(
            batch, x=batch.x + np.float32(self.noise) * rng.standard_normal(batch.x.shape, np.float32)
        )

    def stretch(self, start: int, stop: int) -> Stretch:
        """Return the values from ``start`` to ``stop`` as something to be forecast, one step ahead."""
        length = min(stop - start, _LONGEST)
        rows = ceil((stop - start) / length)
        firsts = np.minimum(start + length * np.arange(rows), stop - length)
        lead = min(self.window, int(firsts[0])) - 1
        asked = firsts + np.arange(-lead, length)[:, None]
        weight = self._counts[asked].copy()
        weight[:lead] = 0.0
        weight[lead : lead + rows * length - (stop - start), -1] = 0.0  # what the row before answers already
        return Stretch(self._batch(asked - 1, weight), asked)

    def before(self, starts: Array) -> Array:
        """Return the inputs that lead up to each of ``starts``: ``(window, starts, 1)`` float32."""
        lead = min(self.window, int(starts.min()))
        return self._inputs[starts + np.arange(-lead, 0)[:, None]][:, :, None]

    def truth(self, places: Array) -> Array:
        """Return the values at ``places``, NaN where one is missing."""
        return np.where(self.series.known[places], self.series.values[places], np.nan)

    def _batch(self, read: Array, weight: Array) -> Batch:
        return Batch(
            x=self._inputs[read][:, :, None],
            y=self._inputs[read + 1][:, :, None],
            weight=weight,
        )


def parts(count: int) -> tuple[int, int]:
    """Return where, of so many values, the training and the validation part end."""
    return round(TRAINING_SHARE * count), round((TRAINING_SHARE + VALIDATION_SHARE) * count)


def suits_changes(training: Array) -> bool:
    """Tell whether a network had better read changes: the series drifts, or is much like a random walk.

    A network that reads values has to learn first that the next one is near the last; one that reads changes
    knows it from the start. Where more than the last value counts, as in a wave, values are the better ones.
    """
    return drifts(training) or is_near_random_walk(training)


def is_near_random_walk(training: Array) -> bool:
    """Tell whether a linear forecast from the last ``_LAGS`` values errs hardly less than persistence."""
    scaled = (training - training.mean()) / (training.std() or 1.0)
    changes = np.diff(scaled)[_LAGS - 1 :]
    if not changes.any():
        return True
    lagged = np.lib.stride_tricks.sliding_window_view(scaled, _LAGS)[:-1]
    known = np.column_stack([lagged, np.ones(len(lagged))])
    weights, *_ = np.linalg.lstsq(known, changes, rcond=None)
    left = changes - known @ weights
    # Divided by the degrees of freedom, so that a short series is not fitted by chance.
    error = float(left @ left) / max(1, len(left) - _LAGS - 1)
    return error > _HARDLY_LESS * float(np.mean(changes**2))


def drifts(training: Array) -> bool:
    """Tell whether a series leaves the range it began in: whether its halves differ by half its spread.

    Such a series will go on to values that the training part does not hold, and changes are read instead.
    """
    half = len(training) // 2
    apart = abs(float(np.mean(training[:half]) - np.mean(training[half:])))
    return apart > 0.5 * float(np.std(training))
