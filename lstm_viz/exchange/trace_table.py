"""A run as a table: one row a step, one column a quantity."""

import csv
import io
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells.face import FaceTrace
from lstm_viz.notation import SYMBOLS


def trace_table(
    trace: FaceTrace, input_names: Sequence[str], *, ascii_names: bool = False
) -> dict[str, NDArray[Any]]:
    """Return the columns of a run, in the order in which the cell computes them.

    Parameters
    ----------
    trace
        The run of one sequence, of any cell.
    input_names
        One name for each input.
    ascii_names
        Name the columns in ASCII, for files: ``g`` for C̃, ``x1`` for x₁.

    Returns
    -------
    dict of array
        ``step`` (from 1), the inputs, then for each unit what the functions of lines are applied to, these
        lines, and all others, each of shape (time,): z_i, z_f, z_C̃, z_o, i, f, C̃, o, C and h of an LSTM.
        With more than one unit, the unit (from 1) stands behind the name: ``f 1``.

    Raises
    ------
    ValueError
        If the trace is of a batch, or ``input_names`` does not hold one name for each input.
    """
    x = trace.run["x"]
    if x.ndim != 2 or len(input_names) != x.shape[1]:
        raise ValueError(
            f"trace must be of one sequence, (time, inputs), with a name for each input; "
            f"got x of shape {x.shape} and {len(input_names)} names"
        )
    table: dict[str, NDArray[Any]] = {"step": np.arange(1, len(x) + 1)}
    for column, name in enumerate(input_names):
        table[_ascii(name) if ascii_names else name] = x[:, column]
    quantities = _quantities(trace, ascii_names=ascii_names)
    units = max(values.shape[1] for values in quantities.values())
    for unit in range(units):
        suffix = f" {unit + 1}" if units > 1 else ""
        for name, values in quantities.items():
            # With a projection h has fewer numbers than there are units.
            if unit < values.shape[1]:
                table[name + suffix] = values[:, unit]
    return table


def trace_csv(trace: FaceTrace, input_names: Sequence[str]) -> str:
    """Return the table as CSV with ASCII headings; each number reads back as exactly the same float64.

    Parameters and errors are those of :func:`trace_table`.
    """
    table = trace_table(trace, input_names, ascii_names=True)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table)
    # tolist() gives Python's own floats, which csv writes by repr.
    writer.writerows(zip(*(column.tolist() for column in table.values()), strict=True))
    return text.getvalue()


def _quantities(trace: FaceTrace, *, ascii_names: bool) -> dict[str, NDArray[Any]]:
    run = trace.run
    names = [line.name for line in run.cell.equations.lines]
    before = {name: z for name in names if (z := run.z(name)) is not None}
    in_order = [*before, *(name for name in names if name not in before)]
    letters = {name: SYMBOLS[name].letter if name in SYMBOLS else name for name in names}
    if ascii_names and "g" in letters:
        letters["g"] = "g"
    return {f"z_{letters[name]}": z for name, z in before.items()} | {
        letters[name]: run[name] for name in in_order
    }


def _ascii(name: str) -> str:
    """Return ₁ as 1, and drop what has no likeness in ASCII."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
