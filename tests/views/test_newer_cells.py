"""What the Variants page says of the cells of 2024: measured here once more, another way."""

import re

import numpy as np
import pytest

from lstm_viz.views.gradient_words import routes_in_words
from lstm_viz.views.newer_cells import (
    BIASES,
    INPUT,
    SCALES,
    STEPS,
    both_forms,
    normaliser_in_words,
    routes_beside,
    span_of,
    stabiliser_in_words,
    with_the_same_weights,
)


@pytest.mark.parametrize("bias", BIASES)
def test_of_a_minlstm_the_direct_route_is_the_whole_gradient_and_never_grows(bias: float) -> None:
    logs = routes_beside(bias)["minLSTM"]
    assert set(logs) == {"whole", "direct"}
    np.testing.assert_array_equal(logs["whole"], logs["direct"])
    assert len(logs["whole"]) == STEPS + 1
    assert (np.diff(logs["whole"]) < 0).all(), "each step back multiplies by numbers below 1"
    assert "is the whole gradient" in routes_in_words(logs, "h")


@pytest.mark.parametrize("bias", BIASES)
def test_of_an_lstm_other_routes_bring_more(bias: float) -> None:
    logs = routes_beside(bias)["LSTM"]
    assert set(logs) == {"whole", "direct", *"figo"}
    assert logs["whole"][-1] > logs["direct"][-1] + 1


def test_at_a_bias_of_3_the_gradient_of_the_lstm_grows() -> None:
    whole = routes_beside(3.0)["LSTM"]["whole"]
    assert whole[-1] > whole[0]


@pytest.mark.parametrize("scale", SCALES)
def test_the_stabilised_form_is_finite_where_the_plain_one_is_not(scale: float) -> None:
    found = both_forms(scale)
    assert len(found.stabilised) == len(INPUT)
    assert np.isfinite(found.stabilised).all()
    assert (len(found.plain) < len(INPUT)) == bool(found.reason) == (scale >= 1000)


@pytest.mark.parametrize("scale", [scale for scale in SCALES if scale <= 1000])
def test_where_both_are_finite_they_give_the_same_h(scale: float) -> None:
    found = both_forms(scale)
    assert found.difference < 1e-15
    np.testing.assert_allclose(found.plain, found.stabilised[: len(found.plain)], atol=1e-15)
    assert found.output <= 1 < found.memory


def test_the_line_and_the_step_are_those_at_which_the_plain_form_overflows() -> None:
    said = stabiliser_in_words(both_forms(1000))
    [step] = re.findall(r"At step (\d+) of 40", said)
    assert "in its line i" in said
    stabilised, _ = with_the_same_weights()
    a = stabilised.run(1000 * np.array(INPUT)[:, np.newaxis])["a"]
    # The exponential of more than this is beyond float64.
    assert np.flatnonzero((a > np.log(np.finfo(float).max)).any(axis=1))[0] == int(step) - 1


def test_the_plain_form_is_wrong_before_it_fails_where_f_is_rounded_to_0() -> None:
    found = both_forms(3000)
    assert f"at step {found.differs_at + 1} its h differs by 2" in stabiliser_in_words(found)
    stabilised, plain = with_the_same_weights()
    x = 3000 * np.array(INPUT)[: len(found.plain), np.newaxis]
    log_f, f = stabilised.run(x)["l"][found.differs_at], plain.run(x)["f"][found.differs_at]
    assert log_f.min() < np.log(np.finfo(float).tiny)
    assert f[log_f.argmin()] == 0.0


def test_the_normaliser_brings_back_into_range_what_it_says() -> None:
    assert "C reaches 2.97" in normaliser_in_words(both_forms(1))
    assert "|h| reaches 1.00" in normaliser_in_words(both_forms(300))


def test_both_figures_have_one_axis_of_whole_powers_of_ten() -> None:
    low, high = span_of(routes_beside(3.0))
    assert (low, high) == (-2.0, 4.0)
