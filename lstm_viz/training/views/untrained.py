"""A network that has learned nothing, on the probe of a task: what a page shows before there is a run."""

from typing import Final, TypeAlias

import numpy as np

from lstm_viz.analysis import gate_biases
from lstm_viz.cells import GRUCell, LSTMCell, RNNCell
from lstm_viz.cells.cell import Cell as EquationsCell
from lstm_viz.cells.run import OutOfRangeError
from lstm_viz.networks.random import chrono_bias
from lstm_viz.training.cell_settings import check_fits
from lstm_viz.training.gate_traces import LayerRun, output
from lstm_viz.training.settings import ModelSettings, TrainingSettings
from lstm_viz.training.task import Array, TaskData

_Cell: TypeAlias = LSTMCell | GRUCell | RNNCell

_KINDS: Final[dict[str, type[LSTMCell] | type[GRUCell] | type[RNNCell]]] = {
    "lstm": LSTMCell,
    "gru": GRUCell,
    "rnn": RNNCell,
}


def untrained_run(settings: TrainingSettings, data: TaskData) -> LayerRun:
    """Return the run of the first layer over the probe, with weights drawn by the seed.

    The weights are not those that PyTorch will draw for the same seed.

    Raises
    ------
    ValueError
        If a cell by its equations does not fit what it reads, or leaves the range of its numbers.
    """
    model, rng = settings.model, np.random.default_rng(settings.seed)
    check_fits(model, data)
    x = data.probe.x[:, 0]
    if data.symbols:
        read = rng.standard_normal((data.inputs, model.embedding)) if model.embedding else np.eye(data.inputs)
        x = read[x]
    x = x.astype(np.float64)
    try:
        trace = untrained_cell(model, x.shape[1], settings.seed).run(x)
    except OutOfRangeError as error:
        raise ValueError(
            f"Line {error.line} leaves the range of numbers at step {error.step + 1}, before anything is "
            "learned."
        ) from None
    return LayerRun(trace, None, x, output(trace))


def untrained_cell(model: ModelSettings, inputs: int, seed: int) -> _Cell | EquationsCell:
    """Return a cell with weights drawn by the seed.

    Raises
    ------
    ValueError
        If a cell by its equations does not fit these sizes.
    """
    if model.choice is not None:
        cell = EquationsCell.random(model.choice.equations, inputs, model.units, seed)
        if model.initialisation == "default":
            return cell
        biases = gate_biases(cell.equations, *_first_biases(model, seed))
        opened = {name: np.broadcast_to(whole, (model.units,)) for name, whole in biases.items()}
        return EquationsCell(cell.equations, {**cell.weights, **opened}, sizes=cell.sizes)
    return _initialised(_KINDS[model.cell].random(inputs, model.units, seed), model, seed)


def _first_biases(model: ModelSettings, seed: int) -> tuple[Array, Array]:
    """Return the bias of the gate that keeps, and of the gate that writes."""
    if model.initialisation == "chrono":
        keeps = chrono_bias(model.units, model.chrono_steps, seed)
        return keeps, -keeps
    return np.asarray(model.forget_bias), np.asarray(model.input_bias)


def _initialised(cell: _Cell, model: ModelSettings, seed: int) -> _Cell:
    """Return the cell with the biases that its initialisation asks for."""
    if isinstance(cell, RNNCell) or model.initialisation == "default":
        return cell
    keeps, writes = _first_biases(model, seed)
    if isinstance(cell, GRUCell):
        bias = cell.bias.reshape(3, model.units).copy()
        bias[1] = keeps
        return GRUCell(cell.weight_ih, cell.weight_hh, bias.ravel(), cell.bias_hn)
    bias = cell.bias.reshape(4, model.units).copy()
    bias[1], bias[0] = keeps, writes
    return LSTMCell(cell.weight_ih, cell.weight_hh, bias.ravel())
