"""Tables with a line for each year and a column for each month, as many agencies publish them.

Beside the twelve months there may be further columns, such as an annual mean, and lines above and below that
are no year's. The months are one series: January to December of the first year, then the second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from lstm_viz.notation import counted
from lstm_viz.training.task import Array
from lstm_viz.training.tasks.csv_tables import Table

_NAMES: Final = (
    "january jan januar janvier janv enero ene",
    "february feb februar février févr fev febrero",
    "march mar märz mär mrz mars marzo",
    "april apr avril avr abril abr",
    "may mai mayo",
    "june jun juni juin junio",
    "july jul juli juillet juil julio",
    "august aug août aou agosto ago",
    "september sep sept septembre septiembre",
    "october oct oktober okt octobre octubre",
    "november nov novembre noviembre",
    "december dec dezember dez décembre déc diciembre dic",
)
"""What columns of each month are called, in English, German, French and Spanish."""

_MONTH_OF: Final = {name: month for month, names in enumerate(_NAMES) for name in names.split()}
_YEARS: Final = frozenset({"year", "years", "yr", "yyyy", "jahr", "année", "an", "año"})
_FIRST, _LAST = 1, 9999
_MOST_YEARS: Final = 2000


@dataclass(frozen=True, slots=True)
class Months:
    """Where the months of a table stand.

    Parameters
    ----------
    year
        The column of the years; None if there is none.
    months
        The columns of January to December.
    """

    year: int | None
    months: tuple[int, ...]

    @classmethod
    def find(cls, table: Table) -> "Months | None":
        """Return where the months stand in a table; None if it has no column for each of them.

        Thirteen columns without names, or with numbers for names, are months where the first one holds years
        one after another.
        """
        bare = [name.casefold().strip(" .") for name in table.names]
        places = [
            [place for place, name in enumerate(bare) if _MONTH_OF.get(name) == month] for month in range(12)
        ]
        if all(len(each) == 1 for each in places):
            months = tuple(each[0] for each in places)
            return cls(_year_column(table, bare, months), months)
        nameless = bare == [f"column {place + 1}" for place in range(13)]
        if nameless and _are_years_in_a_row(table.numbers(0)):
            return cls(0, tuple(range(1, 13)))
        return None

    def name(self, table: Table) -> str:
        """Return what the series of all months is called: "JAN to DEC"."""
        return f"{table.names[self.months[0]]} to {table.names[self.months[-1]]}"

    def series(self, table: Table) -> tuple[tuple[str, ...], Array, tuple[str, ...]]:
        """Return the months in the order of time.

        Returns
        -------
        labels
            "1958-03" for each month, from January of the first year to December of the last.
        values
            ``(months,)`` float64, NaN where one is missing; all twelve of a year that the table leaves out.
        notes
            What was done to the table, in sentences.

        Raises
        ------
        ValueError
            If the table has no column of years, or two lines of the same year.
        """
        if self.year is None:
            raise ValueError(
                "The table has a column for each month and none for the year, so nothing tells the order of "
                "its lines: add a column “year”, or choose one of the months."
            )
        years = table.numbers(self.year)
        lines = np.flatnonzero(_are_years(years))
        _refuse_unclear_years(years[lines].astype(int))
        first, last = int(years[lines].min()), int(years[lines].max())
        grid = np.full((last + 1 - first, 12), np.nan)
        cells = np.stack([table.numbers(month) for month in self.months], axis=1)
        grid[years[lines].astype(int) - first] = cells[lines]
        labels = tuple(f"{year}-{month:02}" for year in range(first, last + 1) for month in range(1, 13))
        return labels, grid.ravel(), _notes(len(years) - len(lines), len(grid) - len(lines))


def _year_column(table: Table, bare: Sequence[str], months: Sequence[int]) -> int | None:
    """Return the column that is called year, or else the one before January if it holds years."""
    named = [place for place, name in enumerate(bare) if name in _YEARS]
    if named:
        return named[0]
    before = months[0] - 1
    held = before >= 0 and _are_years(table.numbers(before)).mean() > 0.5
    return before if held else None


def _are_years(numbers: Array) -> Array:
    whole = np.nan_to_num(numbers, nan=0.5, posinf=0.5, neginf=0.5)
    are: Array = (whole == np.round(whole)) & (whole >= _FIRST) & (whole <= _LAST)
    return are


def _are_years_in_a_row(numbers: Array) -> bool:
    years = numbers[_are_years(numbers)]
    steps = np.diff(years)
    return bool(len(years) > 1 and years.min() > 1000 and (np.abs(steps) == 1).all() and np.ptp(steps) == 0)


def _refuse_unclear_years(years: Array) -> None:
    if not len(years):
        raise ValueError("The table has a column for each month, and no line whose year can be read.")
    values, counts = np.unique(years, return_counts=True)
    if counts.max() > 1:
        raise ValueError(
            f"The year {values[counts.argmax()]} stands in {counts.max()} lines, so which comes first is "
            "not clear: keep the lines of one series only, or choose one of the months."
        )
    if values[-1] - values[0] >= _MOST_YEARS:
        raise ValueError(
            f"The years go from {values[0]} to {values[-1]}: at most {_MOST_YEARS:,} years can be read."
        )


def _notes(other_lines: int, missing_years: int) -> tuple[str, ...]:
    notes = [
        "The table has a line for each year and a column for each month: all months are read as one series."
    ]
    if other_lines:
        verb = "was" if other_lines == 1 else "were"
        notes.append(f"{counted(other_lines, 'line')} without a year {verb} left out.")
    if missing_years:
        verb = "is" if missing_years == 1 else "are"
        notes.append(f"{counted(missing_years, 'year')} between the first and the last {verb} missing.")
    return tuple(notes)
