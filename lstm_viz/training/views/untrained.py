"""A network that has learned nothing, on the probe of a task: what a page shows before there is a run."""

from typing import Final, TypeAlias

import numpy as np

from lstm_viz.cells import GRUCell, LSTMCell, RNNCell
from lstm_viz.networks.random import chrono_bias
from lstm_viz.settings.family import AnyTrace
from lstm_viz.training.settings import CellKind, ModelSettings, TrainingSettings
from lstm_viz.training.task import TaskData

_Cell: TypeAlias = LSTMCell | GRUCell | RNNCell

_KINDS: Final[dict[CellKind, type[LSTMCell] | type[GRUCell] | type[RNNCell]]] = {
    "lstm": LSTMCell,
    "gru": GRUCell,
    "rnn": RNNCell,
}


def untrained_run(settings: TrainingSettings, data: TaskData) -> AnyTrace:
    """Return the run of the first layer over the probe, with weights drawn by the seed.

    The weights are not those that PyTorch will draw for the same seed.
    """
    model, rng = settings.model, np.random.default_rng(settings.seed)
    x = data.probe.x[:, 0]
    if data.symbols:
        read = rng.standard_normal((data.inputs, model.embedding)) if model.embedding else np.eye(data.inputs)
        x = read[x]
    cell = _KINDS[model.cell].random(x.shape[1], model.units, settings.seed)
    return _initialised(cell, model, settings.seed).run(x.astype(np.float64))


def _initialised(cell: _Cell, model: ModelSettings, seed: int) -> _Cell:
    """Return the cell with the biases that its initialisation asks for."""
    if isinstance(cell, RNNCell) or model.initialisation == "default":
        return cell
    chrono = model.initialisation == "chrono"
    keeps = chrono_bias(model.units, model.chrono_steps, seed) if chrono else model.forget_bias
    if isinstance(cell, GRUCell):
        bias = cell.bias.reshape(3, model.units).copy()
        bias[1] = keeps
        return GRUCell(cell.weight_ih, cell.weight_hh, bias.ravel(), cell.bias_hn)
    bias = cell.bias.reshape(4, model.units).copy()
    bias[1], bias[0] = keeps, -keeps if chrono else model.input_bias
    return LSTMCell(cell.weight_ih, cell.weight_hh, bias.ravel())
