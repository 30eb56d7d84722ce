"""Influence against PyTorch's autograd, and against the product of the Jacobians."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz import GRUCell, LSTMCell, RNNCell
from lstm_viz.analysis import influence
from lstm_viz.cells import LinearStep
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from tests.analysis.torch_cells import torch_lstm


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
    cell: Any = kind.random(inputs, hidden, seed)  # each takes traces of its own kind
    trace = cell.run(np.random.default_rng(seed).standard_normal((steps, inputs)), reverse=reverse)
    order = slice(None, None, -1 if reverse else 1)
    by_input: list[np.ndarray] = []
    rows = influence(cell.linearised(trace))
    for a, b in zip(cell.jacobians(trace)[order], cell.input_jacobians(trace)[order], strict=True):
        by_input = [a @ each for each in by_input] + [b]
        sizes = [np.linalg.norm(each[:hidden]) for each in by_input]
        np.testing.assert_allclose(next(rows), np.log10(sizes), atol=1e-10)
    assert next(rows, None) is None


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(
    "name",
    ["LSTM", "FGR", "sLSTM", "minGRU", "minLSTM", "JANET", "GRU before", "SRU", "LSTM layer norm"],
)
def test_influence_of_any_cell_is_the_product_of_its_jacobians(name: str, reverse: bool) -> None:
    cell = Cell.random(CATALOGUE[name], 2, 3, seed=1)
    trace = cell.run(np.random.default_rng(0).standard_normal((7, 2)), reverse=reverse)
    order = slice(None, None, -1 if reverse else 1)
    by_input: list[np.ndarray] = []
    for part, rows in ((slice(0, 3), influence(cell.linearised(trace))),
                       (slice(None), influence(cell.linearised(trace), slice(None)))):  # fmt: skip
        by_input = []
        for a, b in zip(cell.jacobians(trace)[order], cell.input_jacobians(trace)[order], strict=True):
            by_input = [a @ each for each in by_input] + [b]
            sizes = [np.linalg.norm(each[part]) for each in by_input]
            np.testing.assert_allclose(next(rows), np.log10(sizes), atol=1e-10)


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_influence_does_not_leave_the_range_of_numbers(factor: float) -> None:
    step = LinearStep(factor * np.eye(2), None, np.ones((2, 1)), slice(None))
    logs = list(influence([step] * 400))[-1]
    expected = 0.5 * np.log10(2.0) + np.log10(factor) * np.arange(399, -1, -1)
    np.testing.assert_allclose(logs, expected, atol=1e-9)


def test_an_output_far_below_its_memory_is_measured_and_one_that_is_cut_is_zero() -> None:
    hides = LinearStep(np.zeros((4, 2)), np.array([[1e-250, 1e-250], [1.0, 1.0]]), np.eye(4, 2, -2), slice(2))
    logs = list(influence([hides] * 3))[-1]
    np.testing.assert_allclose(logs, [0.5 * np.log10(2.0) - 250.0] * 2 + [-np.inf], atol=1e-9)


@pytest.mark.parametrize("kind", [RNNCell, GRUCell, LSTMCell])
def test_a_batch_is_refused(kind: Any) -> None:
    """Of a batch as large as the cell the numbers had a shape that fitted, and no meaning."""
    cell: Any = kind.random(2, 3, seed=0)
    with pytest.raises(ValueError, match="trace: expected a run of one sequence, got a batch of 3"):
        list(influence(cell.linearised(cell.run(np.ones((5, 3, 2))))))
