"""The recurrence of the whole LSTM family, written for reading.

The plain cell has one that is written for speed, in :mod:`lstm_viz.cells.recurrence`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from lstm_viz.cells.activations import ACTIVATIONS, Array
from lstm_viz.cells.lstm_slopes import LSTMWeights
from lstm_viz.cells.variants import LSTMVariant
from lstm_viz.notation import GATES, Gate


class Unrolled(NamedTuple):
    """All steps in running order, features last."""

    z: dict[Gate, Array]
    """Of the gates that are computed, (time, [batch,] hidden)."""
    gates: dict[Gate, Array]
    """All four: 1 where one is missing."""
    c: Array
    """(1 + time, [batch,] hidden), from C_0."""
    h: Array
    """(1 + time, [batch,] outputs), from h_0."""


def unroll(
    variant: LSTMVariant,
    weights: LSTMWeights,
    inflow: Array,
    h0: Array,
    c0: Array,
    gates0: Array,
    clamp: Mapping[Gate, float],
) -> Unrolled:
    """Run a cell over W x_t + b of all steps.

    Parameters
    ----------
    inflow
        W x_t + b, (time, [batch,] rows), in the order in which the steps are run.
    h0, c0
        ([batch,] outputs) and ([batch,] hidden).
    gates0
        [i; f; o] before the first step, ([batch,] 3*hidden): only seen with gate recurrence.
    clamp
        Gates that are held at a value.
    """
    steps = len(inflow)
    z_all = inflow.copy()
    z = _by_gate(variant, z_all)
    gates: dict[Gate, Array] = {gate: np.ones((steps, *c0.shape), c0.dtype) for gate in GATES}
    c, h = np.empty((1 + steps, *c0.shape), c0.dtype), np.empty((1 + steps, *h0.shape), c0.dtype)
    c[0], h[0] = c0, h0
    shown = np.empty_like(c[0])
    peephole = dict(zip(variant.peephole_gates, _rows(weights.peepholes), strict=True))
    recurrent = weights.recurrent().T
    inner = [gate for gate in variant.peephole_gates if gate != "o"]
    show = ACTIVATIONS[variant.memory_activation]

    def activate(gate: Gate, t: int) -> None:
        if gate in clamp:
            gates[gate][t] = clamp[gate]
        elif gate in z:
            name = variant.candidate_activation if gate == "g" else variant.gate_activation
            ACTIVATIONS[name](z[gate][t], gates[gate][t])

    for t in range(steps):
        seen = h[t]
        if variant.gate_recurrence:
            before = [gates[gate][t - 1] for gate in ("i", "f", "o")] if t else [gates0]
            seen = np.concatenate([seen, *before], axis=-1)
        # z = W x_t + b + U h_{t-1}, and with gate recurrence + R [i; f; o]_{t-1}
        z_all[t] += np.dot(seen, recurrent)
        # z_i, z_f += p C_{t-1}
        for gate in inner:
            z[gate][t] += peephole[gate] * c[t]
        # i, f = σ(z_i), σ(z_f);  g = tanh(z_g)
        for gate in ("i", "f", "g"):
            activate(gate, t)
        if variant.coupled:
            # f = 1 − i
            np.subtract(1.0, gates["i"][t], gates["f"][t])
        # C_t = f C_{t-1} + i g
        np.add(gates["f"][t] * c[t], gates["i"][t] * gates["g"][t], c[t + 1])
        # z_o += p_o C_t;  o = σ(z_o)
        if "o" in peephole:
            z["o"][t] += peephole["o"] * c[t + 1]
        activate("o", t)
        # h_t = o tanh(C_t), and with a projection P of that
        show(c[t + 1], shown)
        shown *= gates["o"][t]
        h[t + 1] = shown if weights.weight_hr is None else np.dot(shown, weights.weight_hr.T)
    return Unrolled(z, gates, c, h)


def _by_gate(variant: LSTMVariant, stacked: Array) -> dict[Gate, Array]:
    """Return views of the blocks of rows, which come last here, of each gate that is computed."""
    return dict(zip(variant.gates, np.split(stacked, len(variant.gates), axis=-1), strict=True))


def _rows(peepholes: Array | None) -> Array | tuple[()]:
    return () if peepholes is None else peepholes
