"""The LSTM family: what distinguishes its members, and the eight that Greff et al. compared.

References
----------
Hochreiter & Schmidhuber (1997), "Long Short-Term Memory", Neural Computation 9(8).
Gers & Schmidhuber (2000), "Recurrent Nets that Time and Count", IJCNN: peepholes.
Greff, Srivastava, Koutník, Steunebrink & Schmidhuber (2017), "LSTM: A Search Space Odyssey", IEEE
Transactions on Neural Networks and Learning Systems 28(10): V, NIG, NFG, NOG, NIAF, NOAF, CIFG, NP and FGR.
"""

from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType
from typing import Final, Literal

from lstm_viz.cells import checks
from lstm_viz.cells.activations import GATE_ACTIVATIONS, GateActivation
from lstm_viz.notation import GATES, SYMBOLS, Gate

WideActivation = Literal["tanh", "sigmoid", "linear", "wide_sigmoid", "centred_sigmoid"]

LATEX: Final = MappingProxyType(
    {
        "sigmoid": r"\sigma({})",
        "hard_sigmoid": r"\mathrm{{clip}}(0.2\,({}) + 0.5,\, 0,\, 1)",
        "tanh": r"\tanh({})",
        "linear": "{}",
        "wide_sigmoid": r"4\,\sigma({}) - 2",
        "centred_sigmoid": r"2\,\sigma({}) - 1",
    }
)
"""Activations in LaTeX, each with a place for what is activated."""

_WIDE: Final = ("tanh", "sigmoid", "linear", "wide_sigmoid", "centred_sigmoid")


@dataclass(frozen=True, slots=True)
class LSTMVariant:
    """What distinguishes one member of the LSTM family; :attr:`equations` writes it out.

    Parameters
    ----------
    name, title
        As in the literature, "NIG", and in words, "no input gate".
    source
        Where it comes from.
    input_gate, forget_gate, output_gate
        Whether there is such a gate. One that is missing is 1 for ever.
    coupled
        f = 1 − i: no forget gate of its own, but one gate for both.
    peepholes
        C_{t-1} is seen by i and f, C_t by o.
    gate_recurrence
        i, f and o each see i, f and o of the step before (0 before the first).
    gate_activation
        Of i, f and o.
    candidate_activation, memory_activation
        Of g, and of C_t on its way out.

    Raises
    ------
    ValueError
        If an activation is unknown, or what is coupled or recurrent is missing.
    """

    name: str = "LSTM"
    title: str = "plain LSTM"
    source: str = ""
    _: KW_ONLY
    input_gate: bool = True
    forget_gate: bool = True
    output_gate: bool = True
    coupled: bool = False
    peepholes: bool = False
    gate_recurrence: bool = False
    gate_activation: GateActivation = "sigmoid"
    candidate_activation: WideActivation = "tanh"
    memory_activation: WideActivation = "tanh"

    def __post_init__(self) -> None:
        checks.one_of("gate_activation", self.gate_activation, GATE_ACTIVATIONS)
        checks.one_of("candidate_activation", self.candidate_activation, _WIDE)
        checks.one_of("memory_activation", self.memory_activation, _WIDE)
        if self.coupled and not (self.input_gate and self.forget_gate):
            raise ValueError(
                "coupled: expected an input and a forget gate to couple, got one that is missing"
            )
        if self.gate_recurrence and len(self.gates) < len(GATES):
            raise ValueError(
                "gate_recurrence: expected all gates, each of its own, got one missing or coupled"
            )

    @property
    def gates(self) -> tuple[Gate, ...]:
        """The gates that are computed, each with a block of rows in the weights, in the order i, f, g, o."""
        there: dict[Gate, bool] = {
            "i": self.input_gate,
            "f": self.forget_gate and not self.coupled,
            "g": True,
            "o": self.output_gate,
        }
        return tuple(gate for gate in GATES if there[gate])

    @property
    def peephole_gates(self) -> tuple[Gate, ...]:
        """The gates that see the memory, in the order i, f, o."""
        return tuple(gate for gate in self.gates if gate != "g") if self.peepholes else ()

    def parameter_formula(self, *, projected: bool = False) -> str:
        """Return the count as a formula of D inputs, H units and P projected outputs, with one bias."""
        gates, peepholes = len(self.gates), len(self.peephole_gates)
        terms = [f"{gates if gates > 1 else ''}H(D+{'P' if projected else 'H'}+1)"]
        if peepholes:
            terms.append(f"{peepholes if peepholes > 1 else ''}H")
        if self.gate_recurrence:
            terms.append("9H²")
        if projected:
            terms.append("PH")
        return " + ".join(terms)

    def parameters(self, inputs: int, hidden: int, projection: int | None = None) -> int:
        """Return how many numbers can be learned: the formula worked out."""
        outputs = hidden if projection is None else projection
        count = len(self.gates) * hidden * (inputs + outputs + 1) + len(self.peephole_gates) * hidden
        return count + (9 * hidden**2 if self.gate_recurrence else 0) + (projection or 0) * hidden

    @property
    def equations(self) -> tuple[tuple[str, str], ...]:
        """The equations in LaTeX, in the order of computation: pairs of a key of the notation and a line."""
        gates: dict[Gate, str] = {gate: self._gate(gate) for gate in GATES}
        # f of a coupled pair is made of i.
        first: tuple[Gate, ...] = ("i", "f", "g") if self.coupled else ("f", "i", "g")
        kept = r"C_{t-1}" if not self.forget_gate else r"f_t \cdot C_{t-1}"
        written = r"\tilde C_t" if not self.input_gate else r"i_t \cdot \tilde C_t"
        shown = LATEX[self.memory_activation].format("C_t")
        if self.output_gate:
            loose = self.memory_activation in ("centred_sigmoid", "wide_sigmoid")
            shown = r"o_t \cdot " + (f"({shown})" if loose else shown)
        return (
            *((gate, gates[gate]) for gate in first if gates[gate]),
            ("c", rf"C_t = {kept} + {written}"),
            *((("o", gates["o"]),) if gates["o"] else ()),
            ("h", rf"h_t = {shown}"),
        )

    def _gate(self, gate: Gate) -> str:
        """Return the equation of a gate, or nothing where it is missing."""
        if gate == "f" and self.coupled:
            return "f_t = 1 - i_t"
        if gate not in self.gates:
            return ""
        key = "C" if gate == "g" else gate
        terms = [f"W_{key} x_t", f"U_{key} h_{{t-1}}"]
        if gate in self.peephole_gates:
            terms.append(rf"p_{gate} \cdot " + ("C_t" if gate == "o" else r"C_{t-1}"))
        if self.gate_recurrence and gate != "g":
            terms.extend(f"R_{{{seen}{gate}}}\\, {seen}_{{t-1}}" for seen in ("i", "f", "o"))
        terms.append(f"b_{key}")
        activation = self.candidate_activation if gate == "g" else self.gate_activation
        return f"{SYMBOLS[gate].latex} = {LATEX[activation].format(' + '.join(terms))}"


_GREFF: Final = "Greff et al. (2017)"

VARIANTS: Final = MappingProxyType(
    {
        variant.name: variant
        for variant in (
            LSTMVariant("V", "vanilla LSTM, with peepholes", "Gers & Schmidhuber (2000)", peepholes=True),
            LSTMVariant("NIG", "no input gate", _GREFF, input_gate=False, peepholes=True),
            LSTMVariant("NFG", "no forget gate", _GREFF, forget_gate=False, peepholes=True),
            LSTMVariant("NOG", "no output gate", _GREFF, output_gate=False, peepholes=True),
            LSTMVariant("NIAF", "no input activation", _GREFF, candidate_activation="linear", peepholes=True),
            LSTMVariant("NOAF", "no output activation", _GREFF, memory_activation="linear", peepholes=True),
            LSTMVariant("CIFG", "coupled input and forget gate", _GREFF, coupled=True, peepholes=True),
            LSTMVariant("NP", "no peepholes", "Gers, Schmidhuber & Cummins (2000)"),
            LSTMVariant("FGR", "full gate recurrence", _GREFF, gate_recurrence=True, peepholes=True),
        )
    }
)
"""The vanilla LSTM of Greff et al., V, and the eight that differ from it in one point, by name."""

LSTM_1997: Final = LSTMVariant(
    "1997",
    "the cell of 1997",
    "Hochreiter & Schmidhuber (1997)",
    forget_gate=False,
    candidate_activation="wide_sigmoid",
    memory_activation="centred_sigmoid",
)
"""No forget gate, no peepholes; g = 4 σ(z) − 2 lies in [−2, 2], and the memory goes out through 2 σ(C) − 1.

These are the functions of the paper's appendix. Two things are simpler here: only h comes back to the gates,
while the paper lets gates see gates too (as FGR does), and gradients are exact, while the paper truncates
them.
"""
