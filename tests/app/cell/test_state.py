import contextlib
import copy
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lstm_viz.app.cell.state import CellState
from lstm_viz.exchange.links.cell import from_query, to_query
from lstm_viz.settings.cell import RunSettings
from lstm_viz.settings.history import MOST_VERSIONS
from lstm_viz.settings.presets import PRESETS, RANDOM, random_run
from tests.app.shell.messages import damaged_edits, edits
from tests.exchange.strategies import runs

LEAKY, LATCH, COUNTER = (PRESETS[key].settings for key in ("leaky-latch", "latch", "counter"))
REFUSALS = (ValueError, TypeError, KeyError, IndexError, OverflowError)


def bias(value: float, *, done: bool = True) -> dict[str, Any]:
    """The forget gate's bias of a cell with two inputs, set to a value."""
    return {"kind": "weight", "gate": "f", "unit": 0, "column": 3, "value": value, "done": done}


def typed(*texts: str, done: bool = True) -> dict[str, Any]:
    return {"kind": "lines", "texts": list(texts), "done": done}


def forget_bias(state: CellState) -> float:
    return state.run.cell.rows[1][3]


def test_it_opens_on_its_run_with_nothing_to_undo() -> None:
    state = CellState.start(LEAKY)
    assert state.run == state.committed == state.history.home == LEAKY
    assert (state.history.past, state.history.future, state.troubles, state.unit) == ((), (), ("", ""), 0)


def test_undo_and_redo_walk_through_the_changes() -> None:
    state = CellState.start(LEAKY)
    for value in (1.0, 2.0):
        state.apply(bias(value))
    seen = []
    for way in ("undo", "undo", "undo", "redo", "redo", "redo"):
        state.move(way)
        seen.append(forget_bias(state))
    assert seen == [1, 3, 3, 1, 2, 2]


@given(st.data())
def test_undoing_everything_leads_back_and_redoing_leads_forth_again(data: st.DataObject) -> None:
    state = CellState.start(data.draw(runs(steps=5)))
    start = state.run
    for _ in range(data.draw(st.integers(1, 6))):
        state.apply(data.draw(edits(state.run)))
        assert state.committed == state.run
    end, steps = state.run, len(state.history.past)
    for _ in range(steps):
        state.move("undo")
    assert (state.run, state.committed) == (start, start)
    for _ in range(steps):
        state.move("redo")
    assert (state.run, state.committed) == (end, end)


def test_a_new_change_after_undo_ends_what_could_be_redone() -> None:
    state = CellState.start(LEAKY)
    state.apply(bias(1.0))
    state.move("undo")
    state.apply(bias(5.0))
    state.move("redo")
    assert forget_bias(state) == 5


def test_history_forgets_its_oldest_steps() -> None:
    state = CellState.start(LEAKY)
    for value in range(MOST_VERSIONS + 5):
        state.apply(bias(float(value)))
    for _ in range(MOST_VERSIONS + 5):
        state.move("undo")
    assert forget_bias(state) == 4


def test_a_drag_is_one_step_of_history() -> None:
    state = CellState.start(LEAKY)
    for value in (2.9, 2.5, 2.0):
        state.apply(bias(value, done=False))
        assert forget_bias(state) == value
        assert state.committed == LEAKY
    state.apply(bias(1.5))
    assert len(state.history.past) == 1
    state.move("undo")
    assert state.run == LEAKY


def test_a_drag_that_ends_where_it_began_leaves_no_step() -> None:
    state = CellState.start(LEAKY)
    state.apply(bias(0.0, done=False))
    state.apply(bias(forget_bias(CellState.start(LEAKY))))
    assert state.run == LEAKY
    assert state.history.past == ()


def test_a_drag_keeps_what_can_be_redone_until_it_is_let_go() -> None:
    state = CellState.start(LEAKY)
    state.apply(bias(1.0))
    state.move("undo")
    state.apply(bias(2.0, done=False))
    assert state.history.future
    state.apply(bias(2.0))
    assert not state.history.future


def test_reset_leads_back_to_the_preset_and_can_be_undone() -> None:
    state = CellState.start(LEAKY)
    state.apply(bias(1.0))
    state.move("reset")
    assert state.run == LEAKY
    state.move("undo")
    assert forget_bias(state) == 1


def test_reset_of_an_edited_link_leads_to_the_preset_it_came_from() -> None:
    edited = RunSettings("latch", LATCH.cell.with_weight("f", 0, 3, 1.0), LATCH.sequence)
    state = CellState.start(edited)
    state.move("reset")
    assert state.run == LATCH


def test_reset_of_a_random_cell_leads_to_the_cell_as_it_was_drawn() -> None:
    drawn = random_run(7)
    state = CellState.start(drawn)
    state.apply({"kind": "c0", "unit": 0, "value": 1.0, "done": True})
    state.move("reset")
    assert state.run == drawn


def test_a_restart_is_one_step_of_history_and_keeps_those_before() -> None:
    state = CellState.start(LEAKY)
    state.apply(bias(1.0))
    state.restart(COUNTER)
    assert state.run == state.history.home == COUNTER
    state.move("undo")
    assert (state.run.origin, forget_bias(state)) == ("leaky-latch", 1)
    state.move("undo")
    assert state.run == LEAKY


@pytest.mark.parametrize("other", [COUNTER, random_run(1)])
def test_the_way_back_is_undone_and_redone_together_with_the_run(other: RunSettings) -> None:
    state = CellState.start(random_run(7))
    state.restart(other)
    state.move("undo")
    assert state.run == state.history.home == random_run(7)
    state.move("redo")
    assert state.run == state.history.home == other


@pytest.mark.parametrize("way", ["", "None", "Undo", "{}"])
def test_a_move_that_does_not_exist_moves_nothing(way: str) -> None:
    state = CellState.start(LEAKY)
    for value in (1.0, 2.0):
        state.apply(bias(value))
    state.move("undo")
    state.move(way)
    assert forget_bias(state) == 1


def test_each_kind_of_edit_changes_its_own_number() -> None:
    state = CellState.start(random_run(0, units=2, inputs=2))
    for edit in (
        {"kind": "weight", "gate": "o", "unit": 1, "column": 2, "value": 0.25},
        {"kind": "c0", "unit": 1, "value": 0.5},
        {"kind": "h0", "unit": 0, "value": -0.5},
        {"kind": "x", "step": 3, "column": 1, "value": 9},
        {"kind": "clamp", "gate": "f", "value": 1},
    ):
        state.apply({**edit, "done": True})
    run = state.run
    assert (run.cell.rows[7][2], run.cell.c0[1], run.cell.h0[0]) == (0.25, 0.5, -0.5)
    assert (run.sequence.values[3][1], run.cell.clamp) == (9, (("f", 1.0),))
    state.apply({"kind": "clamp", "gate": "f", "value": None, "done": True})
    assert state.run.cell.clamp == ()


def test_typed_lines_become_the_input() -> None:
    state = CellState.start(LEAKY)
    state.apply(typed("1, −2; 3", "[0 1 0]"))
    assert [*state.run.sequence.lines] == [(1, -2, 3), (0, 1, 0)]
    assert (state.run.origin, state.run.cell, state.troubles) == ("leaky-latch", LEAKY.cell, ("", ""))


@pytest.mark.parametrize(
    ("texts", "troubles"),
    [
        (("1 zwei", "0 1"), ["Value 2, “zwei”, is not a number.", ""]),
        (("0 1", ""), ["", "Type at least one number, for example 1 0 0 -1."]),
        (("x", "y"), ["Value 1, “x”, is not a number.", "Value 1, “y”, is not a number."]),
        (
            ("1 2 3", "1 2"),
            ["", "Both lines need the same number of steps: value has 3 and flag has 2."],
        ),
        (("1 " * 61, "1"), ["That is 61 values. This page takes up to 60, one for each step.", ""]),
        (("1e308", "1"), ["Value 1, “1e308”, is too large: use −1000 to 1000.", ""]),
        (("nan", "1"), ["Value 1, “nan”, is not a finite number.", ""]),
        ((" " * 20_000 + "1", "1"), ["That is 20,001 characters, far more than this page takes.", ""]),
    ],
)
def test_lines_that_cannot_be_read_leave_the_run_and_say_why(
    texts: tuple[str, str], troubles: list[str]
) -> None:
    state = CellState.start(LEAKY)
    state.apply(typed(*texts))
    assert list(state.troubles) == troubles
    assert (state.run, state.history.past) == (LEAKY, ())


def test_a_line_of_twenty_thousand_characters_is_still_read() -> None:
    state = CellState.start(COUNTER)
    state.apply(typed(" " * 19_999 + "1"))
    assert state.run.sequence.lines == ((1,),)


def test_lines_of_unequal_length_without_a_preset_are_named_by_number() -> None:
    state = CellState.start(random_run(0, inputs=2))
    state.apply(typed("1 2", "1"))
    assert state.troubles[1].endswith("input 1 has 2 and input 2 has 1.")


def test_a_trouble_stays_while_something_else_is_changed_and_goes_with_the_line() -> None:
    state = CellState.start(LEAKY)
    state.apply(typed("oops", "1"))
    state.apply(bias(1.0))
    assert state.troubles[0]
    state.apply(typed("1 2", "0 1"))
    assert state.troubles == ("", "")


def test_a_trouble_goes_when_another_input_is_shown() -> None:
    state = CellState.start(LEAKY)
    state.apply(typed("oops", "1"))
    state.restart(COUNTER)
    assert state.troubles == ("", "")


def test_typing_is_one_step_of_history() -> None:
    state = CellState.start(COUNTER)
    for text in ("1", "1 0", "1 0 1"):
        state.apply(typed(text, done=False))
    state.apply(typed("1 0 1"))
    assert len(state.history.past) == 1


def test_a_unit_can_be_chosen_and_is_no_step_of_history() -> None:
    state = CellState.start(random_run(0, units=3))
    state.apply({"kind": "unit", "unit": 2, "done": True})
    assert (state.unit, state.history.past) == (2, ())


@pytest.mark.parametrize("unit", [-1, 3, 10**9])
def test_a_unit_that_is_not_there_is_refused(unit: int) -> None:
    state = CellState.start(random_run(0, units=3))
    with pytest.raises(ValueError, match="unit must be 0 to 2"):
        state.choose(unit)
    assert state.unit == 0


def test_a_smaller_cell_shows_a_unit_that_it_has() -> None:
    state = CellState.start(random_run(0, units=4))
    state.choose(3)
    state.restart(random_run(0, units=2))
    assert state.unit == 1


@pytest.mark.parametrize(
    "edit",
    [
        {"kind": "gate", "value": 1.0, "done": True},
        {"kind": "clamp", "gate": "c", "value": 1.0, "done": True},
        {"kind": "clamp", "gate": "f", "value": 1.1, "done": True},
        {"kind": "clamp", "gate": "f", "value": float("nan"), "done": True},
        bias(1000.5),
        bias(float("inf")),
        bias(10**400),
        {"kind": "unit", "unit": float("inf"), "done": True},
        {"kind": "lines", "texts": 5, "done": True},
        typed(),
        typed("1"),
        {"kind": "x", "step": -1, "column": 0, "value": 1.0, "done": True},
        {"kind": "weight", "gate": "f", "unit": 0, "column": "3", "value": 1.0, "done": True},
        bias(1.0) | {"done": None, "gate": None},
        {"kind": "weight"},
        None,
        [],
        "edit",
    ],
)
def test_an_edit_that_the_stage_would_not_send_is_refused_and_changes_nothing(edit: Any) -> None:
    state = CellState.start(LEAKY)
    state.apply(typed("oops", "1"))
    before = copy.deepcopy(state)
    with pytest.raises(REFUSALS):
        state.apply(edit)
    assert state == before


@given(st.sampled_from([LEAKY, COUNTER, random_run(0, units=2)]), st.lists(damaged_edits, max_size=4))
@example(LEAKY, [bias(-0.0), bias(2)])
def test_whatever_arrives_the_run_stays_as_it_was_or_becomes_a_valid_one(
    run: RunSettings, messages: list[Any]
) -> None:
    state = CellState.start(run)
    for message in messages:
        before = copy.deepcopy(state)
        try:
            state.apply(message)
        except REFUSALS:
            assert state == before
        assert 0 <= state.unit < state.run.cell.units
        for shown in (state.run, state.committed):
            assert from_query(to_query(shown)) == shown
            assert len(shown.run()) == len(shown.sequence.values)
            numbers = sum((*shown.cell.rows, shown.cell.h0, shown.cell.c0, *shown.sequence.values), ())
            assert {type(number) for number in numbers} == {float}


@given(st.lists(st.tuples(st.sampled_from(["edit", "move", "restart"]), st.data()), max_size=8))
def test_after_any_history_the_way_back_fits_the_run(steps: list[tuple[str, st.DataObject]]) -> None:
    state = CellState.start(LEAKY)
    for what, data in steps:
        if what == "edit":
            with contextlib.suppress(*REFUSALS):
                state.apply(data.draw(edits(state.run)))
        elif what == "move":
            state.move(data.draw(st.sampled_from(["undo", "redo", "reset"])))
        else:
            state.restart(data.draw(st.sampled_from([LATCH, COUNTER, random_run(3), random_run(4, units=1)])))
        assert state.history.home.origin == state.run.origin
        assert state.history.home.cell.units == state.run.cell.units
        assert state.run.origin == RANDOM or state.history.home == PRESETS[state.run.origin].settings
