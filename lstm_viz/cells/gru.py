"""The gated recurrent unit, in both of its conventions."""

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final, Literal, Self

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import checks, gru_gradients, weights
from lstm_viz.cells.activations import (
    ACTIVATIONS,
    CELL_ACTIVATIONS,
    GATE_ACTIVATIONS,
    Array,
    CellActivation,
    GateActivation,
)
from lstm_viz.cells.gradients import GRUGradients
from lstm_viz.cells.gru_gradients import GRUSlopes, GRUWeights
from lstm_viz.cells.linear_step import LinearStep
from lstm_viz.cells.torch_weights import read_layer
from lstm_viz.cells.trace import GRUStep, GRUTrace

GRUGate = Literal["r", "u", "n"]
GRU_GATES: Final[tuple[GRUGate, ...]] = ("r", "u", "n")
"""The rows of every stacked weight, in PyTorch's order (where u is called z)."""


@dataclass(frozen=True, slots=True, eq=False)
class GRUCell:
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
    def dtype(self) -> np.dtype[Any]:
        """float64 or float32: what the cell computes in."""
        return self.bias.dtype

    @property
    def parameters(self) -> int:
        """How many numbers can be learned: :attr:`parameter_formula` worked out."""
        arrays = (self.weight_ih, self.weight_hh, self.bias, self.bias_hn)
        return sum(array.size for array in arrays if array is not None)

    @property
    def parameter_formula(self) -> str:
        """The count as a formula of D inputs and H units, with one bias where one is enough."""
        return "3H(D+H+1) + H" if self.reset_after else "3H(D+H+1)"

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
        sequence = checks.features("x", x, self.inputs, self.dtype, leading="time, ")
        return self._run(sequence, self._state("h0", h0, sequence), reverse=reverse)

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
        sequence = checks.features("x_t", x_t, self.inputs, self.dtype)[np.newaxis]
        step = self._run(sequence, self._state("h", h, sequence), reverse=False)[0]
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
        return gru_gradients.backward(self._weights, self._slopes(trace), trace, dh)

    def jacobians(self, trace: GRUTrace) -> Array:
        """Return A_t = ∂h_t/∂h_{t-1}, aligned with x: (time, [batch,] hidden, hidden)."""
        return gru_gradients.jacobians(self._weights, self._slopes(trace), trace)

    def input_jacobians(self, trace: GRUTrace) -> Array:
        """Return B_t = ∂h_t/∂x_t: (time, [batch,] hidden, inputs)."""
        return gru_gradients.input_jacobians(self._weights, self._slopes(trace), trace)

    def linearised(self, trace: GRUTrace) -> Iterator[LinearStep]:
        """Yield every step as a linear map, in running order; the run is of one sequence, without a batch.

        Raises
        ------
        ValueError
            If the run is a batch.
        """
        checks.require_one_sequence(trace.h)
        return gru_gradients.linearised(self._weights, self._slopes(trace), trace)

    @property
    def _weights(self) -> GRUWeights:
        return GRUWeights(self.weight_ih, self.weight_hh, self.reset_after)

    def _slopes(self, trace: GRUTrace) -> GRUSlopes:
        return gru_gradients.slopes(trace, self.gate_activation, self.cell_activation)

    def _state(self, name: str, value: npt.ArrayLike | None, x: Array) -> Array:
        return checks.state(name, value, self.hidden, x.shape[1:-1], self.dtype).T

    def _run(self, x: Array, h0: Array, *, reverse: bool) -> GRUTrace:
        x, hidden = x.copy(), self.hidden
        h = np.empty((1 + len(x), *h0.shape), self.dtype)
        h[0] = h0
        gates = np.empty((len(x), *h0.shape[:-1], 3 * hidden), self.dtype)
        n_h = np.empty((len(x), *h0.shape), self.dtype)
        r, u, n = (gates[..., at * hidden : (at + 1) * hidden] for at in range(3))
        r_u = slice(0, 2 * hidden)
        activate, propose = ACTIVATIONS[self.gate_activation], ACTIVATIONS[self.cell_activation]
        of_gates, of_n = (part.T for part in np.split(self.weight_hh, [2 * hidden]))
        # There is one exactly where the reset comes after the product.
        bias_hn = self.bias_hn
        order = slice(None, None, -1 if reverse else 1)
        # An overflow is found below, and named.
        with np.errstate(all="ignore"):
            # W x_t + b of all steps at once
            z = x @ self.weight_ih.T + self.bias
            parts = (z[..., r_u], z[..., 2 * hidden :], gates[..., r_u], r, u, n, n_h)
            steps = zip(h[:-1], *(part[order] for part in parts), h[1:], strict=True)
            for h_prev, z_ru, z_n, ru_t, r_t, u_t, n_t, n_h_t, h_t in steps:
                # r, u = σ(W x_t + b + U h_{t-1})
                np.add(z_ru, np.dot(h_prev, of_gates), z_ru)
                activate(z_ru, ru_t)
                if bias_hn is not None:
                    # n_h = U h_{t-1} + b_hn;  z_n = W x_t + b + r n_h
                    np.add(np.dot(h_prev, of_n), bias_hn, n_h_t)
                    np.add(z_n, r_t * n_h_t, z_n)
                else:
                    # n_h = U (r h_{t-1});  z_n = W x_t + b + n_h
                    np.dot(r_t * h_prev, of_n, n_h_t)
                    np.add(z_n, n_h_t, z_n)
                # n = tanh(z_n)
                propose(z_n, n_t)
                # h_t = (1 − u) n + u h_{t-1}
                np.add((1.0 - u_t) * n_t, u_t * h_prev, h_t)
        checks.require_finite_products(z, last=reverse)
        for array in (x, z, r, u, n, n_h, h):
            array.flags.writeable = False
        return GRUTrace(
            x=x, z=z, r=r, u=u, n=n, n_h=n_h, h=h[1:][order], h_prev=h[:-1][order], reverse=reverse
        )


def _merged(bias_ih: Array, bias_hh: Array, *, reset_after: bool) -> tuple[Array, Array | None]:
    """Return (bias, bias_hn) from PyTorch's two biases: summed, but for that of n which r multiplies."""
    if not reset_after:
        return bias_ih + bias_hh, None
    of_gates = 2 * len(bias_hh) // 3
    bias = bias_ih.copy()
    bias[:of_gates] += bias_hh[:of_gates]
    return bias, bias_hh[of_gates:]
