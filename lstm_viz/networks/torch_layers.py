"""A network in PyTorch: each layer as ``torch.nn.LSTM``, ``GRU`` or ``RNN`` where there is one like it.

PyTorch is loaded only when something here is called.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.cells.functions import FUNCTIONS, Array
from lstm_viz.networks.layers import Direction, Layer, Stack
from lstm_viz.networks.libraries import required
from lstm_viz.networks.stacked import GATES


def module_of(stack: Stack) -> Any:
    """Return a ``torch.nn.Module`` with the same weights.

    Called with x, (time, [batch,] inputs), or with symbols where there is an embedding, it returns the output
    of the last layer, or of the dense layers after it, if the file says what lies between them.

    Raises
    ------
    ValueError
        If PyTorch is not installed.
    """
    torch = required("torch", "modules of PyTorch")

    class RecurrentNetwork(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.embedding = None
            if stack.embedding is not None:
                self.embedding = torch.nn.Embedding.from_pretrained(_tensor(torch, stack.embedding.weight))
            self.layers = torch.nn.ModuleList(_layer_module(torch, layer) for layer in stack.layers)
            self.readout = _readout(torch, stack)

        def forward(self, x: Any) -> Any:
            if self.embedding is not None and not x.is_floating_point():
                x = self.embedding(x)
            for layer in self.layers:
                x = layer(x)
            return self.readout(x)

    return RecurrentNetwork()


def outputs(stack: Stack, x: Array) -> list[Array]:
    """Return what each layer gives in PyTorch, (time, [batch,] outputs).

    Raises
    ------
    ValueError
        If PyTorch is not installed.
    """
    torch = required("torch", "modules of PyTorch")
    found = []
    with torch.no_grad():
        values = _tensor(torch, x)
        for layer in stack.layers:
            values = _layer_module(torch, layer)(values)
            found.append(values.numpy())
    return found


def _layer_module(torch: Any, layer: Layer) -> Any:
    class BothDirections(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.directions = torch.nn.ModuleList(
                _direction(torch, layer, cell) for cell in layer.cells.values()
            )

        def forward(self, x: Any) -> Any:
            outputs: dict[Direction, Any] = {}
            for name, module in zip(layer.cells, self.directions, strict=True):
                result = module(x.flip(0) if name == "reverse" else x)
                h = result["h"] if isinstance(result, dict) else result[0]
                outputs[name] = h.flip(0) if name == "reverse" else h
            return _merged(torch, layer, outputs)

    return BothDirections()


def _merged(torch: Any, layer: Layer, outputs: Mapping[Direction, Any]) -> Any:
    values = list(outputs.values())
    if len(values) == 1:
        return values[0].flip(0) if layer.flipped else values[0]
    if layer.merge == "concat":
        return torch.cat(values, dim=-1)
    if layer.merge == "mul":
        return values[0] * values[1]
    total = values[0] + values[1]
    return total if layer.merge == "sum" else total / 2


def _direction(torch: Any, layer: Layer, cell: Cell) -> Any:
    """Return PyTorch's own layer, or where it has none like this the cell by its equations."""
    settings = _own_settings(cell, layer.kind)
    if settings is None:
        return cell.to_torch()
    own = getattr(torch.nn, layer.kind)(cell.inputs, cell.hidden, **settings)
    own = own.to(getattr(torch, cell.dtype.name))
    gates = GATES[layer.kind]
    stacked = {
        letter: np.concatenate([cell.weights[f"{letter}_{gate}"] for gate in gates]) for letter in "WUb"
    }
    second = np.zeros_like(stacked["b"])
    if "b1_n" in cell.weights:
        second[2 * cell.hidden :] = cell.weights["b1_n"]
    tensors = {
        "weight_ih_l0": stacked["W"],
        "weight_hh_l0": stacked["U"],
        "bias_ih_l0": stacked["b"],
        "bias_hh_l0": second,
    }
    if "R_h" in cell.weights:
        tensors["weight_hr_l0"] = cell.weights["R_h"]
    own.load_state_dict({name: _tensor(torch, array) for name, array in tensors.items()})
    return own


def _own_settings(cell: Cell, kind: str) -> dict[str, Any] | None:
    """Return how PyTorch's layer of this kind is made to be the same cell; None if it cannot be."""
    elman = CATALOGUE["Elman"].text
    plain: dict[tuple[str, str], dict[str, Any]] = {
        ("LSTM", CATALOGUE["LSTM"].text): {},
        ("LSTM", CATALOGUE["LSTMP"].text): {"proj_size": cell.outputs},
        ("GRU", CATALOGUE["GRU"].text): {},
        ("RNN", elman): {"nonlinearity": "tanh"},
        ("RNN", elman.replace("tanh", "relu")): {"nonlinearity": "relu"},
    }
    return plain.get((kind, cell.equations.text))


def _readout(torch: Any, stack: Stack) -> Any:
    modules: list[Any] = []
    if all(dense.activation is not None for dense in stack.readout[:-1]):
        for dense in stack.readout:
            linear = torch.nn.Linear(dense.inputs, dense.outputs)
            linear.weight.data, linear.bias.data = _tensor(torch, dense.weight), _tensor(torch, dense.bias)
            modules += [linear, *_activation(torch, dense.activation)]
    return torch.nn.Sequential(*modules)


def _activation(torch: Any, name: str | None) -> list[Any]:
    if name is None or name not in FUNCTIONS:
        return []
    function = FUNCTIONS[name].module(torch)

    class Activation(torch.nn.Module):  # type: ignore[misc]
        def forward(self, z: Any) -> Any:
            return function(z)

    return [Activation()]


def _tensor(torch: Any, array: Array) -> Any:
    return torch.tensor(np.array(array))
