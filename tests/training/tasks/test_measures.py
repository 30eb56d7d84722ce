from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lstm_viz.training.task import Array, Goal
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.measures import Lengths, beside_guessing, percent

ERROR = Goal("mean squared error", guessing=0.25, solved=0.01, better="lower")
SHARE = Goal("accuracy", guessing=0.5, solved=0.99, better="higher")


@pytest.mark.parametrize(
    ("share", "told"), [(0.0, 0.0), (0.12345, 12.3), (0.9994, 99.9), (2559 / 2560, 99.9), (1.0, 100.0)]
)
def test_a_fault_is_never_told_as_all_of_it(share: float, told: float) -> None:
    assert percent(share) == told


@pytest.mark.parametrize(
    ("share", "good"), [(0.5, False), (0.4, False), (0.51, None), (0.98, True), (1.0, True)]
)
def test_a_share_is_good_bad_or_neither(share: float, good: bool | None) -> None:
    row = beside_guessing("Right", share, 0.5, 0.98, "Of ten.")
    assert (row.name, row.good) == ("Right (%)", good)
    assert row.note == "Of ten. Guessing gives 50 %."


@pytest.mark.parametrize(
    ("goal", "score", "beyond", "good"),
    [
        (ERROR, 0.009, 0.008, (True, True)),
        (ERROR, 0.009, 0.2, (True, None)),
        (ERROR, 0.02, 0.3, (None, False)),
        (SHARE, 1.0, 0.995, (True, True)),
        (SHARE, 0.99, 0.6, (True, None)),
        (SHARE, 0.9, 0.5, (None, False)),
    ],
)
def test_what_is_asked_for_comes_before_what_is_harder(
    goal: Goal, score: float, beyond: float, good: tuple[bool | None, bool | None]
) -> None:
    trained, longer = Lengths("It", goal, 10, 20).rows(score, beyond, "Off by 2.")
    assert (trained.good, longer.good) == good
    assert trained.name.startswith("It, 10 steps")
    assert longer.name.startswith("It, 20 steps")
    assert longer.note.startswith("Longer than any trained on. Off by 2. Guessing gives")
    assert "Off by 2." not in trained.note
    assert "Guessing gives" in trained.note
    assert trained.name.endswith("(%)") == (goal is SHARE)
    assert trained.value == (100 * score if goal is SHARE else score)


class Answer:
    """A network that adds something to the right answers, which it is given beforehand."""

    def __init__(self, task: str, off: Callable[[Array], Array]) -> None:
        self.off = off
        self.right = {"adding": _sums, "latch": _held}[task]

    def __call__(self, x: Array, _lengths: Array | None = None, /) -> Array:
        right = self.right(x)
        return right + self.off(right)

    def step(self, x: Array, state: Any = None, /) -> tuple[Array, Any]:
        raise NotImplementedError


def _sums(x: Array) -> Array:
    sums: Array = (x[..., 0] * (x[..., 1] == 1)).sum(axis=0)[:, None]
    return sums


def _held(x: Array) -> Array:
    flagged = np.where(x[..., 1] == 1, np.arange(len(x))[:, None], 0)
    return np.take_along_axis(x[..., 0], np.maximum.accumulate(flagged, axis=0), axis=0)[..., None]


def notes(task: str, off: Callable[[Array], Array]) -> list[str]:
    data = TASKS[task].prepare(TASKS[task].defaults, None, lambda *_: None)
    return [each.note for each in data.measure(Answer(task, off))]


def test_a_reason_is_given_only_where_it_was_measured() -> None:
    """A network no better than guessing was once said to have learned to take off what steps add to C."""
    rng = np.random.default_rng(0)
    for task in ("adding", "latch"):
        for note in notes(task, lambda right: rng.standard_normal(right.shape)):
            assert "learned" not in note
            assert "too high" not in note
    shifted = notes("adding", lambda right: np.full_like(right, 0.3))
    assert "The answers are too high by 0.30 on average: 100 % of the error." in shifted[1]
    low = notes("adding", lambda right: np.full_like(right, -0.3))
    assert "too low by 0.30" in low[1]


def test_what_a_latch_loses_is_told_by_how_long_it_was_held() -> None:
    def fading(right: Array) -> Array:
        age = np.zeros(right.shape)
        for step in range(1, len(right)):
            age[step] = np.where(right[step] == right[step - 1], age[step - 1] + 1, 0)
        return np.where(age >= 30, 0.5, 0.0)

    assert "Values held for 30 steps and more: 0.25; all others: 0." in notes("latch", fading)[1]
