import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.figures.training import APART, Level, gates_figure, learning_figure
from lstm_viz.notation import PLACE_STYLES, SYMBOLS
from lstm_viz.views.gate_curves import GateCurve
from lstm_viz.views.training_curves import thinned

FALLING = thinned("LSTM", 0, [0.3, 0.1, 0.03, 0.0])
HIGHER = thinned("GRU", 3, [0.2, 0.9, 0.95, 1.0])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("logarithmic", [False, True])
def test_plotly_accepts_every_property(dark: bool, logarithmic: bool) -> None:
    levels = [Level("guessing", 1 / 6), Level("solved", 0.005)]
    drawn = learning_figure([FALLING, HIGHER], "Loss", dark=dark, logarithmic=logarithmic, levels=levels)
    assert drawn.figure().layout.title.text == "Loss"  # made, every property is checked


def test_without_a_run_there_are_axes_and_levels() -> None:
    drawn = learning_figure([], "Accuracy", dark=False, levels=[Level("guessing", 0.25)])
    assert drawn.figure().layout.shapes[0].label.text == "guessing"
    assert drawn.layout["yaxis"]["range"][0] <= 0.25 <= drawn.layout["yaxis"]["range"][1]


def test_runs_keep_the_styles_of_their_places() -> None:
    for trace, style in zip(
        learning_figure([FALLING, HIGHER], "", dark=True).data,
        (PLACE_STYLES[0], PLACE_STYLES[3]),
        strict=True,
    ):
        assert trace["line"] == {"color": style.dark, "width": 2, "dash": style.dash}


def test_on_a_logarithmic_axis_nothing_else_is_drawn_than_what_is_above_zero() -> None:
    drawn = learning_figure([FALLING], "", dark=False, logarithmic=True, levels=[Level("solved", 0.005)])
    np.testing.assert_array_equal(drawn.data[0]["y"], [0.3, 0.1, 0.03, np.nan])
    low, high = drawn.layout["yaxis"]["range"]
    assert low <= math.log10(0.005)
    assert high >= math.log10(0.3)


@pytest.mark.parametrize("value", [1e-9, 0.004, 0.1, 1.0, 7.0, 3e8])
@pytest.mark.parametrize("logarithmic", [False, True])
def test_the_axis_holds_every_value(value: float, logarithmic: bool) -> None:
    curve = thinned("run", 0, [value, value / 3])
    low, high = learning_figure([curve], "", dark=False, logarithmic=logarithmic).layout["yaxis"]["range"]
    scaled = [math.log10(value / 3), math.log10(value)] if logarithmic else [value / 3, value]
    assert low <= scaled[0] < scaled[1] <= high


def test_a_score_that_can_be_negative_is_seen_too() -> None:
    low, high = learning_figure([thinned("run", 0, [-2.5, 1.5])], "", dark=False).layout["yaxis"]["range"]
    assert low <= -2.5 < 1.5 <= high


def test_a_longer_run_gets_a_longer_axis_and_a_shorter_one_does_not_shrink_it() -> None:
    assert learning_figure([FALLING], "", dark=False).layout["xaxis"]["range"] == [0, 50]
    assert learning_figure([FALLING], "", dark=False, updates=60).layout["xaxis"]["range"] == [0, 60]


def test_a_hover_says_what_a_point_is_the_mean_of() -> None:
    trace = learning_figure([thinned("LSTM", 0, [0.5] * 1200)], "", dark=False).data[0]
    assert "LSTM (mean of 5)" in trace["hovertemplate"]
    assert trace["hovertext"][0] == "0.5"


def test_a_gate_on_marked_steps_is_told_from_the_same_gate_elsewhere_without_colour() -> None:
    curves = [
        GateCurve(SYMBOLS["f"], marked, np.array([0, 40]), np.array([0.5, 0.99])) for marked in (False, True)
    ]
    drawn = gates_figure(curves, "Gates", dark=False, updates=70)
    assert drawn.figure().layout.title.text == "Gates"  # made, every property is checked
    assert [trace["name"] for trace in drawn.data] == ["f", "f ▼"]
    assert drawn.data[0]["line"]["dash"] != drawn.data[1]["line"]["dash"]
    assert (
        drawn.layout["xaxis"]["range"]
        == learning_figure([], "", dark=False, updates=70).layout["xaxis"]["range"]
    )


def test_a_figure_may_show_a_part_first_and_tells_the_whole() -> None:
    layout = learning_figure([FALLING], "", dark=False, updates=4000, seen=1008).layout
    assert layout["xaxis"]["range"] == [0, 1500]
    assert layout["meta"]["whole"] == [0, 4000]
    whole = learning_figure([FALLING], "", dark=False, updates=4000).layout
    assert whole["xaxis"]["range"] == whole["meta"]["whole"] == [0, 4000]


@given(ends=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6))
def test_the_words_at_the_ends_of_gates_stay_on_the_axis_and_apart(ends: list[float]) -> None:
    curves = [GateCurve(SYMBOLS["f"], None, np.array([0, 40]), np.array([0.5, end])) for end in ends]
    heights = [each["y"] for each in gates_figure(curves, "", dark=False).layout["annotations"]]
    assert all(0.0 <= height <= 1.05 for height in heights)
    assert all(high - low >= APART - 1e-9 for low, high in pairwise(heights))


def test_a_gate_that_is_far_from_all_others_has_its_word_where_it_ends() -> None:
    curves = [GateCurve(SYMBOLS["f"], None, np.array([0, 40]), np.array([0.5, end])) for end in (0.98, 0.02)]
    heights = [each["y"] for each in gates_figure(curves, "", dark=False).layout["annotations"]]
    assert heights == [0.02, 0.98]
