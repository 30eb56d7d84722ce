from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.cells.activations import ACTIVATIONS, CELL_ACTIVATIONS, GATE_ACTIVATIONS, SLOPES


def exact_sigmoid(z: Any) -> Any:
    with localcontext() as context:
        context.prec = 60
        return 1 / (1 + (-Decimal(z)).exp())


def activated(activation: Any, z: Any) -> Any:
    out = np.empty_like(z)
    with np.errstate(over="ignore"):
        activation(z, out)
    return out


@given(st.floats(-700, 700))
def test_sigmoid_is_right_relative_to_its_value(z: Any) -> None:
    exact = exact_sigmoid(z)
    of_minus = activated(GATE_ACTIVATIONS["sigmoid"], np.array([-z]))
    of_z = activated(CELL_ACTIVATIONS["sigmoid"], np.array([z]))
    assert abs(Decimal(of_minus[0]) / exact - 1) < Decimal("6e-16")
    assert of_z == of_minus


@pytest.mark.parametrize("z", [-1e308, -800.0])
def test_a_sigmoid_below_the_smallest_number_is_zero(z: Any) -> None:
    assert activated(CELL_ACTIVATIONS["sigmoid"], np.array([z])) == 0.0


def test_hard_sigmoid_is_three_straight_lines() -> None:
    z = np.array([-1e308, -2.5, -1.0, 0.0, 1.0, 2.5, 1e308])
    np.testing.assert_allclose(activated(GATE_ACTIVATIONS["hard_sigmoid"], -z), [0, 0, 0.3, 0.5, 0.7, 1, 1])


@pytest.mark.parametrize(
    "activation", [*GATE_ACTIVATIONS.values(), *CELL_ACTIVATIONS.values(), *ACTIVATIONS.values()]
)
def test_activations_keep_what_they_read(activation: Any) -> None:
    z = np.linspace(-3, 3, 7)
    activated(activation, z)
    np.testing.assert_array_equal(z, np.linspace(-3, 3, 7))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sigmoid", lambda z: 1 / (1 + np.exp(-z))),
        ("hard_sigmoid", lambda z: np.clip(0.2 * z + 0.5, 0, 1)),
        ("tanh", np.tanh),
        ("relu", lambda z: np.where(z > 0, z, 0)),
        ("linear", lambda z: z),
        ("wide_sigmoid", lambda z: 4 / (1 + np.exp(-z)) - 2),
        ("centred_sigmoid", lambda z: 2 / (1 + np.exp(-z)) - 1),
    ],
)
def test_activations_and_their_slopes(name: Any, expected: Any) -> None:
    z = np.linspace(-4, 4, 42)
    a = activated(ACTIVATIONS[name], z)
    np.testing.assert_allclose(a, expected(z), rtol=0, atol=1e-15)
    measured = (expected(z + 1e-5) - expected(z - 1e-5)) / 2e-5
    np.testing.assert_allclose(SLOPES[name](a), measured, rtol=0, atol=1e-9)


def test_every_activation_has_a_slope() -> None:
    assert set(SLOPES) == set(ACTIVATIONS)


@pytest.mark.parametrize(("name", "corner"), [("relu", 0.0), ("hard_sigmoid", -2.5), ("hard_sigmoid", 2.5)])
def test_slopes_are_zero_at_corners(name: Any, corner: Any) -> None:
    assert SLOPES[name](activated(ACTIVATIONS[name], np.array([corner]))) == 0.0


@pytest.mark.parametrize("name", SLOPES)
def test_slopes_keep_the_dtype(name: Any) -> None:
    assert SLOPES[name](np.ones(3, np.float32)).dtype == np.float32
