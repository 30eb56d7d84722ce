"""Faces and the cells of their equations: the same numbers, by the names of each."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from lstm_viz import GRUCell, LSTMVariantCell, RNNCell
from tests.cells.strategies import LSTMS, smooth_runs


def lines_of(cell: Any, trace: Any) -> dict[str, Any]:
    """Return what the face and its equations both have a name for."""
    if isinstance(cell, RNNCell):
        return {"h": trace.h}
    if isinstance(cell, GRUCell):
        return {"r": trace.r, "z": trace.u, "n": trace.n, "h": trace.h}
    return {"c": trace.c, "h": trace.h, "g": trace.g}


@settings(max_examples=150)
@given(smooth_runs())
def test_runs_gradients_and_jacobians_are_the_same(run: Any) -> None:
    cell, arguments, random = run
    expected, ours = cell.run(**arguments), cell.cell
    initial = {name[0]: arguments[name] for name in ("h0", "c0") if name in arguments}
    trace = ours.run(
        arguments["x"], {name: value for name, value in initial.items() if name in ours.equations.states},
        reverse=arguments["reverse"], clamp=arguments.get("clamp"),
    )  # fmt: skip
    for name, line in lines_of(cell, expected).items():
        np.testing.assert_allclose(trace[name], line, rtol=0, atol=1e-14, err_msg=name)

    names = [name for name in ("h", "c") if hasattr(expected, name)]
    seen = {name: random.standard_normal(getattr(expected, name).shape) for name in names}
    exact = cell.backward(expected, **{f"d{name}": part for name, part in seen.items()})
    gradients = ours.backward(trace, seen)
    pairs = {"x": (gradients.x, exact.x)}
    pairs |= {name: (gradients.adjoint[name], getattr(exact, name)) for name in names}
    pairs |= {f"{name}0": (gradients.initial[name], getattr(exact, f"{name}0")) for name in names}
    pairs["bias"] = stacked(cell, gradients), exact.bias
    for name, (one, other) in pairs.items():
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-13, err_msg=name)
    for one, other in (
        (ours.jacobians(trace), cell.jacobians(expected)),
        (ours.input_jacobians(trace), cell.input_jacobians(expected)),
    ):
        computed, known = aligned(ours, one, other)
        np.testing.assert_allclose(computed, known, rtol=0, atol=1e-13)


def stacked(cell: Any, gradients: Any) -> Any:
    """Return the gradients of all biases as the face stacks them."""
    gates = "h" if isinstance(cell, RNNCell) else "rzn" if isinstance(cell, GRUCell) else cell.variant.gates
    return np.concatenate([gradients.weights[f"b_{gate}"] for gate in gates])


def aligned(ours: Any, one: Any, other: Any) -> Any:
    """Return both with their states in the order in which the face stacks them: h, C, i, f, o."""
    sizes = [ours.sizes[ours.equations.sizes[name]] for name in ours.equations.states]
    ends = np.cumsum(sizes)
    at = {name: np.arange(end - size, end)
          for name, end, size in zip(ours.equations.states, ends, sizes, strict=True)}  # fmt: skip
    order = np.concatenate([at[name] for name in sorted(at, key="hcifo".index)])
    one = one[..., order, :]
    return (one[..., order] if one.shape[-1] == one.shape[-2] == other.shape[-1] else one), other


@pytest.mark.parametrize("name", LSTMS)
@pytest.mark.parametrize("projection", [None, 2])
def test_the_formula_of_a_variant_is_that_of_its_equations(name: str, projection: int | None) -> None:
    cell = LSTMVariantCell.random(LSTMS[name], 5, 7, projection=projection)
    ours = cell.cell
    assert ours.parameters == cell.parameters
    # Of matrices of three widths the equations take what all have in common before one bracket.
    if not (cell.variant.gate_recurrence and projection):
        assert ours.equations.parameter_formula == cell.parameter_formula
