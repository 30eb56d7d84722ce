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
from typing import Final, Literal, get_args

from lstm_viz.cells import checks
from lstm_viz.cells.face import GATE_ACTIVATIONS, GateActivation
from lstm_viz.notation import GATES, Gate

WideActivation = Literal["tanh", "sigmoid", "linear", "wide_sigmoid", "centred_sigmoid"]

_WIDE: Final[tuple[WideActivation, ...]] = get_args(WideActivation)

RECURRENT: Final[tuple[Gate, ...]] = ("i", "f", "o")
"""The gates that see each other with full gate recurrence, in the order of the weights."""


def lstm_text(
    *, i: str, f: str, g: str, o: str, c: str = "f*c + i*g", h: str = "o*tanh(c)", projected: bool = False
) -> str:
    """Return the equations of a cell of the LSTM family; a gate whose line is empty is left out."""
    lines = {"i": i, "f": f, "g": g, "c": c, "o": o, "m" if projected else "h": h}
    text = "\n".join(f"{name} = {line}" for name, line in lines.items() if line)
    return f"{text}\nh: P = R@m" if projected else text


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

    def text(self, *, projected: bool = False) -> str:
        """Return the equations, in the language of :mod:`lstm_viz.cells.language`."""
        memory = _applied(self.memory_activation, "c")
        kept, written = "f*c" if self.forget_gate else "c", "i*g" if self.input_gate else "g"
        shown = f"o*{memory}" if self.output_gate else memory
        gates = {gate: self._gate(gate) for gate in GATES}
        return lstm_text(**gates, c=f"{kept} + {written}", h=shown, projected=projected)

    def _gate(self, gate: Gate) -> str:
        """Return the equation of a gate, or nothing where it is missing."""
        if gate not in self.gates:
            return "1 - i" if gate == "f" and self.coupled else ""
        terms = ["W@x", "U@h"]
        if gate in self.peephole_gates:
            terms.append("p*c")
        if self.gate_recurrence and gate != "g":
            terms += [f"R{seen}@{seen}[t-1]" for seen in RECURRENT]
        function = self.candidate_activation if gate == "g" else self.gate_activation
        return _applied(function, " + ".join([*terms, "b"]))

    @property
    def equations(self) -> tuple[tuple[str, str], ...]:
        """The equations in LaTeX, in the order of computation: pairs of the name of a line and the line."""
        from lstm_viz.cells.equations import Equations

        return Equations(self.text()).latex()


def _applied(function: str, argument: str) -> str:
    return argument if function == "linear" else f"{function}({argument})"


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
