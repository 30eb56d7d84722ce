"""The timeline of a training: its gates on one sequence, at some thirty points of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import GRUTrace, LSTMTrace
from lstm_viz.cells.run import Trace as EquationsTrace
from lstm_viz.notation import SYMBOLS, Symbol
from lstm_viz.settings.family import AnyTrace
from lstm_viz.views.shown_lines import shown_lines
from lstm_viz.views.strips import ROWS, symbol_of

Array = NDArray[np.floating[Any]]

DIGITS: Final = 4
"""Decimals that a timeline keeps: more than a screen shows."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A network after ``update`` updates, and what :func:`timeline_rows` makes of its run.

    ``score`` is the newest by then, behind the update that it is of: scoring takes time, and is done seldom.
    """

    update: int
    score: tuple[int, float] | None
    rows: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Scene:
    """The probe: what each step is, the steps (from 0) that matter, and what each input is called.

    Without ``names`` the input is symbols, and their labels are all that is shown of it.
    """

    labels: tuple[str, ...]
    marks: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


def timeline_symbols(trace: AnyTrace | EquationsTrace) -> Mapping[str, Symbol]:
    """Return what the timeline shows of a run, by key: of a cell by its equations its lines."""
    if isinstance(trace, EquationsTrace):
        return shown_lines(trace.cell.equations)
    return {key: symbol_of(key) for key in ROWS[_kind_of(trace)]}


def timeline_rows(trace: AnyTrace | EquationsTrace, unit: int | None) -> dict[str, Array]:
    """Return what the timeline shows of a run, (time,) each, by key.

    Parameters
    ----------
    trace
        A run on the probe, arrays (time, hidden).
    unit
        The unit, counted from 0; None for the mean over all: of the gates as they are, and of the magnitude
        of everything that has a sign.
    """
    return {
        key: _of(trace[key] if isinstance(trace, EquationsTrace) else getattr(trace, key), symbol, unit)
        for key, symbol in timeline_symbols(trace).items()
    }


def _kind_of(trace: AnyTrace) -> str:
    if isinstance(trace, LSTMTrace):
        return "lstm"
    return "gru" if isinstance(trace, GRUTrace) else "rnn"


def _of(values: Array, symbol: Symbol, unit: int | None) -> Array:
    if unit is not None:
        return values[:, unit].copy()
    return np.asarray((np.abs(values) if symbol.signed else values).mean(axis=1))


def timeline_record(
    frames: Sequence[Frame],
    symbols: Mapping[str, Symbol],
    x: Array,
    scene: Scene,
    unit: int | None,
    format_score: Callable[[float], str],
) -> dict[str, Any]:
    """Gather a timeline: the gates on the same sequence, from the first update to the last.

    Parameters
    ----------
    frames
        In the order of training, at least one; all of the same cell and unit.
    symbols
        What :func:`timeline_symbols` returns of its run.
    x
        The sequence as the cell reads it, (time, inputs).
    scene
        What it is.
    unit
        The unit that :func:`timeline_rows` was given.
    format_score
        Puts a score into words.

    Returns
    -------
    dict
        JSON-ready: ``steps``, ``labels``, ``marks``, ``inputs`` (rows that stay the same, with ``values``),
        ``rows``, and ``frames``: each with ``update``, ``score`` in words, and ``values``, one list a row.
        Rows have ``key``, ``symbol``, ``name``, colours, and ``full``: the magnitude that is fully coloured,
        the same all along the timeline, or None for a gate from 0 to 1.
    """
    keys = list(symbols)
    return {
        "steps": len(x),
        "labels": list(scene.labels),
        "marks": list(scene.marks),
        "inputs": _inputs(x, scene.names),
        "rows": [
            _row(symbol, unit, max(float(np.abs(frame.rows[key]).max()) for frame in frames))
            for key, symbol in symbols.items()
        ],
        "frames": [
            {
                "update": frame.update,
                "score": _score_text(frame, format_score),
                "values": [_rounded(frame.rows[key]) for key in keys],
            }
            for frame in frames
        ],
    }


def _score_text(frame: Frame, format_score: Callable[[float], str]) -> str:
    """Return the score of a frame in words, and of which update it is if not of this one."""
    if frame.score is None:
        return ""
    update, value = frame.score
    return format_score(value) + ("" if update == frame.update else f" at update {update:,}")


def _inputs(x: Array, names: Sequence[str]) -> list[dict[str, Any]]:
    symbol = SYMBOLS["x"]
    return [
        {
            "key": "x",
            "symbol": name,
            "name": f"input {name}",
            "light": symbol.light,
            "dark": symbol.dark,
            "full": float(np.abs(x[:, column]).max()),
            "values": _rounded(x[:, column]),
        }
        for column, name in enumerate(names)
    ]


def _row(symbol: Symbol, unit: int | None, largest: float) -> dict[str, Any]:
    # What is bounded by 1 is coloured alike all along a training, and in every training.
    unbounded = symbol.key == "c" or largest > 1.0
    full = None if not symbol.signed else largest if unbounded else 1.0
    return {
        "key": symbol.key,
        "symbol": f"|{symbol.letter}|" if symbol.signed and unit is None else symbol.letter,
        "name": symbol.name,
        "light": symbol.light,
        "dark": symbol.dark,
        "full": full,
    }


def _rounded(values: Array) -> list[float]:
    # By way of float64: a rounded float32 is written with digits that nobody measured.
    return np.round(values.astype(np.float64), DIGITS).tolist()  # type: ignore[no-any-return]
