"""The routes of a gradient against PyTorch's autograd, and against what can be said exactly."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz import VARIANTS, LSTMCell, LSTMVariantCell
from lstm_viz.analysis import routes
from tests.analysis.torch_cells import torch_lstm


def memory_jacobian(cell: LSTMCell, x: np.ndarray, since: int) -> np.ndarray:
    """Return ∂C_T/∂C_since by autograd; what flows out of C_since through h_since counts too."""
    module = torch_lstm(cell)
    trace = cell.run(x)
    if since == 0:
        c0, h0 = torch.zeros(cell.hidden, dtype=torch.float64), torch.zeros(cell.hidden, dtype=torch.float64)
    else:
        c0, h0 = torch.tensor(trace.c[since - 1].copy()), None

    def last_memory(c: torch.Tensor) -> torch.Tensor:
        h = h0 if h0 is not None else torch.tensor(trace.o[since - 1].copy()) * torch.tanh(c)
        for x_t in torch.tensor(x[since:]):
            h, c = module(x_t, (h, c))
        return c

    found: np.ndarray = torch.autograd.functional.jacobian(last_memory, c0).numpy()
    return found


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 12), st.integers(0, 10_000))
def test_routes_add_up_to_what_autograd_finds(hidden: int, inputs: int, steps: int, seed: int) -> None:
    cell = LSTMCell.random(inputs, hidden, seed)
    x = np.random.default_rng(seed).standard_normal((steps, inputs))
    split = routes(cell, cell.run(x))
    np.testing.assert_allclose(
        split.direct + sum(split.through.values()), split.whole, rtol=1e-10, atol=1e-14
    )
    for since in {0, steps // 2, steps}:
        np.testing.assert_allclose(
            split.whole[since], memory_jacobian(cell, x, since), rtol=1e-10, atol=1e-13
        )


def test_the_direct_route_is_the_product_of_the_forget_gates() -> None:
    cell = LSTMCell.random(2, 3, seed=1)
    trace = cell.run(np.random.default_rng(0).standard_normal((7, 2)))
    split = routes(cell, trace)
    for k in range(8):
        np.testing.assert_allclose(split.direct[k], np.diag(trace.f[k:].prod(axis=0)), rtol=1e-12)


def test_a_cell_that_does_not_see_its_output_has_the_direct_route_only() -> None:
    drawn = LSTMCell.random(2, 3, seed=1)
    cell = LSTMCell(drawn.weight_ih, np.zeros_like(drawn.weight_hh), drawn.bias)
    split = routes(cell, cell.run(np.ones((5, 2))))
    np.testing.assert_array_equal(split.whole, split.direct)


@pytest.mark.parametrize("name", ["NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG"])
def test_routes_of_a_variant_add_up_to_the_product_of_its_jacobians(name: str) -> None:
    cell = LSTMVariantCell.random(replace(VARIANTS[name], peepholes=False), inputs=2, hidden=3, seed=5)
    trace = cell.run(np.random.default_rng(0).standard_normal((6, 2)))
    jacobian = np.eye(6)
    for step in cell.jacobians(trace)[1:]:
        jacobian = step @ jacobian
    # From C_1 on, and from what of h_1 is made of C_1.
    exact = jacobian[3:, 3:] + cell.routes(trace).back_to_c(0, jacobian[3:, :3])
    np.testing.assert_allclose(routes(cell, trace).whole[1], exact, rtol=1e-10, atol=1e-14)


def test_peepholes_are_one_more_route_than_the_split_knows() -> None:
    cell = LSTMVariantCell.random(VARIANTS["V"], inputs=1, hidden=2, seed=0)
    with pytest.raises(ValueError, match="without peepholes"):
        routes(cell, cell.run(np.ones((3, 1))))


def test_routes_of_a_reversed_run_are_those_of_the_reversed_sequence() -> None:
    cell = LSTMCell.random(2, 3, seed=1)
    x = np.random.default_rng(0).standard_normal((7, 2))
    expected, split = routes(cell, cell.run(x[::-1])), routes(cell, cell.run(x, reverse=True))
    np.testing.assert_array_equal(split.whole, expected.whole)
    np.testing.assert_array_equal(split.direct, expected.direct)
    for gate, part in expected.through.items():
        np.testing.assert_array_equal(split.through[gate], part)


def test_a_batch_is_refused() -> None:
    cell = LSTMCell.random(2, 3, seed=1)
    with pytest.raises(ValueError, match="trace: expected a run of one sequence, got a batch of 3"):
        routes(cell, cell.run(np.ones((7, 3, 2))))


def test_gates_that_see_gates_are_more_routes_than_the_split_knows() -> None:
    variant = replace(VARIANTS["FGR"], peepholes=False)
    cell = LSTMVariantCell.random(variant, inputs=2, hidden=3, seed=1)
    with pytest.raises(ValueError, match="cell: expected one whose gates see no gates"):
        routes(cell, cell.run(np.ones((4, 2))))
