"""The reference LSTM cell."""

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import checks, lstm_backward, lstm_jacobians, weights
from lstm_viz.cells.activations import (
    CELL_ACTIVATIONS,
    GATE_ACTIVATIONS,
    Array,
    CellActivation,
    GateActivation,
)
from lstm_viz.cells.gradients import LSTMGradients
from lstm_viz.cells.linear_step import LinearStep
from lstm_viz.cells.lstm_jacobians import LSTMRoutes
from lstm_viz.cells.lstm_slopes import LSTMWeights
from lstm_viz.cells.recurrence import layout, stack, unroll
from lstm_viz.cells.torch_weights import read_layer
from lstm_viz.cells.trace import LSTMStep, LSTMTrace, rows
from lstm_viz.cells.variants import LSTMVariant
from lstm_viz.cells.weights import GateWeights
from lstm_viz.notation import GATES, Gate


@dataclass(frozen=True, slots=True, eq=False)
class LSTMCell:
    """An LSTM layer that keeps every gate of every step, with the numbers of ``torch.nn.LSTM``.

    ::

        i, f, o = σ(W x_t + U h_{t-1} + b)        each with its own W, U and b
        g       = tanh(W x_t + U h_{t-1} + b)
        C_t     = f C_{t-1} + i g
        h_t     = o tanh(C_t)

    Rows are stacked in the order i, f, g, o. The cell keeps read-only copies of its arrays and computes in
    their dtype: float32 if all three are, otherwise float64.

    Parameters
    ----------
    weight_ih
        W, (4*hidden, inputs).
    weight_hh
        U, (4*hidden, hidden).
    bias
        b, (4*hidden,): one bias, the sum of PyTorch's two.
    gate_activation
        Of i, f and o: "sigmoid", or "hard_sigmoid" = clip(0.2 z + 0.5, 0, 1) as in Keras 2 and ONNX.
    cell_activation
        Of g, and of C_t on its way out: "tanh" or "sigmoid".

    Raises
    ------
    ValueError
        If the shapes do not fit, or an array holds anything but finite real numbers.

    References
    ----------
    Hochreiter & Schmidhuber (1997), "Long Short-Term Memory", Neural Computation 9(8).
    Gers, Schmidhuber & Cummins (2000), "Learning to Forget", Neural Computation 12(10).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html
    """

    weight_ih: Array
    weight_hh: Array
    bias: Array
    _: KW_ONLY
    gate_activation: GateActivation = "sigmoid"
    cell_activation: CellActivation = "tanh"
    _stacked: Array = field(init=False, repr=False)
    """What :func:`stack` makes of the three."""

    def __post_init__(self) -> None:
        checks.one_of("gate_activation", self.gate_activation, GATE_ACTIVATIONS)
        checks.one_of("cell_activation", self.cell_activation, CELL_ACTIVATIONS)
        arrays = weights.kept(weights.layer(self.weight_ih, self.weight_hh, self.bias, len(GATES)))
        arrays["_stacked"] = stack(**arrays)
        arrays["_stacked"].flags.writeable = False
        for name, array in arrays.items():
            object.__setattr__(self, name, array)

    @classmethod
    def random(cls, inputs: int = 1, hidden: int = 4, seed: int = 0, forget_bias: float = 0.0) -> Self:
        """Return a cell as PyTorch initialises it: weights and both biases from U(−1/√hidden, 1/√hidden).

        The two biases are summed, and ``forget_bias`` is added to the rows of f. (Jozefowicz, Zaremba &
        Sutskever 2015 advise 1.) The draws are those of ``numpy.random.default_rng(seed)``: the distribution
        is PyTorch's, the numbers are not.

        Raises
        ------
        ValueError
            If ``inputs`` or ``hidden`` is less than 1, or ``forget_bias`` is not a finite number.
        """
        weight_ih, weight_hh, biases = weights.draw(len(GATES), inputs, hidden, seed)
        bias = biases.sum(axis=0)
        bias[rows("f", hidden)] += checks.number("forget_bias", forget_bias)
        return cls(weight_ih, weight_hh, bias)

    @classmethod
    def from_torch(cls, state_dict: Mapping[str, Any], layer: int = 0, reverse: bool = False) -> Self:
        """Return one layer and direction of a ``torch.nn.LSTM``.

        Parameters
        ----------
        state_dict
            ``lstm.state_dict()``, of tensors or arrays: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0
            and so on. Where a layer has no biases (``bias=False``) they are zero.
        layer
            0 for the first.
        reverse
            True for the backward half of a bidirectional LSTM, to be run with ``reverse=True``.

        Raises
        ------
        ValueError
            If a key is missing (the message lists the layers found), or if the LSTM has projections.
        """
        read = read_layer(state_dict, layer, reverse=reverse)
        if read.weight_hr is not None:
            raise ValueError(
                "state_dict: expected an LSTM without projections (proj_size=0; LSTMVariantCell takes them), "
                f"got a weight of one, of shape {read.weight_hr.shape}"
            )
        return cls(read.weight_ih, read.weight_hh, read.bias_ih + read.bias_hh)

    @classmethod
    def from_gates(
        cls,
        *,
        i: GateWeights,
        f: GateWeights,
        g: GateWeights,
        o: GateWeights,
        gate_activation: GateActivation = "sigmoid",
        cell_activation: CellActivation = "tanh",
    ) -> Self:
        """Return a cell from the (W, U, b) of each gate; :meth:`gate_weights` gives them back.

        W is (hidden, inputs), U (hidden, hidden), b (hidden,). One unit may do without its axis: W is then
        (inputs,), or a number if there is one input; U and b are numbers.

        Raises
        ------
        ValueError
            If the gates do not agree in shape, or hold anything but finite real numbers.
        """
        weight_ih, weight_hh, bias = weights.joined({"i": i, "f": f, "g": g, "o": o})
        return cls(
            weight_ih, weight_hh, bias, gate_activation=gate_activation, cell_activation=cell_activation
        )

    @property
    def inputs(self) -> int:
        """How many numbers the cell reads at each step."""
        return int(self.weight_ih.shape[1])

    @property
    def hidden(self) -> int:
        """How many units it has, each with a memory and an output of its own."""
        return int(self.weight_hh.shape[1])

    @property
    def dtype(self) -> np.dtype[Any]:
        """float64 or float32: what the cell computes in."""
        return self.bias.dtype

    @property
    def parameters(self) -> int:
        """How many numbers can be learned: :attr:`parameter_formula` worked out."""
        return self.weight_ih.size + self.weight_hh.size + self.bias.size

    @property
    def parameter_formula(self) -> str:
        """The count as a formula of D inputs and H units, with one bias."""
        return self._variant.parameter_formula()

    def gate_weights(self, gate: Gate) -> tuple[Array, Array, Array]:
        """Return the (W, U, b) of one gate: (hidden, inputs), (hidden, hidden), (hidden,).

        Raises
        ------
        ValueError
            If ``gate`` is none of i, f, g, o.
        """
        checks.one_of("gate", gate, GATES)
        at = rows(gate, self.hidden)
        return self.weight_ih[at], self.weight_hh[at], self.bias[at]

    def run(
        self,
        x: npt.ArrayLike,
        h0: npt.ArrayLike | None = None,
        c0: npt.ArrayLike | None = None,
        *,
        reverse: bool = False,
        clamp: Mapping[Gate, float] | None = None,
    ) -> LSTMTrace:
        """Run over a sequence, or over a batch of sequences, and keep everything.

        Parameters
        ----------
        x
            (time, inputs) or (time, batch, inputs): at least one step. It is computed in the cell's dtype.
        h0, c0
            The states before the first step, (hidden,) or (batch, hidden). Zeros if None.
        reverse
            Run from the last step to the first. The trace stays aligned with x.
        clamp
            Gates held at a value at every step and unit, whatever their z: ``{"f": 1.0}`` forgets nothing.
            Within [0, 1] for i, f and o, for g within the range of its activation.

        Raises
        ------
        ValueError
            If a shape or a range does not fit, a number is not finite, or x, h0 and the weights are so large
            that a z lies beyond the range of the dtype.
        """
        sequence = checks.features("x", x, self.inputs, self.dtype, leading="time, ")
        batch = sequence.shape[1:-1]
        h = checks.state("h0", h0, self.hidden, batch, self.dtype)
        c = checks.state("c0", c0, self.hidden, batch, self.dtype)
        return self._run(sequence, h, c, checks.clamped_gates(clamp, self.cell_activation), reverse=reverse)

    def step(
        self, x_t: npt.ArrayLike, h: npt.ArrayLike | None = None, c: npt.ArrayLike | None = None
    ) -> tuple[Array, Array, LSTMStep]:
        """Take one step; the numbers are those of :meth:`run`, to the bit.

        Parameters
        ----------
        x_t
            (inputs,) or (batch, inputs).
        h, c
            The states before it, (hidden,) or (batch, hidden). Zeros if None.

        Returns
        -------
        h, c
            The states after it, (hidden,) or (batch, hidden).
        step
            Everything that was computed.

        Raises
        ------
        ValueError
            As :meth:`run`.
        """
        inputs = checks.features("x_t", x_t, self.inputs, self.dtype)
        batch = inputs.shape[:-1]
        h = checks.state("h", h, self.hidden, batch, self.dtype)
        c = checks.state("c", c, self.hidden, batch, self.dtype)
        step = self._run(inputs[np.newaxis], h, c, {}, reverse=False)[0]
        return step.h, step.c, step

    def backward(
        self, trace: LSTMTrace, dh: npt.ArrayLike | None = None, dc: npt.ArrayLike | None = None
    ) -> LSTMGradients:
        """Return the derivative of one number L with respect to the weights, x and the initial states.

        No gradient passes through a clamped gate.

        Parameters
        ----------
        trace
            A run of this cell.
        dh, dc
            What L sees of each output itself: ∂L/∂h_t and ∂L/∂C_t with all else held, in the shapes of
            ``trace.h`` and ``trace.c``. For a loss on the last output alone they are zero everywhere else.
            Zeros if None.

        Raises
        ------
        ValueError
            If a shape is another, or a number is not finite.
        """
        return lstm_backward.backward(self._variant, self._weights, trace, dh, dc)

    def jacobians(self, trace: LSTMTrace) -> Array:
        """Return A_t = ∂s_t/∂s_{t-1}, s = [h; C], aligned with x: (time, [batch,] 2*hidden, 2*hidden)."""
        return lstm_jacobians.jacobians(self._variant, self._weights, trace)

    def input_jacobians(self, trace: LSTMTrace) -> Array:
        """Return B_t = ∂s_t/∂x_t, s = [h; C]: (time, [batch,] 2*hidden, inputs)."""
        return lstm_jacobians.input_jacobians(self._variant, self._weights, trace)

    def linearised(self, trace: LSTMTrace) -> Iterator[LinearStep]:
        """Yield every step as a linear map, in running order; the run is of one sequence, without a batch.

        Raises
        ------
        ValueError
            If the run is a batch.
        """
        checks.require_one_sequence(trace.h)
        return lstm_jacobians.linearised(self._variant, self._weights, trace)

    def routes(self, trace: LSTMTrace) -> LSTMRoutes:
        """Return the ways through each step one by one, of which :meth:`jacobians` is the whole."""
        return lstm_jacobians.routes(self._variant, self._weights, trace)

    @property
    def _variant(self) -> LSTMVariant:
        return LSTMVariant(
            gate_activation=self.gate_activation,
            candidate_activation=self.cell_activation,
            memory_activation=self.cell_activation,
        )

    @property
    def _weights(self) -> LSTMWeights:
        return LSTMWeights(self.weight_ih, self.weight_hh)

    def _run(
        self, x: Array, h0: Array, c0: Array, clamp: Mapping[Gate, float], *, reverse: bool
    ) -> LSTMTrace:
        # A batch of one runs as no batch: products with vectors take less time than with narrow matrices.
        lone = x.shape[1:-1] == (1,)
        in_order = x[::-1] if reverse else x
        log = unroll(
            self._stacked,
            in_order[:, 0] if lone else in_order.swapaxes(1, -1),
            h0[:, 0] if lone else h0,
            c0[:, 0] if lone else c0,
            GATE_ACTIVATIONS[self.gate_activation],
            CELL_ACTIVATIONS[self.cell_activation],
            clamp,
        )
        return _trace(x, log, self.hidden, frozenset(clamp), reverse=reverse)


def _trace(x: Array, log: Array, hidden: int, clamped: frozenset[Gate], *, reverse: bool) -> LSTMTrace:
    """Return the log of :func:`unroll` for its readers: in the order of x, features last, read-only."""
    x = x.copy()
    x.flags.writeable = log.flags.writeable = False
    # A batch of one had no batch axis in the log.
    log = log.swapaxes(1, -1) if log.ndim == x.ndim else log[:, np.newaxis]
    after, before = log[1:], log[:-1]
    if reverse:
        after, before = after[::-1], before[::-1]
    at = layout(hidden)
    gates = after[..., at.gates]
    trace = LSTMTrace(
        x=x,
        z=after[..., at.z],
        i=gates[..., rows("i", hidden)],
        f=gates[..., rows("f", hidden)],
        g=after[..., at.g],
        o=gates[..., rows("o", hidden)],
        c=after[..., at.c],
        h=after[..., at.h],
        c_prev=before[..., at.c],
        h_prev=before[..., at.h],
        reverse=reverse,
        clamped=clamped,
    )
    checks.require_finite_products(trace.z, last=reverse)
    return trace
