"""Derivatives of the gated recurrent unit: backpropagation through time, and the Jacobian of every step.

::

    z_n = W x_t + b + r n_h,  n_h = U h_{t-1} + b_hn      or      z_n = W x_t + b + n_h,  n_h = U (r h_{t-1})
    h_t = (1 − u) n + u h_{t-1}

"By" names a derivative that is one number a unit: ``h_by_zu`` is ∂h_t/∂z_u.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import adjoint
from lstm_viz.cells.activations import SLOPES, AnyActivation, Array
from lstm_viz.cells.gradients import GRUGradients
from lstm_viz.cells.linear_step import LinearStep
from lstm_viz.cells.trace import GRUStep, GRUTrace


class GRUWeights(NamedTuple):
    """W and U, and where the reset gate multiplies."""

    weight_ih: Array
    weight_hh: Array
    reset_after: bool


class GRUSlopes(NamedTuple):
    """The derivatives within each step, (time, [batch,] hidden), in the order of the trace."""

    h_by_zn: Array
    h_by_zu: Array
    r_by_zr: Array
    h_by_h: Array
    """∂h_t/∂h_{t-1} on the direct way, where the gates are held: u."""


def slopes(trace: GRUTrace, gate_activation: AnyActivation, cell_activation: AnyActivation) -> GRUSlopes:
    """Return the derivatives within each step of a run."""
    by_gate, by_new = SLOPES[gate_activation], SLOPES[cell_activation]
    return GRUSlopes(
        # ∂h/∂z_n = (1 − u) φ'(z_n)
        h_by_zn=(1.0 - trace.u) * by_new(trace.n),
        # ∂h/∂z_u = (h_{t-1} − n) σ'(z_u)
        h_by_zu=(trace.h_prev - trace.n) * by_gate(trace.u),
        r_by_zr=by_gate(trace.r),
        h_by_h=trace.u,
    )


def backward(
    weights: GRUWeights, slope: GRUSlopes, trace: GRUTrace, dh: npt.ArrayLike | None
) -> GRUGradients:
    """Return ∂L/∂ everything: see :meth:`GRUCell.backward`."""
    order = adjoint.running_order(reverse=trace.reverse)
    hidden, reset_after = trace.h.shape[-1], weights.reset_after
    of_gates, of_n = slice(0, 2 * hidden), slice(2 * hidden, 3 * hidden)
    total_h = adjoint.direct("dh", dh, trace.h, reverse=trace.reverse)
    # ∂L/∂ of what U gives: of z_r and z_u, and of n_h.
    dz, du = np.empty_like(trace.z), np.empty_like(trace.z)
    # A gradient may vanish or explode beyond the range of the dtype: it is then 0, or no finite number.
    with np.errstate(all="ignore"):
        steps = (array[order][::-1] for array in (*slope, trace.r, trace.n_h, trace.h_prev, dz, du))
        for dh_t, dh_before, zn, zu, zr, kept, r, n_h, h_prev, dz_t, du_t in zip(
            total_h[:0:-1], total_h[-2::-1], *steps, strict=True
        ):
            # ∂L/∂z_n = ∂L/∂h_t ∂h_t/∂z_n;  ∂L/∂z_u = ∂L/∂h_t ∂h_t/∂z_u
            dz_n = dh_t * zn
            dz_t[..., hidden : 2 * hidden] = dh_t * zu
            dz_t[..., of_n] = dz_n
            if reset_after:
                # z_n = … + r n_h:  ∂L/∂r = ∂L/∂z_n n_h;  ∂L/∂n_h = ∂L/∂z_n r
                dz_t[..., :hidden] = dz_n * n_h * zr
                du_t[..., of_n] = dz_n * r
                du_t[..., of_gates] = dz_t[..., of_gates]
                # ∂L/∂h_{t-1} = direct + ∂L/∂h_t u + [∂L/∂z_r, ∂L/∂z_u, ∂L/∂n_h] U
                np.add(dh_before, dh_t * kept + du_t @ weights.weight_hh, dh_before)
            else:
                # z_n = … + U (r h_{t-1}):  ∂L/∂(r h_{t-1}) = ∂L/∂z_n U
                d_reset = dz_n @ weights.weight_hh[of_n]
                dz_t[..., :hidden] = d_reset * h_prev * zr
                # ∂L/∂h_{t-1} = direct + ∂L/∂h_t u + ∂L/∂(r h_{t-1}) r + [∂L/∂z_r, ∂L/∂z_u] U
                through_gates = dz_t[..., of_gates] @ weights.weight_hh[of_gates]
                np.add(dh_before, dh_t * kept + d_reset * r + through_gates, dh_before)
        if reset_after:
            weight_hh = adjoint.product(du, trace.h_prev)
        else:
            by_gates = adjoint.product(dz[..., of_gates], trace.h_prev)
            weight_hh = np.concatenate([by_gates, adjoint.product(dz[..., of_n], trace.r * trace.h_prev)])
        return GRUGradients(
            weight_ih=adjoint.product(dz, trace.x),
            weight_hh=weight_hh,
            bias=adjoint.total(dz),
            bias_hn=adjoint.total(du[..., of_n]) if reset_after else None,
            x=dz @ weights.weight_ih,
            h0=total_h[0].copy(),
            h=total_h[1:][order].copy(),
        )


def jacobians(weights: GRUWeights, slope: GRUSlopes, trace: GRUTrace | GRUStep) -> Array:
    """Return ∂h_t/∂h_{t-1}, (time, [batch,] hidden, hidden)."""
    hidden = trace.h.shape[-1]
    u_r, u_u, u_n = np.split(weights.weight_hh, 3)
    # ∂h_t/∂h_{t-1} = diag(u) + ∂h_t/∂z_u U_u + ∂h_t/∂z_n ∂z_n/∂h_{t-1}
    result = adjoint.scaled_rows(slope.h_by_zu, u_u)
    if weights.reset_after:
        # ∂z_n/∂h_{t-1} = diag(r) U_n + diag(n_h σ'(z_r)) U_r
        result += adjoint.scaled_rows(slope.h_by_zn * trace.r, u_n)
        result += adjoint.scaled_rows(slope.h_by_zn * trace.n_h * slope.r_by_zr, u_r)
    else:
        # ∂z_n/∂h_{t-1} = U_n (diag(r) + diag(h_{t-1} σ'(z_r)) U_r)
        of_reset = adjoint.scaled_rows(trace.h_prev * slope.r_by_zr, u_r)
        _add_diagonal(of_reset, trace.r, hidden)
        result += slope.h_by_zn[..., np.newaxis] * (u_n @ of_reset)
    _add_diagonal(result, slope.h_by_h, hidden)
    return result


def input_jacobians(weights: GRUWeights, slope: GRUSlopes, trace: GRUTrace | GRUStep) -> Array:
    """Return ∂h_t/∂x_t, (time, [batch,] hidden, inputs)."""
    w_r, w_u, w_n = np.split(weights.weight_ih, 3)
    # ∂h_t/∂x_t = ∂h_t/∂z_u W_u + ∂h_t/∂z_n ∂z_n/∂x_t
    result = adjoint.scaled_rows(slope.h_by_zu, w_u) + adjoint.scaled_rows(slope.h_by_zn, w_n)
    if weights.reset_after:
        # ∂z_n/∂x_t = W_n + diag(n_h σ'(z_r)) W_r
        result += adjoint.scaled_rows(slope.h_by_zn * trace.n_h * slope.r_by_zr, w_r)
    else:
        # ∂z_n/∂x_t = W_n + U_n diag(h_{t-1} σ'(z_r)) W_r
        u_n = weights.weight_hh[2 * trace.h.shape[-1] :]
        of_reset = adjoint.scaled_rows(trace.h_prev * slope.r_by_zr, w_r)
        result += slope.h_by_zn[..., np.newaxis] * (u_n @ of_reset)
    return result


def linearised(weights: GRUWeights, slope: GRUSlopes, trace: GRUTrace) -> Iterator[LinearStep]:
    """Yield every step: see :meth:`GRUCell.linearised`."""
    for t in range(len(trace))[adjoint.running_order(reverse=trace.reverse)]:
        here, step = GRUSlopes(*(array[t] for array in slope)), trace[t]
        by_h, by_x = jacobians(weights, here, step), input_jacobians(weights, here, step)
        yield LinearStep(by_h, None, by_x)


def _add_diagonal(matrices: Array, diagonal: Array, hidden: int) -> None:
    at = np.arange(hidden)
    matrices[..., at, at] += diagonal
