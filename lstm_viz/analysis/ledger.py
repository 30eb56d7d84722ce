"""The ledger of the memory: what each step wrote into C, and how much of it is still there."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import LSTMTrace

REST: Final = -1
"""The source of a bar in which shares too thin to be drawn are added up."""


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """C of one unit as the sum of its sources. All arrays are read-only.

    Source 0 is C_0 and source ``k`` is step ``k``, counted from 1 in the order of the run. Row ``t`` is the
    memory after step ``t + 1``.

    Parameters
    ----------
    written
        Shape ``(time + 1,)``: C_0, then i_k g_k.
    kept
        Shape ``(time, time + 1)``, in [0, 1]: how much of each source survives, Π_{j>k} f_j; 0 for steps to
        come.
    parts
        Shape ``(time, time + 1)``: ``kept * written``. Each row sums to C.
    """

    written: NDArray[np.float64]
    kept: NDArray[np.float64]
    parts: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """The parts of a ledger as stacked bars, one entry a bar: positive parts up from 0, negative ones down.

    Parameters
    ----------
    step
        The step at which the bar stands, from 1.
    source
        The step that wrote it, 0 for C_0, or :data:`REST`.
    base, height
        Where the bar starts, and its part of C with its sign.
    percent
        How much of what the source wrote survives, from 0 to 100; not a number for :data:`REST`.
    """

    step: NDArray[np.int16]
    source: NDArray[np.int16]
    base: NDArray[np.float64]
    height: NDArray[np.float64]
    percent: NDArray[np.float64]


def ledger(trace: LSTMTrace, unit: int = 0) -> Ledger:
    """Take the memory of one unit apart: C_t = Σ_k (Π_{j>k} f_j) i_k g_k + (Π_j f_j) C_0.

    Parameters
    ----------
    trace
        A run of one sequence in either direction, arrays of shape ``(time, hidden)``.
    unit
        The unit, counted from 0.

    Returns
    -------
    Ledger
        Rows that sum to C of the unit, in the order of the run, within rounding.

    Raises
    ------
    ValueError
        If the run is a batch or has no such unit.
    """
    if trace.c.ndim != 2:
        raise ValueError(
            f"trace must be a run of one sequence, (time, hidden), got the shape {trace.c.shape}"
        )
    steps, units = trace.c.shape
    if not 0 <= unit < units:
        raise ValueError(f"unit must be 0 to {units - 1}, got {unit}")
    order = slice(None, None, -1 if trace.reverse else 1)
    f = np.asarray(trace.f[order, unit], dtype=np.float64)
    written = np.empty(steps + 1)
    written[0] = trace.c_prev[order][0, unit]
    written[1:] = (trace.i[:, unit] * trace.g[:, unit])[order]
    kept = np.zeros((steps, steps + 1))
    survives = np.zeros(steps + 1)
    survives[0] = 1.0
    for t in range(steps):
        survives *= f[t]
        survives[t + 1] = 1.0
        kept[t] = survives
    parts = kept * written
    for array in (written, kept, parts):
        array.setflags(write=False)
    return Ledger(written, kept, parts)


def bars(ledger: Ledger, least: float = 1 / 250) -> Bars:
    """Stack the parts of each step, oldest source next to zero.

    Parameters
    ----------
    ledger
        What to stack.
    least
        Parts smaller than this share of the tallest stack could not be seen: they are added up, by sign, in
        one bar at the end of the stack, unless even their sum could not be seen.

    Returns
    -------
    Bars
        At each step the heights still sum to C, but for what could not be seen.
    """
    positive = np.maximum(ledger.parts, 0.0)
    negative = np.minimum(ledger.parts, 0.0)
    tallest = max(positive.sum(axis=1).max(), -negative.sum(axis=1).min())
    thinnest = max(least * tallest, np.finfo(float).tiny)
    drawn = np.abs(ledger.parts) >= thinnest
    steps = np.arange(1, len(ledger.parts) + 1, dtype=np.int16)
    columns = []
    for side in (positive, negative):
        heights = np.where(drawn, side, 0.0)
        tops = np.cumsum(heights, axis=1)
        t, source = np.nonzero(heights)
        columns.append(
            (
                steps[t],
                source.astype(np.int16),
                (tops - heights)[t, source],
                side[t, source],
                100.0 * ledger.kept[t, source],
            )
        )
        rest = np.where(drawn, 0.0, side).sum(axis=1)
        (t,) = np.nonzero(np.abs(rest) >= thinnest)
        nothing = np.full(len(t), np.nan)
        columns.append((steps[t], np.full(len(t), REST, dtype=np.int16), tops[t, -1], rest[t], nothing))
    return Bars(*(np.concatenate(column) for column in zip(*columns, strict=True)))
