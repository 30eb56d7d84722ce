"""The parts of a network: recurrent layers of one or two directions, dense layers, and what feeds what."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Final, Literal

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.cells.functions import FUNCTIONS, Array
from lstm_viz.networks.stacked import Kind
from lstm_viz.notation import counted

Direction = Literal["forward", "reverse"]
Merge = Literal["concat", "sum", "mul", "ave"]
MERGES: Final[tuple[Merge, ...]] = ("concat", "sum", "mul", "ave")


@dataclass(frozen=True, eq=False)
class Layer:
    """A recurrent layer: a cell for each direction.

    Attributes
    ----------
    name
        As the file has it.
    kind
        "LSTM", "GRU" or "RNN".
    cells
        By direction, "forward" and "reverse": what is there.
    order
        Whose order of gates and shapes the file has: "PyTorch", "Keras", "CuDNN", "ONNX", "TensorFlow 1".
    merge
        How the outputs of two directions become one, in Keras's words.
    flipped
        Whether it hands out its steps last first, as ``go_backwards`` of Keras does.
    """

    name: str
    kind: Kind
    cells: Mapping[Direction, Cell]
    order: str
    _: KW_ONLY
    merge: Merge = "concat"
    flipped: bool = False

    @property
    def inputs(self) -> int:
        """How many numbers it reads at each step."""
        return next(iter(self.cells.values())).inputs

    @property
    def hidden(self) -> int:
        """How many units each direction has."""
        return next(iter(self.cells.values())).hidden

    @property
    def outputs(self) -> int:
        """How many numbers it gives at each step."""
        each = [cell.outputs for cell in self.cells.values()]
        return sum(each) if self.merge == "concat" else each[0]

    @property
    def bidirectional(self) -> bool:
        """Whether it has both directions."""
        return len(self.cells) == 2

    def merged(self, outputs: Mapping[Direction, Array]) -> Array:
        """Return one output, (time, [batch,] outputs), of those of the directions."""
        arrays = list(outputs.values())
        if len(arrays) == 1:
            return arrays[0][::-1] if self.flipped else arrays[0]
        match self.merge:
            case "concat":
                return np.concatenate(arrays, axis=-1)
            case "mul":
                return np.asarray(arrays[0] * arrays[1])
            case _:
                total = np.asarray(arrays[0] + arrays[1])
                return total if self.merge == "sum" else total / 2

    def __repr__(self) -> str:
        both = "bidirectional " if self.bidirectional else "reversed " if "reverse" in self.cells else ""
        projected = f", projected to {self.outputs}" if self._projected else ""
        return (
            f"{self.name}: {both}{self.kind}, {counted(self.inputs, 'input')}, "
            f"{counted(self.hidden, 'unit')}{projected}, "
            f"{self.order} order"
        )

    @property
    def _projected(self) -> bool:
        cell = next(iter(self.cells.values()))
        return cell.outputs != cell.hidden


@dataclass(frozen=True, eq=False)
class Dense:
    """A dense layer after the recurrent ones: ``activation(weight @ v + bias)``.

    Attributes
    ----------
    name
        As the file has it.
    weight, bias
        (outputs, inputs) and (outputs,).
    activation
        Applied number by number; "linear" for none, and None where the file does not say.
    """

    name: str
    weight: Array
    bias: Array
    activation: str | None = None

    @property
    def inputs(self) -> int:
        """How many numbers it reads."""
        return int(self.weight.shape[1])

    @property
    def outputs(self) -> int:
        """How many numbers it gives."""
        return int(self.weight.shape[0])

    def __call__(self, values: Array) -> Array:
        """Return what it makes of (…, inputs): (…, outputs)."""
        z = np.asarray(values @ self.weight.T + self.bias)
        if self.activation is None or self.activation not in FUNCTIONS:
            return z
        with np.errstate(all="ignore"):
            FUNCTIONS[self.activation].write(z, out=z)
        return z


@dataclass(frozen=True, eq=False)
class Embedding:
    """A table with a row for each symbol.

    Attributes
    ----------
    name
        As the file has it.
    weight
        (symbols, numbers).
    """

    name: str
    weight: Array

    @property
    def symbols(self) -> int:
        """How many rows it has."""
        return int(self.weight.shape[0])


@dataclass(frozen=True, eq=False)
class Stack:
    """Layers that feed each other, with the embedding before them and the dense layers after them.

    Attributes
    ----------
    name
        What its arrays have in common in the file.
    layers
        The first reads the input.
    embedding
        None where there is none, or none could be told.
    readout
        Dense layers one after the other; empty where there are none, or none could be told.
    """

    name: str
    layers: tuple[Layer, ...]
    embedding: Embedding | None = None
    readout: tuple[Dense, ...] = ()

    @property
    def inputs(self) -> int:
        """How many numbers the first layer reads."""
        return self.layers[0].inputs

    @property
    def outputs(self) -> int:
        """How many numbers the last layer gives."""
        return self.layers[-1].outputs

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """float64 if a cell computes in it, otherwise float32."""
        return np.result_type(*(cell.dtype for layer in self.layers for cell in layer.cells.values()))

    def __repr__(self) -> str:
        kinds = " and ".join(dict.fromkeys(layer.kind for layer in self.layers))
        both = "bidirectional " if all(layer.bidirectional for layer in self.layers) else ""
        units = " and ".join(map(str, _runs([layer.hidden for layer in self.layers])))
        orders = " and ".join(dict.fromkeys(layer.order for layer in self.layers))
        parts = [
            f"{len(self.layers)}-layer {both}{kinds}, {counted(self.inputs, 'input')}, {units} "
            f"{'unit' if units == '1' else 'units'}, {orders} order"
        ]
        if self.embedding is not None:
            parts.append("embedding {} × {}".format(*self.embedding.weight.shape))
        if self.readout:
            parts.append("readout " + " → ".join(str(dense.outputs) for dense in self.readout))
        return "; ".join(parts)


def _runs(sizes: list[int]) -> list[int]:
    """Return sizes without those that are the same for all."""
    return sizes[:1] if len(set(sizes)) == 1 else sizes
