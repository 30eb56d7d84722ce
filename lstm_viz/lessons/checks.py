"""What a stop can ask for: named predicates on a run.

A lesson names one, with its numbers: ``{ name = "keeps", quantity = "C", least = 0.95 }``. Each is a record
that a file is read into, so a name or a number that is not known is refused there, and ``passes`` says
whether what a person has made fulfils it.
"""

from typing import Final, TypeAlias

import msgspec
import numpy as np

from lstm_viz.lessons.expressions import Array, Line, Scope, expression

_HALF: Final = 0.5


class _Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", kw_only=True):
    """What all have in common."""

    def passes(self, scope: Scope) -> bool:
        """Return whether the run fulfils this.

        Parameters
        ----------
        scope
            The run as it is now, and as it was at the beginning, as ``start``; see
            :mod:`lstm_viz.lessons.scope`.

        Raises
        ------
        ValueError
            If the run has no quantity of a name that is asked for.
        """
        raise NotImplementedError


class Keeps(_Check, tag="keeps", frozen=True):
    """The last value is at least a share of the value at an earlier step, with the same sign."""

    quantity: str
    least: float
    step: int = 1

    def passes(self, scope: Scope) -> bool:
        """Compare the last value with that of ``step``."""
        line = _line(scope, self.quantity)
        first, last = float(line.at(self.step)), float(line.values[-1])
        return first != 0.0 and last / first >= self.least


class Still(_Check, tag="still", frozen=True):
    """No step moves a quantity by more than so much, but for the steps at which an input is not 0."""

    quantity: str
    most: float
    unless: str

    def passes(self, scope: Scope) -> bool:
        """Look at every step without the input."""
        line = _line(scope, self.quantity)
        before = np.concatenate([[line.at(0)], line.values[:-1]])
        quiet = _line(scope, self.unless).values == 0.0
        return bool((np.abs(line.values - before)[quiet] <= self.most).all())


class Small(_Check, tag="small", frozen=True):
    """A quantity stays within so much of 0, but for the steps at which an input is not 0."""

    quantity: str
    most: float
    unless: str

    def passes(self, scope: Scope) -> bool:
        """Look at every step without the input."""
        quiet = _line(scope, self.unless).values == 0.0
        return bool((np.abs(_line(scope, self.quantity).values)[quiet] <= self.most).all())


class Reaches(_Check, tag="reaches", frozen=True):
    """At each step at which an input is not 0, a quantity is a wanted value, give or take."""

    quantity: str
    value: str
    """An expression in which ``t`` is the step: ``tanh(value[t])``."""
    within: float
    when: str

    def __post_init__(self) -> None:
        expression(self.value)

    def passes(self, scope: Scope) -> bool:
        """Look at every step with the input; there must be one."""
        wanted = expression(self.value)
        line = _line(scope, self.quantity)
        steps = np.flatnonzero(_line(scope, self.when).values) + 1
        off = [abs(line.at(t) - wanted.value({**scope, "t": float(t)})) for t in map(int, steps)]
        return bool(off) and bool(max(off) <= self.within)


class Unchanged(_Check, tag="unchanged", frozen=True):
    """A quantity is at every step what it was at the beginning of the stop, give or take."""

    quantity: str
    within: float

    def passes(self, scope: Scope) -> bool:
        """Compare every step."""
        now, before = _line(scope, self.quantity), _line(scope["start"], self.quantity)
        return len(now.values) == len(before.values) and _largest(now.values - before.values) <= self.within


class GradientArrives(_Check, tag="gradient arrives", frozen=True):
    """At least a share of the gradient of the last C arrives at the C of an early step."""

    least: float
    step: int = 1

    def passes(self, scope: Scope) -> bool:
        """Compare the gradient at ``step`` with that at the last step."""
        gradient = _line(scope, "gradient")
        return float(gradient.at(self.step)) >= self.least * float(gradient.values[-1])


class Flips(_Check, tag="flips", frozen=True):
    """A probability is on the other side of one half than at the beginning of the stop."""

    number: str

    def passes(self, scope: Scope) -> bool:
        """Compare the two sides."""
        return (_number(scope, self.number) > _HALF) != (_number(scope["start"], self.number) > _HALF)


class AtLeast(_Check, tag="at least", frozen=True):
    """A number that the page tells of is at least so much."""

    number: str
    least: float

    def passes(self, scope: Scope) -> bool:
        """Look at the number."""
        return _number(scope, self.number) >= self.least


class AtMost(_Check, tag="at most", frozen=True):
    """A number that the page tells of is at most so much."""

    number: str
    most: float

    def passes(self, scope: Scope) -> bool:
        """Look at the number."""
        return _number(scope, self.number) <= self.most


Check: TypeAlias = Keeps | Still | Small | Reaches | Unchanged | GradientArrives | Flips | AtLeast | AtMost
"""Any of them; a file tells them apart by ``name``."""


def _line(scope: Scope, name: str) -> Line:
    line = scope.get(name)
    if not isinstance(line, Line):
        raise ValueError(f"check asks for {name}, which the run does not have")
    return line


def _number(scope: Scope, name: str) -> float:
    number = scope.get(name)
    if not isinstance(number, float):
        raise ValueError(f"check asks for {name}, which the page does not tell")
    return number


def _largest(values: Array) -> float:
    return float(np.abs(values).max())
