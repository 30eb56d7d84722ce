"""Tables that people upload: separator, header and odd lines found by themselves.

Published files are rarely tidy: comment lines above the header, fewer names than columns, decimal commas,
quotation marks that never close. What cannot be settled is refused in the words of the person's file.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import dropwhile
from typing import Final

import numpy as np

from lstm_viz.training.task import Array, Upload
from lstm_viz.training.tasks.uploads import text_of

BY_ITSELF: Final = "by itself"
SEPARATORS: Final = {"tab": "\t", "semicolon": ";", "bar": "|", "comma": ",", "space": " "}
"""In the order in which they are believed: a comma is often part of a number or of a text."""

MISSING: Final = frozenset({"", "-", "--", ".", "?", "na", "n/a", "nan", "null", "none", "missing", "#n/a"})
"""How people write that there is no value, in small letters."""

_COMMENTS: Final = ("#", "%", "//")
_PAGES: Final = ("<!doctype", "<html", "<head")
"""How web pages begin, in small letters."""

_SAMPLE: Final = 200
"""Lines on which the separator is decided."""

MOST_LINES: Final = 1_000_000
MOST_COLUMNS: Final = 1_000
MOST_CELLS: Final = 5_000_000
"""Of a table; what is larger would need gigabytes of memory."""

_MANY: Final = 2_000
"""Lines that are looked through for a number, to tell whether the first one holds names."""

_REGULAR: Final = 0.9
"""Share of the lines that a separator must cut into equally many cells to be believed at once."""

_ADORNMENTS: Final = str.maketrans({"−": "-", **dict.fromkeys(" \u00a0\u202f'’€$£%", "")})
"""What stands in numbers and is none of their value; and the minus sign that is no hyphen."""

_PLAIN: Final = frozenset("-.0123456789")
"""Characters of numbers that Python reads as they are, a column at a time."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of text in named columns, all equally long.

    Parameters
    ----------
    names
        One for each column, all different; "column 3" where the file has none.
    columns
        The cells of each column, without the blanks around them; empty where a line was too short.
    separator
        What the cells were separated by: a key of ``SEPARATORS``.
    """

    names: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    separator: str
    _read: dict[int, Array] = field(default_factory=dict, init=False, repr=False, compare=False)
    _filled: dict[int, Array] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was asked for once: to find a series, the numbers of each column are needed several times."""

    def find(self, name: str) -> int:
        """Return which column a person means: by name, as far as letters and digits go, or by number from 1.

        Raises
        ------
        ValueError
            If there is no such column: it lists those that there are.
        """
        if name.strip() in self.names:  # a character alone, too: "%"
            return self.names.index(name.strip())
        bare = [_bare(each) for each in self.names]
        if _bare(name) and _bare(name) in bare:
            return bare.index(_bare(name))
        if name.strip().isdecimal() and 1 <= int(name) <= len(self.names):
            return int(name) - 1
        partly = [place for place, each in enumerate(bare) if _bare(name) and _bare(name) in each]
        if len(partly) == 1:
            return partly[0]
        raise ValueError(f"There is no column “{name}”. The columns are: {', '.join(self.names)}.")

    def numbers(self, column: int) -> Array:
        """Return a column's numbers, ``(rows,)`` float64: NaN where a cell holds none.

        Decimal commas are told from decimal points by which of the two makes more cells numbers.
        """
        if column not in self._read:
            self._read[column] = _numbers(self.columns[column], self.separator)
        return self._read[column]

    def filled(self, column: int) -> Array:
        """Return which cells of a column hold anything, ``(rows,)`` bool."""
        if column not in self._filled:
            cells = self.columns[column]
            empty = {cell for cell in set(cells) if cell.casefold() in MISSING}
            self._filled[column] = np.fromiter((cell not in empty for cell in cells), bool, len(cells))
        return self._filled[column]


def read_table(upload: Upload, separator: str = BY_ITSELF) -> Table:
    """Return the table in an uploaded file.

    Parameters
    ----------
    upload
        The file.
    separator
        A key of ``SEPARATORS``, or ``BY_ITSELF``.

    Raises
    ------
    ValueError
        If it is no text, no table, or one with more than ``MOST_LINES``, ``MOST_COLUMNS`` or ``MOST_CELLS``.
    """
    lines = _lines(upload)
    name = _find_separator(lines[:_SAMPLE]) if separator == BY_ITSELF else separator
    sample = _usual([len(row) for row in _split(lines[:_SAMPLE], SEPARATORS[name])])
    _refuse_too_many(upload, "cells", sample * len(lines), MOST_CELLS)
    rows = _split(lines, SEPARATORS[name])
    del lines
    width = _usual([len(row) for row in rows])
    _refuse_too_many(upload, "columns", width, MOST_COLUMNS)
    rows = _without_preamble(rows, width)
    header = _is_header(rows)
    _refuse_ragged(upload, [len(row) for row in rows[header:]], width)
    names = _names([cell.strip() for cell in rows[0]] if header else [], width)
    columns = _columns(rows[header:], width)
    if len(columns) > 1 and not names[-1][1] and not any(columns[-1]):  # every line ends with a separator
        columns.pop()
    return Table(tuple(name for name, _own in names[: len(columns)]), tuple(columns), name)


def _lines(upload: Upload) -> list[str]:
    """Return the lines of a file, without empty ones and the comments above the table."""
    text = text_of(upload)
    _refuse_too_many(upload, "lines", text.count("\n"), MOST_LINES)
    lines = [line for line in text.split("\n") if line.strip()]
    if lines[0].lstrip().casefold().startswith(_PAGES):
        raise ValueError(f"{upload.name} is a web page: a table is needed, saved as CSV.")
    lines = list(dropwhile(lambda line: line.lstrip().startswith(_COMMENTS), lines))
    if len(lines) < 2:
        raise ValueError(f"{upload.name} has no lines of data: a table has a value, at least, in each line.")
    return lines


def _find_separator(lines: Sequence[str]) -> str:
    """Return the first separator that cuts nearly all lines into equally many cells, or else the best one."""
    ranks = {}
    for name, delimiter in SEPARATORS.items():
        widths = [len(row) for row in _split(lines, delimiter)]
        several = [width for width in widths if width > 1]
        alike = several.count(_usual(several)) / len(widths) if several else 0.0
        if alike >= _REGULAR:
            return name
        ranks[name] = (alike, len(several) / len(widths))
    best = max(ranks, key=lambda name: ranks[name])
    return best if ranks[best][1] > 0.5 else "tab"  # one column: hardly a line can be cut


def _split(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    if delimiter == " ":
        return [line.split() for line in lines]
    quoted = _read_quoted(lines, delimiter) if any('"' in line for line in lines) else None
    if quoted is not None:
        # A quotation mark that never closes swallows lines: then there are more rows without heeding any, and
        # they are as regular.
        widths = [line.count(delimiter) + 1 for line in lines]
        swallows = len(lines) > len(quoted) and _regularity(widths) >= _regularity(list(map(len, quoted)))
        if not swallows:
            return quoted
    return [line.split(delimiter) for line in lines]


def _read_quoted(lines: Sequence[str], delimiter: str) -> list[list[str]] | None:
    try:
        ended = (f"{line}\n" for line in lines)
        return [row for row in csv.reader(ended, delimiter=delimiter, skipinitialspace=True) if row]
    except csv.Error:  # a cell of more than 131,072 letters: a quotation mark that never closes
        return None


def _regularity(widths: Sequence[int]) -> float:
    return widths.count(_usual(widths)) / len(widths)


def _usual(widths: Sequence[int]) -> int:
    return Counter(widths).most_common(1)[0][0]


def _without_preamble(rows: list[list[str]], width: int) -> list[list[str]]:
    """Drop lines above the table that are less than half as wide: a title, the first and the last year."""
    first = next(
        place for place, row in enumerate(rows) if len(row) >= width / 2 and (width < 2 or len(row) > 1)
    )
    return rows[first:]


def _columns(rows: list[list[str]], width: int) -> list[tuple[str, ...]]:
    """Return the columns, blanks around cells stripped; short rows are filled up, and long ones cut."""
    for place, row in enumerate(rows):
        if len(row) != width:
            rows[place] = (row + [""] * width)[:width]
    return [tuple(map(str.strip, cells)) for cells in zip(*rows, strict=True)]


def _is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first line names the columns: it is of another kind than the lines below.

    It holds no number while others do; or what it has in one column never comes again, while everything else
    there comes twice, on average.
    """
    first, rest = rows[0], rows[1:]
    if any(map(_is_number, first)):
        return False
    if any(_is_number(cell) for row in rest[:_MANY] for cell in row):
        return True
    columns = [[row[place] for row in rest if len(row) > place] for place in range(len(first))]
    return any(
        below and cell not in below and len(set(below)) <= len(below) / 2
        for cell, below in zip(first, columns, strict=True)
    )


def _refuse_too_many(upload: Upload, what: str, count: int, most: int) -> None:
    if count > most:
        raise ValueError(
            f"{upload.name} has {count:,} {what}; at most {most:,} can be read. Cut it shorter first."
        )


def _refuse_ragged(upload: Upload, widths: Sequence[int], width: int) -> None:
    if not widths:
        raise ValueError(f"{upload.name} has a line of names, and no lines of data below it.")
    if widths.count(width) < 0.8 * len(widths):
        raise ValueError(
            f"The lines of {upload.name} have from {min(widths)} to {max(widths)} cells: choose what "
            "separates the cells, or mend the file."
        )


def _names(header: Sequence[str], width: int) -> list[tuple[str, bool]]:
    """Return a name for each column, and whether it is the file's own."""
    names: list[tuple[str, bool]] = []
    for place in range(width):
        own = header[place] if place < len(header) else ""
        name = own or f"column {place + 1}"
        taken = any(name == other for other, _own in names)
        names.append((f"{name} ({place + 1})" if taken else name, bool(own)))
    return names


def _numbers(cells: Sequence[str], separator: str) -> Array:
    points = _numbers_with(cells, ".")
    if not any("," in cell for cell in cells):
        return points
    commas = _numbers_with(cells, ",")
    more = np.isfinite(commas).sum() - np.isfinite(points).sum()
    return commas if more > 0 or (more == 0 and separator == "semicolon") else points


def _numbers_with(cells: Sequence[str], decimal: str) -> Array:
    """Return the numbers of cells that have this decimal sign; NaN where a cell holds none."""
    if decimal == "." and set("".join(cells)) <= _PLAIN:
        with suppress(ValueError):  # such as 2020-01-01
            numbers = np.fromiter((float(cell or "nan") for cell in cells), np.float64, len(cells))
            numbers[np.isinf(numbers)] = np.nan
            return numbers
    numbers_of = {cell: _number(cell, decimal) for cell in set(cells)}
    return np.fromiter(map(numbers_of.__getitem__, cells), np.float64, len(cells))


def _is_number(cell: str) -> bool:
    return any(np.isfinite(_number(cell, decimal)) for decimal in ".,")


def _number(cell: str, decimal: str) -> float:
    """Return the finite number in a cell, or NaN."""
    text = cell.translate(_ADORNMENTS)
    thousands = "," if decimal == "." else "."
    if thousands in text:
        if not re.fullmatch(rf"[-+]?\d{{1,3}}(\{thousands}\d{{3}})+(\{decimal}\d*)?", text):
            return np.nan
        text = text.replace(thousands, "")
    try:
        number = float(text.replace(decimal, ".")) if "_" not in text else np.nan
    except ValueError:
        return np.nan
    return number if np.isfinite(number) else np.nan


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
