"""What the gates of a run do around the steps that a task is about."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_viz.analysis.memory_gates import memory_gates
from lstm_viz.cells import GRUTrace, LSTMTrace, RNNTrace
from lstm_viz.cells.run import Trace as EquationsTrace

Array = NDArray[np.floating[Any]]
Trace: TypeAlias = LSTMTrace | GRUTrace | RNNTrace | EquationsTrace


def memory(trace: Trace) -> Array:
    """Return what a cell remembers.

    Parameters
    ----------
    trace
        A run of one sequence.

    Returns
    -------
    ndarray
        (time, hidden): C, or h where there is no C. Of a cell by its equations the state that is carried
        over, or h where there is none.
    """
    if isinstance(trace, EquationsTrace):
        gates = memory_gates(trace.cell.equations)
        return trace[gates.memory if gates else "h"]
    return trace.c if isinstance(trace, LSTMTrace) else trace.h


def most_selective_unit(trace: Trace, marks: Sequence[int]) -> int:
    """Return the unit that writes on the marked steps and not on others, and keeps what it wrote.

    Parameters
    ----------
    trace
        A run of one sequence, arrays (time, hidden).
    marks
        The steps that the task is about, from 0.

    Returns
    -------
    int
        The unit, from 0, with the largest product of two numbers: how much more it writes on marked steps
        than on others, and how much passes its forget gate over :func:`longest_stretch`. Where no step or
        every step is marked, or nothing is carried over, it is the unit whose memory moves most.
    """
    kept = memory(trace)
    moves = _moves(trace)
    if moves is None or not 0 < len(marks) < len(kept):
        return int(np.argmax(kept.std(axis=0)))
    writes, keeps = moves
    marked = marked_steps(marks, len(kept))
    difference = writes[marked].mean(axis=0) - writes[~marked].mean(axis=0)
    between = longest_stretch(marks, len(kept))
    return int(np.argmax(difference * keeps[between.start : between.stop].prod(axis=0)))


def _moves(trace: Trace) -> tuple[Array, Array] | None:
    """Return how much is written, and which share is kept; None where the memory is made anew each time."""
    match trace:
        case LSTMTrace():
            return trace.i * np.abs(trace.g), trace.f
        case GRUTrace():
            return (1.0 - trace.u) * np.abs(trace.n), trace.u
        case EquationsTrace():
            gates = memory_gates(trace.cell.equations)
            if gates is None:
                return None
            new = trace[gates.memory]
            keeps = np.ones_like(new) if gates.keeps is None else gates.keeps.values(trace)
            return np.abs(new - keeps * trace.before(gates.memory)), keeps
    return None


def marked_steps(marks: Sequence[int], steps: int) -> NDArray[np.bool_]:
    """Return which of so many steps are marked, (steps,)."""
    marked = np.zeros(steps, bool)
    marked[list(marks)] = True
    return marked


def longest_stretch(marks: Sequence[int], steps: int) -> range:
    """Return the longest stretch of steps after a mark, up to the next mark or the end.

    Parameters
    ----------
    marks
        Steps from 0, in order.
    steps
        How many steps there are.

    Returns
    -------
    range
        Steps from 0; all of them where none is marked.
    """
    edges = [*marks, steps] if marks else [-1, steps]
    return max((range(first + 1, last) for first, last in pairwise(edges)), key=len)
