import numpy as np
import pytest

from lstm_viz.cells import LSTMCell
from lstm_viz.exchange.links.cell import from_query, to_query
from lstm_viz.exchange.trained import trained_run
from lstm_viz.settings.cell import MAX_ABS, MAX_INPUTS, MAX_STEPS, MAX_UNITS
from lstm_viz.settings.presets import TRAINED


def sequence(steps: int = 12, inputs: int = MAX_INPUTS) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((steps, inputs)).astype(np.float32).astype(np.float64)


@pytest.mark.parametrize("units", range(1, MAX_UNITS + 1))
def test_a_link_carries_cell_and_sequence_number_for_number(units: int) -> None:
    cell, x = LSTMCell.random(2, units, seed=3, forget_bias=1.0), sequence()
    run = trained_run(cell, x)
    assert run is not None
    assert run.origin == TRAINED
    opened, learned = from_query(to_query(run)).run(), cell.run(x)
    for key in ("x", "i", "f", "g", "o", "c", "h"):
        np.testing.assert_array_equal(getattr(opened, key), getattr(learned, key))


@pytest.mark.parametrize(
    ("inputs", "units", "steps"),
    [(MAX_INPUTS + 1, 1, 5), (1, MAX_UNITS + 1, 5), (1, 1, MAX_STEPS + 1)],
    ids=["inputs", "units", "steps"],
)
def test_what_the_cell_page_has_no_room_for_is_none(inputs: int, units: int, steps: int) -> None:
    assert trained_run(LSTMCell.random(inputs, units), sequence(steps, inputs)) is None


def test_numbers_that_the_cell_page_refuses_are_none() -> None:
    cell = LSTMCell.random(1, 1)
    bias = cell.bias.copy()
    bias[1] = 2 * MAX_ABS
    assert trained_run(LSTMCell(cell.weight_ih, cell.weight_hh, bias), sequence(5, 1)) is None
    assert trained_run(cell, sequence(5, 1) * 1e4) is None


def test_the_numbers_are_pytorch_s() -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    layer = torch.nn.LSTM(2, 3)
    x = torch.randn(20, 2)
    run = trained_run(LSTMCell.from_torch(layer.state_dict()), x.numpy().astype(np.float64))
    assert run is not None
    with torch.no_grad():
        h, _ = layer(x)
    np.testing.assert_allclose(from_query(to_query(run)).run().h, h.numpy(), atol=2e-6)
