"""Any cell of the LSTM family: gates missing, coupled, with peepholes, with a projection."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import variant_weights, weights
from lstm_viz.cells.face import named, rows
from lstm_viz.cells.functions import Array
from lstm_viz.cells.lstm import LSTMFamily
from lstm_viz.cells.torch_weights import read_layer
from lstm_viz.cells.variants import RECURRENT, LSTMVariant
from lstm_viz.cells.weights import GateWeights
from lstm_viz.notation import Gate

_ARRAYS: Final = ("weight_ih", "weight_hh", "bias", "peepholes", "weight_hr", "weight_gates")


@dataclass(frozen=True, eq=False)
class LSTMVariantCell(LSTMFamily):
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
    these the numbers are those of :class:`LSTMCell`.

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
    def text(self) -> str:
        """Its equations."""
        return self.variant.text(projected=self.weight_hr is not None)

    @property
    def hidden(self) -> int:
        """How many units it has, each with a memory."""
        return len(self.bias) // len(self.variant.gates)

    @property
    def outputs(self) -> int:
        """How many numbers h has: as many as units, unless there is a projection."""
        return int(self.weight_hh.shape[1])

    def _named_weights(self) -> dict[str, Array]:
        variant, hidden = self.variant, self.hidden
        found = named({"W": self.weight_ih, "U": self.weight_hh, "b": self.bias}, variant.gates, hidden)
        if self.peepholes is not None:
            found |= {f"p_{gate}": p for gate, p in zip(variant.peephole_gates, self.peepholes, strict=True)}
        if self.weight_gates is not None:
            found |= {
                f"R{seen}_{gate}": self.weight_gates[rows(row, hidden), rows(column, hidden)]
                for row, gate in enumerate(RECURRENT)
                for column, seen in enumerate(RECURRENT)
            }
        return found if self.weight_hr is None else found | {"R_h": self.weight_hr}
