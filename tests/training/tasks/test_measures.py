import pytest

from lstm_viz.training.task import Goal
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
    trained, longer = Lengths("It", goal, 10, 20, "That is why.").rows(score, beyond)
    assert (trained.good, longer.good) == good
    assert trained.name.startswith("It, 10 steps")
    assert longer.name.startswith("It, 20 steps")
    assert ("That is why." in longer.note) == (longer.good is not True)
    assert all("Guessing gives" in each.note for each in (trained, longer))
    assert trained.name.endswith("(%)") == (goal is SHARE)
    assert trained.value == (100 * score if goal is SHARE else score)
