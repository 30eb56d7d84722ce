"""Norms, influence and routes against PyTorch's autograd and against what can be said exactly."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz import VARIANTS, GRUCell, LSTMCell, LSTMVariantCell, RNNCell
from lstm_viz.analysis.gradients import adjoint_norms, clip_by_norm, influence, log_norms, routes, steps_until
from lstm_viz.cells import LinearStep


def torch_lstm(cell: LSTMCell) -> torch.nn.LSTMCell:
    """Return PyTorch's cell with the same weights, in float64."""
    module = torch.nn.LSTMCell(cell.inputs, cell.hidden, dtype=torch.float64)
    values = {
        "weight_ih": cell.weight_ih,
        "weight_hh": cell.weight_hh,
        "bias_ih": cell.bias,
        "bias_hh": np.zeros_like(cell.bias),
    }
    module.load_state_dict({name: torch.tensor(value.copy()) for name, value in values.items()})
    return module


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

    return torch.autograd.functional.jacobian(last_memory, c0).numpy()


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


def test_influence_is_the_derivative_of_every_state_by_every_input() -> None:
    cell = LSTMCell.random(2, 3, seed=4)
    x = np.random.default_rng(1).standard_normal((6, 2))
    module = torch.nn.LSTM(2, 3, dtype=torch.float64)
    weights = torch_lstm(cell).state_dict()
    module.load_state_dict({f"{name}_l0": value for name, value in weights.items()})
    exact = torch.autograd.functional.jacobian(lambda given: module(given)[0], torch.tensor(x)).numpy()
    sizes = np.sqrt((exact**2).sum(axis=(1, 3)))
    for t, logs in enumerate(influence(cell.linearised(cell.run(x)))):
        np.testing.assert_allclose(logs, np.log10(sizes[t, : t + 1]), atol=1e-9)


@given(
    st.sampled_from([RNNCell, GRUCell, LSTMCell]),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(1, 40),
    st.booleans(),
    st.integers(0, 10_000),
)
def test_influence_is_the_product_of_the_jacobians(
    kind: type[RNNCell | GRUCell | LSTMCell], hidden: int, inputs: int, steps: int, reverse: bool, seed: int
) -> None:
    cell = kind.random(inputs, hidden, seed)
    trace = cell.run(np.random.default_rng(seed).standard_normal((steps, inputs)), reverse=reverse)
    order = slice(None, None, -1 if reverse else 1)
    by_input: list[np.ndarray] = []
    rows = influence(cell.linearised(trace))
    for a, b in zip(cell.jacobians(trace)[order], cell.input_jacobians(trace)[order], strict=True):
        by_input = [a @ each for each in by_input] + [b]
        sizes = [np.linalg.norm(each[:hidden]) for each in by_input]
        np.testing.assert_allclose(next(rows), np.log10(sizes), atol=1e-10)
    assert next(rows, None) is None


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_influence_does_not_leave_the_range_of_numbers(factor: float) -> None:
    step = LinearStep(factor * np.eye(2), None, np.ones((2, 1)))
    logs = list(influence([step] * 400))[-1]
    expected = 0.5 * np.log10(2.0) + np.log10(factor) * np.arange(399, -1, -1)
    np.testing.assert_allclose(logs, expected, atol=1e-9)


def test_an_output_far_below_its_memory_is_measured_and_one_that_is_cut_is_zero() -> None:
    hides = LinearStep(np.zeros((4, 2)), np.array([[1e-250, 1e-250], [1.0, 1.0]]), np.eye(4, 2, -2))
    logs = list(influence([hides] * 3))[-1]
    np.testing.assert_allclose(logs, [0.5 * np.log10(2.0) - 250.0] * 2 + [-np.inf], atol=1e-9)


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


def test_clipping_limits_the_norm_and_keeps_the_direction() -> None:
    gradient = np.array([[3.0, 4.0], [0.0, 12.0]])
    clipped = clip_by_norm(gradient, 1.0)
    assert np.linalg.norm(clipped) == pytest.approx(1.0)
    np.testing.assert_allclose(clipped / np.linalg.norm(clipped), gradient / np.linalg.norm(gradient))
    np.testing.assert_array_equal(clip_by_norm(gradient, 20.0), gradient)
    parameter = torch.nn.Parameter(torch.zeros(2, 2, dtype=torch.float64))
    parameter.grad = torch.tensor(gradient)
    torch.nn.utils.clip_grad_norm_([parameter], 1.0)
    np.testing.assert_allclose(clipped, parameter.grad.numpy(), rtol=1e-6)


def test_log_norms_of_zero_is_minus_infinity() -> None:
    np.testing.assert_array_equal(log_norms(np.array([[0.0, 0.0], [10.0, 0.0]])), [-np.inf, 1.0])
