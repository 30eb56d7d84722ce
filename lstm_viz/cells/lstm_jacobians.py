"""The Jacobian of every step of a cell of the LSTM family, whole and taken apart by route.

Each part of s_t depends on the gates alone, and on C_{t-1}, so that for whatever enters the gates as M q ::

    ∂C_t/∂q = Σ diag(∂C_t/∂z_k) M_k    over the gates k,  + diag(f) where q holds C_{t-1}

and the same for h_t with its own slopes. M is W for q = x_t, and [U | p | R] for q = s_{t-1}.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from lstm_viz.cells.activations import Array
from lstm_viz.cells.linear_step import LinearStep
from lstm_viz.cells.lstm_slopes import LSTMSlopes, LSTMWeights, slopes
from lstm_viz.cells.trace import LSTMTrace
from lstm_viz.cells.variants import LSTMVariant
from lstm_viz.notation import Gate

_TOGETHER: Final = 16
"""Steps whose matrices are made at once: enough to be quick, and few enough for little memory."""


@dataclass(frozen=True, slots=True, eq=False)
class LSTMRoutes:
    """The ways from (h_{t-1}, C_{t-1}) to (C_t, h_t), one by one, for every step.

    Together they are the whole of A_t::

        ∂C_t/∂C_{t-1} = diag(direct + Σ peeped)      ∂h_t/∂C_{t-1} = ∂h_t/∂C_t ∂C_t/∂C_{t-1}
        ∂C_t/∂h_{t-1} = Σ over i, f and g            ∂h_t/∂h_{t-1} = through o + ∂h_t/∂C_t ∂C_t/∂h_{t-1}

    These hold C_{t-1} and h_{t-1} as two separate things. As h_{t-1} is itself made of C_{t-1}, the
    derivative of C_t with respect to C_{t-1} *and what follows from it* is ``direct + Σ peeped`` on the
    diagonal, plus what goes by :meth:`back_to_h` and then :meth:`back_to_c` of the step before: the first is
    what most pages give as the whole.

    No matrix of a step is made: each is a diagonal times the recurrent weights of a gate.

    Attributes
    ----------
    direct
        f_t, (time, [batch,] hidden): ∂C_t/∂C_{t-1} with all gates held, the diagonal.
    peeped
        The same through the peepholes of i and f, by gate; empty without peepholes.
    """

    direct: Array
    peeped: Mapping[Gate, Array]
    _c_by_z: Mapping[Gate, Array]
    _m_by_zo: Array
    _m_by_c: Array
    _weight_hh: Mapping[Gate, Array]
    _weight_hr: Array | None

    def back_to_h(self, t: int, dc: Array, dh: Array) -> dict[Gate, Array]:
        """Return ∂L/∂h_{t-1} by the gate through which it comes, as far as the gates are computed.

        Parameters
        ----------
        t
            The step.
        dc
            ∂L/∂C_t as a whole, which i, f and g pass on: (..., [batch,] hidden).
        dh
            ∂L/∂h_t, which o passes on: (..., [batch,] outputs).
        """
        by_gate = {gate: (dc * by[t]) @ self._weight_hh[gate] for gate, by in self._c_by_z.items()}
        if "o" in self._weight_hh:
            by_gate["o"] = (self._to_m(dh) * self._m_by_zo[t]) @ self._weight_hh["o"]
        return by_gate

    def back_to_c(self, t: int, dh: Array) -> Array:
        """Return what of ∂L/∂C_t comes from h_t of the same step, output peephole included."""
        dc: Array = self._to_m(dh) * self._m_by_c[t]
        return dc

    def _to_m(self, dh: Array) -> Array:
        # h_t = P m_t
        return dh if self._weight_hr is None else dh @ self._weight_hr


def routes(variant: LSTMVariant, weights: LSTMWeights, trace: LSTMTrace) -> LSTMRoutes:
    """Return the ways of every step: see :class:`LSTMRoutes`."""
    slope = slopes(variant, trace)
    return LSTMRoutes(
        direct=slope.c_by_c,
        peeped=_peeped(variant, weights, slope),
        _c_by_z=slope.c_by_z,
        _m_by_zo=slope.m_by_zo,
        _m_by_c=_m_by_c(variant, weights, slope),
        _weight_hh=_blocks(variant, weights.weight_hh),
        _weight_hr=weights.weight_hr,
    )


def linearised(variant: LSTMVariant, weights: LSTMWeights, trace: LSTMTrace) -> Iterator[LinearStep]:
    """Yield every step of a plain LSTM: see :meth:`LSTMCell.linearised`."""
    slope = slopes(variant, trace)
    order = range(0, len(trace), _TOGETHER)
    for first in reversed(order) if trace.reverse else order:
        some = slope.over(slice(first, first + _TOGETHER))
        by_h = _state_by(variant, weights, some, weights.weight_hh, sees_memory=False)
        by_x = _state_by(variant, weights, some, weights.weight_ih, sees_memory=False)
        by_c = np.stack([some.m_by_c * some.c_by_c, some.c_by_c], axis=1)
        steps = list(map(LinearStep, by_h, by_c, by_x))
        yield from reversed(steps) if trace.reverse else steps


def jacobians(variant: LSTMVariant, weights: LSTMWeights, trace: LSTMTrace) -> Array:
    """Return A_t = ∂s_t/∂s_{t-1}: see :meth:`LSTMVariantCell.jacobians`."""
    return _state_by(variant, weights, slopes(variant, trace), _of_state(variant, weights), sees_memory=True)


def input_jacobians(variant: LSTMVariant, weights: LSTMWeights, trace: LSTMTrace) -> Array:
    """Return B_t = ∂s_t/∂x_t: see :meth:`LSTMVariantCell.input_jacobians`."""
    return _state_by(variant, weights, slopes(variant, trace), weights.weight_ih, sees_memory=False)


def _of_state(variant: LSTMVariant, weights: LSTMWeights) -> Array:
    """Return what s_{t-1} is multiplied by on its way into the gates: (gates*hidden, state).

    That is [U | p | R], p on the diagonal: the peepholes of i and f. That of o sees C_t, no part of s_{t-1}.
    """
    hidden, outputs = len(weights.weight_ih) // len(variant.gates), weights.weight_hh.shape[1]
    of_c = np.zeros((len(variant.gates), hidden, hidden), weights.weight_hh.dtype)
    for at, gate in enumerate(variant.gates):
        if gate != "o":
            np.fill_diagonal(of_c[at], _peephole(variant, weights, gate))
    of_h, of_gates = np.split(weights.recurrent(), [outputs], axis=1)
    return np.concatenate([of_h, of_c.reshape(-1, hidden), of_gates], axis=1)


def _state_by(
    variant: LSTMVariant, weights: LSTMWeights, slope: LSTMSlopes, matrix: Array, *, sees_memory: bool
) -> Array:
    """Return ∂s_t/∂q, (time, [batch,] state, columns), for what enters the gates as ``matrix`` q.

    ``sees_memory`` says that q is s_{t-1}, and holds C_{t-1}.
    """
    *batch, hidden = slope.m.shape
    outputs, columns = weights.weight_hh.shape[1], matrix.shape[1]
    blocks, parts = _blocks(variant, matrix), _parts(variant, weights, slope)
    unit = np.arange(hidden)
    result = np.empty((*batch, outputs + (len(parts) - 1) * hidden, columns), slope.m.dtype)
    # m_t becomes h_t in its place, unless there is a projection.
    m_by_q = result[..., :outputs, :]
    if weights.weight_hr is not None:
        m_by_q = np.empty((*batch, hidden, columns), result.dtype)
    others = np.split(result[..., outputs:, :], len(parts) - 1, axis=-2)
    for (by_z, past_the_gates), rows in zip(parts, (m_by_q, *others), strict=True):
        _combine(by_z, blocks, rows)
        if sees_memory:
            rows[..., unit, outputs + unit] += past_the_gates
    if weights.weight_hr is not None:
        # h_t = P m_t
        result[..., :outputs, :] = weights.weight_hr @ m_by_q
    return result


def _parts(
    variant: LSTMVariant, weights: LSTMWeights, slope: LSTMSlopes
) -> list[tuple[Mapping[Gate, Array], Array]]:
    """Return ∂/∂z of each gate, and ∂/∂C_{t-1} past the gates, of m, C and, with gate recurrence, i, f, o."""
    m_by_c = _m_by_c(variant, weights, slope)
    m_by_z: dict[Gate, Array] = {gate: m_by_c * by_z for gate, by_z in slope.c_by_z.items()}
    if "o" in slope.gates:
        m_by_z["o"] = slope.m_by_zo
    parts: list[tuple[Mapping[Gate, Array], Array]] = [
        (m_by_z, m_by_c * slope.c_by_c),
        (slope.c_by_z, slope.c_by_c),
    ]
    if variant.gate_recurrence:
        # o sees C_t through its peephole.
        o_by_c = slope.gates["o"] * _peephole(variant, weights, "o")
        o_by_z = {gate: o_by_c * by_z for gate, by_z in slope.c_by_z.items()}
        parts += [({gate: slope.gates[gate]}, np.zeros_like(slope.m)) for gate in ("i", "f")]
        parts.append((o_by_z | {"o": slope.gates["o"]}, o_by_c * slope.c_by_c))
    return parts


def _combine(by_z: Mapping[Gate, Array], blocks: Mapping[Gate, Array], out: Array) -> None:
    """Write Σ diag(by_z[k]) M_k into ``out``, (time, [batch,] hidden, columns).

    Unit by unit this is a product of (time, gates) with (gates, columns), which BLAS does in one pass.
    """
    by_unit = np.moveaxis(np.stack(list(by_z.values()), axis=-1), -2, 0)
    rows = np.stack([blocks[gate] for gate in by_z], axis=1)
    if by_unit.ndim > rows.ndim:
        # The same for every step, each of which is then a product of (batch, gates) with (gates, columns).
        rows = rows[:, np.newaxis]
    np.matmul(by_unit, rows, out=np.moveaxis(out, -2, 0))


def _blocks(variant: LSTMVariant, matrix: Array) -> dict[Gate, Array]:
    """Return the rows of each computed gate."""
    return dict(zip(variant.gates, np.split(matrix, len(variant.gates)), strict=True))


def _peephole(variant: LSTMVariant, weights: LSTMWeights, gate: Gate) -> Array:
    """Return the peephole of a gate, zeros where it has none."""
    if weights.peepholes is None or gate not in variant.peephole_gates:
        return np.zeros(len(weights.weight_ih) // len(variant.gates), weights.weight_ih.dtype)
    peephole: Array = weights.peepholes[variant.peephole_gates.index(gate)]
    return peephole


def _peeped(variant: LSTMVariant, weights: LSTMWeights, slope: LSTMSlopes) -> dict[Gate, Array]:
    """Return ∂C_t/∂C_{t-1} through the peepholes of i and f: ∂C_t/∂z_k p_k."""
    seeing = [gate for gate in variant.peephole_gates if gate != "o"]
    return {gate: slope.c_by_z[gate] * _peephole(variant, weights, gate) for gate in seeing}


def _m_by_c(variant: LSTMVariant, weights: LSTMWeights, slope: LSTMSlopes) -> Array:
    """Return ∂m_t/∂C_t, through the output peephole too: o φ'(C) + ∂m_t/∂z_o p_o."""
    return slope.m_by_c + slope.m_by_zo * _peephole(variant, weights, "o")
