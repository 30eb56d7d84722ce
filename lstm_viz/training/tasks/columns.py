"""A column of a table as a series: which one, which way round, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from lstm_viz.notation import counted
from lstm_viz.training.task import Array, Upload
from lstm_viz.training.tasks.csv_tables import BY_ITSELF, Table, read_table
from lstm_viz.training.tasks.months import Months

MOST_VALUES: Final = 20_000
FEWEST_VALUES: Final = 60

_NUMERIC: Final = 0.8
"""Share of the filled cells that must be numbers in a column of numbers."""

_COUNTING: Final = 0.7
"""Share of the rows at which a column that goes round goes on: quarters, the shortest round, have 3 in 4."""

_CLOCKS: Final = frozenset(
    {
        "year",
        "month",
        "day",
        "date",
        "time",
        "datetime",
        "timestamp",
        "week",
        "hour",
        "minute",
        "second",
        "id",
    }
    | {"index", "no", "nr", "row", "number", "t", "jahr", "monat", "tag", "datum", "zeit", "mois", "jour"}
)
"""Names of columns that count or tell the time."""

LARGEST: Final = 1e30
SMALLEST: Final = 1e-30
"""Magnitudes beyond which the square of a value, or of a difference, leaves the range of a number."""

_SAME: Final = 1e-12
"""Of its largest magnitude a column has to vary by more: below that its digits are rounding errors."""

_NO_VALUE: Final = (-99.99, -999.0, -999.9, -999.99, -9999.0)
"""What publishers write where nothing was measured, in columns that never come near it otherwise."""


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers in the order of time.

    Parameters
    ----------
    name
        What is measured.
    labels
        The time of each step, as it is written.
    values
        ``(steps,)`` float64. Where one is missing, the last one before it stands: nothing comes from later.
    known
        ``(steps,)`` bool, False where a value is missing; no answer is scored there.
    notes
        What was done to the data, in sentences.
    """

    name: str
    labels: tuple[str, ...]
    values: Array
    known: Array
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """The columns of a table that can be taken as a series.

    Parameters
    ----------
    heading
        The table without its cells.
    names
        Those of its columns that hold numbers.
    usual
        The one that is taken where none is named.
    """

    heading: Table
    names: tuple[str, ...]
    usual: str

    def find(self, column: str) -> str | None:
        """Return the name of the column that is meant; None if no column of numbers is."""
        if column.strip() in ("", self.usual):
            return self.usual
        try:
            name = self.heading.names[self.heading.find(column)]
        except ValueError:
            return None
        return name if name in self.names else None


def measured_columns(upload: Upload, separator: str = BY_ITSELF) -> Measured:
    """Return what can be chosen of an uploaded table.

    Raises
    ------
    ValueError
        If the file is no table, or no column of it holds numbers.
    """
    table = read_table(upload, separator)
    names = tuple(table.names[place] for place in _numeric(table))
    months = Months.find(table)
    usual = months.name(table) if months else table.names[_first_measured(upload, table)]
    # Without the cells: a page keeps this as long as it is open.
    heading = replace(table, columns=())
    return Measured(heading, (usual, *names) if months else names, usual)


def series_from_table(upload: Upload, column: str = "", separator: str = BY_ITSELF) -> Series:
    """Return one column of an uploaded table as a series.

    Parameters
    ----------
    upload
        The file.
    column
        Its name or number. Empty for the first with numbers that neither count nor tell the time, or, in a
        table with a column for each month, for all months in the order of time.
    separator
        What separates the cells.

    Raises
    ------
    ValueError
        If the file is no table, the column is not there or holds no numbers, or there are too few of them.
    """
    table = read_table(upload, separator)
    months = Months.find(table)
    if months and column.strip() in ("", months.name(table)):
        return _all_months(table, months)
    place = table.find(column) if column.strip() else _first_measured(upload, table)
    numbers = table.numbers(place)
    _refuse_words(table, place, numbers)
    return _in_order(table.names[place], _labels(table, place), numbers)


def _all_months(table: Table, months: Months) -> Series:
    for place in months.months:
        _refuse_words(table, place, table.numbers(place))
    labels, numbers, notes = months.series(table)
    series = _in_order(months.name(table), labels, numbers)
    return replace(series, notes=(*notes, *series.notes))


def _first_measured(upload: Upload, table: Table) -> int:
    """Return the first column of numbers that neither counts nor tells the time."""
    columns = _numeric(table)
    if not columns:
        raise ValueError(f"No column of {upload.name} holds numbers. Columns: {', '.join(table.names)}.")
    measured = [place for place in columns if not _is_clock(table, place)]
    return measured[0] if measured else columns[-1]


def _numeric(table: Table) -> list[int]:
    return [place for place in range(len(table.names)) if _share_of_numbers(table, place) >= _NUMERIC]


def _share_of_numbers(table: Table, place: int) -> float:
    filled = table.filled(place)
    return float(np.isfinite(table.numbers(place))[filled].mean()) if filled.any() else 0.0


def _is_clock(table: Table, place: int) -> bool:
    """Tell whether a column counts: by its name, or because it goes on, or round, by one step a row."""
    words = table.names[place].casefold().replace("_", " ").split()
    if set(words) & _CLOCKS:
        return True
    numbers = table.numbers(place)
    there = np.isfinite(numbers)
    if there.sum() < 3 or np.ptp(numbers[there]) == 0.0:
        return True  # the same all along: nothing to forecast
    if np.abs(numbers[there]).max() > LARGEST or np.ptp(numbers[there]) < SMALLEST:
        return False  # reading it as a series raises the error
    line = np.corrcoef(np.flatnonzero(there), numbers[there])[0, 1]
    return bool(abs(line) > 0.9999) or _goes_round(numbers[there])


def _goes_round(numbers: Array) -> bool:
    """Tell whether numbers count from 0 or 1 and begin anew: months, weekdays, hours."""
    first = numbers.min()
    on, anew = np.diff(numbers) == 1, numbers[1:] == first
    return bool(first in (0, 1) and (on | anew).all() and on.mean() > _COUNTING)


def _refuse_words(table: Table, place: int, numbers: Array) -> None:
    wrong = np.flatnonzero(table.filled(place) & ~np.isfinite(numbers))
    filled = int(table.filled(place).sum())
    if filled and wrong.size <= (1 - _NUMERIC) * filled:
        return
    seen = ", ".join(dict.fromkeys(table.columns[place][row] for row in wrong[:20])) or "nothing"
    others = [table.names[other] for other in _numeric(table)]
    raise ValueError(
        f"The column “{table.names[place]}” holds {seen[:60]}, not numbers. Columns with numbers: "
        f"{', '.join(others) or 'none'}."
    )


def _labels(table: Table, place: int) -> tuple[str, ...]:
    """Return the time of each row: year and month, the first column of words, or one that counts."""
    bare = [name.casefold() for name in table.names]
    if "year" in bare and "month" in bare:
        pairs = zip(table.columns[bare.index("year")], table.columns[bare.index("month")], strict=True)
        return tuple(f"{year}-{month:0>2}" for year, month in pairs)
    others = [other for other in range(len(table.names)) if other != place]
    words = [other for other in others if _share_of_numbers(table, other) < 1 - _NUMERIC]
    clocks = [
        other for other in others if _share_of_numbers(table, other) >= _NUMERIC and _is_clock(table, other)
    ]
    # The year of a monthly table counts as well, and says less than the decimal date beside it.
    telling = [other for other in [*words, *clocks] if _mostly_different(table.columns[other])]
    for other in [*telling, *clocks]:
        return table.columns[other]
    return tuple(str(row + 1) for row in range(len(table.columns[place])))


def _mostly_different(cells: Sequence[str]) -> bool:
    return len(set(cells)) > 0.9 * len(cells)


def _in_order(name: str, labels: tuple[str, ...], numbers: Array) -> Series:
    """Turn what a column holds into a series: oldest first, gaps carried over, not too short or too long."""
    notes = []
    if _newest_first(labels):
        labels, numbers = labels[::-1], numbers[::-1]
        notes.append("The file has the newest first; it was turned round.")
    known = np.isfinite(numbers)
    for marker in _NO_VALUE:
        stands = np.isclose(numbers, marker)
        if stands.any() and np.nanmin(numbers[known & ~stands], initial=np.inf) > marker / 2:
            known &= ~stands
    if not known.any():
        raise ValueError(f"The column “{name}” is empty.")
    first, last = np.flatnonzero(known)[[0, -1]]
    span = slice(max(first, last + 1 - MOST_VALUES), last + 1)
    if last + 1 - first > MOST_VALUES:
        notes.append(f"Of {last + 1 - first:,} values the last {MOST_VALUES:,} are used.")
    if gaps := int((~known[span]).sum()):
        notes.append(
            f"{counted(gaps, 'missing value')}: the one before is read instead, and the answer is not scored."
        )
    values = carried(numbers, known)[span]
    _refuse_too_little(name, values, known[span])
    return Series(name, labels[span], values, known[span], tuple(notes))


def carried(numbers: Array, known: Array) -> Array:
    """Return the numbers with the last known one wherever one is missing, and the first one before it."""
    rows = np.where(known, np.arange(len(numbers)), 0)
    last = np.maximum.accumulate(rows)
    return np.asarray(numbers[np.maximum(last, np.argmax(known))])


def _refuse_too_little(name: str, values: Array, known: Array) -> None:
    if (count := int(known.sum())) < FEWEST_VALUES:
        raise ValueError(
            f"The column “{name}” has {counted(count, 'value')}; at least {FEWEST_VALUES} are needed, "
            "to learn from some and to test on others."
        )
    if count < 0.5 * len(values):
        raise ValueError(f"More than half of the values of the column “{name}” are missing.")
    if np.ptp(values) == 0.0:
        raise ValueError(f"The column “{name}” is {values[0]:g} all along: there is nothing to forecast.")
    _refuse_extremes(name, float(np.abs(values).max()), float(np.ptp(values)))


def _refuse_extremes(name: str, largest: float, spread: float) -> None:
    if largest > LARGEST:
        raise ValueError(
            f"The column “{name}” has values up to {largest:.3g}; at most {LARGEST:g} can be trained on. "
            "Give it in a larger unit, or mend the lines that are wrong."
        )
    if spread < SMALLEST:
        raise ValueError(
            f"The values of the column “{name}” differ by {spread:.3g} at most; at least {SMALLEST:g} is "
            "needed for training. Give it in a smaller unit."
        )
    if spread < _SAME * largest:
        raise ValueError(
            f"The values of the column “{name}” agree in their first twelve digits: there is nothing to "
            "forecast but rounding errors."
        )


def _newest_first(labels: Sequence[str]) -> bool:
    """Tell whether times run backwards, read with the year, the month or the day in front."""
    for order in ((0, 1, 2), (2, 0, 1), (2, 1, 0)):
        # Most tables have the oldest first, and their second line says so: no more than that is read then.
        keys = (_key(label, order) for label in labels)
        if all(later <= earlier for earlier, later in pairwise(keys)):
            return _key(labels[0], order) > _key(labels[-1], order)
    return False


def _key(label: str, order: tuple[int, ...]) -> tuple[float, ...]:
    """Return the numbers of a date in some order; a label of another form is as early as can be."""
    words = label.replace("-", " ").replace("/", " ").replace(".", " ").replace("T", " ").split()
    numbers = [float(word) for word in words if word.isdecimal()]
    if len(numbers) < 3:
        return tuple(numbers)
    return (*(numbers[place] for place in order), *numbers[3:])
