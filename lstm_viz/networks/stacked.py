"""One direction of one layer: weights stacked in PyTorch's order, turned into a cell of its equations."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Final, Literal

import numpy as np

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.cells.equations import Equations
from lstm_viz.cells.functions import FUNCTIONS, Array
from lstm_viz.cells.variants import lstm_text

Kind = Literal["LSTM", "GRU", "RNN"]

GATES: Final[Mapping[Kind, str]] = {"LSTM": "ifgo", "GRU": "rzn", "RNN": "h"}
"""The lines that own rows of the stacked weights, in PyTorch's order."""

KINDS: Final[Mapping[int, Kind]] = {4: "LSTM", 3: "GRU", 1: "RNN"}
"""By how many blocks of rows there are."""

ACTIVATIONS: Final = (
    "sigmoid", "tanh", "relu", "linear", "hard_sigmoid", "hard_sigmoid6", "softsign", "softplus", "silu",
    "exp",
)  # fmt: skip
"""What gates and candidates can be activated by; the hard sigmoids are those of Keras 2 and Keras 3."""


@dataclass(frozen=True, eq=False)
class StackedWeights:
    """The weights of one direction of one layer, rows in PyTorch's order: i f g o, r z n, or h alone.

    Parameters
    ----------
    kind
        "LSTM", "GRU" or "RNN".
    weight_ih
        (gates*hidden, inputs).
    weight_hh
        (gates*hidden, outputs): outputs is hidden unless an LSTM has a projection.
    bias
        (gates*hidden,): the sum, where there are two; of n of a GRU the part outside the product.
    bias_hn
        (hidden,): of a GRU whose reset comes after the product, what is added to the product.
    projection
        (outputs, hidden), of an LSTM.
    peepholes
        By gate, (hidden,).
    normalisation
        Scales and shifts of a layer-normalised LSTM, by "ih", "hh" and "c", each (2, rows).
    gate_activation
        Of i, f, o, r and z.
    activation
        Of the candidate, or of h of a plain RNN.
    output_activation
        Of C on its way out.
    reset_after
        Of a GRU: whether r multiplies the product.
    coupled
        Of an LSTM: f = 1 − i, whatever the weights of f.
    """

    kind: Kind
    weight_ih: Array
    weight_hh: Array
    bias: Array
    _: KW_ONLY
    bias_hn: Array | None = None
    projection: Array | None = None
    peepholes: Mapping[str, Array] = field(default_factory=dict)
    normalisation: Mapping[str, Array] = field(default_factory=dict)
    gate_activation: str = "sigmoid"
    activation: str = "tanh"
    output_activation: str = "tanh"
    reset_after: bool = True
    coupled: bool = False

    @property
    def hidden(self) -> int:
        """How many units it has."""
        return len(self.bias) // len(GATES[self.kind])

    def cell(self) -> Cell:
        """Return the cell.

        Raises
        ------
        ValueError
            If a shape does not fit, an activation is unknown, or a number is not finite.
        """
        self._check()
        text, weights = _BUILDERS[self.kind](self)
        return Cell(Equations(text), weights)

    def _check(self) -> None:
        rows, gates = len(self.weight_ih), len(GATES[self.kind])
        hidden = rows // gates
        outputs = hidden if self.projection is None else len(self.projection)
        _require("weight_ih", self.weight_ih, (gates * hidden, *self.weight_ih.shape[1:2]))
        _require("weight_hh", self.weight_hh, (rows, outputs))
        _require("bias", self.bias, (rows,))
        if 0 in (*self.weight_ih.shape, *self.weight_hh.shape):
            raise ValueError(
                f"weight_ih: expected at least one unit and one input, got {self.weight_ih.shape}"
            )
        for name in (self.gate_activation, self.activation, self.output_activation):
            if name not in ACTIVATIONS:
                raise ValueError(f"activation: expected one of {', '.join(ACTIVATIONS)}, got {name[:60]!r}")

    def blocks(self, array: Array) -> dict[str, Array]:
        """Return the rows of each gate."""
        return dict(zip(GATES[self.kind], np.split(array, len(GATES[self.kind])), strict=True))


def _require(name: str, array: Array, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"{name}: expected the shape {shape}, got {array.shape}")


def _applied(function: str, argument: str) -> str:
    assert function == "linear" or function in FUNCTIONS
    return argument if function == "linear" else f"{function}({argument})"


def _affine_weights(stacked: StackedWeights) -> dict[str, Array]:
    letters = {"W": stacked.weight_ih, "U": stacked.weight_hh, "b": stacked.bias}
    return {
        f"{letter}_{gate}": block
        for letter, array in letters.items()
        for gate, block in stacked.blocks(array).items()
    }


def _rnn(stacked: StackedWeights) -> tuple[str, dict[str, Array]]:
    return "h = " + _applied(stacked.activation, "W@x + U@h + b"), _affine_weights(stacked)


def _gru(stacked: StackedWeights) -> tuple[str, dict[str, Array]]:
    text = CATALOGUE["GRU" if stacked.reset_after else "GRU before"].text
    weights = _affine_weights(stacked)
    if stacked.reset_after:
        bias_hn = stacked.bias_hn
        weights["b1_n"] = np.zeros_like(weights["b_n"]) if bias_hn is None else bias_hn
    elif stacked.bias_hn is not None:
        weights["b_n"] = weights["b_n"] + stacked.bias_hn
    candidate = "W@x + b + r*(U@h + b1)" if stacked.reset_after else "W@x + U@(r*h) + b"
    text = text.replace(f"tanh({candidate})", _applied(stacked.activation, candidate))
    gate = "W@x + U@h + b"
    return text.replace(f"sigmoid({gate})", _applied(stacked.gate_activation, gate)), weights


def _lstm(stacked: StackedWeights) -> tuple[str, dict[str, Array]]:
    if stacked.normalisation:
        return _normalised_lstm(stacked)

    def gate(name: str) -> str:
        if name == "f" and stacked.coupled:
            return "1 - i"
        peephole = " + p*c" if name in stacked.peepholes else ""
        function = stacked.activation if name == "g" else stacked.gate_activation
        return _applied(function, f"W@x + U@h{peephole} + b")

    shown = f"o*{_applied(stacked.output_activation, 'c')}"
    gates = {name: gate(name) for name in GATES["LSTM"]}
    text = lstm_text(**gates, h=shown, projected=stacked.projection is not None)
    weights = _affine_weights(stacked)
    if stacked.coupled:
        weights = {name: array for name, array in weights.items() if not name.endswith("_f")}
    weights |= {f"p_{name}": array for name, array in stacked.peepholes.items()}
    if stacked.projection is not None:
        weights["R_h"] = stacked.projection
    return text, weights


def _normalised_lstm(stacked: StackedWeights) -> tuple[str, dict[str, Array]]:
    """Layer norm as Ba et al. (2016) have it: W x and U h of all gates together, and C on its way out.

    In PyTorch's ``custom_lstms`` C itself is replaced by what is normalised.
    """
    lines: list[str] = []
    weights: dict[str, Array] = {}
    for letter, key, operand in (("W", "ih", "x"), ("U", "hh", "h")):
        side = letter.lower()
        lines += [f"{side}{gate} = {letter}@{operand}" for gate in "ifgo"]
        lines.append(f"{side}m = 0.25*({' + '.join(f'mean({side}{gate})' for gate in 'ifgo')})")
        squares = " + ".join(f"mean(({side}{gate} - {side}m)**2)" for gate in "ifgo")
        lines.append(f"{side}s = sqrt(0.25*({squares}) + 1e-5)")
        matrix = stacked.weight_ih if key == "ih" else stacked.weight_hh
        weights |= {f"{letter}_{side}{gate}": block for gate, block in stacked.blocks(matrix).items()}
        for name, rows in zip(("p", "b"), stacked.normalisation[key], strict=True):
            suffix = "" if key == "ih" else "1"
            weights |= {f"{name}{suffix}_{gate}": block for gate, block in stacked.blocks(rows).items()}
    for gate in "ifgo":
        both = f"p*(w{gate} - wm)/ws + b + p1*(u{gate} - um)/us + b1"
        lines.append(f"{gate} = {'tanh' if gate == 'g' else 'sigmoid'}({both})")
    lines += [
        "k = f*c[t-1] + i*g",
        "n = k - mean(k)",
        "c = p*n/sqrt(mean(n**2) + 1e-5) + b",
        "h = o*tanh(c)",
    ]
    weights["p_c"], weights["b_c"] = stacked.normalisation["c"]
    return "\n".join(lines), weights


_BUILDERS: Final = {"LSTM": _lstm, "GRU": _gru, "RNN": _rnn}
