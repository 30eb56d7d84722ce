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

Slope: TypeAlias = Callable[[Array], Array]
"""``slope(a)`` returns dφ/dz, of the shape of a, from the *value* a = φ(z) of the activation."""

GateActivation = Literal["sigmoid", "hard_sigmoid"]
CellActivation = Literal["tanh", "sigmoid"]
AnyActivation = Literal[
    "sigmoid", "hard_sigmoid", "tanh", "relu", "linear", "wide_sigmoid", "centred_sigmoid"
]


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


def hard_sigmoid(z: Array, out: Array) -> None:
    """Write clip(0.2 z + 0.5, 0, 1): see :func:`hard_sigmoid_of_minus`."""
    np.negative(z, out)
    hard_sigmoid_of_minus(out, out)


def relu(z: Array, out: Array) -> None:
    """Write max(z, 0)."""
    np.maximum(z, 0.0, out=out)


def linear(z: Array, out: Array) -> None:
    """Write z itself."""
    np.copyto(out, z)


def wide_sigmoid(z: Array, out: Array) -> None:
    """Write 4 σ(z) − 2, in [−2, 2]: what squashes the input of the cell in the paper of 1997."""
    centred_sigmoid(z, out)
    np.multiply(out, 2.0, out)


def centred_sigmoid(z: Array, out: Array) -> None:
    """Write 2 σ(z) − 1, in [−1, 1]: what squashes the memory on its way out in the paper of 1997."""
    # The same number as tanh(z/2), which keeps its digits around 0.
    np.multiply(z, 0.5, out)
    np.tanh(out, out)


GATE_ACTIVATIONS: Final = MappingProxyType[str, Activation](
    {"sigmoid": sigmoid_of_minus, "hard_sigmoid": hard_sigmoid_of_minus}
)
"""For i, f and o, into [0, 1]. They take −z: whoever has it at no cost saves a call at every step."""

CELL_ACTIVATIONS: Final = MappingProxyType[str, Activation]({"tanh": np.tanh, "sigmoid": sigmoid})
"""For the candidate, and for the memory on its way out: into [−1, 1]."""

ACTIVATIONS: Final = MappingProxyType[AnyActivation, Activation](
    {
        "sigmoid": sigmoid,
        "hard_sigmoid": hard_sigmoid,
        "tanh": np.tanh,
        "relu": relu,
        "linear": linear,
        "wide_sigmoid": wide_sigmoid,
        "centred_sigmoid": centred_sigmoid,
    }
)
"""All of them, from z."""

SLOPES: Final = MappingProxyType[AnyActivation, Slope](
    {
        "sigmoid": lambda a: a * (1.0 - a),
        "hard_sigmoid": lambda a: 0.2 * ((a > 0.0) & (a < 1.0)).astype(a.dtype),
        "tanh": lambda a: 1.0 - a * a,
        "relu": lambda a: (a > 0.0).astype(a.dtype),
        "linear": np.ones_like,
        "wide_sigmoid": lambda a: 1.0 - 0.25 * a * a,
        "centred_sigmoid": lambda a: 0.5 - 0.5 * a * a,
    }
)
"""Their derivatives. At the corners of relu and hard_sigmoid the slope is 0, as PyTorch has it."""
