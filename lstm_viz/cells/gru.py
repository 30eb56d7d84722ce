"""The gated recurrent unit, in both of its conventions."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final, Literal, Self

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import checks, weights
from lstm_viz.cells.face import (
    CELL_ACTIVATIONS,
    GATE_ACTIVATIONS,
    CellActivation,
    Face,
    GateActivation,
    named,
    stacked,
)
from lstm_viz.cells.functions import Array
from lstm_viz.cells.gradients import GRUGradients
from lstm_viz.cells.torch_weights import read_layer
from lstm_viz.cells.trace import GRUStep, GRUTrace

GRUGate = Literal["r", "u", "n"]
GRU_GATES: Final[tuple[GRUGate, ...]] = ("r", "u", "n")
"""The rows of every stacked weight, in PyTorch's order (where u is called z)."""

_LINES: Final = ("r", "z", "n")
"""The same in the equations."""


@dataclass(frozen=True, eq=False)
class GRUCell(Face):
    """A GRU layer that keeps both gates of every step, with the numbers of ``torch.nn.GRU``.

    ::

        r   = σ(W x_t + U h_{t-1} + b)                 each with its own W, U and b
        u   = σ(W x_t + U h_{t-1} + b)
        n   = tanh(W x_t + b + r (U h_{t-1} + b_hn))   reset after the product: PyTorch, cuDNN, Keras
        n   = tanh(W x_t + b + U (r h_{t-1}))          reset before it: Cho et al., ONNX's default, old Keras
        h_t = (1 − u) n + u h_{t-1}

    The update gate, z in most papers, is ``u`` here, for z is what is not yet activated. As in PyTorch,
    Keras, ONNX and Cho et al. it *keeps the old* state. Chung et al. write h_t = (1 − z) h_{t-1} + z n
    instead, where z admits the new: for their weights turn the sign of the rows of u in W, U and b, because
    1 − σ(z) = σ(−z).

    Rows are stacked in the order r, u, n. The cell keeps read-only copies of its arrays and computes in their
    dtype: float32 if all are, otherwise float64.

    Parameters
    ----------
    weight_ih
        W, (3*hidden, inputs).
    weight_hh
        U, (3*hidden, hidden).
    bias
        b, (3*hidden,): for r and u the sum of PyTorch's two biases, for n the bias outside the product.
    bias_hn
        b_hn, (hidden,): for n the bias that r multiplies; only where the reset comes after the product.
        Zeros if None.
    reset_after
        Whether r multiplies the recurrent product, or the state before it enters the product.
    gate_activation
        Of r and u: "sigmoid", or "hard_sigmoid" = clip(0.2 z + 0.5, 0, 1) as in Keras 2 and ONNX.
    cell_activation
        Of n: "tanh" or "sigmoid".

    Raises
    ------
    ValueError
        If the shapes do not fit, or an array holds anything but finite real numbers.

    References
    ----------
    Cho et al. (2014), "Learning Phrase Representations using RNN Encoder–Decoder", EMNLP.
    Chung et al. (2014), "Empirical Evaluation of Gated Recurrent Neural Networks on Sequence Modeling".
    https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html
    """

    weight_ih: Array
    weight_hh: Array
    bias: Array
    bias_hn: Array | None = None
    _: KW_ONLY
    reset_after: bool = True
    gate_activation: GateActivation = "sigmoid"
    cell_activation: CellActivation = "tanh"

    def __post_init__(self) -> None:
        checks.one_of("gate_activation", self.gate_activation, GATE_ACTIVATIONS)
        checks.one_of("cell_activation", self.cell_activation, CELL_ACTIVATIONS)
        arrays = weights.layer(self.weight_ih, self.weight_hh, self.bias, len(GRU_GATES))
        hidden = arrays["weight_hh"].shape[1]
        if self.bias_hn is not None and not self.reset_after:
            raise ValueError(
                "bias_hn: expected None where the reset comes before the product: add it to bias"
            )
        if self.bias_hn is not None:
            arrays["bias_hn"] = checks.real_array("bias_hn", self.bias_hn, "shape (hidden,)")
            checks.require_shape("bias_hn", arrays["bias_hn"], (hidden,), "(hidden,)")
        elif self.reset_after:
            arrays["bias_hn"] = np.zeros(hidden, arrays["bias"].dtype)
        for name, array in weights.kept(arrays).items():
            object.__setattr__(self, name, array)

    @classmethod
    def random(
        cls,
        inputs: int = 1,
        hidden: int = 4,
        seed: int = 0,
        update_bias: float = 0.0,
        *,
        reset_after: bool = True,
    ) -> Self:
        """Return a cell as PyTorch initialises it: weights and both biases from U(−1/√hidden, 1/√hidden).

        Biases are summed where one is enough, and ``update_bias`` is added to the rows of u: above 0 it keeps
        more of the old state. The draws are those of ``numpy.random.default_rng(seed)``: the distribution is
        PyTorch's, the numbers are not.

        Raises
        ------
        ValueError
            If ``inputs`` or ``hidden`` is less than 1, or ``update_bias`` is not a finite number.
        """
        weight_ih, weight_hh, biases = weights.draw(len(GRU_GATES), inputs, hidden, seed)
        biases[0, hidden : 2 * hidden] += checks.number("update_bias", update_bias)
        return cls(weight_ih, weight_hh, *_merged(*biases, reset_after=reset_after), reset_after=reset_after)

    @classmethod
    def from_torch(cls, state_dict: Mapping[str, Any], layer: int = 0, reverse: bool = False) -> Self:
        """Return one layer and direction of a ``torch.nn.GRU``.

        Parameters
        ----------
        state_dict
            ``gru.state_dict()``, of tensors or arrays. Where a layer has no biases they are zero.
        layer
            0 for the first.
        reverse
            True for the backward half of a bidirectional GRU, to be run with ``reverse=True``.

        Raises
        ------
        ValueError
            If a key is missing (the message lists the layers found), or the shapes are not those of a GRU.
        """
        read = read_layer(state_dict, layer, reverse=reverse)
        return cls(read.weight_ih, read.weight_hh, *_merged(read.bias_ih, read.bias_hh, reset_after=True))

    @property
    def inputs(self) -> int:
        """How many numbers the cell reads at each step."""
        return int(self.weight_ih.shape[1])

    @property
    def hidden(self) -> int:
        """How many units it has."""
        return int(self.weight_hh.shape[1])

    @property
    def text(self) -> str:
        """Its equations; u is the line z there."""
        gate, new = self.gate_activation, "b + r*(U@h + b1)" if self.reset_after else "U@(r*h) + b"
        return (
            f"r = {gate}(W@x + U@h + b)\nz = {gate}(W@x + U@h + b)\n"
            f"n = {self.cell_activation}(W@x + {new})\nh = (1 - z)*n + z*h"
        )

    def _named_weights(self) -> dict[str, Array]:
        found = named({"W": self.weight_ih, "U": self.weight_hh, "b": self.bias}, _LINES, self.hidden)
        return found if self.bias_hn is None else found | {"b1_n": self.bias_hn}

    def run(self, x: npt.ArrayLike, h0: npt.ArrayLike | None = None, *, reverse: bool = False) -> GRUTrace:
        """Run over a sequence, or over a batch of sequences, and keep everything.

        Parameters
        ----------
        x
            (time, inputs) or (time, batch, inputs): at least one step. It is computed in the cell's dtype.
        h0
            The state before the first step, (hidden,) or (batch, hidden). Zeros if None.
        reverse
            Run from the last step to the first. The trace stays aligned with x.

        Raises
        ------
        ValueError
            If a shape does not fit, a number is not finite, or a z lies beyond the range of the dtype.
        """
        return GRUTrace(self._unrolled(x, {"h0": h0}, reverse=reverse))

    def step(self, x_t: npt.ArrayLike, h: npt.ArrayLike | None = None) -> tuple[Array, GRUStep]:
        """Take one step; the numbers are those of :meth:`run` up to rounding.

        Parameters
        ----------
        x_t
            (inputs,) or (batch, inputs).
        h
            The state before it, (hidden,) or (batch, hidden). Zeros if None.

        Returns
        -------
        h
            The state after it, (hidden,) or (batch, hidden).
        step
            Everything that was computed.

        Raises
        ------
        ValueError
            As :meth:`run`.
        """
        step = GRUTrace(self._stepped(x_t, {"h": h}))[0]
        return step.h, step

    def backward(self, trace: GRUTrace, dh: npt.ArrayLike | None = None) -> GRUGradients:
        """Return the derivative of one number L with respect to the weights, x and the initial state.

        Parameters
        ----------
        trace
            A run of this cell.
        dh
            What L sees of each output itself: ∂L/∂h_t with all else held, in the shape of ``trace.h``. For a
            loss on the last output alone it is zero everywhere else. Zeros if None.

        Raises
        ------
        ValueError
            If the shape is another, or a number is not finite.
        """
        found = self.cell.backward(trace.run, {} if dh is None else {"h": dh})
        return GRUGradients(
            weight_ih=stacked(found.weights, "W", _LINES),
            weight_hh=stacked(found.weights, "U", _LINES),
            bias=stacked(found.weights, "b", _LINES),
            bias_hn=found.weights.get("b1_n"),
            x=found.x,
            h0=found.initial["h"],
            h=found.adjoint["h"],
        )


def _merged(bias_ih: Array, bias_hh: Array, *, reset_after: bool) -> tuple[Array, Array | None]:
    """Return (bias, bias_hn) from PyTorch's two biases: summed, but for that of n which r multiplies."""
    if not reset_after:
        return bias_ih + bias_hh, None
    of_gates = 2 * len(bias_hh) // 3
    bias = bias_ih.copy()
    bias[:of_gates] += bias_hh[:of_gates]
    return bias, bias_hh[of_gates:]
