"""What the preview route says of a text that is being typed."""

import time
from typing import Any

import orjson
import pytest

import lstm_viz as lv
from lstm_viz.app.own_cell.preview import answer
from lstm_viz.app.own_cell.state import OwnCellState
from lstm_viz.app.own_cell.view import STAGE, STRIPS
from lstm_viz.app.shell.messages import REFUSALS
from lstm_viz.app.shell.preview import MAX_BYTES, Question
from lstm_viz.components.chart import packed

LINK = OwnCellState.from_link({}).shown_link()
EXPLODING = "c = exp(9 + c)\nh = c"


def ask(text: str, link: Any = LINK) -> Any:
    edits = [{"text": text, "valid": "", "done": False}]
    body = orjson.dumps({"run": link, "edits": edits, "dark": False})
    assert len(body) <= MAX_BYTES
    return orjson.loads(packed(answer(Question.read(body))))


def test_a_cell_is_shown_as_it_is_typed() -> None:
    shown = ask("f = sigmoid(W@x)\nh = f*h + (1 - f)*tanh(W@x)")
    assert shown["record"]["problems"] == []
    lines = shown["record"]["understood"]["lines"]
    assert lines[0] == {"name": "f", "latex": r"f_t = \sigma(W_f x_t)", "weights": ["W H × D"]}
    assert shown["record"]["understood"]["count"] == "8 parameters = 2HD, with D = 2, H = 2."
    titles = [group["title"] for group in shown["components"][STRIPS]["groups"]]
    assert titles[:2] == ["", "the cell"]
    assert titles[2].startswith("walked backward")
    assert set(shown["components"]) == {STRIPS, STAGE, "own_cell_states", "own_cell_lines"}


def test_a_large_diagram_is_drawn_at_rest() -> None:
    assert STAGE not in ask(lv.CATALOGUE["sLSTM"].text)["components"]
    assert STAGE in ask(lv.CATALOGUE["LSTM"].text)["components"]


def test_mistakes_come_with_their_places_and_nothing_else_changes() -> None:
    shown = ask("f = sigmod(W@x)\nh = f*h + q")
    assert shown["components"] == {}
    assert shown["record"]["understood"] is None
    first, second = shown["record"]["problems"]
    assert first == {
        "line": 1,
        "column": 5,
        "end": 11,
        "message": "there is no function sigmod; did you mean sigmoid?",
        "instead": "sigmoid",
    }
    assert (second["line"], second["column"], second["instead"]) == (2, 11, "")


def test_a_run_that_leaves_the_range_names_the_line_and_the_step() -> None:
    shown = ask(EXPLODING)
    assert "in line c at step 2." in shown["record"]["failure"]
    assert shown["record"]["problems"] == []
    assert shown["components"] == {}


def test_changed_lines_are_marked_against_the_original() -> None:
    text = lv.CATALOGUE["LSTM"].text.replace("h = o*tanh(c)", "h = o*c")
    record = ask(text)["record"]
    assert (record["changed"], record["changes"], record["base"]) == ([6], "changed: h", "LSTM")


@pytest.mark.parametrize("name", lv.CATALOGUE)
def test_every_cell_of_the_catalogue_can_be_typed(name: str) -> None:
    record = ask(lv.CATALOGUE[name].text)["record"]
    assert (record["problems"], record["failure"]) == ([], "")


def test_the_longest_text_is_answered_in_time() -> None:
    gates = "\n".join(f"q{k} = sigmoid(W@x + U@h + b)*q{max(k - 1, 0)}" for k in range(38))
    text = f"{gates}\nc = c*q37 + 0.1\nh = tanh(c)"
    started = time.process_time()
    assert ask(text)["record"]["problems"] == []
    assert time.process_time() - started < 2.0, "a preview holds up those of others"


@pytest.mark.parametrize("edit", [{}, {"text": "h = h"}, {"text": "h = h", "valid": "h = h"}])
def test_what_no_editor_sends_is_refused(edit: Any) -> None:
    with pytest.raises(REFUSALS):
        answer(Question(LINK, [edit], False, {}))
