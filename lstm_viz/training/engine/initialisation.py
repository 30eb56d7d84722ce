"""The weights with which a network starts.

References
----------
Gers, Schmidhuber & Cummins (2000), "Learning to Forget", Neural Computation 12(10): the forget gate's bias.
Saxe, McClelland & Ganguli (2013), arXiv:1312.6120: orthogonal weights.
Tallec & Ollivier (2018), "Can recurrent neural networks warp time?", ICLR, arXiv:1804.11188: chrono.
"""

from typing import Final

import torch
from torch import Tensor, nn

from lstm_viz.analysis import gate_biases
from lstm_viz.training.engine.equations_layer import EquationsLayer
from lstm_viz.training.settings import ModelSettings

FORGET_ROWS: Final[dict[str, int]] = {"lstm": 1, "gru": 1}
"""Which block of rows holds the gate that keeps the old state: i, *f*, g, o, and r, *z*, n."""

INPUT_ROWS: Final[dict[str, int]] = {"lstm": 0}


def initialise(layer: nn.RNNBase | EquationsLayer, model: ModelSettings) -> None:
    """Give a layer its first weights; random ones are drawn from PyTorch's generator.

    A layer comes with PyTorch's own: each weight is uniform in ±1/sqrt(units). Only what the settings ask for
    is changed.
    """
    if model.initialisation == "default":
        return
    with torch.no_grad():
        if isinstance(layer, EquationsLayer):
            for half in filter(None, (layer, layer.reverse)):
                _initialise_equations(half, model)
        else:
            _initialise_module(layer, model)


def _initialise_module(layer: nn.RNNBase, model: ModelSettings) -> None:
    for name, weight in layer.named_parameters():
        if name.startswith("weight_hh") and model.initialisation == "orthogonal":
            for block in range(0, len(weight), model.units):
                nn.init.orthogonal_(weight[block : block + model.units])
    for suffix in ("l0", "l0_reverse")[: 2 if model.bidirectional else 1]:
        _set_biases(layer, suffix, model)


def _initialise_equations(layer: EquationsLayer, model: ModelSettings) -> None:
    """Do the same for a cell by its equations: for the matrices between units, and the memory's gates."""
    if model.initialisation == "orthogonal":
        for name, shape in layer.equations.shapes.items():
            if shape == ("H", "H"):
                nn.init.orthogonal_(layer.get_parameter(name))
    for name, whole in gate_biases(layer.equations, *_first_biases(model)).items():
        layer.get_parameter(name)[:] = whole


def _set_biases(layer: nn.RNNBase, suffix: str, model: ModelSettings) -> None:
    if model.cell == "rnn":
        return
    forget, written = _first_biases(model)
    _set_bias(layer, suffix, FORGET_ROWS[model.cell], forget)
    if model.cell in INPUT_ROWS:
        _set_bias(layer, suffix, INPUT_ROWS[model.cell], written)


def _first_biases(model: ModelSettings) -> tuple[Tensor, Tensor]:
    """Return the bias of the gate that keeps, and of the gate that writes, (units,) each."""
    if model.initialisation == "chrono":
        forget = _chrono(model.units, model.chrono_steps)
        return forget, -forget
    return torch.full((model.units,), model.forget_bias), torch.full((model.units,), model.input_bias)


def _chrono(units: int, steps: int) -> Tensor:
    """Return log U(1, steps − 1) for each unit: memories of all lengths up to ``steps``.

    The paper writes the GRU with a gate that *admits* the new and gives it the bias −log U; PyTorch's z keeps
    the old state, and σ(−b) = 1 − σ(b) turns the sign.
    """
    return torch.empty(units).uniform_(1, steps - 1).log()


def _set_bias(layer: nn.RNNBase, suffix: str, block: int, whole: Tensor) -> None:
    """Make ``whole`` the bias of one gate: all of it in the first of PyTorch's two, zero in the other."""
    rows = slice(block * len(whole), (block + 1) * len(whole))
    getattr(layer, f"bias_ih_{suffix}")[rows] = whole
    getattr(layer, f"bias_hh_{suffix}")[rows] = 0.0
