"""What the gates of a run do around the steps that a task is about."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_viz.analysis.memory_gates import memory_gates
from lstm_viz.cells.face import FaceTrace

Array = NDArray[np.floating[Any]]


def memory(trace: FaceTrace) -> Array:
    """Return what a cell remembers.

    Parameters
    ----------
    trace
        A run of one sequence, of any cell.

    Returns
    -------
    ndarray
        (time, hidden): the state that is carried over, C of an LSTM; h where every state is made anew.
    """
    run = trace.run
    gates = memory_gates(run.cell.equations)
    return run[gates.memory if gates else "h"]


def most_selective_unit(trace: FaceTrace, marks: Sequence[int]) -> int:
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
    run, kept = trace.run, memory(trace)
    gates = memory_gates(run.cell.equations)
    if gates is None or not 0 < len(marks) < len(kept):
        return int(np.argmax(kept.std(axis=0)))
    keeps = np.ones_like(kept) if gates.keeps is None else gates.keeps.values(run)
    writes = np.abs(kept - keeps * run.before(gates.memory))
    marked = marked_steps(marks, len(kept))
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
