from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.cells.functions import FUNCTIONS

ACTIVATIONS = ("sigmoid", "hard_sigmoid", "tanh", "relu", "wide_sigmoid", "centred_sigmoid")
"""Those whose slope follows from their value."""


def slope(name: Any, value: Any) -> Any:
    assert FUNCTIONS[name].reads == "value"
    return FUNCTIONS[name].slopes(value, None)[0]


def exact_sigmoid(z: Any) -> Any:
    with localcontext() as context:
        context.prec = 60
        return 1 / (1 + (-Decimal(z)).exp())


def activated(write: Any, z: Any) -> Any:
    out = np.empty_like(z)
    with np.errstate(over="ignore"):
        write(z, out)
    return out


@given(st.floats(-700, 700))
def test_sigmoid_is_right_relative_to_its_value(z: Any) -> None:
    exact = exact_sigmoid(z)
    of_minus = activated(FUNCTIONS["sigmoid"].of_minus, np.array([-z]))
    of_z = activated(FUNCTIONS["sigmoid"].write, np.array([z]))
    assert abs(Decimal(of_minus[0]) / exact - 1) < Decimal("6e-16")
    assert of_z == of_minus


@pytest.mark.parametrize("z", [-1e308, -800.0])
def test_a_sigmoid_below_the_smallest_number_is_zero(z: Any) -> None:
    assert activated(FUNCTIONS["sigmoid"].write, np.array([z])) == 0.0


def test_hard_sigmoid_is_three_straight_lines() -> None:
    z = np.array([-1e308, -2.5, -1.0, 0.0, 1.0, 2.5, 1e308])
    np.testing.assert_allclose(activated(FUNCTIONS["hard_sigmoid"].write, z), [0, 0, 0.3, 0.5, 0.7, 1, 1])


@pytest.mark.parametrize("function", [f for f in FUNCTIONS.values() if f.arity == 1], ids=lambda f: f.name)
def test_functions_keep_what_they_read(function: Any) -> None:
    z = np.linspace(0.5, 3, 7)
    for write in filter(None, (function.write, function.of_minus)):
        activated(write, z)
        np.testing.assert_array_equal(z, np.linspace(0.5, 3, 7))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sigmoid", lambda z: 1 / (1 + np.exp(-z))),
        ("hard_sigmoid", lambda z: np.clip(0.2 * z + 0.5, 0, 1)),
        ("tanh", np.tanh),
        ("relu", lambda z: np.where(z > 0, z, 0)),
        ("wide_sigmoid", lambda z: 4 / (1 + np.exp(-z)) - 2),
        ("centred_sigmoid", lambda z: 2 / (1 + np.exp(-z)) - 1),
    ],
)
def test_activations_and_their_slopes(name: Any, expected: Any) -> None:
    z = np.linspace(-4, 4, 42)
    a = activated(FUNCTIONS[name].write, z)
    np.testing.assert_allclose(a, expected(z), rtol=0, atol=1e-15)
    measured = (expected(z + 1e-5) - expected(z - 1e-5)) / 2e-5
    np.testing.assert_allclose(slope(name, a), measured, rtol=0, atol=1e-9)


@pytest.mark.parametrize(("name", "corner"), [("relu", 0.0), ("hard_sigmoid", -2.5), ("hard_sigmoid", 2.5)])
def test_slopes_are_zero_at_corners(name: Any, corner: Any) -> None:
    assert slope(name, activated(FUNCTIONS[name].write, np.array([corner]))) == 0.0


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slopes_keep_the_dtype(name: Any) -> None:
    assert slope(name, np.ones(3, np.float32)).dtype == np.float32
