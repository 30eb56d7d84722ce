"""Marking an attempt at a challenge: the cell is run, on every sequence at once, and compared step by step.

An attempt that fails is told why. With the solution's forget gate f* and what it writes, (i·g)*, the error of
C is made of two parts, exactly::

    e_t = f*_t e_{t-1}  +  (f_t − f*_t) C_{t-1}  +  (i·g)_t − (i·g)*_t
          carried along    kept too much, little    written too much, little

Followed over the steps, the two parts say whether the fault lies in what is kept or in what is written.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from lstm_viz.cells import LSTMTrace
from lstm_viz.lessons.challenges import Challenge, Sequences
from lstm_viz.lessons.expressions import Array
from lstm_viz.notation import decimals, written
from lstm_viz.settings.cell import CellSettings, Rows

Kind: TypeAlias = Literal["forgets", "keeps", "leaks", "writes", "shows"]

_SECOND_STAR: Final = 2
"""So many weights over par still earn two stars."""


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """How a cell did.

    Attributes
    ----------
    passed
        For each sequence whether every step was within the tolerance, (sequences,).
    first_out
        The first step that was not, counted from 1; 0 where all were, (sequences,).
    values
        What was looked at, after each step, (steps, sequences).
    trace
        The run of all sequences.
    nonzero
        How many weights are not zero.
    stars
        0 if a sequence failed; otherwise 1, 2 for at most two weights over par, 3 at par or below.
    """

    passed: np.ndarray[tuple[int], np.dtype[np.bool_]]
    first_out: np.ndarray[tuple[int], np.dtype[np.int64]]
    values: Array
    trace: LSTMTrace
    nonzero: int
    stars: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one sequence failed.

    Attributes
    ----------
    kind
        "forgets" and "keeps": too little or too much of the old C; "leaks": something is written where
        nothing should be; "writes": what is written is not what should be; "shows": C is right, and h is not.
    step
        The first step that is out of the band, counted from 1.
    text
        A sentence or two, with the numbers of this run.
    """

    kind: Kind
    step: int
    text: str


def mark(challenge: Challenge, rows: Rows, tests: Sequences) -> Marks:
    """Run a cell over sequences, and compare.

    Parameters
    ----------
    challenge
        What it should do.
    rows
        Its weights, as :class:`~lstm_viz.settings.cell.CellSettings` has them.
    tests
        The sequences.

    Raises
    ------
    ValueError
        If the weights do not fit the challenge, or are too large.
    """
    trace = _run(challenge.cell(rows), tests)
    values = _looked_at(challenge, trace)
    out = np.abs(values - tests.target) > challenge.tolerance
    first = np.where(out.any(axis=0), out.argmax(axis=0) + 1, 0)
    nonzero = sum(weight != 0.0 for row in rows for weight in row)
    passed = first == 0
    return Marks(passed, first, values, trace, nonzero, _stars(challenge, nonzero) if passed.all() else 0)


def reason(challenge: Challenge, marks: Marks, tests: Sequences, number: int) -> Reason | None:
    """Return why a sequence failed, or None where it passed.

    Parameters
    ----------
    challenge, marks, tests
        What was marked.
    number
        The sequence, counted from 0.

    Raises
    ------
    IndexError
        If there is no such sequence.
    """
    step = int(marks.first_out[number])
    if not step:
        return None
    solved = _run(challenge.cell(challenge.rows(challenge.solution)), tests)
    compared = _Compared(challenge, marks.trace, solved, number, step - 1)
    if challenge.quantity == "h" and abs(compared.now("c") - compared.wanted("c")) <= challenge.tolerance:
        return compared.of_shown(step)
    kept, written_off = compared.faults()
    return compared.of_kept(step) if abs(kept) >= abs(written_off) else compared.of_written(step)


def _run(cell: CellSettings, tests: Sequences) -> LSTMTrace:
    count = tests.x.shape[1]
    h0, c0 = np.tile(cell.h0, (count, 1)), np.tile(cell.c0, (count, 1))
    return cell.cell().run(tests.x, h0, c0)


def _looked_at(challenge: Challenge, trace: LSTMTrace) -> Array:
    states = trace.c if challenge.quantity == "C" else trace.h
    return np.asarray(states[:, :, challenge.unit - 1])


def _stars(challenge: Challenge, nonzero: int) -> int:
    if nonzero <= challenge.par:
        return 3
    return 2 if nonzero <= challenge.par + _SECOND_STAR else 1


class _Compared:
    """One failing sequence beside the solution on the same inputs, up to the step that is out of the band."""

    def __init__(
        self, challenge: Challenge, ours: LSTMTrace, solved: LSTMTrace, number: int, step: int
    ) -> None:
        at = (slice(None, step + 1), number, challenge.unit - 1)
        names = ("f", "i", "g", "o", "c", "c_prev", "h")
        self.ours: dict[str, Array] = {name: getattr(ours, name)[at] for name in names}
        self.solved: dict[str, Array] = {name: getattr(solved, name)[at] for name in names}

    def now(self, name: str) -> float:
        """Return a quantity of the attempt at the last step looked at."""
        return float(self.ours[name][-1])

    def wanted(self, name: str) -> float:
        """Return the same of the solution."""
        return float(self.solved[name][-1])

    def faults(self) -> tuple[float, float]:
        """Return the two parts of the error of C: of what was kept, and of what was written."""
        kept = written_off = 0.0
        for f, more_kept, more_written in zip(
            self.solved["f"], self._kept_off(), self._written_off(), strict=True
        ):
            kept, written_off = f * kept + more_kept, f * written_off + more_written
        return kept, written_off

    def _kept_off(self) -> Array:
        return (self.ours["f"] - self.solved["f"]) * self.ours["c_prev"]

    def _written_off(self) -> Array:
        return self.ours["i"] * self.ours["g"] - self.solved["i"] * self.solved["g"]

    def of_kept(self, step: int) -> Reason:
        """Return the reason where the fault lies in what is kept."""
        at = int(np.abs(self._kept_off()).argmax())
        f, old = float(self.ours["f"][at]), float(self.ours["c_prev"][at])
        if f < float(self.solved["f"][at]):
            alike = int((self.solved["f"] - self.ours["f"] > 0.5 * (self.solved["f"][at] - f)).sum())
            steps = f"step {at + 1}" if alike == 1 else f"each of {alike} steps"
            words = f"at *f* = {_gate(f)} {steps} loses {_share(1.0 - f)} of it."
            return Reason("forgets", step, f"{self._place(step)}: {words}")
        words = f"at *f* = {_gate(f)} step {at + 1} still keeps {_signed(f * old)} of the old {_signed(old)}."
        return Reason("keeps", step, f"{self._place(step)}: {words}")

    def of_written(self, step: int) -> Reason:
        """Return the reason where the fault lies in what is written."""
        at = int(np.abs(self._written_off()).argmax())
        i, g = float(self.ours["i"][at]), float(self.ours["g"][at])
        wanted = float(self.solved["i"][at] * self.solved["g"][at])
        if abs(wanted) < min(abs(i * g), _NOTHING):
            words = (
                f"step {at + 1} should write nothing, but *i* = {_gate(i)} lets in {_signed(i * g)} of "
                f"*C̃* = {_signed(g)}."
            )
            return Reason("leaks", step, f"{self._place(step)}: {words}")
        words = (
            f"step {at + 1} writes *i* · *C̃* = {_gate(i)} · {_signed(g)} = {_signed(i * g)} instead of "
            f"{_signed(wanted)}."
        )
        return Reason("writes", step, f"{self._place(step)}: {words}")

    def of_shown(self, step: int) -> Reason:
        """Return the reason where C is right, and what is shown of it is not."""
        words = (
            f"*C* is right, but at step {step} *h* is {_signed(self.now('h'))} instead of "
            f"{_signed(self.wanted('h'))}: *o* stands at {_gate(self.now('o'))}."
        )
        return Reason("shows", step, words)

    def _place(self, step: int) -> str:
        return f"At step {step} *C* is {_signed(self.now('c'))} instead of {_signed(self.wanted('c'))}"


_NOTHING: Final = 0.01
"""What is smaller is not seen on the page."""


def _signed(value: float) -> str:
    if abs(value) < 0.05 * _NOTHING:
        return "0"
    return decimals(value, 2) if abs(value) >= _NOTHING else written(value, 1)


def _gate(value: float) -> str:
    """Write a gate: near 0 and near 1 more decimals matter."""
    if value < _NOTHING:
        return written(value, 2)
    return decimals(value, 4) if value > 1.0 - _NOTHING else decimals(value, 2)


def _share(value: float) -> str:
    return f"{written(100.0 * value, 2)}\N{NO-BREAK SPACE}%"
