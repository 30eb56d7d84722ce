"""One record a function: its value, slopes, range and code agree with each other and with PyTorch."""

from typing import Any

import numpy as np
import pytest

from lstm_viz.cells.functions import FUNCTIONS, OPERATORS

torch = pytest.importorskip("torch")
EVERY = {**FUNCTIONS, **OPERATORS}
ONE = np.linspace(0.05, 3.95, 40)
SIGNED = np.concatenate([-ONE[::-1], ONE])


def arguments(function: Any) -> Any:
    first = ONE if function.name in ("log", "sqrt") else SIGNED
    return [first] if function.arity == 1 else [first, np.roll(first, 17) + 0.01]


def value(function: Any, *given: Any) -> Any:
    out = np.empty_like(given[0])
    function.write(*given, out=out)
    return out


@pytest.mark.parametrize("function", EVERY.values(), ids=EVERY)
def test_values_and_slopes_are_those_of_autograd(function: Any) -> None:
    given = arguments(function)
    tensors = [torch.tensor(part, requires_grad=True) for part in given]
    expected = function.module(torch)(*tensors)
    computed = value(function, *given)
    np.testing.assert_allclose(computed, expected.detach(), rtol=0, atol=2e-15)
    gradients = torch.autograd.grad(expected.sum(), tensors)
    for slope, gradient in zip(function.slopes(computed, *given), gradients, strict=True):
        np.testing.assert_allclose(np.broadcast_to(slope, gradient.shape), gradient, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("function", EVERY.values(), ids=EVERY)
def test_code_says_the_same(function: Any) -> None:
    given = arguments(function)
    for template, body, library, names in (
        (function.numpy, function.defined[0], np, {"np": np}),
        (function.torch, function.defined[1], torch, {"torch": torch}),
    ):
        parts = given if library is np else [torch.tensor(part) for part in given]
        names |= dict(zip("ab", parts, strict=False))
        if body:
            names[function.name] = eval(f"lambda z: {body}", names)
        code = template.format(*"ab"[: function.arity])
        np.testing.assert_allclose(np.asarray(eval(code, names)), value(function, *given), rtol=0, atol=2e-15)


@pytest.mark.parametrize("function", EVERY.values(), ids=EVERY)
def test_values_lie_within_the_bounds(function: Any) -> None:
    given = arguments(function)
    low, high = function.bounds(*((part.min(), part.max()) for part in given))
    computed = value(function, *given)
    assert low <= computed.min()
    assert computed.max() <= high


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_dtypes_are_kept_and_arguments_too(function: Any) -> None:
    given = [part.astype(np.float32) for part in arguments(function)]
    before = [part.copy() for part in given]
    computed = value(function, *given)
    assert all(np.asarray(slope).dtype == np.float32 for slope in function.slopes(computed, *given))
    for part, copy in zip(given, before, strict=True):
        np.testing.assert_array_equal(part, copy)


@pytest.mark.parametrize("function", [f for f in FUNCTIONS.values() if f.arity == 1], ids=lambda f: f.name)
def test_functions_of_one_can_write_over_what_they_read(function: Any) -> None:
    (given,) = arguments(function)
    expected, place = value(function, given), given.copy()
    function.write(place, out=place)
    np.testing.assert_array_equal(place, expected)
    if function.of_minus is not None:
        np.testing.assert_array_equal(value(function, given), _of_minus(function, given))


def _of_minus(function: Any, given: Any) -> Any:
    out = np.empty_like(given)
    function.of_minus(-given, out)
    return out


@pytest.mark.parametrize(
    ("name", "corner"),
    [
        ("relu", 0.0),
        ("hard_sigmoid", -2.5),
        ("hard_sigmoid", 2.5),
        ("hard_sigmoid6", -3.0),
        ("hard_sigmoid6", 3.0),
    ],
)
def test_slopes_are_zero_at_corners(name: Any, corner: Any) -> None:
    function, z = FUNCTIONS[name], np.array([corner])
    assert function.slopes(value(function, z), z)[0] == 0.0


def test_ties_are_shared_in_halves() -> None:
    z = np.array([1.0])
    for name in ("max", "min"):
        assert [np.asarray(slope)[0] for slope in FUNCTIONS[name].slopes(z, z, z)] == [0.5, 0.5]
