"""Norms of a gradient on its way back, against exact arithmetic."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstm_viz import RNNCell
from lstm_viz.analysis import adjoint_norms, log_norms, steps_until


@given(st.integers(1, 5), st.integers(1, 15), st.integers(0, 10_000))
def test_adjoint_norms_are_those_of_the_plain_product(hidden: int, steps: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    jacobians, at_end = random.standard_normal((steps, hidden, hidden)), random.standard_normal(hidden)
    expected = [at_end]
    for jacobian in jacobians[::-1]:
        expected.append(expected[-1] @ jacobian)
    np.testing.assert_allclose(
        adjoint_norms(jacobians, at_end), np.log10(np.linalg.norm(expected[::-1], axis=1)), atol=1e-9
    )


def test_a_gradient_far_below_the_smallest_number_is_still_measured() -> None:
    logs = adjoint_norms(np.broadcast_to(1e-3 * np.eye(4), (500, 4, 4)), np.ones(4))
    assert logs[0] == pytest.approx(np.log10(2.0) - 1500.0, abs=1e-9)
    logs = adjoint_norms(np.broadcast_to(1e3 * np.eye(4), (500, 4, 4)), np.ones(4))
    assert logs[0] == pytest.approx(np.log10(2.0) + 1500.0, abs=1e-9)


def test_a_gradient_that_is_cut_is_zero_and_not_a_number_near_it() -> None:
    assert adjoint_norms(np.zeros((3, 2, 2)), np.ones(2))[0] == -np.inf


def test_a_default_rnn_over_500_steps_comes_to_about_1e_minus_134() -> None:
    logs = []
    for seed in range(5):
        cell = RNNCell.random(8, 32, seed)
        trace = cell.run(np.random.default_rng(seed).standard_normal((500, 8)))
        norms = adjoint_norms(cell.jacobians(trace), np.random.default_rng(seed).standard_normal(32))
        logs.append(norms[0] - norms[-1])
    assert np.median(logs) == pytest.approx(-134, rel=0.1)


def test_wrong_shapes_are_named() -> None:
    with pytest.raises(ValueError, match=r"jacobians: expected \(time, 3, 3\), got \(5, 2, 2\)"):
        adjoint_norms(np.zeros((5, 2, 2)), np.zeros(3))


@pytest.mark.parametrize(
    ("logs", "expected"),
    [
        ([-4.0, -3.5, -2.0, -1.0, 0.0], 3),
        ([-1.0, -1.0, 0.0], None),
        ([-5.0, 0.0], 1),
        ([-4.0, -2.0, -4.0, 0.0], 3),
        ([-4.0, -4.0, 2.0], 1),
    ],
)
def test_steps_until_counts_from_the_end_and_asks_for_staying_below(
    logs: list[float], expected: int | None
) -> None:
    assert steps_until(np.array(logs)) == expected


def test_log_norms_of_zero_is_minus_infinity() -> None:
    np.testing.assert_array_equal(log_norms(np.array([[0.0, 0.0], [10.0, 0.0]])), [-np.inf, 1.0])


magnitudes = st.integers(-300, 300).map(lambda power: 10.0**power) | st.floats(0.0, 1e300) | st.just(5e-324)
"""From the smallest number there is to 1e300. Without signs, for a sum that cancels has no digits left."""


@given(st.data(), st.integers(1, 4), st.integers(0, 5))
def test_no_exponent_is_too_small_or_too_large(data: st.DataObject, size: int, steps: int) -> None:
    jacobians = data.draw(arrays(np.float64, (steps, size, size), elements=magnitudes))
    at_end = data.draw(arrays(np.float64, size, elements=magnitudes))
    part = slice(0, data.draw(st.integers(1, size)))
    np.testing.assert_allclose(
        adjoint_norms(jacobians, at_end, part), exact_norms(jacobians, at_end, part), rtol=1e-13, atol=1e-13
    )


def exact_norms(jacobians: np.ndarray, at_end: np.ndarray, part: slice) -> list[float]:
    """log10 of the norms by fractions, which know no smallest and no largest number."""
    adjoint = [Fraction(float(value)) for value in at_end]
    logs = [exact_log_norm(adjoint[part])]
    for jacobian in jacobians[::-1]:
        columns = [[Fraction(float(value)) for value in column] for column in jacobian.T]
        adjoint = [
            sum((a * b for a, b in zip(adjoint, column, strict=True)), Fraction()) for column in columns
        ]
        logs.append(exact_log_norm(adjoint[part]))
    return logs[::-1]


def exact_log_norm(vector: list[Fraction]) -> float:
    square = sum((value * value for value in vector), Fraction())
    if not square:
        return -math.inf
    return 0.5 * (math.log10(square.numerator) - math.log10(square.denominator))


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e200, 1e300])
def test_a_jacobian_whose_square_is_no_number_is_measured(size: float) -> None:
    logs = adjoint_norms(np.broadcast_to(size * np.eye(4), (3, 4, 4)), np.ones(4))
    expected = np.log10(2.0) + np.log10(size) * np.array([3.0, 2.0, 1.0, 0.0])
    np.testing.assert_allclose(logs, expected, atol=1e-9)


@pytest.mark.parametrize(("jacobian", "end"), [(np.inf, 1.0), (np.nan, 1.0), (1.0, np.nan)])
def test_what_is_no_number_is_refused(jacobian: float, end: float) -> None:
    with pytest.raises(ValueError, match="must hold finite numbers"):
        adjoint_norms(np.full((2, 1, 1), jacobian), [end])
