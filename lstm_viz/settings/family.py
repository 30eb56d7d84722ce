"""The cells that the Variants page can line up: the LSTM family, both GRUs and the plain RNN."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from lstm_viz.cells import (
    LSTM_1997,
    VARIANTS,
    GRUCell,
    GRUTrace,
    LSTMTrace,
    LSTMVariant,
    LSTMVariantCell,
    RNNCell,
    RNNTrace,
)
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.equations import Equations

AnyCell: TypeAlias = LSTMVariantCell | GRUCell | RNNCell
AnyTrace: TypeAlias = LSTMTrace | GRUTrace | RNNTrace


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """One cell that can be compared.

    Attributes
    ----------
    key
        Its name in a link.
    name, title
        Short, as on a heat strip, and in full.
    point
        What is different about it, in a sentence.
    source
        Where it comes from.
    catalogue
        Its name in the catalogue of cells.
    kind
        Which family it is of.
    variant
        What distinguishes it within the LSTM family; None outside it.
    reset_after
        Of a GRU: whether r multiplies the recurrent product, or the state before it enters the product.
    """

    key: str
    name: str
    title: str
    point: str
    source: str
    catalogue: str
    kind: Literal["lstm", "gru", "rnn"] = "lstm"
    variant: LSTMVariant | None = None
    reset_after: bool = True

    @property
    def equations(self) -> Equations:
        """Its equations, which say how it is written, drawn and computed."""
        return CATALOGUE[self.catalogue]

    def draw(self, inputs: int, units: int, seed: int, scale: float = 1.0, keep_bias: float = 0.0) -> AnyCell:
        """Return this cell with weights drawn by a seed.

        Within the LSTM family the same seed gives the gates that two cells have in common the same weights.

        Parameters
        ----------
        inputs, units
            Its size.
        seed
            The same seed draws the same cell.
        scale
            Every weight and bias is multiplied by this; 1 is PyTorch's way to draw them.
        keep_bias
            Added to the bias of the gate that keeps the old state: f, or z of a GRU, or taken away from i
            where f = 1 − i. Without effect where no gate decides that.
        """
        if self.variant is not None:
            return _scaled_lstm(LSTMVariantCell.random(self.variant, inputs, units, seed), scale, keep_bias)
        if self.kind == "gru":
            gru = GRUCell.random(inputs, units, seed, reset_after=self.reset_after)
            bias = scale * gru.bias
            bias[units : 2 * units] += keep_bias
            bias_hn = None if gru.bias_hn is None else scale * gru.bias_hn
            return GRUCell(
                scale * gru.weight_ih, scale * gru.weight_hh, bias, bias_hn, reset_after=self.reset_after
            )
        rnn = RNNCell.random(inputs, units, seed)
        return RNNCell(scale * rnn.weight_ih, scale * rnn.weight_hh, scale * rnn.bias)


def _scaled_lstm(cell: LSTMVariantCell, scale: float, keep_bias: float) -> LSTMVariantCell:
    variant = cell.variant
    bias = scale * cell.bias.reshape(len(variant.gates), cell.hidden)
    if "f" in variant.gates:
        bias[variant.gates.index("f")] += keep_bias
    elif variant.coupled:
        bias[variant.gates.index("i")] -= keep_bias
    return LSTMVariantCell(
        variant,
        scale * cell.weight_ih,
        scale * cell.weight_hh,
        bias.ravel(),
        peepholes=None if cell.peepholes is None else scale * cell.peepholes,
        weight_gates=None if cell.weight_gates is None else scale * cell.weight_gates,
    )


_POINTS: Final = {
    "NP": "The LSTM of the Cell page, and of PyTorch: three gates, none of which sees the memory itself.",
    "V": "Peepholes: i and f see the memory of the step before, o sees the memory as it now is.",
    "NIG": "No input gate: the whole candidate is written at every step.",
    "NFG": "No forget gate: everything that was ever written stays.",
    "NOG": "No output gate: the memory is always shown in full.",
    "NIAF": "No input activation: the candidate is not squeezed into −1 to 1.",
    "NOAF": "No output activation: the memory leaves the cell as it is, without a tanh.",
    "CIFG": "Input and forget gate are coupled, f = 1 − i: the more is written, the less is kept.",
    "FGR": "Full gate recurrence: every gate also sees all three gates of the step before.",
    "1997": "The cell as it was first published: no forget gate yet, and C̃ may lie anywhere in −2 to 2.",
}
_TITLES: Final = {"NP": "plain LSTM", "V": "LSTM with peepholes"}


def _lstm_family() -> list[FamilyMember]:
    variants = (VARIANTS["NP"], *(v for v in VARIANTS.values() if v.name != "NP"), LSTM_1997)
    return [
        FamilyMember(
            "lstm" if variant.name == "NP" else variant.name.lower(),
            "LSTM" if variant.name == "NP" else variant.name,
            _TITLES.get(variant.name, variant.title),
            _POINTS[variant.name],
            variant.source,
            {"NP": "LSTM", "1997": "LSTM 1997"}.get(variant.name, variant.name),
            variant=variant,
        )
        for variant in variants
    ]


PLAIN: Final = "lstm"

FAMILY: Final[Mapping[str, FamilyMember]] = MappingProxyType(
    {
        member.key: member
        for member in (
            *_lstm_family(),
            FamilyMember(
                "gru",
                "GRU",
                "GRU, reset after the product",
                "Two gates and one state, which is memory and output at once. z keeps the old state, "
                "as in PyTorch.",
                "Cho et al. (2014); this form is PyTorch's",
                "GRU",
                "gru",
            ),
            FamilyMember(
                "gru-before",
                "GRU (before)",
                "GRU, reset before the product",
                "As first published: r acts on the old state itself, not on its product with the weights.",
                "Cho et al. (2014)",
                "GRU before",
                "gru",
                reset_after=False,
            ),
            FamilyMember(
                "rnn",
                "RNN",
                "plain RNN",
                "No gates at all: the whole state is made anew at every step.",
                "Elman (1990)",
                "Elman",
                "rnn",
            ),
        )
    }
)
"""Every cell by its key, the plain LSTM first."""
