"""Several cells on the same input as heat strips: every quantity of every cell, aligned step by step."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.analysis import memory
from lstm_viz.cells import LSTMTrace
from lstm_viz.notation import GRU_SYMBOLS, PLACE_STYLES, SYMBOLS, Symbol
from lstm_viz.settings.family import FAMILY, PLAIN, AnyTrace

Array = NDArray[np.floating[Any]]

ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "lstm": ("i", "f", "g", "o", "c", "h"),
    "gru": ("r", "u", "n", "h"),
    "rnn": ("h",),
}
"""The quantities of each kind of cell, from top to bottom."""


def strips_record(traces: Mapping[str, AnyTrace], names: Sequence[str], unit: int) -> dict[str, Any]:
    """Gather what the heat strips show.

    Parameters
    ----------
    traces
        The run of each cell by its key in ``FAMILY``, all on the same input; arrays (time, hidden).
    names
        What the inputs are called.
    unit
        The unit, counted from 0.

    Returns
    -------
    dict
        JSON-ready: ``steps``, and ``groups``, each with ``title``, ``light``, ``dark`` and ``rows``. A row
        has ``key``, ``symbol``, ``name``, colours, ``values`` (time,), and ``full``: the magnitude that is
        fully coloured, the same for all cells, or None for a gate from 0 to 1. The first group is the input.
    """
    x = next(iter(traces.values())).x
    full = _full(traces)
    groups = [
        {"title": "", "rows": [_row(SYMBOLS["x"], x[:, d], full["x"], names[d]) for d in range(len(names))]}
    ]
    for (key, trace), style in zip(traces.items(), PLACE_STYLES, strict=False):
        rows = [_row(symbol_of(row), _values(trace, row)[:, unit], full[row]) for row in rows_of(key)]
        groups.append({"title": _title(key), "light": style.light, "dark": style.dark, "rows": rows})
    return {"steps": len(x), "groups": groups}


def rows_of(key: str) -> tuple[str, ...]:
    """Return the quantities that a cell has: a missing gate has no row."""
    member = FAMILY[key]
    if member.variant is None:
        return ROWS[member.kind]
    there = {*member.variant.gates, "c", "h", *("f" if member.variant.coupled else "")}
    return tuple(row for row in ROWS["lstm"] if row in there)


def _title(key: str) -> str:
    member = FAMILY[key]
    return f"{member.name} · {member.title}" if member.variant and key != PLAIN else member.title


def symbol_of(row: str) -> Symbol:
    """Return the symbol of a quantity of any cell."""
    return GRU_SYMBOLS[row] if row in GRU_SYMBOLS else SYMBOLS[row]


def _values(trace: AnyTrace, row: str) -> Array:
    values: Array = getattr(trace, row)
    return values


def _full(traces: Mapping[str, AnyTrace]) -> dict[str, float | None]:
    lstm = [trace for trace in traces.values() if isinstance(trace, LSTMTrace)]
    whole: dict[str, float | None] = dict.fromkeys(("i", "f", "o", "r", "u"))
    whole["x"] = _largest(*(trace.x for trace in traces.values()))
    whole["c"] = _largest(*(trace.c for trace in lstm))
    # Some variants leave the usual −1 to 1.
    whole["g"] = max(1.0, _largest(*(trace.g for trace in lstm)))
    whole["h"] = max(1.0, _largest(*(trace.h for trace in traces.values())))
    whole["n"] = 1.0
    return whole


def _largest(*arrays: Array) -> float:
    return max((float(np.abs(array).max()) for array in arrays), default=0.0)


def _row(symbol: Symbol, values: Array, full: float | None, letter: str | None = None) -> dict[str, Any]:
    return {
        "key": symbol.key,
        "symbol": letter or symbol.letter,
        "name": symbol.name,
        "light": symbol.light,
        "dark": symbol.dark,
        "values": np.ascontiguousarray(values),
        "full": full,
    }


def opening_step(traces: Mapping[str, AnyTrace]) -> int:
    """Return a step worth opening on, counted from 0: the last at which the first cell's memory jumps.

    A jump is a change of at least half of the largest change of the run.
    """
    kept = memory(next(iter(traces.values())))[:, 0]
    change = np.abs(np.diff(kept, prepend=0.0))
    return int(np.flatnonzero(change >= 0.5 * change.max())[-1])
