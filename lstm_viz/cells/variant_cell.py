"""Any cell of the LSTM family: gates missing, coupled, with peepholes, with a projection."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import checks, lstm_backward, lstm_jacobians, variant_weights, weights
from lstm_viz.cells.activations import Array
from lstm_viz.cells.gradients import LSTMGradients
from lstm_viz.cells.lstm_jacobians import LSTMRoutes
from lstm_viz.cells.lstm_slopes import LSTMWeights
from lstm_viz.cells.lstm_unroll import unroll
from lstm_viz.cells.torch_weights import read_layer
from lstm_viz.cells.trace import LSTMStep, LSTMTrace
from lstm_viz.cells.variants import LSTMVariant
from lstm_viz.cells.weights import GateWeights
from lstm_viz.notation import GATES, Gate

_ARRAYS: Final = ("weight_ih", "weight_hh", "bias", "peepholes", "weight_hr", "weight_gates")


@dataclass(frozen=True, slots=True, eq=False)
class LSTMVariantCell:
    """A cell of the LSTM family that keeps every gate of every step.

    ::

        i, f  = σ(W x_t + U h_{t-1} + p C_{t-1} + R [i; f; o]_{t-1} + b)   each with its own W, U, p, R and b
        g     = tanh(W x_t + U h_{t-1} + b)
        C_t   = f C_{t-1} + i g
        o     = σ(W x_t + U h_{t-1} + p C_t + R [i; f; o]_{t-1} + b)
        h_t   = P (o tanh(C_t))

    as far as ``variant`` has the part: p with peepholes (products unit by unit), R with full gate recurrence,
    other activations where it says so, f = 1 − i where both are coupled; a missing gate is 1. P, the
    recurrent projection of ``torch.nn.LSTM(proj_size=…)``, is there if ``weight_hr`` is given. Without any of
    these the numbers are those of :class:`LSTMCell`, which is faster.

    Rows are stacked in the order i, f, g, o, of the gates in ``variant.gates`` alone. The cell keeps
    read-only copies of its arrays and computes in their dtype: float32 if all are, otherwise float64.

    Parameters
    ----------
    variant
        Which of them it is.
    weight_ih
        W, (gates*hidden, inputs).
    weight_hh
        U, (gates*hidden, outputs): outputs is hidden, unless there is a projection.
    bias
        b, (gates*hidden,): one bias, the sum of PyTorch's two.
    peepholes
        p, (len(variant.peephole_gates), hidden), in the order i, f, o. Needed if the variant has peepholes.
    weight_hr
        P, (outputs, hidden), or None.
    weight_gates
        R, (3*hidden, 3*hidden), rows and columns in the order i, f, o. Needed with full gate recurrence.

    Raises
    ------
    ValueError
        If an array is missing, is given where the variant has no such part, does not fit in shape, or holds
        anything but finite real numbers.

    References
    ----------
    Those of :mod:`lstm_viz.cells.variants`; and for the projection Sak, Senior & Beaufays (2014), "Long
    Short-Term Memory Recurrent Neural Network Architectures for Large Scale Acoustic Modeling", Interspeech.
    """

    variant: LSTMVariant
    weight_ih: Array
    weight_hh: Array
    bias: Array
    _: KW_ONLY
    peepholes: Array | None = None
    weight_hr: Array | None = None
    weight_gates: Array | None = None

    def __post_init__(self) -> None:
        given = {name: getattr(self, name) for name in _ARRAYS}
        for name, array in weights.kept(variant_weights.checked(self.variant, given)).items():
            object.__setattr__(self, name, array)

    @classmethod
    def random(
        cls,
        variant: LSTMVariant,
        inputs: int = 1,
        hidden: int = 4,
        seed: int = 0,
        forget_bias: float = 0.0,
        *,
        projection: int | None = None,
    ) -> Self:
        """Return a cell drawn as PyTorch does: all weights and both biases from U(−1/√hidden, 1/√hidden).

        Gates that two variants have in common get the same W, U and b from the same seed, those of
        ``LSTMCell.random`` unless there is a projection: so variants can be compared gate by gate.
        ``forget_bias`` is added to the rows of f, is subtracted from those of i where f = 1 − i, and has no
        effect where nothing is forgotten.

        Parameters
        ----------
        variant, inputs, hidden
            What to draw, and how large.
        seed
            For ``numpy.random.default_rng``.
        forget_bias
            Above 0 it keeps more.
        projection
            How many outputs the units are projected to; None for none.

        Raises
        ------
        ValueError
            If a size is less than 1, or ``forget_bias`` is not a finite number.
        """
        return cls(variant, **variant_weights.drawn(variant, inputs, hidden, seed, forget_bias, projection))

    @classmethod
    def from_torch(cls, state_dict: Mapping[str, Any], layer: int = 0, reverse: bool = False) -> Self:
        """Return one layer and direction of a ``torch.nn.LSTM``, with its projection if it has one.

        Parameters
        ----------
        state_dict
            ``lstm.state_dict()``, of tensors or arrays. Where a layer has no biases they are zero.
        layer
            0 for the first.
        reverse
            True for the backward half of a bidirectional LSTM, to be run with ``reverse=True``.

        Raises
        ------
        ValueError
            If a key is missing: the message lists the layers found.
        """
        read = read_layer(state_dict, layer, reverse=reverse)
        bias = read.bias_ih + read.bias_hh
        return cls(LSTMVariant(), read.weight_ih, read.weight_hh, bias, weight_hr=read.weight_hr)

    @classmethod
    def from_gates(
        cls,
        variant: LSTMVariant,
        gates: Mapping[Gate, GateWeights],
        *,
        peepholes: Mapping[Gate, npt.ArrayLike] | None = None,
        weight_hr: npt.ArrayLike | None = None,
        weight_gates: npt.ArrayLike | None = None,
    ) -> Self:
        """Return a cell from the (W, U, b) and the peephole of each gate.

        Where i and f are coupled, either may be given: TensorFlow Lite keeps the weights of f and has i = 1 −
        f, which is the same with the sign of all its weights turned, as 1 − σ(z) = σ(−z).

        Parameters
        ----------
        variant
            Which of them it is.
        gates
            (W, U, b) of each gate in ``variant.gates``: (hidden, inputs), (hidden, outputs), (hidden,).
        peepholes
            (hidden,) of each gate in ``variant.peephole_gates``.
        weight_hr, weight_gates
            As of the cell itself.

        Raises
        ------
        ValueError
            If a gate is missing or one too many, or shapes do not fit.
        """
        arrays = variant_weights.joined(variant, gates, peepholes or {})
        for name, value in (("weight_hr", weight_hr), ("weight_gates", weight_gates)):
            if value is not None:
                arrays[name] = np.asarray(value)
        return cls(variant, **arrays)

    @property
    def inputs(self) -> int:
        """How many numbers the cell reads at each step."""
        return int(self.weight_ih.shape[1])

    @property
    def hidden(self) -> int:
        """How many units it has, each with a memory."""
        return len(self.bias) // len(self.variant.gates)

    @property
    def outputs(self) -> int:
        """How many numbers h has: as many as units, unless there is a projection."""
        return int(self.weight_hh.shape[1])

    @property
    def dtype(self) -> np.dtype[Any]:
        """float64 or float32: what the cell computes in."""
        return self.bias.dtype

    @property
    def parameters(self) -> int:
        """How many numbers can be learned: :attr:`parameter_formula` worked out."""
        return self.variant.parameters(self.inputs, self.hidden, self._projection)

    @property
    def parameter_formula(self) -> str:
        """The count as a formula of D inputs, H units and P projected outputs, with one bias."""
        return self.variant.parameter_formula(projected=self._projection is not None)

    def gate_weights(self, gate: Gate) -> tuple[Array, Array, Array]:
        """Return the (W, U, b) of one gate: (hidden, inputs), (hidden, outputs), (hidden,).

        Raises
        ------
        ValueError
            If ``gate`` has no weights of its own in this variant.
        """
        checks.one_of("gate", gate, self.variant.gates)
        at = self.variant.gates.index(gate)
        block = slice(at * self.hidden, (at + 1) * self.hidden)
        return self.weight_ih[block], self.weight_hh[block], self.bias[block]

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
            The states before the first step, (outputs,) or (batch, outputs), and (hidden,) or (batch,
            hidden). Zeros if None.
        reverse
            Run from the last step to the first. The trace stays aligned with x.
        clamp
            Gates held at a value at every step and unit, of those in ``variant.gates``: i, f and o within
            [0, 1], g within the range of its activation.

        Raises
        ------
        ValueError
            If a shape or a range does not fit, a number is not finite, or a z lies beyond the range of the
            dtype.
        """
        sequence = checks.features("x", x, self.inputs, self.dtype, leading="time, ")
        held = checks.clamped_gates(clamp, self.variant.candidate_activation)
        for gate in held:
            checks.one_of("clamp", gate, self.variant.gates)
        h = self._state("h0", h0, self.outputs, sequence)
        c = self._state("c0", c0, self.hidden, sequence)
        return self._run(sequence, h, c, None, held, reverse=reverse)

    def step(
        self,
        x_t: npt.ArrayLike,
        h: npt.ArrayLike | None = None,
        c: npt.ArrayLike | None = None,
        before: LSTMStep | None = None,
    ) -> tuple[Array, Array, LSTMStep]:
        """Take one step; the numbers are those of :meth:`run` up to rounding.

        Parameters
        ----------
        x_t
            (inputs,) or (batch, inputs).
        h, c
            The states before it, (outputs,) or (batch, outputs), and (hidden,) or (batch, hidden). Zeros if
            None.
        before
            The step before it, whose gates are seen with full gate recurrence and only then. None for none.

        Returns
        -------
        h, c
            The states after it.
        step
            Everything that was computed.

        Raises
        ------
        ValueError
            As :meth:`run`.
        """
        sequence = checks.features("x_t", x_t, self.inputs, self.dtype)[np.newaxis]
        h = self._state("h", h, self.outputs, sequence)
        c = self._state("c", c, self.hidden, sequence)
        step = self._run(sequence, h, c, before, {}, reverse=False)[0]
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
        return lstm_backward.backward(self.variant, self._weights, trace, dh, dc)

    def jacobians(self, trace: LSTMTrace) -> Array:
        """Return A_t = ∂s_t/∂s_{t-1}, s = [h; C], aligned with x: (time, [batch,] state, state).

        With full gate recurrence s = [h; C; i; f; o]: the next step sees the gates too.
        """
        return lstm_jacobians.jacobians(self.variant, self._weights, trace)

    def input_jacobians(self, trace: LSTMTrace) -> Array:
        """Return B_t = ∂s_t/∂x_t, s as in :meth:`jacobians`: (time, [batch,] state, inputs)."""
        return lstm_jacobians.input_jacobians(self.variant, self._weights, trace)

    def routes(self, trace: LSTMTrace) -> LSTMRoutes:
        """Return the ways through each step one by one, of which :meth:`jacobians` is the whole.

        With full gate recurrence the ways from gate to gate are not among them.
        """
        return lstm_jacobians.routes(self.variant, self._weights, trace)

    @property
    def _projection(self) -> int | None:
        return None if self.weight_hr is None else self.outputs

    @property
    def _weights(self) -> LSTMWeights:
        return LSTMWeights(self.weight_ih, self.weight_hh, self.peepholes, self.weight_hr, self.weight_gates)

    def _state(self, name: str, value: npt.ArrayLike | None, size: int, x: Array) -> Array:
        return checks.state(name, value, size, x.shape[1:-1], self.dtype).T

    def _run(
        self,
        x: Array,
        h0: Array,
        c0: Array,
        before: LSTMStep | None,
        clamp: Mapping[Gate, float],
        *,
        reverse: bool,
    ) -> LSTMTrace:
        x = x.copy()
        order = slice(None, None, -1 if reverse else 1)
        gates0 = np.zeros((*c0.shape[:-1], 3 * self.hidden), self.dtype)
        if before is not None:
            gates0[...] = np.concatenate([before.i, before.f, before.o], axis=-1)
        # An overflow is found below, and named.
        with np.errstate(all="ignore"):
            inflow = x[order] @ self.weight_ih.T + self.bias
            run = unroll(self.variant, self._weights, inflow, h0, c0, gates0, clamp)
            none = np.zeros_like(run.c[1:])
            if self.variant.coupled:
                # f = 1 − σ(z_i) = σ(−z_i)
                run.z["f"] = -run.z["i"]
            z = np.concatenate([run.z.get(gate, none) for gate in GATES], axis=-1)
        arrays = {"x": x, "z": z[order], "c": run.c[1:][order], "h": run.h[1:][order]}
        arrays |= {gate: values[order] for gate, values in run.gates.items()}
        arrays |= {"c_prev": run.c[:-1][order], "h_prev": run.h[:-1][order]}
        checks.require_finite_products(arrays["z"], last=reverse)
        for array in arrays.values():
            array.flags.writeable = False
        return LSTMTrace(**arrays, reverse=reverse, clamped=frozenset(clamp))
