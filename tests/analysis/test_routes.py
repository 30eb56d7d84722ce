"""The routes of a gradient against PyTorch's autograd, and against what can be said exactly."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz import VARIANTS, GRUCell, LSTMCell, LSTMVariantCell
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
    # h_1 = o φ(C_1)
    shown = trace.o[0] if name == "NOAF" else trace.o[0] * (1.0 - np.tanh(trace.c[0]) ** 2)
    exact = jacobian[3:, 3:] + jacobian[3:, :3] * shown
    np.testing.assert_allclose(routes(cell, trace).whole[1], exact, rtol=1e-10, atol=1e-14)


def test_routes_of_a_reversed_run_are_those_of_the_reversed_sequence() -> None:
    cell = LSTMCell.random(2, 3, seed=1)
    x = np.random.default_rng(0).standard_normal((7, 2))
    expected, split = routes(cell, cell.run(x[::-1])), routes(cell, cell.run(x, reverse=True))
    np.testing.assert_array_equal(split.whole, expected.whole)
    np.testing.assert_array_equal(split.direct, expected.direct)
    for gate, part in expected.through.items():
        np.testing.assert_array_equal(split.through[gate], part)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("peepholes", [False, True])
@pytest.mark.parametrize("name", ["NP", "FGR"])
def test_routes_of_a_batch_are_those_of_its_sequences(name: str, peepholes: bool, reverse: bool) -> None:
    """Of as many sequences as units, too; with peepholes, and with gates that see gates."""
    variant = replace(VARIANTS[name], peepholes=peepholes)
    cell = LSTMVariantCell.random(variant, inputs=2, hidden=3, seed=1)
    x = np.random.default_rng(0).standard_normal((5, 3, 2))
    split = routes(cell, cell.run(x, reverse=reverse))
    for b in range(3):
        trace = cell.run(x[:, b], reverse=reverse)
        alone = routes(cell, trace)
        np.testing.assert_allclose(split.whole[:, :, b], alone.whole, rtol=0, atol=1e-14)
        for name, part in alone.through.items():
            np.testing.assert_allclose(split.through[name][:, :, b], part, rtol=0, atol=1e-14)
        at_end = np.zeros_like(trace.c)
        at_end[0 if reverse else -1] = [1.0, -2.0, 0.5]
        exact = cell.backward(trace, dc=at_end).c[:: -1 if reverse else 1]
        whole = np.tensordot([1.0, -2.0, 0.5], alone.whole, (0, 1))[1:]
        np.testing.assert_allclose(whole, exact, rtol=0, atol=1e-14)


def test_routes_of_any_cell_and_state() -> None:
    cell = GRUCell.random(2, 3, seed=1)
    split = routes(cell, cell.run(np.ones((4, 2))), state="h")
    assert list(split.through) == ["r", "z", "n"]
    np.testing.assert_allclose(split.direct + sum(split.through.values()), split.whole, rtol=0, atol=1e-14)
    with pytest.raises(ValueError, match="state: expected one of 'h', got 'c'"):
        routes(cell, cell.run(np.ones((4, 2))))


def test_routes_of_an_lstm_come_in_the_order_of_the_diagram() -> None:
    cell = LSTMCell.random(2, 3, seed=1)
    assert list(routes(cell, cell.run(np.ones((4, 2)))).through) == ["f", "i", "g", "o"]
