"""Routes of every cell: they add up to the whole gradient, in either direction and in a batch."""

from typing import Any

import numpy as np
import pytest

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from tests.cells.random_cells import drawn_cell
from tests.cells.test_cell import pair


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("batch", [(), (1,), (3,)], ids=str)
@pytest.mark.parametrize(
    "name", ["LSTM", "V", "FGR", "GRU", "GRU before", "sLSTM", "MUT1", "LSTM layer norm"]
)
def test_they_add_up_to_the_gradient(name: Any, batch: Any, reverse: Any) -> None:
    """Reversed, in a batch as large as the cell, with peepholes and with gate recurrence, too."""
    cell, random = Cell.random(CATALOGUE[name], 2, 3, seed=2), np.random.default_rng(0)
    trace = cell.run(random.standard_normal((6, *batch, 2)), reverse=reverse)
    for state in cell.equations.states:
        add_up(cell, trace, state, random)


def add_up(cell: Any, trace: Any, state: Any, random: Any) -> None:
    at_end = random.standard_normal(trace[state].shape[1:])
    split = cell.routes(trace, state, at_end[np.newaxis])
    np.testing.assert_allclose(split.direct + sum(split.through.values()), split.whole, rtol=0, atol=1e-13)
    direct = np.zeros(trace[state].shape)
    direct[0 if trace.reverse else -1] = at_end
    gradients = cell.backward(trace, {state: direct})
    whole = np.concatenate(
        [gradients.initial[state][np.newaxis], gradients.adjoint[state][:: -1 if trace.reverse else 1]]
    )
    scale = max(1.0, np.abs(whole).max())
    np.testing.assert_allclose(split.whole[:, 0], whole, rtol=0, atol=1e-12 * scale)


def test_they_add_up_for_cells_drawn_at_random() -> None:
    for seed in range(100):
        cell, arguments, random = drawn_cell(seed)
        trace = cell.run(**arguments)
        for state in cell.equations.states:
            add_up(cell, trace, state, random)


@pytest.mark.parametrize("reverse", [False, True])
def test_the_direct_route_of_an_lstm_is_the_product_of_its_forget_gates(reverse: Any) -> None:
    _, cell = pair()
    trace = cell.run(np.random.default_rng(0).standard_normal((7, 2)), reverse=reverse)
    f = trace["f"][:: -1 if reverse else 1]
    split = cell.routes(trace, "c")
    for k in range(8):
        np.testing.assert_allclose(split.direct[k], np.diag(f[k:].prod(axis=0)), rtol=1e-12)


def test_the_whole_is_what_autograd_finds() -> None:
    torch = pytest.importorskip("torch")
    cell = Cell.random(CATALOGUE["FGR"], 2, 3, seed=2)
    x = np.random.default_rng(0).standard_normal((5, 2))
    module, starts = cell.to_torch(), torch.zeros(5, 3, dtype=torch.float64)

    def last_memory(c: Any) -> Any:
        initial = dict(zip(("h", "i", "f", "o"), starts, strict=False)) | {"c": c}
        return module(torch.tensor(x), initial)["c"][-1]

    exact = torch.autograd.functional.jacobian(last_memory, starts[0])
    np.testing.assert_allclose(cell.routes(cell.run(x), "c").whole[0], exact, rtol=0, atol=1e-14)


def test_losses_that_do_not_fit_are_refused() -> None:
    _, cell = pair()
    trace = cell.run(np.zeros((3, 2)))
    with pytest.raises(
        ValueError, match=r"at_end: expected shape \(rows, \[batch,\] size\) = \(1, 3\), got \(1, 2\)"
    ):
        cell.routes(trace, "c", [1.0, 2.0])
