"""The Jacobian of every step of a cell of the LSTM family, whole and taken apart by route.

::

    ∂C_t/∂q = Σ diag(∂C_t/∂z_k) M_k                                    over the gates k = i, f, g
    ∂m_t/∂q = diag(∂m_t/∂z_o) M_o + diag(∂m_t/∂C_t) ∂C_t/∂q            and h_t = m_t, or P m_t

for whatever enters the gates as M q: M = U for q = h_{t-1}, M = W for q = x_t.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lstm_viz.cells import adjoint
from lstm_viz.cells.activations import Array
from lstm_viz.cells.lstm_slopes import LSTMSlopes, LSTMWeights, slopes
from lstm_viz.cells.trace import LSTMTrace
from lstm_viz.cells.variants import LSTMVariant
from lstm_viz.notation import Gate


@dataclass(frozen=True, slots=True, eq=False)
class LSTMRoutes:
    """The ways from (h_{t-1}, C_{t-1}) to (C_t, h_t), one by one, for every step.

    Together they are the whole of A_t::

        ∂C_t/∂C_{t-1} = diag(direct + Σ peeped)      ∂h_t/∂C_{t-1} = h_by_c ∂C_t/∂C_{t-1}
        ∂C_t/∂h_{t-1} = Σ through                    ∂h_t/∂h_{t-1} = h_by_h + h_by_c ∂C_t/∂h_{t-1}

    These hold C_{t-1} and h_{t-1} as two separate things. As h_{t-1} is itself made of C_{t-1}, the derivative of C_t
    with respect to C_{t-1} *and what follows from it* is ``direct + Σ peeped`` on the diagonal, plus
    ``Σ through_t h_by_c_{t-1}``: the first is what most pages give as the whole.

    Attributes
    ----------
    direct
        f_t, (time, [batch,] hidden): ∂C_t/∂C_{t-1} with all gates held, the diagonal.
    peeped
        The same through the peepholes of i and f, by gate; empty without peepholes.
    through
        ∂C_t/∂h_{t-1} through i, f and g alone, by gate, as far as they are computed: (time, [batch,] hidden, outputs).
    h_by_c
        ∂h_t/∂C_t of the same step, output peephole included: (time, [batch,] outputs, hidden).
    h_by_h
        ∂h_t/∂h_{t-1} through o alone, C_t held: (time, [batch,] outputs, outputs).
    """

    direct: Array
    peeped: Mapping[Gate, Array]
    through: Mapping[Gate, Array]
    h_by_c: Array
    h_by_h: Array


def routes(variant: LSTMVariant, weights: LSTMWeights, trace: LSTMTrace) -> LSTMRoutes:
    """Return the ways of every step: see :class:`LSTMRoutes`."""
    slope = slopes(variant, trace)
    by_gate = _blocks(variant, weights.weight_hh)
    through = {gate: adjoint.scaled_rows(by, by_gate[gate]) for gate, by in slope.c_by_z.items()}
    no_output_gate = np.zeros_like(weights.weight_hh[: trace.c.shape[-1]])
    of_o = adjoint.scaled_rows(slope.m_by_zo, by_gate.get("o", no_output_gate))
    m_by_c = _m_by_c(variant, weights, slope)[..., np.newaxis] * np.eye(
        trace.c.shape[-1], dtype=trace.c.dtype
    )
    return LSTMRoutes(
        direct=slope.c_by_c,
        peeped=_peeped(variant, weights, slope),
        through=through,
        h_by_c=_projected(weights, m_by_c),
        h_by_h=_projected(weights, of_o),
    )


def jacobians(variant: LSTMVariant, weights: LSTMWeights, trace: LSTMTrace) -> Array:
    """Return A_t = ∂s_t/∂s_{t-1}: see :meth:`LSTMVariantCell.jacobians`."""
    slope = slopes(variant, trace)
    hidden, outputs = trace.c.shape[-1], trace.h.shape[-1]
    # ∂C_t/∂C_{t-1} = diag(f + ∂C/∂z_i p_i + ∂C/∂z_f p_f)
    peeped = _peeped(variant, weights, slope)
    kept = slope.c_by_c + sum(peeped.values(), np.zeros_like(slope.c_by_c))
    diagonal = kept[..., np.newaxis] * np.eye(hidden, dtype=kept.dtype)
    # By C_{t-1} itself: it enters i and f as diag(p) C_{t-1}, and o only by way of C_t.
    by_c = _state_by(variant, weights, slope, diagonal, _peephole_blocks(variant, weights))
    by_back = _state_by_inflow(variant, weights, slope, weights.recurrent())
    # s = [h; C], or [h; C; i; f; o]: C stands between h and the gates.
    return np.concatenate([by_back[..., :outputs], by_c, by_back[..., outputs:]], axis=-1)


def input_jacobians(variant: LSTMVariant, weights: LSTMWeights, trace: LSTMTrace) -> Array:
    """Return B_t = ∂s_t/∂x_t: see :meth:`LSTMVariantCell.input_jacobians`."""
    return _state_by_inflow(variant, weights, slopes(variant, trace), weights.weight_ih)


def _state_by_inflow(variant: LSTMVariant, weights: LSTMWeights, slope: LSTMSlopes, matrix: Array) -> Array:
    """Return ∂s_t/∂q for what enters all gates as ``matrix`` q: (time, [batch,] state, columns)."""
    blocks = _blocks(variant, matrix)
    (first, by_first), *others = slope.c_by_z.items()
    # ∂C_t/∂q = Σ diag(∂C_t/∂z_k) M_k
    c_by_q = adjoint.scaled_rows(by_first, blocks[first])
    for gate, by_gate in others:
        c_by_q += adjoint.scaled_rows(by_gate, blocks[gate])
    return _state_by(variant, weights, slope, c_by_q, blocks)


def _state_by(
    variant: LSTMVariant,
    weights: LSTMWeights,
    slope: LSTMSlopes,
    c_by_q: Array,
    blocks: Mapping[Gate, Array],
) -> Array:
    """Return ∂s_t/∂q from ∂C_t/∂q, where q enters gate k as ``blocks[k]`` q (and not at all where it is missing)."""
    # ∂m_t/∂q = diag(∂m_t/∂C_t) ∂C_t/∂q + diag(∂m_t/∂z_o) M_o
    m_by_q = adjoint.scaled_rows(_m_by_c(variant, weights, slope), c_by_q)
    if "o" in blocks:
        m_by_q += adjoint.scaled_rows(slope.m_by_zo, blocks["o"])
    parts = [_projected(weights, m_by_q), c_by_q]
    if variant.gate_recurrence:
        # ∂k_t/∂q = diag(σ'(z_k)) M_k, and for o, which sees C_t, diag(σ'(z_o)) (M_o + diag(p_o) ∂C_t/∂q)
        parts += [adjoint.scaled_rows(slope.gates[gate], blocks[gate]) for gate in ("i", "f")]
        seen = (
            blocks.get("o", np.zeros_like(c_by_q)) + _peephole(variant, weights, "o")[:, np.newaxis] * c_by_q
        )
        parts.append(adjoint.scaled_rows(slope.gates["o"], seen))
    return np.concatenate(parts, axis=-2)


def _blocks(variant: LSTMVariant, matrix: Array) -> dict[Gate, Array]:
    """Return the rows of each computed gate."""
    return dict(zip(variant.gates, np.split(matrix, len(variant.gates)), strict=True))


def _peephole(variant: LSTMVariant, weights: LSTMWeights, gate: Gate) -> Array:
    """Return the peephole of a gate, zeros where it has none."""
    if weights.peepholes is None or gate not in variant.peephole_gates:
        return np.zeros(len(weights.weight_ih) // len(variant.gates), weights.weight_ih.dtype)
    peephole: Array = weights.peepholes[variant.peephole_gates.index(gate)]
    return peephole


def _peephole_blocks(variant: LSTMVariant, weights: LSTMWeights) -> dict[Gate, Array]:
    """Return what C_{t-1} is multiplied by on its way into i and f."""
    return {gate: np.diag(_peephole(variant, weights, gate)) for gate in ("i", "f")}


def _peeped(variant: LSTMVariant, weights: LSTMWeights, slope: LSTMSlopes) -> dict[Gate, Array]:
    """Return ∂C_t/∂C_{t-1} through the peepholes of i and f: ∂C_t/∂z_k p_k."""
    seeing = [gate for gate in variant.peephole_gates if gate != "o"]
    return {gate: slope.c_by_z[gate] * _peephole(variant, weights, gate) for gate in seeing}


def _m_by_c(variant: LSTMVariant, weights: LSTMWeights, slope: LSTMSlopes) -> Array:
    """Return ∂m_t/∂C_t, through the output peephole too: o φ'(C) + ∂m_t/∂z_o p_o."""
    return slope.m_by_c + slope.m_by_zo * _peephole(variant, weights, "o")


def _projected(weights: LSTMWeights, m_by_q: Array) -> Array:
    """Return ∂h_t/∂q = P ∂m_t/∂q, or the same where there is no projection."""
    return m_by_q if weights.weight_hr is None else weights.weight_hr @ m_by_q
