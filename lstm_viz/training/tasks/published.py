"""Tables that their publishers bring up to date: no checksum can be known, so their contents are checked.

A web page sent instead (a portal that asks for a password, an address that has moved) or the first half of a
file would otherwise be kept for good, and every later run fail on it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from lstm_viz.notation import counted
from lstm_viz.training.task import Array, Upload
from lstm_viz.training.tasks.columns import Series
from lstm_viz.training.tasks.csv_tables import Table, read_table

_LEEWAY: Final = 1.0
"""Years by which the beginning may differ: publishers date a mean to the start or the middle of its time."""

_MISSING: Final = 0.1
"""Share of the values that may be missing."""


@dataclass(frozen=True, slots=True)
class Growing:
    """What a table of measurements must be like, however many lines its publisher has added.

    Parameters
    ----------
    read
        Finds the series in the file, as a run does.
    step
        Years from one line to the next.
    begins
        Year of the first line.
    reaches
        Year that the last line reaches at least; what ends before is a part of the file.
    values
        The smallest and the largest value that can be.
    """

    read: Callable[[Upload], Series]
    step: float
    begins: float
    reaches: float
    values: tuple[float, float]

    def check(self, path: Path) -> None:
        """Look at a file.

        Raises
        ------
        ValueError
            If it is not the table, with what is wrong, in words that follow "it".
        """
        file = Upload(path.name, path.read_bytes())
        try:
            table, series = read_table(file), self.read(file)
        except ValueError as error:
            raise ValueError(f"is not the table that it should be ({str(error).rstrip('.')})") from error
        self._check_times(_times(table, self.step))
        self._check_values(series)
        if _breaks_off(table):
            raise ValueError("breaks off in the middle of its last line")

    def _check_times(self, times: Array | None) -> None:
        if times is None:
            unit = "month" if self.step < 1 else "year"
            raise ValueError(f"has no column in which each line is a {unit} after the one before")
        if abs(times[0] - self.begins) > _LEEWAY:
            raise ValueError(f"begins in {int(times[0])}, not in {int(self.begins)}")
        if times[-1] < self.reaches:
            raise ValueError(f"ends in {int(times[-1])}, and the published file after {int(self.reaches)}")

    def _check_values(self, series: Series) -> None:
        low, high = self.values
        known = series.values[series.known]
        if known.min() < low or known.max() > high:
            raise ValueError(
                f"has values from {known.min():g} to {known.max():g}, not from {low:g} to {high:g}"
            )
        if series.known.mean() < 1 - _MISSING:
            raise ValueError(
                f"lacks {np.count_nonzero(~series.known)} of its {counted(len(series.known), 'value')}"
            )


def _times(table: Table, step: float) -> Array | None:
    """Return the first column that goes up by about ``step`` all along; None if there is none."""
    for place in range(len(table.names)):
        numbers = table.numbers(place)
        # A cell that is no number is NaN, and no comparison with it holds.
        if len(numbers) > 1 and (np.abs(np.diff(numbers) - step) < 0.5 * step).all():
            return numbers
    return None


def _breaks_off(table: Table) -> bool:
    """Tell whether the last line lacks a cell that the one before it has."""
    return any(column[-2] and not column[-1] for column in table.columns)
