"""Derivatives of the plain recurrent cell: backpropagation through time, and the Jacobian of every step.

::

    z_t = W x_t + U h_{t-1} + b        h_t = φ(z_t)

References
----------
Werbos (1990), "Backpropagation Through Time: What It Does and How to Do It", Proceedings of the IEEE 78(10).
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import adjoint
from lstm_viz.cells.activations import Array
from lstm_viz.cells.gradients import RNNGradients
from lstm_viz.cells.linear_step import LinearStep
from lstm_viz.cells.trace import RNNTrace


def backward(
    weight_ih: Array, weight_hh: Array, slope: Array, trace: RNNTrace, dh: npt.ArrayLike | None
) -> RNNGradients:
    """Return ∂L/∂ everything; ``slope`` is φ'(z_t), (time, [batch,] hidden). See :meth:`RNNCell.backward`."""
    order = adjoint.running_order(reverse=trace.reverse)
    total_h = adjoint.direct("dh", dh, trace.h, reverse=trace.reverse)
    dz = np.empty_like(total_h[1:])
    back = np.empty_like(total_h[0])
    # A gradient may vanish or explode beyond the range of the dtype: it is then 0, or no finite number.
    with np.errstate(all="ignore"):
        steps = zip(total_h[:0:-1], dz[::-1], slope[order][::-1], total_h[-2::-1], strict=True)
        for dh_t, dz_t, slope_t, dh_before in steps:
            # ∂L/∂z_t = ∂L/∂h_t φ'(z_t)
            np.multiply(dh_t, slope_t, dz_t)
            # ∂L/∂h_{t-1} = direct + ∂L/∂z_t U
            np.dot(dz_t, weight_hh, back)
            np.add(dh_before, back, dh_before)
        dz = dz[order]
        return RNNGradients(
            weight_ih=adjoint.product(dz, trace.x),
            weight_hh=adjoint.product(dz, trace.h_prev),
            bias=adjoint.total(dz),
            x=dz @ weight_ih,
            h0=total_h[0].copy(),
            h=total_h[1:][order].copy(),
        )


def jacobians(weight: Array, slope: Array) -> Array:
    """Return ∂h_t/∂h_{t-1} if ``weight`` is U, ∂h_t/∂x_t if it is W: (time, [batch,] hidden, columns)."""
    # ∂h_t/∂h_{t-1} = diag(φ'(z_t)) U
    return adjoint.scaled_rows(slope, weight)


def linearised(weight_ih: Array, weight_hh: Array, slope: Array, trace: RNNTrace) -> Iterator[LinearStep]:
    """Yield every step: see :meth:`RNNCell.linearised`."""
    for by_z in slope[adjoint.running_order(reverse=trace.reverse)]:
        yield LinearStep(jacobians(weight_hh, by_z), None, jacobians(weight_ih, by_z))
