import pytest

from lstm_viz.app.path.guide import STOPS, query_to
from lstm_viz.lessons.play import run_of
from tests.pages.visitor import Visitor

COACH = "path_coach"
ON_CELL = [number for number, stop in enumerate(STOPS, 1) if stop.page == "cell"]


def at(number: int) -> Visitor:
    visitor = Visitor.on_start()
    visitor.follow(STOPS[number - 1].page, **query_to(number))
    assert not visitor.app.exception
    return visitor


@pytest.mark.parametrize("number", range(1, len(STOPS) + 1))
def test_a_stop_opens_by_its_link(number: int) -> None:
    record = at(number).sent(COACH)
    assert (record["number"], record["title"]) == (number, STOPS[number - 1].title)


@pytest.mark.parametrize("number", ON_CELL)
def test_the_number_of_a_stop_is_enough(number: int) -> None:
    visitor = Visitor.on_start()
    visitor.follow("cell", path=str(number))
    assert visitor.sent(COACH)["number"] == number
    assert visitor.linked_run == run_of(STOPS[number - 1].link)


def test_the_button_of_the_start_page_leads_to_the_first_stop_and_later_back_to_the_last() -> None:
    visitor = Visitor.on_start()
    [first] = visitor.app.button
    assert first.label == f"Show me how: {len(STOPS)} short steps"
    first.click().run()
    assert visitor.app.query_params["path"] == "1"
    assert visitor.sent(COACH)["number"] == 1
    visitor.follow("cell", **query_to(4))
    visitor.follow("start")
    [later] = visitor.app.button
    assert later.label == f"Go on at step 4 of {len(STOPS)}"
    later.click().run()
    assert visitor.sent(COACH)["number"] == 4


def test_a_dial_of_the_coach_changes_the_run_and_the_check_notices() -> None:
    visitor = at(3)
    edit = {"kind": "weight", "gate": "f", "unit": 0, "column": 3, "value": 7.0, "done": True}
    visitor.send("edit", {"id": 1, "edits": [edit]}, component=COACH)
    record = visitor.sent(COACH)
    assert record["passed"]
    assert visitor.linked_run.cell.rows[1][3] == 7.0
    edit["value"] = 0.0
    visitor.send("edit", {"id": 2, "edits": [edit]}, component=COACH)
    assert visitor.sent(COACH)["passed"]  # to undo it takes nothing away


def test_the_way_leads_on_back_and_out() -> None:
    visitor = at(3)
    visitor.send("way", {"go": 4}, component=COACH)
    assert visitor.app.query_params["path"] == "4"
    visitor.app.run()
    assert visitor.sent(COACH)["number"] == 4
    visitor.send("way", {"leave": True}, component=COACH)
    assert "path" not in visitor.app.query_params


def test_an_answer_is_taken_and_shown() -> None:
    visitor = at(2)
    assert visitor.record["q"]["c"] == [[None]]
    visitor.send("answer", {"choice": 3}, component=COACH)
    assert visitor.sent(COACH)["choices"]["says"].startswith("That adds the forget gate")
    assert visitor.record["q"]["c"] == [[None]]
    visitor.send("answer", {"choice": 2}, component=COACH)
    assert visitor.sent(COACH)["passed"]
    assert visitor.record["q"]["c"] == [[1.3]]


@pytest.mark.parametrize("message", [None, 3, "next", {"go": 99}, {"go": "4"}, {"way": 1}])
def test_what_no_coach_sends_leads_nowhere(message: object) -> None:
    visitor = at(3)
    visitor.send("way", message, component=COACH)
    visitor.send("answer", message, component=COACH)
    assert not visitor.app.exception
    assert visitor.sent(COACH)["number"] == 3
