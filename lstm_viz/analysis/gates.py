"""What the gates of a run do around the steps that a task is about."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import GRUTrace, LSTMTrace, RNNTrace

Array = NDArray[np.floating[Any]]
Trace: TypeAlias = LSTMTrace | GRUTrace | RNNTrace


def memory(trace: Trace) -> Array:
    """Return what a cell remembers.

    Parameters
    ----------
    trace
        A run of one sequence.

    Returns
    -------
    ndarray
        (time, hidden): C, or h where there is no C.
    """
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
        every step is marked, or there are no gates, it is the unit whose memory moves most.
    """
    kept = memory(trace)
    if isinstance(trace, RNNTrace) or not 0 < len(marks) < len(kept):
        return int(np.argmax(kept.std(axis=0)))
    marked = marked_steps(marks, len(kept))
    writes, keeps = (
        (trace.i * np.abs(trace.g), trace.f)
        if isinstance(trace, LSTMTrace)
        else ((1.0 - trace.u) * np.abs(trace.n), trace.u)
    )
    difference = writes[marked].mean(axis=0) - writes[~marked].mean(axis=0)
    between = longest_stretch(marks, len(kept))
    return int(np.argmax(difference * keeps[between.start : between.stop].prod(axis=0)))


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
