from dataclasses import replace
from typing import Any

import pytest

import lstm_viz as lv
from lstm_viz.app.own_cell.state import LONGEST_DRAFT, OwnCellState
from lstm_viz.settings.own_cell import DEFAULT_OWN_CELL, INVITATIONS

LEAKY = "h = 0.9*h + W@x"
WRONG = "h = 0.9*h + W@y"


@pytest.fixture
def state() -> OwnCellState:
    return OwnCellState.from_link({})


def edit(text: str, *, valid: str = "", done: bool = True) -> dict[str, Any]:
    return {"text": text, "valid": valid, "done": done}


def test_it_starts_on_the_lstm(state: OwnCellState) -> None:
    assert state.draft == lv.CATALOGUE["LSTM"].text
    assert state.settings == DEFAULT_OWN_CELL
    assert state.link() == {}


def test_a_valid_text_is_the_cell(state: OwnCellState) -> None:
    state.apply(edit(LEAKY))
    assert state.settings.cell.written == LEAKY
    assert state.link()["own"] == LEAKY
    state.move("undo")
    assert state.draft == lv.CATALOGUE["LSTM"].text


def test_while_somebody_types_the_link_stays(state: OwnCellState) -> None:
    state.apply(edit(LEAKY, done=False))
    assert state.settings.cell.written == LEAKY
    assert state.link() == {}
    assert state.shown_link()["own"] == LEAKY


def test_with_mistakes_the_text_is_kept_and_the_last_cell_stays(state: OwnCellState) -> None:
    state.apply(edit(LEAKY))
    state.apply(edit(WRONG))
    assert state.draft == WRONG
    assert state.settings.cell.written == LEAKY
    [problem] = state.problems
    assert (problem.span.line, problem.span.column) == (1, 15)
    state.apply(edit(LEAKY + "  "))
    assert state.problems == ()


def test_the_last_valid_text_comes_along_where_it_was_never_sent(state: OwnCellState) -> None:
    state.apply(edit(WRONG, valid=LEAKY))
    assert state.settings.cell.written == LEAKY
    assert state.draft == WRONG


def test_a_name_of_the_catalogue_is_no_text_of_a_cell(state: OwnCellState) -> None:
    state.apply(edit("GRU"))
    assert state.problems
    assert state.settings == DEFAULT_OWN_CELL


def test_the_original_text_is_the_cell_of_the_catalogue(state: OwnCellState) -> None:
    state.start_from("GRU")
    assert state.link()["own"] == "GRU"
    state.apply(edit(LEAKY))
    state.apply(edit(lv.CATALOGUE["GRU"].text))
    assert state.link()["own"] == "GRU"


@pytest.mark.parametrize("key", INVITATIONS)
def test_an_invitation_is_one_press_and_a_reset_leads_to_the_lstm(state: OwnCellState, key: str) -> None:
    state.start_from("GRU")
    state.accept(key)
    assert state.draft == INVITATIONS[key].text
    assert state.settings.base == "LSTM"
    state.move("reset")
    assert state.draft == lv.CATALOGUE["LSTM"].text


@pytest.mark.parametrize(
    "replace_text",
    [
        lambda state: state.start_from("GRU"),
        lambda state: state.accept("tie"),
        lambda state: state.move("undo"),
        lambda state: state.follow({"own": "minGRU", "own_x": "1"}),
    ],
)
def test_what_was_typed_is_never_lost(state: OwnCellState, replace_text: Any) -> None:
    state.apply(edit(LEAKY))
    state.apply(edit(WRONG))
    replace_text(state)
    assert not state.problems
    assert state.set_aside == WRONG
    state.bring_back()
    assert (state.draft, state.set_aside) == (WRONG, "")
    assert len(state.problems) == 1


def test_mistakes_stay_while_weights_and_input_change(state: OwnCellState) -> None:
    state.apply(edit(WRONG))
    state.change(replace(state.settings, seed=4))
    state.type_input(["1 2", "3 4"])
    assert state.draft == WRONG
    assert state.problems
    assert state.settings.lines == ((1.0, 2.0), (3.0, 4.0))


def test_an_input_that_cannot_be_read_changes_nothing_but_says_so(state: OwnCellState) -> None:
    state.type_input(["1 oh", "1"])
    assert "“oh”" in state.troubles[0]
    assert state.settings == DEFAULT_OWN_CELL
    state.type_input(["1", "2"])
    assert not any(state.troubles)


def test_a_unit_that_goes_is_not_shown(state: OwnCellState) -> None:
    state.resize(4, 1)
    state.choose(3)
    state.resize(2, 1)
    assert state.unit == 1
    state.apply(edit("h = 0.5*h + x"))  # as many units as inputs
    assert (state.unit, state.settings.hidden) == (0, 1)
    with pytest.raises(ValueError, match="unit must be 0 to 0, got 1"):
        state.choose(1)


def test_a_text_without_end_is_refused_as_a_whole(state: OwnCellState) -> None:
    with pytest.raises(ValueError, match="at most 100,000 characters, got 100,001"):
        state.apply(edit("#" * (LONGEST_DRAFT + 1)))
    assert state.draft == lv.CATALOGUE["LSTM"].text
    state.apply(edit("#" * 5_000))
    [problem] = state.problems
    assert problem.message == "expected at most 4,000 characters, got 5,000"


def test_what_is_shown_comes_back_from_its_link(state: OwnCellState) -> None:
    state.apply(edit(LEAKY, done=False))
    state.choose(1)
    back = OwnCellState.from_shown_link(state.shown_link())
    assert (back.settings, back.unit) == (state.settings, 1)
