"""What the gates of a trained network do on its probe, said in numbers."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import GRUTrace, LSTMTrace, RNNTrace
from lstm_viz.markdown import Markdown
from lstm_viz.settings.family import AnyTrace, memory

Array = NDArray[np.floating[Any]]

_SAME: Final = 0.1
"""A gate that moves by less is said to stay."""

_FEW: Final = 3
"""Steps: of a shorter stretch there is nothing to say."""


def telling_unit(trace: AnyTrace, marks: Sequence[int]) -> int:
    """Return the unit whose gates tell most: it writes on the marked steps, not on others, and keeps that.

    What it keeps is the product of its forget gate over the steps that :func:`learned` speaks of. Where no
    step is marked, or there are no gates, it is the unit whose memory moves most.
    """
    kept = memory(trace)
    if isinstance(trace, RNNTrace) or not 0 < len(marks) < len(kept):
        return int(np.argmax(kept.std(axis=0)))
    marked = _mask(len(kept), marks)
    writes, keeps = (
        (trace.i * np.abs(trace.g), trace.f)
        if isinstance(trace, LSTMTrace)
        else ((1.0 - trace.u) * np.abs(trace.n), trace.u)
    )
    apart = writes[marked].mean(axis=0) - writes[~marked].mean(axis=0)
    between = _longest(marks, len(kept))
    return int(np.argmax(apart * keeps[between.start : between.stop].prod(axis=0)))


def learned(trace: AnyTrace, marks: Sequence[int], labels: Sequence[str], unit: int | None) -> list[Markdown]:
    """Return what the gates do, a line each.

    Parameters
    ----------
    trace
        A run on the probe, arrays (time, hidden).
    marks
        The steps that the task is about, from 0.
    labels
        What each step is.
    unit
        The unit that is spoken of; None for the mean over all.
    """
    if isinstance(trace, LSTMTrace):
        gates = {"Input gate *i*": trace.i, "Forget gate *f*": trace.f, "Output gate *o*": trace.o}
        keeps, symbol = trace.f, "f"
    elif isinstance(trace, GRUTrace):
        gates = {"Reset gate *r*": trace.r, "Update gate *z*": trace.u}
        keeps, symbol = trace.u, "z"
    else:
        largest = np.abs(_of(trace.h, unit)).max()
        return [
            Markdown(
                "A plain RNN has no gates: its whole state is made anew at every step. "
                "Here |h| is **{:.2f}** at most."
            ).format(largest)
        ]
    said = [
        Markdown("{}: {}.").format(Markdown(name), _compared(_of(values, unit), marks, labels))
        for name, values in gates.items()
    ]
    kept = _kept(_of(keeps, unit), marks, symbol)
    return [*said, kept] if kept else said


def _of(values: Array, unit: int | None) -> Array:
    return values[:, unit] if unit is not None else np.asarray(values.mean(axis=1))


def _mask(steps: int, marks: Sequence[int]) -> NDArray[np.bool_]:
    marked = np.zeros(steps, bool)
    marked[list(marks)] = True
    return marked


def _compared(values: Array, marks: Sequence[int], labels: Sequence[str]) -> Markdown:
    """Return a gate's mean on the marked steps beside that on the others; without marks, its range."""
    if marks and len(marks) < len(values):
        marked = _mask(len(values), marks)
        steps = "the marked step" if len(marks) == 1 else "the marked steps"
        on_marks, elsewhere = (_level(values[part].mean()) for part in (marked, ~marked))
        return Markdown("**{}** on {}, **{}** elsewhere").format(on_marks, steps, elsewhere)
    low, high = int(values.argmin()), int(values.argmax())
    if values[high] - values[low] < _SAME:
        return Markdown("about **{}** all along").format(_level(values.mean()))
    return Markdown("from **{}** (step {}{}) to **{}** (step {}{})").format(
        *(_level(values[low]), low + 1, _label(labels, low)),
        *(_level(values[high]), high + 1, _label(labels, high)),
    )


def _longest(marks: Sequence[int], steps: int) -> range:
    """Return the longest stretch after a mark, up to the next or the end; all steps where none is marked."""
    edges = [*marks, steps] if marks else [-1, steps]
    return max((range(first + 1, last) for first, last in pairwise(edges)), key=len)


def _kept(keeps: Array, marks: Sequence[int], symbol: str) -> Markdown:
    """Say how much of the memory passes through the longest stretch."""
    longest = _longest(marks, len(keeps))
    if len(longest) < _FEW:
        return Markdown("")
    left = float(np.prod(keeps[longest.start : longest.stop]))
    share = (
        "less than 1 %" if left < 0.01 else f"{100 * left:.1f} %" if left >= 0.995 else f"{100 * left:.0f} %"
    )
    return Markdown(
        "Of the memory, **{}** is kept from step {} to step {}: the product of *{}* over {} steps."
    ).format(Markdown(share), longest.start + 1, longest.stop, Markdown(symbol), len(longest))


def level(value: float) -> str:
    """Return how far a gate is open: two decimals, and more where two would read 1.00 or 0.00."""
    if 0.995 <= value < 0.99995 or 0.00005 <= value < 0.005:
        return f"{value:.4f}"
    return f"{value:.2f}"


def _level(value: float) -> Markdown:
    return Markdown(level(value))


def _label(labels: Sequence[str], step: int) -> Markdown:
    there = step < len(labels) and labels[step]
    return Markdown(", “{}”").format(labels[step]) if there else Markdown("")
