"""The cells of the LSTM family: what all have in common, and the plain one."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Self

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
    rows,
    stacked,
)
from lstm_viz.cells.functions import Array
from lstm_viz.cells.gradients import LSTMGradients
from lstm_viz.cells.torch_weights import read_layer
from lstm_viz.cells.trace import LSTMStep, LSTMTrace
from lstm_viz.cells.variants import RECURRENT, LSTMVariant
from lstm_viz.cells.weights import GateWeights
from lstm_viz.notation import GATES, Gate


class LSTMFamily(Face):
    """A cell with a memory C and an output h, and some of the gates i, f, g and o."""

    variant: LSTMVariant
    weight_ih: Array
    weight_hh: Array

    @property
    def text(self) -> str:
        """Its equations."""
        return self.variant.text(projected=self.outputs != self.hidden)

    @property
    def inputs(self) -> int:
        """How many numbers the cell reads at each step."""
        return int(self.weight_ih.shape[1])

    def gate_weights(self, gate: Gate) -> tuple[Array, Array, Array]:
        """Return the (W, U, b) of one gate: (hidden, inputs), (hidden, outputs), (hidden,).

        Raises
        ------
        ValueError
            If ``gate`` has no weights of its own in this variant.
        """
        checks.one_of("gate", gate, self.variant.gates)
        block = rows(self.variant.gates.index(gate), self.hidden)
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
        for gate in clamp or ():
            checks.one_of("clamp", gate, self.variant.gates)
        return LSTMTrace(self._unrolled(x, {"h0": h0, "c0": c0}, clamp, reverse=reverse))

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
        states = {"h": h, "c": c}
        if before is not None and self.variant.gate_recurrence:
            states |= {"i": before.i, "f": before.f, "o": before.o}
        step = LSTMTrace(self._stepped(x_t, states))[0]
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
        seen = {name: array for name, array in (("h", dh), ("c", dc)) if array is not None}
        found, gates = self.cell.backward(trace.run, seen), self.variant.gates
        peeping = [found.weights[f"p_{gate}"] for gate in self.variant.peephole_gates]
        return LSTMGradients(
            weight_ih=stacked(found.weights, "W", gates),
            weight_hh=stacked(found.weights, "U", gates),
            bias=stacked(found.weights, "b", gates),
            peepholes=np.stack(peeping) if peeping else None,
            weight_hr=found.weights.get("R_h"),
            weight_gates=_recurrent(found.weights) if self.variant.gate_recurrence else None,
            x=found.x,
            h0=found.initial["h"],
            c0=found.initial["c"],
            h=found.adjoint["h"],
            c=found.adjoint["c"],
        )


def _recurrent(found: Mapping[str, Array]) -> Array:
    """Return the weights of gates on gates, stacked: rows and columns in the order i, f, o."""
    return np.concatenate([stacked(found, f"R{seen}", RECURRENT) for seen in RECURRENT], axis=1)


@dataclass(frozen=True, eq=False)
class LSTMCell(LSTMFamily):
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
    variant: LSTMVariant = field(init=False, repr=False)
    """Which member of the family it is."""

    def __post_init__(self) -> None:
        checks.one_of("gate_activation", self.gate_activation, GATE_ACTIVATIONS)
        checks.one_of("cell_activation", self.cell_activation, CELL_ACTIVATIONS)
        arrays = weights.kept(weights.layer(self.weight_ih, self.weight_hh, self.bias, len(GATES)))
        for name, array in arrays.items():
            object.__setattr__(self, name, array)
        variant = LSTMVariant(
            gate_activation=self.gate_activation,
            candidate_activation=self.cell_activation,
            memory_activation=self.cell_activation,
        )
        object.__setattr__(self, "variant", variant)

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
        bias[rows(GATES.index("f"), hidden)] += checks.number("forget_bias", forget_bias)
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
    def hidden(self) -> int:
        """How many units it has, each with a memory and an output of its own."""
        return int(self.weight_hh.shape[1])

    def _named_weights(self) -> dict[str, Array]:
        return named({"W": self.weight_ih, "U": self.weight_hh, "b": self.bias}, GATES, self.hidden)
