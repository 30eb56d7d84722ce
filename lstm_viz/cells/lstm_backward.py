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
    # A gradient may vanish or explode beyond the range of the dtype: it is then 0 or infinite.
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
    hidden, width = total_c.shape[-1], total_h.shape[-1]
    recurrent, projection = weights.recurrent(), weights.weight_hr
    peeps = dict(zip(variant.peephole_gates, () if weights.peepholes is None else weights.peepholes, strict=True))
    at = {gate: slice(n * hidden, (n + 1) * hidden) for n, gate in enumerate(variant.gates)}
    memory_gates = len(slope.c_by_z)

    dz = np.empty((*total_c[1:].shape[:-1], len(variant.gates), hidden), total_c.dtype)
    c_by_z = np.stack(list(slope.c_by_z.values()), axis=-2)
    parts = (slope.m_by_zo, slope.m_by_c, c_by_z, slope.c_by_c)
    back = np.empty((*total_h.shape[1:-1], recurrent.shape[1]), dz.dtype)
    gate_slopes = [(at[gate], slope.gates[gate][order][::-1]) for gate in ("i", "f", "o") if gate in at]
    from_gates = np.zeros((*total_c.shape[1:-1], 3 * hidden), dz.dtype)

    steps = (part[order][::-1] for part in parts)
    totals = (total_h[:0:-1], total_c[:0:-1], total_h[-2::-1], total_c[-2::-1], dz[::-1])
    flat = dz.reshape(*dz.shape[:-2], -1)[::-1]
    for t, (dh, dc, dh_before, dc_before, dz_t, m_by_zo, m_by_c, c_by_z_t, c_by_c) in enumerate(
        zip(*totals, *steps, strict=True)
    ):
        pass
    return flat
