"""Backpropagation through time for the whole LSTM family.

References
----------
Werbos (1990), "Backpropagation Through Time: What It Does and How to Do It", Proceedings of the IEEE 78(10).
Greff et al. (2017), "LSTM: A Search Space Odyssey", section II: the same derivatives for the vanilla LSTM.
"""

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import adjoint
from lstm_viz.cells.activations import Array
from lstm_viz.cells.gradients import LSTMGradients
from lstm_viz.cells.lstm_slopes import LSTMSlopes, LSTMWeights, gates_before, slopes
from lstm_viz.cells.trace import LSTMTrace
from lstm_viz.cells.variants import LSTMVariant


def backward(
    variant: LSTMVariant,
    weights: LSTMWeights,
    trace: LSTMTrace,
    dh: npt.ArrayLike | None,
    dc: npt.ArrayLike | None,
) -> LSTMGradients:
    """Return ∂L/∂ everything: see :meth:`LSTMVariantCell.backward`."""
    total_h = adjoint.direct("dh", dh, trace.h, reverse=trace.reverse)
    total_c = adjoint.direct("dc", dc, trace.c, reverse=trace.reverse)
    order = adjoint.running_order(reverse=trace.reverse)
    # A gradient may vanish or explode beyond the range of the dtype: it is then 0, or no finite number.
    with np.errstate(all="ignore"):
        slope = slopes(variant, trace)
        dz = _through_time(variant, weights, slope, total_h, total_c, order)[order]
        total_h[1:], total_c[1:] = total_h[1:][order].copy(), total_c[1:][order].copy()
        return LSTMGradients(
            weight_ih=adjoint.product(dz, trace.x),
            weight_hh=adjoint.product(dz, trace.h_prev),
            bias=adjoint.total(dz),
            peepholes=_of_peepholes(variant, dz, trace),
            weight_hr=None if weights.weight_hr is None else adjoint.product(total_h[1:], slope.m),
            weight_gates=None if weights.weight_gates is None else _of_gates(dz, trace),
            x=dz @ weights.weight_ih,
            h0=total_h[0],
            c0=total_c[0],
            h=total_h[1:],
            c=total_c[1:],
        )


def _through_time(
    variant: LSTMVariant,
    weights: LSTMWeights,
    slope: LSTMSlopes,
    total_h: Array,
    total_c: Array,
    order: slice,
) -> Array:
    """Complete ``total_h`` and ``total_c``, last step first, and return ∂L/∂z: all in running order."""
    recurrent, projection = weights.recurrent(), weights.weight_hr
    peep_i_f, peep_o = _peepholes_by_time(variant, weights)
    has_output_gate = "o" in slope.gates
    inner = [gate for gate in ("i", "f") if gate in slope.gates]

    dz = np.empty((*total_c[1:].shape[:-1], len(variant.gates), total_c.shape[-1]), total_c.dtype)
    flat = dz.reshape(*dz.shape[:-2], -1)
    dz_memory, dz_i_f, dz_o = dz[..., : len(slope.c_by_z), :], dz[..., : len(inner), :], dz[..., -1, :]
    c_by_z = np.stack(list(slope.c_by_z.values()), axis=-2)
    # What comes back through U, and with gate recurrence through R, from the step after.
    back = np.zeros((*total_h.shape[1:-1], recurrent.shape[1]), dz.dtype)
    to_h, to_gates = np.split(back, [total_h.shape[-1]], axis=-1)
    to_i_f, to_o = np.split(to_gates, [2 * total_c.shape[-1]], axis=-1)

    in_order = (slope.m_by_zo, slope.m_by_c, c_by_z, slope.c_by_c, *_recurrent_slopes(weights, slope))
    steps = zip(
        *(array[::-1] for array in (total_h[1:], total_c[1:], total_h[:-1], total_c[:-1])),
        *(array[::-1] for array in (flat, dz_memory, dz_i_f, dz_o)),
        *(array[order][::-1] for array in in_order),
        strict=True,
    )
    for dh, dc, dh_before, dc_before, dz_t, dz_m, dz_if, dz_out, m_by_zo, m_by_c, by_z, f, *by_own in steps:
        # ∂L/∂m_t, where h_t = P m_t
        dm = dh if projection is None else dh @ projection
        if has_output_gate:
            # ∂L/∂z_o = ∂L/∂m_t ∂m_t/∂z_o
            np.multiply(dm, m_by_zo, dz_out)
        if by_own:
            # … + ∂L/∂o_t σ'(z_o), o_t being seen by the gates of t+1
            np.add(dz_out, to_o * by_own[1], dz_out)
        # ∂L/∂C_t = direct + from C_{t+1} + ∂L/∂m_t ∂m_t/∂C_t
        np.add(dc, dm * m_by_c, dc)
        if peep_o is not None:
            # … + ∂L/∂z_o p_o
            np.add(dc, dz_out * peep_o, dc)
        # ∂L/∂z_k = ∂L/∂C_t ∂C_t/∂z_k for i, f and g
        np.multiply(dc[..., np.newaxis, :], by_z, dz_m)
        if by_own:
            # … + ∂L/∂k_t σ'(z_k) for i and f, seen by the gates of t+1
            np.add(dz_if, (to_i_f * by_own[0]).reshape(dz_if.shape), dz_if)
        # ∂L/∂h_{t-1} = direct + ∂L/∂z U
        np.dot(dz_t, recurrent, back)
        np.add(dh_before, to_h, dh_before)
        # ∂L/∂C_{t-1} = direct + ∂L/∂C_t f
        np.add(dc_before, dc * f, dc_before)
        if peep_i_f is not None:
            # … + ∂L/∂z_i p_i + ∂L/∂z_f p_f
            np.add(dc_before, (dz_if * peep_i_f).sum(axis=-2), dc_before)
    return flat


def _peepholes_by_time(variant: LSTMVariant, weights: LSTMWeights) -> tuple[Array | None, Array | None]:
    """Return the peepholes of i and f, (gates, hidden), and that of o, (hidden,): None if there is none."""
    if weights.peepholes is None:
        return None, None
    if "o" not in variant.peephole_gates:
        return weights.peepholes, None
    inner = weights.peepholes[:-1]
    return inner if len(inner) else None, weights.peepholes[-1]


def _recurrent_slopes(weights: LSTMWeights, slope: LSTMSlopes) -> tuple[Array, ...]:
    """Return σ' of i and f side by side, and of o, where the gates see the gates; else nothing."""
    if weights.weight_gates is None:
        return ()
    return np.concatenate([slope.gates["i"], slope.gates["f"]], axis=-1), slope.gates["o"]


def _of_peepholes(variant: LSTMVariant, dz: Array, trace: LSTMTrace) -> Array | None:
    """Return ∂L/∂p: Σ ∂L/∂z_k C_{t-1} for i and f, Σ ∂L/∂z_o C_t for o."""
    if not variant.peephole_gates:
        return None
    of_gate = dict(zip(variant.gates, np.split(dz, len(variant.gates), axis=-1), strict=True))
    return np.stack(
        [
            adjoint.total(of_gate[gate] * (trace.c if gate == "o" else trace.c_prev))
            for gate in variant.peephole_gates
        ]
    )


def _of_gates(dz: Array, trace: LSTMTrace) -> Array:
    """Return ∂L/∂R: Σ [∂L/∂z_i; ∂L/∂z_f; ∂L/∂z_o] [i; f; o]_{t-1}ᵀ."""
    dz_i, dz_f, _, dz_o = np.split(dz, 4, axis=-1)
    return adjoint.product(np.concatenate([dz_i, dz_f, dz_o], axis=-1), gates_before(trace))
