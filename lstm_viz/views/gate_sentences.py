"""What the gates of a trained network do on its probe, in sentences with numbers."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.analysis import longest_stretch, marked_steps, memory_gates
from lstm_viz.cells import GRUTrace, LSTMTrace
from lstm_viz.cells.run import Trace as EquationsTrace
from lstm_viz.markdown import Markdown
from lstm_viz.settings.family import AnyTrace
from lstm_viz.views.shown_lines import shown_lines

Array = NDArray[np.floating[Any]]

_SAME: Final = 0.1
"""A gate that moves by less counts as steady."""

_FEW: Final = 3
"""A stretch of fewer steps is not mentioned."""


def gate_sentences(
    trace: AnyTrace | EquationsTrace, marks: Sequence[int], labels: Sequence[str], unit: int | None
) -> list[Markdown]:
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
        The unit, from 0; None for the mean over all.
    """
    gates, keeps, symbol = _gates(trace)
    sentences = [
        Markdown("{}: {}.").format(Markdown(name), _compared(_of(values, unit), marks, labels))
        for name, values in gates.items()
    ]
    if not gates:
        sentences = [_without_gates(trace, unit)]
    kept = Markdown("") if keeps is None else _kept(_of(keeps, unit), marks, symbol)
    return [*sentences, kept] if kept else sentences


def _gates(trace: AnyTrace | EquationsTrace) -> tuple[dict[str, Array], Array | None, str]:
    """Return the gates by what they are called, the one that keeps the memory, and its symbol."""
    match trace:
        case LSTMTrace():
            gates = {"Input gate *i*": trace.i, "Forget gate *f*": trace.f, "Output gate *o*": trace.o}
            return gates, trace.f, "f"
        case GRUTrace():
            return {"Reset gate *r*": trace.r, "Update gate *z*": trace.u}, trace.u, "z"
        case EquationsTrace():
            return _gates_of_equations(trace)
    return {}, None, ""


def _gates_of_equations(trace: EquationsTrace) -> tuple[dict[str, Array], Array | None, str]:
    equations = trace.cell.equations
    memory = memory_gates(equations)
    gates = {
        f"Gate *{symbol.letter}*": trace[name]
        for name, symbol in shown_lines(equations).items()
        if not symbol.signed
    }
    keeps = memory.keeps if memory else None
    if keeps is None:
        return gates, None, ""
    return gates, keeps.values(trace), f"1 − {keeps.line}" if keeps.opposite else keeps.line


def _without_gates(trace: AnyTrace | EquationsTrace, unit: int | None) -> Markdown:
    if isinstance(trace, EquationsTrace):
        largest = np.abs(_of(trace["h"], unit)).max()
        return Markdown("The cell has no gates. Here |h| is **{:.2f}** at most.").format(largest)
    largest = np.abs(_of(trace.h, unit)).max()
    return Markdown(
        "A plain RNN has no gates: its whole state is made anew at every step. "
        "Here |h| is **{:.2f}** at most."
    ).format(largest)


def _of(values: Array, unit: int | None) -> Array:
    return values[:, unit] if unit is not None else np.asarray(values.mean(axis=1))


def _compared(values: Array, marks: Sequence[int], labels: Sequence[str]) -> Markdown:
    """Return a gate's mean on the marked steps beside that on the others; without marks, its range."""
    if marks and len(marks) < len(values):
        marked = marked_steps(marks, len(values))
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


def _kept(keeps: Array, marks: Sequence[int], symbol: str) -> Markdown:
    """Say how much of the memory passes through the longest stretch."""
    longest = longest_stretch(marks, len(keeps))
    if len(longest) < _FEW:
        return Markdown("")
    left = float(np.prod(keeps[longest.start : longest.stop]))
    share = (
        "less than 1 %" if left < 0.01 else f"{100 * left:.1f} %" if left >= 0.995 else f"{100 * left:.0f} %"
    )
    return Markdown(
        "Of the memory, **{}** is kept from step {} to step {}: the product of *{}* over {} steps."
    ).format(Markdown(share), longest.start + 1, longest.stop, Markdown(symbol), len(longest))


def openness(value: float) -> str:
    """Return how far a gate is open: two decimals, and more where two would read 1.00 or 0.00."""
    if 0.995 <= value < 0.99995 or 0.00005 <= value < 0.005:
        return f"{value:.4f}"
    return f"{value:.2f}"


def _level(value: float) -> Markdown:
    return Markdown(openness(value))


def _label(labels: Sequence[str], step: int) -> Markdown:
    there = step < len(labels) and labels[step]
    return Markdown(", “{}”").format(labels[step]) if there else Markdown("")
