import dataclasses
from typing import Any

import numpy as np
import pytest

from lstm_viz import GRUCell
from lstm_viz.cells import GRUStep

X = np.random.default_rng(1).standard_normal((7, 2))
X_BATCH = np.random.default_rng(2).standard_normal((7, 5, 2))
CELL = GRUCell.random(2, 3, seed=4)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("x", [X, X_BATCH, X_BATCH[:, :1]], ids=["single", "batch", "batch of one"])
@pytest.mark.parametrize("reset_after", [False, True])
@pytest.mark.parametrize("gate_activation", ["sigmoid", "hard_sigmoid"])
@pytest.mark.parametrize("cell_activation", ["tanh", "sigmoid"])
def test_every_step_obeys_the_equations(
    x: Any, reverse: bool, reset_after: Any, gate_activation: Any, cell_activation: Any
) -> None:
    drawn = GRUCell.random(2, 3, seed=4, reset_after=reset_after)
    activations = {"gate_activation": gate_activation, "cell_activation": cell_activation}
    cell = dataclasses.replace(drawn, **activations)
    trace = cell.run(x, h0=[0.1, -0.2, 0.3], reverse=reverse)
    gates: dict[str, Any] = {"sigmoid": sigmoid, "hard_sigmoid": lambda z: np.clip(0.2 * z + 0.5, 0, 1)}
    gate = gates[gate_activation]
    squashes: dict[str, Any] = {"tanh": np.tanh, "sigmoid": sigmoid}
    squash = squashes[cell_activation]
    (w_r, w_u, w_n), (u_r, u_u, u_n) = np.split(cell.weight_ih, 3), np.split(cell.weight_hh, 3)
    b_r, b_u, b_n = np.split(cell.bias, 3)
    n_h = (
        trace.h_prev @ u_n.T + cell.bias_hn if cell.bias_hn is not None else (trace.r * trace.h_prev) @ u_n.T
    )
    expected = {
        "z_r": trace.x @ w_r.T + trace.h_prev @ u_r.T + b_r,
        "z_u": trace.x @ w_u.T + trace.h_prev @ u_u.T + b_u,
        "z_n": trace.x @ w_n.T + b_n + (trace.r * n_h if reset_after else n_h),
        "n_h": n_h,
        "r": gate(trace.z_r),
        "u": gate(trace.z_u),
        "n": squash(trace.z_n),
        "h": (1 - trace.u) * trace.n + trace.u * trace.h_prev,
    }
    for name, value in expected.items():
        np.testing.assert_allclose(getattr(trace, name), value, rtol=0, atol=1e-15, err_msg=name)
    later, earlier = (slice(None, -1), slice(1, None)) if reverse else (slice(1, None), slice(None, -1))
    np.testing.assert_array_equal(trace.h_prev[later], trace.h[earlier])
    first = trace[-1 if reverse else 0]
    np.testing.assert_array_equal(first.h_prev, np.broadcast_to([0.1, -0.2, 0.3], first.h.shape))
    assert (len(trace), trace.reverse) == (7, reverse)


@pytest.mark.parametrize("x", [X, X_BATCH], ids=["single", "batch"])
def test_steps_are_the_run(x: Any) -> None:
    trace, h = CELL.run(x), None
    for t, x_t in enumerate(x):
        h, step = CELL.step(x_t, h)
        assert h is step.h
        for field in dataclasses.fields(GRUStep):
            expected = getattr(trace, field.name)[t]
            np.testing.assert_allclose(getattr(step, field.name), expected, rtol=0, atol=1e-15)


def test_an_open_update_gate_keeps_the_old_state() -> None:
    kept = GRUCell.random(2, 3, update_bias=100.0).run(X, h0=[0.1, -0.2, 0.3])
    np.testing.assert_allclose(kept.h, np.broadcast_to([0.1, -0.2, 0.3], kept.h.shape), rtol=0, atol=1e-15)
    np.testing.assert_array_equal(kept.u, np.ones_like(kept.u))


def test_rows_of_u_with_their_sign_turned_are_the_other_convention() -> None:
    """Chung et al.: h_t = (1 − z) h_{t-1} + z n."""
    turn = np.repeat([1.0, -1.0, 1.0], 3)
    turned = GRUCell(
        CELL.weight_ih * turn[:, np.newaxis],
        CELL.weight_hh * turn[:, np.newaxis],
        CELL.bias * turn,
        CELL.bias_hn,
    )
    step = turned.step(X[0], [0.1, -0.2, 0.3])[1]
    z = CELL.step(X[0], [0.1, -0.2, 0.3])[1].u
    np.testing.assert_allclose(step.h, (1 - z) * step.h_prev + z * step.n, rtol=0, atol=1e-15)


def test_both_conventions_draw_the_same_weights() -> None:
    before = GRUCell.random(2, 3, seed=4, reset_after=False)
    np.testing.assert_array_equal(before.weight_hh, CELL.weight_hh)
    summed = CELL.bias + np.concatenate([np.zeros(6), CELL.bias_hn])
    np.testing.assert_allclose(before.bias, summed, rtol=0, atol=1e-15)


def test_traces_and_weights_are_read_only() -> None:
    trace = CELL.run(X)
    arrays = [getattr(trace, field.name) for field in dataclasses.fields(GRUStep)]
    for array in (*arrays, CELL.weight_ih, CELL.weight_hh, CELL.bias, CELL.bias_hn):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0


def test_parameters_are_counted() -> None:
    before, after = (GRUCell.random(5, 16, reset_after=after) for after in (False, True))
    assert (before.parameters, before.parameter_formula) == (3 * 16 * (5 + 16 + 1), "3H(D+H+1)")
    assert (after.parameters, after.parameter_formula) == (3 * 16 * (5 + 16 + 1) + 16, "3H(D+H+1) + H")


@pytest.mark.parametrize("bias", [False, True])
def test_numbers_of_torch(bias: Any) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    gru = torch.nn.GRU(2, 3, num_layers=2, bidirectional=True, bias=bias).double()
    h0 = torch.randn(4, 5, 3, dtype=torch.float64)
    expected = gru(torch.from_numpy(X_BATCH), h0)[0].detach()
    y = X_BATCH
    for layer in range(2):
        halves = [
            GRUCell.from_torch(gru.state_dict(), layer, way).run(y, h0[2 * layer + way], reverse=way).h
            for way in (False, True)
        ]
        y = np.concatenate(halves, axis=-1)
    np.testing.assert_allclose(y, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (
            lambda: GRUCell(np.ones((4, 1)), np.ones((4, 1)), np.ones(4)),
            r"weight_hh: expected shape \(3\*hidden, hidden\) = \(3, 1\), got \(4, 1\)",
        ),
        (
            lambda: GRUCell(CELL.weight_ih, CELL.weight_hh, CELL.bias, [1.0]),  # type: ignore[arg-type]
            r"bias_hn: expected shape \(hidden,\) = \(3,\), got \(1,\)",
        ),
        (
            lambda: GRUCell(CELL.weight_ih, CELL.weight_hh, CELL.bias, CELL.bias_hn, reset_after=False),
            r"bias_hn: expected None where the reset comes before the product",
        ),
        (lambda: dataclasses.replace(CELL, gate_activation="tanh"), r"gate_activation: .* got 'tanh'"),  # type: ignore[arg-type]
        (lambda: dataclasses.replace(CELL, cell_activation="relu"), r"cell_activation: .* got 'relu'"),  # type: ignore[arg-type]
        (lambda: GRUCell.random(update_bias=np.inf), r"update_bias: expected finite numbers"),
        (lambda: CELL.run([[1.0]]), r"x: expected shape \(time, 2\)"),
        (lambda: CELL.run(X, h0=[1.0]), r"h0: expected shape \(3,\), got \(1,\)"),
    ],
)
def test_refusals_name_what_is_wrong(refused: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        refused()
