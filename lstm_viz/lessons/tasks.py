"""What a stop asks for: to do something, to choose an answer, or to predict a number before it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from lstm_viz.lessons.checks import Check
from lstm_viz.lessons.expressions import Line, Scope, expression
from lstm_viz.lessons.text import Text, filled

_NEAR = 0.5
"""A guess is near a mistake within this part of what counts as right."""

_SAME = 1e-6


class _Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True):
    """What all have in common: what a person is asked, in words."""

    text: str

    def __post_init__(self) -> None:
        Text.read(self.text)

    def goal(self) -> Scope:
        """Return the numbers that its text may name as ``goal.least`` and the like."""
        return {}


class Do(_Task, tag="do", frozen=True):
    """Change the page until all checks pass; ``solution`` is the link of a page that does.

    It is empty on a page whose solution is no state of a link, such as a training.
    """

    checks: tuple[Check, ...]
    solution: str = ""

    def goal(self) -> Scope:
        """Return the numbers of the checks; of several with the same name that of the first."""
        fields = [field for check in reversed(self.checks) for field in msgspec.structs.asdict(check).items()]
        return {name: float(value) for name, value in fields if isinstance(value, int | float)}

    def passes(self, scope: Scope) -> bool:
        """Return whether every check passes; ``ValueError`` where one asks for what the run has not."""
        return all(check.passes(scope) for check in self.checks)


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer to choose: an expression for its number, and what is said to whoever chooses it."""

    value: str
    says: str

    def __post_init__(self) -> None:
        expression(self.value)
        Text.read(self.says)


class Choose(_Task, tag="choose", frozen=True):
    """Choose one of several numbers; right is the one that equals ``answer``."""

    answer: str
    options: tuple[Option, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        expression(self.answer)
        if len(self.options) < 2:
            raise ValueError(f"options must be at least 2, got {len(self.options)}")

    def right(self, scope: Scope) -> int:
        """Return which option is right, counted from 0.

        Raises
        ------
        ValueError
            If none is, or more than one.
        """
        truth = expression(self.answer).value(scope)
        values = [expression(option.value).value(scope) for option in self.options]
        right = [k for k, value in enumerate(values) if abs(value - truth) <= _SAME * max(1.0, abs(truth))]
        if len(right) != 1:
            raise ValueError(f"options must hold {self.answer} exactly once, got it {len(right)} times")
        return right[0]

    def passes(self, scope: Scope, chosen: int | None) -> bool:
        """Return whether the option that was chosen, counted from 0, is the right one."""
        return chosen == self.right(scope)


class Mistake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known mistake: the number it leads to, as an expression in the step ``t``, and what is said of it."""

    value: str
    says: str

    def __post_init__(self) -> None:
        expression(self.value)
        Text.read(self.says)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of one prediction.

    Attributes
    ----------
    said, truth
        The two numbers.
    close
        Whether the prediction counts as right.
    mistake
        What is said of the known mistake that it is near; empty if it is near none, or right.
    """

    said: float
    truth: float
    close: bool
    mistake: str


class Predict(_Task, tag="predict", frozen=True):
    """Say what a quantity will be at each of some steps, before it is shown.

    The stop is done when every step has been predicted; ``enough`` of them within ``within`` earn a star.
    ``says`` is what is said of every step, right or wrong, with ``t`` for the step.
    """

    quantity: str
    steps: tuple[int, ...]
    within: float
    enough: int
    says: str
    mistakes: tuple[Mistake, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        Text.read(self.says)
        if not self.steps or list(self.steps) != sorted(set(self.steps)):
            raise ValueError("steps must be at least one, each once and in order")
        if not self.within > 0.0:
            raise ValueError(f"within must be above 0, got {self.within:g}")
        if not 1 <= self.enough <= len(self.steps):
            raise ValueError(f"enough must be from 1 to the number of steps, got {self.enough}")

    def goal(self) -> Scope:
        """Return within how much a prediction counts, how many must, and how many there are."""
        return {"within": self.within, "enough": float(self.enough), "steps": float(len(self.steps))}

    def judge(self, scope: Scope, step: int, said: float) -> Judgement:
        """Return what came of a prediction.

        Parameters
        ----------
        scope
            The run; see :mod:`lstm_viz.lessons.scope`.
        step
            The step that was predicted, counted from 1.
        said
            The prediction.

        Raises
        ------
        ValueError
            If the run has no such quantity or step.
        """
        line = scope.get(self.quantity)
        if not isinstance(line, Line):
            raise ValueError(f"quantity must be one that the run has, got {self.quantity}")
        at_step = {**scope, "t": float(step)}
        truth = float(line.at(step))
        close = abs(said - truth) <= self.within
        return Judgement(said, truth, close, "" if close else self._mistake(at_step, said))

    def _mistake(self, scope: Scope, said: float) -> str:
        off = [abs(expression(each.value).value(scope) - said) for each in self.mistakes]
        nearest = min(range(len(off)), key=off.__getitem__, default=None)
        if nearest is None or off[nearest] > _NEAR * self.within:
            return ""
        return filled(self.mistakes[nearest].says, scope)

    def passes(self, said: Mapping[int, float]) -> bool:
        """Return whether every step has been predicted, by step."""
        return set(self.steps) <= said.keys()

    def has_star(self, scope: Scope, said: Mapping[int, float]) -> bool:
        """Return whether enough of the predictions are close."""
        close = [self.judge(scope, step, said[step]).close for step in self.steps if step in said]
        return sum(close) >= self.enough


Task: TypeAlias = Do | Choose | Predict
"""Any of them; a file tells them apart by ``kind``."""
