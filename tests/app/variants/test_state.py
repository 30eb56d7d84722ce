"""The state of the Variants page without Streamlit."""

from dataclasses import replace

import pytest

from lstm_viz.app.variants.state import VariantsState
from lstm_viz.settings.variants import VARIANTS_PRESETS, Comparison

TIMER, GRU, COUNTER = (VARIANTS_PRESETS[key].settings for key in ("timer", "gru", "counter"))


def opened(key: str = "timer") -> VariantsState:
    return VariantsState.from_link({"variants": key})


def test_it_opens_on_what_the_link_names_with_nothing_to_undo() -> None:
    state = opened()
    assert state.settings == state.history.home == TIMER
    assert state.history.past == ()
    assert state.link() == {"variants": "timer"}


def test_a_link_followed_later_is_one_undo_away() -> None:
    state = opened()
    state.apply({"key": "noise", "value": 0.5, "done": True})
    edited = state.settings
    state.follow({"variants": "counter"})
    assert state.settings == state.history.home == COUNTER
    state.move("undo")
    assert state.settings == edited


def test_a_damaged_link_leaves_the_state_as_it_was() -> None:
    state = opened()
    with pytest.raises(ValueError, match=r"^The link"):
        state.follow({"variants": "nonsense"})
    assert state == opened()


def test_while_a_dial_is_dragged_the_link_stays() -> None:
    state = opened()
    state.apply({"key": "parameter", "value": 5.0, "done": False})
    assert state.settings == replace(TIMER, parameter=5.0)
    assert state.link() == {"variants": "timer"}
    state.apply({"key": "parameter", "value": 6.0, "done": True})
    assert state.link()["turn"] == "6"


def test_the_name_of_what_was_opened_outlives_a_change() -> None:
    state = opened()
    before = state.origin
    state.apply({"key": "noise", "value": 0.5, "done": True})
    assert state.origin == before
    state.open(COUNTER)
    assert state.origin != before


def test_the_first_cell_is_on_the_stage_where_the_one_chosen_is_not_compared() -> None:
    state = opened()
    state.on_stage = "lstm"
    assert state.cell_on_stage == "lstm"
    state.pick(("v", "cifg"))
    assert state.cell_on_stage == "v"


def test_fewer_cells_than_can_be_compared_change_nothing() -> None:
    state = opened()
    state.pick(("v",))
    assert state.has_too_few
    assert state.settings == TIMER
    state.pick(("v", "cifg"))
    assert not state.has_too_few


def test_lines_that_cannot_be_read_leave_the_input_and_say_why_until_it_changes() -> None:
    state = opened()
    state.type(["1 zwei"])
    assert state.troubles == ("Value 2, “zwei”, is not a number.", "")
    assert state.settings == TIMER
    state.move("reset")
    assert state.troubles[0]
    state.open(COUNTER)
    assert state.troubles == ("", "")


def test_a_smaller_cell_shows_a_unit_that_it_has() -> None:
    state = opened("gru")
    state.choose(1)
    state.resize(seed=0, units=1, inputs=2)
    assert state.unit == 0
    assert state.settings.lines == (*GRU.lines, (0.0,) * GRU.steps)
    with pytest.raises(ValueError, match="unit must be 0 to 0"):
        state.choose(1)


def test_an_edit_that_no_dial_sends_is_refused() -> None:
    state = opened()
    for edit in ({"key": "scale", "value": 1e9, "done": True}, {"key": "seed", "value": 3.0, "done": True}):
        with pytest.raises(ValueError, match=r"must be"):
            state.apply(edit)
    assert state == opened()
    assert isinstance(state.settings, Comparison)
