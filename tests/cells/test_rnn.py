import dataclasses
from typing import Any

import numpy as np
import pytest

from lstm_viz import RNNCell
from lstm_viz.cells import RNNStep

X = np.random.default_rng(1).standard_normal((7, 2))
X_BATCH = np.random.default_rng(2).standard_normal((7, 5, 2))
CELL = RNNCell.random(2, 3, seed=4)
PHI: dict[str, Any] = {
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "linear": lambda z: z,
}


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("x", [X, X_BATCH, X_BATCH[:, :1]], ids=["single", "batch", "batch of one"])
@pytest.mark.parametrize("activation", PHI)
def test_every_step_obeys_the_equation(x: Any, reverse: bool, activation: Any) -> None:
    cell = RNNCell.random(2, 3, seed=4, activation=activation)
    trace = cell.run(x, h0=[0.1, -0.2, 0.3], reverse=reverse)
    z = trace.x @ cell.weight_ih.T + trace.h_prev @ cell.weight_hh.T + cell.bias
    np.testing.assert_allclose(trace.z, z, rtol=0, atol=1e-15)
    np.testing.assert_allclose(trace.h, PHI[activation](z), rtol=0, atol=1e-15)
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
        for field in dataclasses.fields(RNNStep):
            expected = getattr(trace, field.name)[t]
            np.testing.assert_allclose(getattr(step, field.name), expected, rtol=0, atol=1e-15)


def test_traces_and_weights_are_read_only() -> None:
    trace = CELL.run(X)
    arrays = [getattr(trace, field.name) for field in dataclasses.fields(RNNStep)]
    for array in (*arrays, CELL.weight_ih, CELL.weight_hh, CELL.bias):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0


def test_parameters_are_counted() -> None:
    assert (RNNCell.random(5, 16).parameters, CELL.parameter_formula) == (16 * (5 + 16 + 1), "H(D+H+1)")


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_numbers_of_torch(nonlinearity: Any, reverse: bool) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    rnn = torch.nn.RNN(2, 3, num_layers=2, bidirectional=True, nonlinearity=nonlinearity).double()
    expected = rnn(torch.from_numpy(X_BATCH))[0].detach().numpy()
    y = X_BATCH
    for layer in range(2):
        halves = [
            RNNCell.from_torch(rnn.state_dict(), layer, way, activation=nonlinearity).run(y, reverse=way).h
            for way in (False, True)
        ]
        y = np.concatenate(halves, axis=-1)
    half = slice(3, None) if reverse else slice(3)
    np.testing.assert_allclose(y[..., half], expected[..., half], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (
            lambda: RNNCell([[1.0]], [[1.0, 2.0]], [0.0]),  # type: ignore[arg-type]
            r"weight_hh: .*\(hidden, hidden\) = \(2, 2\), got \(1, 2\)",
        ),
        (lambda: RNNCell([[1.0]], [[1.0]], [0.0, 0.0]), r"bias: .*\(hidden,\) = \(1,\), got \(2,\)"),  # type: ignore[arg-type]
        (lambda: RNNCell([[1.0]], [[np.inf]], [0.0]), r"weight_hh: expected finite numbers"),  # type: ignore[arg-type]
        (lambda: RNNCell([[1.0]], [[1.0]], [0.0], activation="step"), r"activation: .*'relu'.*got 'step'"),  # type: ignore[arg-type]
        (lambda: RNNCell.random(hidden=0), r"hidden: expected an integer of at least 1, got 0"),
        (lambda: CELL.run([[1.0]]), r"x: expected shape \(time, 2\)"),
        (lambda: CELL.run(X, h0=[1.0]), r"h0: expected shape \(3,\), got \(1,\)"),
        (lambda: CELL.step([1.0]), r"x_t: expected shape \(2,\)"),
        (
            lambda: RNNCell([[1.0]], [[1e200]], [0.0], activation="linear").run(np.ones((5, 1))),  # type: ignore[arg-type]
            r"x: expected products with the weights within .* at step 2$",
        ),
    ],
)
def test_refusals_name_what_is_wrong(refused: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        refused()
