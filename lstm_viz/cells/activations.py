"""The activations of the cells, written into arrays that the caller provides.

References
----------
https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html: σ for the gates, tanh for g and C.
https://onnx.ai/onnx/operators/onnx__LSTM.html: ``HardSigmoid`` with its defaults alpha 0.2 and beta 0.5, as
``hard_sigmoid`` in Keras 2.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.floating[Any]]

Activation: TypeAlias = Callable[[Array, Array], object]
"""``activation(z, out)`` writes the activation of z into ``out``, of the same shape; z keeps its values."""

GateActivation = Literal["sigmoid", "hard_sigmoid"]
CellActivation = Literal["tanh", "sigmoid"]


def sigmoid_of_minus(minus_z: Array, out: Array) -> None:
    """Write σ(z) = 1 / (1 + exp(−z)) from −z, right to a few units in the last place *relative* to its value.

    A gate of 1e-18 stays 1e-18, where the cheaper ½(1 + tanh(z/2)) would give 0. exp(−z) may overflow: σ is
    then 0, for a true value below the smallest normal number, and the caller silences NumPy's warning.
    """
    np.exp(minus_z, out)
    np.add(out, 1.0, out)
    np.reciprocal(out, out)


def sigmoid(z: Array, out: Array) -> None:
    """Write σ(z): see :func:`sigmoid_of_minus`."""
    np.negative(z, out)
    sigmoid_of_minus(out, out)


def hard_sigmoid_of_minus(minus_z: Array, out: Array) -> None:
    """Write clip(0.2 z + 0.5, 0, 1), three straight lines instead of σ, from −z."""
    np.multiply(minus_z, -0.2, out)
    np.add(out, 0.5, out)
    np.maximum(out, 0.0, out=out)
    np.minimum(out, 1.0, out=out)


GATE_ACTIVATIONS: Final = MappingProxyType[str, Activation](
    {"sigmoid": sigmoid_of_minus, "hard_sigmoid": hard_sigmoid_of_minus}
)
"""For i, f and o, into [0, 1]. They take −z: whoever has it at no cost saves a call at every step."""

CELL_ACTIVATIONS: Final = MappingProxyType[str, Activation]({"tanh": np.tanh, "sigmoid": sigmoid})
"""For the candidate, and for the memory on its way out: into [−1, 1]."""
