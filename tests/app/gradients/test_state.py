"""The state of the Gradients page without Streamlit."""

import pytest

from lstm_viz.app.gradients.state import GradientsState
from lstm_viz.settings.gradients import GRADIENT_PRESETS, GradientSettings

SMALL = {"hidden": "4", "steps": "12", "seeds": "3"}
SETTINGS = GradientSettings(hidden=4, steps=12, seeds=3)


def test_it_opens_on_what_the_link_names() -> None:
    state = GradientsState.from_link(SMALL)
    assert state.settings == state.measurement.settings == SETTINGS
    assert state.link() == SMALL
    assert GradientsState.from_link({}).settings == GRADIENT_PRESETS["defaults"].settings


def test_while_a_dial_is_dragged_the_measurement_follows_and_the_link_stays() -> None:
    state = GradientsState.from_link(SMALL)
    state.apply({"key": "forget_bias", "value": 3.0, "done": False})
    assert state.history.is_preview
    assert state.measurement.settings == SETTINGS.with_number("forget_bias", 3.0)
    assert state.link() == SMALL
    state.apply({"key": "forget_bias", "value": 4.0, "done": True})
    assert state.link() == {**SMALL, "forget_bias": "4"}


def test_what_has_been_measured_is_kept_while_the_settings_stay() -> None:
    state = GradientsState.from_link(SMALL)
    state.measurement.go_on(0.0)
    state.follow(SMALL)
    assert state.measurement.seeds == 1
    state.open(GRADIENT_PRESETS["bias-1"].settings)
    assert state.measurement.seeds == 0


def test_a_damaged_link_leaves_the_state_as_it_was() -> None:
    state = GradientsState.from_link(SMALL)
    with pytest.raises(ValueError, match=r"^The link"):
        state.follow({"flow": "nonsense"})
    assert state.settings == SETTINGS


@pytest.mark.parametrize(
    "edit", [{"key": "nonsense", "value": 1.0, "done": True}, {"key": "steps", "value": 9e9}]
)
def test_an_edit_that_no_dial_sends_is_refused(edit: dict[str, object]) -> None:
    state = GradientsState.from_link(SMALL)
    with pytest.raises((ValueError, KeyError)):
        state.apply(edit)
    assert state.settings == SETTINGS
