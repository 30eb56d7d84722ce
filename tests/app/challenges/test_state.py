"""The state of the Challenges page: what links and the hand do to it."""

from typing import Any

import pytest

from lstm_viz.app.challenges.state import ChallengesState, seed_of_the_day
from lstm_viz.app.challenges.view import board_record
from lstm_viz.lessons.challenges import challenges

HOLD = {"challenge": "hold", "f": "0_0_0_10", "i": "0_20_0_-10", "g": "1_0_0_0", "seed": "5"}


def weight(row: int, column: int, value: Any, *, done: bool = True) -> dict[str, Any]:
    return {"kind": "weight", "row": row, "column": column, "value": value, "done": done}


def test_an_empty_link_opens_the_first_challenge_on_the_sequences_of_the_day() -> None:
    state = ChallengesState.from_link({})
    assert (state.key, state.seed, state.test) == ("keep", seed_of_the_day(), 0)
    assert state.rows == challenges()["keep"].zeros
    assert state.link() == {"challenge": "keep"}


def test_a_link_carries_an_attempt_and_its_sequences_and_no_marks() -> None:
    state = ChallengesState.from_link(HOLD)
    assert state.shared_link() == HOLD
    assert state.link() == HOLD
    assert board_record(state)["stars"] == 3


@pytest.mark.parametrize(
    "claimed", [{"stars": "3"}, {"passed": "24"}, {"stars": "3", "nonzero": "1", "solved": "yes"}]
)
def test_marks_cannot_be_claimed_by_a_link(claimed: dict[str, str]) -> None:
    record = board_record(ChallengesState.from_link({**HOLD, "f": "0_0_0_3", **claimed}))
    assert record["stars"] == 0
    assert not all(record["passed"])


def test_what_is_shared_opens_on_the_same_sequences() -> None:
    state = ChallengesState.from_link({})
    state.apply(weight(1, 2, 4.0))
    again = ChallengesState.from_link(state.shared_link())
    assert board_record(again)["passed"] == board_record(state)["passed"]
    assert again.seed == state.seed


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"challenge": "fly"}, "asks for a challenge “fly”, which does not exist"),
        ({**HOLD, "f": "0_0_10"}, "damaged: f must hold 1 rows of 4 weights, for value, flag, h, b"),
        ({**HOLD, "f": "0_0_0_21"}, "damaged: a weight must be from -20 to 20"),
        ({**HOLD, "f": "0_0_0_x"}, "“x” in its part f is not a number"),
        ({**HOLD, "seed": "-1"}, "damaged: seed must be from 0"),
        ({**HOLD, "seed": "1.5"}, "“1.5” in its part seed is not a whole number"),
    ],
)
def test_a_damaged_link_is_refused_in_words_and_changes_nothing(query: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ChallengesState.from_link(query)
    state = ChallengesState.from_link(HOLD)
    with pytest.raises(ValueError, match=message):
        state.follow(query)
    assert state.link() == HOLD


def test_every_challenge_keeps_its_own_attempt_and_its_own_way_back() -> None:
    state = ChallengesState.from_link({})
    state.apply(weight(1, 2, 4.0))
    state.apply({"kind": "challenge", "challenge": "latch", "done": True})
    assert state.rows == challenges()["latch"].zeros
    state.move("undo")
    assert state.rows == challenges()["latch"].zeros
    state.apply({"kind": "challenge", "challenge": "keep", "done": True})
    assert state.rows[1] == (0.0, 0.0, 4.0)
    state.move("undo")
    assert state.rows == challenges()["keep"].zeros
    state.move("redo")
    state.move("reset")
    assert state.rows == challenges()["keep"].zeros


def test_a_drag_is_one_version_and_a_link_names_it_once_it_is_let_go() -> None:
    state = ChallengesState.from_link({})
    for value in (1.0, 2.0, 3.0):
        state.apply(weight(1, 2, value, done=False))
    assert state.link() == {"challenge": "keep"}
    assert state.shown_link()["f"] == "0_0_3"
    state.apply(weight(1, 2, 4.0))
    assert state.link() == {"challenge": "keep", "f": "0_0_4"}
    state.move("undo")
    assert state.rows == challenges()["keep"].zeros


def test_another_challenge_is_looked_at_from_its_first_sequence() -> None:
    state = ChallengesState.from_link({})
    state.apply({"kind": "test", "test": 7, "done": True})
    assert state.test == 7
    state.apply({"kind": "challenge", "challenge": "keep", "done": True})
    assert state.test == 7
    state.apply({"kind": "challenge", "challenge": "copy", "done": True})
    assert state.test == 0


@pytest.mark.parametrize(
    "edit",
    [
        weight(4, 0, 1.0),
        weight(-1, 0, 1.0),
        weight(0, 4, 1.0),
        weight(0, 0, 20.1),
        weight(0, 0, float("nan")),
        weight(0, 0, "x"),
        {"kind": "weight", "done": True},
        {"kind": "test", "test": 24},
        {"kind": "test", "test": -1},
        {"kind": "challenge", "challenge": "fly"},
        {"kind": "solve"},
        {},
    ],
)
def test_an_edit_that_no_hand_makes_is_refused_and_changes_nothing(edit: dict[str, Any]) -> None:
    state = ChallengesState.from_link(HOLD)
    with pytest.raises((ValueError, TypeError, KeyError)):
        state.apply(edit)
    assert state.shown_link() == {**HOLD, "test": "0"}


def test_a_weight_of_minus_zero_is_zero() -> None:
    state = ChallengesState.from_link({})
    state.apply(weight(1, 2, -0.0))
    assert state.link() == {"challenge": "keep"}
    assert board_record(state)["nonzero"] == 0
