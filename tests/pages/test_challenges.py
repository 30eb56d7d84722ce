"""The Challenges page without a browser: what it shows was marked, and no link or message breaks it."""

from typing import Any

import pytest

from lstm_viz.lessons.challenges import challenges
from tests.pages.visitor import Visitor

BOARD = "challenges_board"
SOLVED = {"challenge": "keep", "f": "0_0_10"}


def on_challenges(**query: str) -> Visitor:
    visitor = Visitor.on_start()
    visitor.follow("challenges", **query)
    return visitor


def edit(visitor: Visitor, number: int = 1, **fields: Any) -> None:
    visitor.send("edit", {"id": number, "edits": [{"done": True, **fields}]}, component=BOARD)


def test_opens_on_the_first_challenge_with_every_weight_0() -> None:
    visitor = on_challenges()
    board = visitor.sent(BOARD)
    assert not visitor.app.exception
    assert board["challenge"]["key"] == "keep"
    assert [each["key"] for each in board["challenge"]["all"]] == list(challenges())
    assert (board["nonzero"], board["stars"], board["test"]) == (0, 0, 0)
    assert board["preview"] == "/lstm-viz/preview/challenges"


def test_the_page_says_how_it_is_marked() -> None:
    (words,) = [text.value for text in on_challenges().app.markdown if "Stars" in text.value]
    assert "It holds no marks" in words


def test_a_link_is_marked_anew_when_it_is_opened() -> None:
    assert on_challenges(**SOLVED).sent(BOARD)["stars"] == 3
    assert on_challenges(**{**SOLVED, "f": "0_0_4", "stars": "3"}).sent(BOARD)["stars"] == 0


def test_a_weight_is_set_and_the_address_names_it() -> None:
    visitor = on_challenges()
    edit(visitor, kind="weight", row=1, column=2, value=10.0)
    board = visitor.sent(BOARD)
    assert board["stars"] == 3
    assert board["reply"] == 1
    assert board["history"] == {"undo": True, "redo": False, "changed": True}
    assert dict(visitor.app.query_params) == {"challenge": "keep", "f": "0_0_10"}
    visitor.send("history", "undo", component=BOARD)
    assert visitor.sent(BOARD)["stars"] == 0
    assert dict(visitor.app.query_params) == {"challenge": "keep"}


def test_another_challenge_opens_as_it_was_left() -> None:
    visitor = on_challenges(**SOLVED)
    edit(visitor, kind="challenge", challenge="latch")
    assert visitor.sent(BOARD)["challenge"]["number"] == 12
    edit(visitor, number=2, kind="challenge", challenge="keep")
    assert visitor.sent(BOARD)["stars"] == 3


@pytest.mark.parametrize("query", [{"challenge": "fly"}, {**SOLVED, "f": "0_10"}, {**SOLVED, "seed": "x"}])
def test_a_damaged_link_is_said_to_be_one(query: dict[str, str]) -> None:
    visitor = on_challenges(**query)
    assert not visitor.app.exception
    assert len(visitor.app.warning) == 1
    assert visitor.sent(BOARD)["challenge"]["key"] == "keep"
    edit(visitor, kind="weight", row=1, column=2, value=10.0)
    assert visitor.sent(BOARD)["stars"] == 3
    assert not visitor.app.warning


@pytest.mark.parametrize(
    "message", [None, {}, {"id": 1, "edits": [{"kind": "solve"}]}, {"id": 1, "edits": "x"}]
)
def test_a_message_that_no_hand_makes_changes_nothing(message: Any) -> None:
    visitor = on_challenges(**SOLVED)
    visitor.send("edit", message, component=BOARD)
    assert not visitor.app.exception
    assert visitor.sent(BOARD)["stars"] == 3
