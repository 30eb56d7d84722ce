"""A run as a table: one row a step, one column a quantity."""

import csv
import io
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import LSTMTrace
from lstm_viz.notation import GATES, SYMBOLS


def trace_table(
    trace: LSTMTrace, input_names: Sequence[str], *, ascii_names: bool = False
) -> dict[str, NDArray[Any]]:
    """Return the columns of a run, in the order in which the cell computes them.

    Parameters
    ----------
    trace
        The run of one sequence: arrays of shape (time, features).
    input_names
        One name for each input.
    ascii_names
        Name the columns in ASCII, for files: ``g`` for C̃, ``x1`` for x₁.

    Returns
    -------
    dict of array
        ``step`` (from 1), the inputs, then for each unit z_i, z_f, z_C̃, z_o, the gates i, f, C̃, o, and C
        and h, each of shape (time,). With more than one unit, the unit (from 1) stands behind the name:
        ``f 1``.

    Raises
    ------
    ValueError
        If the trace is of a batch, or ``input_names`` does not hold one name for each input.
    """
    if trace.x.ndim != 2 or len(input_names) != trace.x.shape[1]:
        raise ValueError(
            f"trace must be of one sequence, (time, inputs), with a name for each input; "
            f"got x of shape {trace.x.shape} and {len(input_names)} names"
        )
    units = trace.h.shape[1]
    table: dict[str, NDArray[Any]] = {"step": np.arange(1, len(trace.x) + 1)}
    for column, name in enumerate(input_names):
        table[_ascii(name) if ascii_names else name] = trace.x[:, column]
    for unit in range(units):
        suffix = f" {unit + 1}" if units > 1 else ""
        for name, values in _quantities(trace, ascii_names=ascii_names).items():
            table[name + suffix] = values[:, unit]
    return table


def trace_csv(trace: LSTMTrace, input_names: Sequence[str]) -> str:
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


def _quantities(trace: LSTMTrace, *, ascii_names: bool) -> dict[str, NDArray[Any]]:
    symbols = {gate: gate if ascii_names else SYMBOLS[gate].letter for gate in GATES}
    return {
        **{f"z_{symbols[gate]}": getattr(trace, f"z_{gate}") for gate in GATES},
        **{symbols[gate]: getattr(trace, gate) for gate in GATES},
        SYMBOLS["c"].letter: trace.c,
        SYMBOLS["h"].letter: trace.h,
    }


def _ascii(name: str) -> str:
    """Return ₁ as 1, and drop what has no likeness in ASCII."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
