"""What the board is sent: marked anew from the weights, the same by the page and by the preview route."""

import time
from typing import Any

import numpy as np
import orjson
import pytest

from lstm_viz.app.challenges.preview import answer
from lstm_viz.app.challenges.state import ChallengesState
from lstm_viz.app.challenges.view import board_record
from lstm_viz.app.shell.messages import REFUSALS
from lstm_viz.app.shell.preview import Question
from lstm_viz.lessons.challenges import TESTS, challenges, hidden_tests
from lstm_viz.lessons.marking import mark

LEAKY = {"challenge": "hold", "f": "0_0_0_5", "i": "0_10_0_-5", "g": "1_0_0_0", "seed": "5"}


def ask(link: Any, *edits: Any) -> Any:
    question = Question.read(orjson.dumps({"run": link, "edits": list(edits), "dark": False}))
    return orjson.loads(orjson.dumps(answer(question), option=orjson.OPT_SERIALIZE_NUMPY))


def sent(state: ChallengesState) -> dict[str, Any]:
    record: dict[str, Any] = orjson.loads(orjson.dumps(board_record(state)))
    return record


def test_a_preview_is_what_the_page_then_shows() -> None:
    state = ChallengesState.from_link(LEAKY)
    edits = [
        {"kind": "weight", "row": 1, "column": 3, "value": 7.5, "done": False},
        {"kind": "test", "test": 3, "done": True},
    ]
    seen = ask(sent(state)["link"], *edits)
    for edit in edits:
        state.apply(edit)
    shown = sent(state)
    del shown["link"], shown["shared"]
    assert seen == {"record": shown, "components": {}}


def test_the_record_has_the_marks_the_curve_and_the_reason_of_the_run() -> None:
    state = ChallengesState.from_link(LEAKY)
    challenge, tests = challenges()["hold"], hidden_tests("hold", 5)
    marks = mark(challenge, state.rows, tests)
    failing = int(np.flatnonzero(~marks.passed)[1])
    state.look_at(failing)
    record = sent(state)
    assert record["passed"] == marks.passed.tolist()
    assert record["curve"]["values"] == marks.values[:, failing].tolist()
    assert record["curve"]["target"] == tests.target[:, failing].tolist()
    assert record["curve"]["out"] == marks.first_out[failing]
    assert record["reason"]["test"] == failing
    assert [row["label"] for row in record["strip"]] == ["value", "flag", "i", "f", "C̃", "C"]
    assert record["nonzero"] == 4


def test_where_the_sequence_shown_passes_the_reason_is_that_of_the_first_that_fails() -> None:
    state = ChallengesState.from_link(LEAKY)
    record = sent(state)
    state.look_at(record["passed"].index(True))
    assert sent(state)["reason"]["test"] == record["passed"].index(False)


@pytest.mark.parametrize("key", challenges())
def test_a_solved_challenge_has_no_reason(key: str) -> None:
    challenge = challenges()[key]
    query = dict(part.split("=") for part in challenge.solution.split("&"))
    record = sent(ChallengesState.from_link({"challenge": key, **query}))
    assert record["reason"] is None
    assert record["passed"] == [True] * TESTS
    assert record["stars"] == 3


def test_what_is_asked_of_h_shows_h() -> None:
    record = sent(ChallengesState.from_link({"challenge": "when-asked"}))
    assert [row["label"] for row in record["strip"]] == ["ask", "f", "o", "C", "h"]


def test_a_move_is_marked_in_a_fraction_of_what_a_hand_notices() -> None:
    """The whole way to the eye has 60 ms; this part of it takes some 2 ms here."""
    link = ChallengesState.from_link(LEAKY).shown_link()
    edit = {"kind": "weight", "row": 1, "column": 3, "done": False}
    ask(link, {**edit, "value": 1.0})
    taken = []
    for value in np.linspace(0, 10, 20):
        start = time.perf_counter()
        ask(link, {**edit, "value": float(value)})
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.02


@pytest.mark.parametrize("link", [{"challenge": "fly"}, {"test": "99"}, {**LEAKY, "f": "1"}])
def test_a_question_that_no_board_asks_is_refused(link: dict[str, str]) -> None:
    with pytest.raises(REFUSALS):
        ask(link)
