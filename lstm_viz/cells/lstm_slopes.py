"""The derivatives within one step of a cell of the LSTM family, for all steps of a run at once.

::

    C_t = f C_{t-1} + i g        m_t = o φ(C_t)        h_t = m_t, or P m_t with a recurrent projection

"By" names a derivative that is one number a unit: ``c_by_z["i"]`` is ∂C_t/∂z_i.
"""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from lstm_viz.cells.activations import ACTIVATIONS, SLOPES, Array
from lstm_viz.cells.trace import LSTMTrace
from lstm_viz.cells.variants import LSTMVariant
from lstm_viz.notation import Gate


class LSTMWeights(NamedTuple):
    """What derivatives need of a cell: the arrays of an :class:`LSTMVariantCell`, None where it has none."""

    weight_ih: Array
    weight_hh: Array
    peepholes: Array | None = None
    weight_hr: Array | None = None
    weight_gates: Array | None = None

    def recurrent(self) -> Array:
        """Return what multiplies all that comes from the step before: U, or [U | R] with gate recurrence."""
        if self.weight_gates is None:
            return self.weight_hh
        hidden = self.weight_gates.shape[1] // 3
        # g, the third of the four blocks, does not see the gates.
        of_i_f, of_o = np.split(self.weight_gates, [2 * hidden])
        of_g = np.zeros_like(of_o)
        return np.concatenate([self.weight_hh, np.concatenate([of_i_f, of_g, of_o])], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class LSTMSlopes:
    """All are (time, [batch,] hidden), in the order of the trace. A clamped gate has slope 0.

    Attributes
    ----------
    gates
        ∂i/∂z_i and so on, of the gates that are computed.
    c_by_z
        ∂C_t/∂z of i, f and g, as far as they are computed.
    m_by_zo
        ∂m_t/∂z_o; 0 where there is no output gate.
    m_by_c
        ∂m_t/∂C_t with o held.
    c_by_c
        ∂C_t/∂C_{t-1} with the gates held: f.
    m
        m_t itself.
    """

    gates: dict[Gate, Array]
    c_by_z: dict[Gate, Array]
    m_by_zo: Array
    m_by_c: Array
    c_by_c: Array
    m: Array

    def over(self, steps: slice) -> Self:
        """Return those of some steps alone."""
        return type(self)(
            gates={gate: array[steps] for gate, array in self.gates.items()},
            c_by_z={gate: array[steps] for gate, array in self.c_by_z.items()},
            m_by_zo=self.m_by_zo[steps],
            m_by_c=self.m_by_c[steps],
            c_by_c=self.c_by_c[steps],
            m=self.m[steps],
        )


def slopes(variant: LSTMVariant, trace: LSTMTrace) -> LSTMSlopes:
    """Return the derivatives within each step of a run."""
    by_gate, by_memory = SLOPES[variant.gate_activation], SLOPES[variant.memory_activation]
    values = {"i": trace.i, "f": trace.f, "g": trace.g, "o": trace.o}
    gates: dict[Gate, Array] = {}
    for gate in variant.gates:
        slope = SLOPES[variant.candidate_activation] if gate == "g" else by_gate
        held = gate in trace.clamped
        gates[gate] = np.zeros_like(trace.c) if held else slope(values[gate])
    shown = np.empty_like(trace.c)
    ACTIVATIONS[variant.memory_activation](trace.c, shown)

    c_by_gate: dict[Gate, Array] = {
        # ∂C/∂i = g;  where f = 1 − i, ∂C/∂i = g − C_{t-1}
        "i": trace.g - trace.c_prev if variant.coupled else trace.g,
        # ∂C/∂f = C_{t-1}
        "f": trace.c_prev,
        # ∂C/∂g = i
        "g": trace.i,
    }
    return LSTMSlopes(
        gates=gates,
        c_by_z={gate: by * gates[gate] for gate, by in c_by_gate.items() if gate in gates},
        # ∂m/∂z_o = φ(C) σ'(z_o)
        m_by_zo=shown * gates["o"] if "o" in gates else np.zeros_like(shown),
        # ∂m/∂C = o φ'(C)
        m_by_c=trace.o * by_memory(shown),
        c_by_c=trace.f,
        m=trace.o * shown,
    )


def gates_before(trace: LSTMTrace) -> Array:
    """Return [i; f; o] of the step that was run before each step, 0 before the first: (time, …, 3*hidden)."""
    gates = np.concatenate([trace.i, trace.f, trace.o], axis=-1)
    before = np.zeros_like(gates)
    if trace.reverse:
        before[:-1] = gates[1:]
    else:
        before[1:] = gates[:-1]
    return before
