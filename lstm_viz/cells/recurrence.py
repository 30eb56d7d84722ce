"""The recurrence itself: the equations of the LSTM, once a step, in buffers laid out for speed.

References
----------
https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html: the equations, and the order i, f, g, o.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from lstm_viz.cells.activations import Activation, Array
from lstm_viz.cells.trace import rows
from lstm_viz.notation import Gate


class Unrolled(NamedTuple):
    """All steps, in the order in which they were run; the axes are (time, features, [batch])."""

    z: Array
    gates: Array
    """i, f and o in their rows; the rows of g hold nothing of use."""
    g: Array
    c: Array
    """C_0 to C_T: one more than there are steps."""
    h: Array
    """h_0 to h_T."""


def stack(weight_ih: Array, weight_hh: Array, bias: Array) -> Array:
    """Return the weights as :func:`unroll` multiplies them: [U | W | b], the rows of i, f and o negated."""
    stacked = np.concatenate([weight_hh, weight_ih, bias[:, np.newaxis]], axis=1)
    _negate_gates(stacked[np.newaxis], weight_hh.shape[1])
    # Column by column: so BLAS multiplies a small matrix by a vector fastest.
    return np.asfortranarray(stacked)


def unroll(
    stacked: Array,
    x: Array,
    h0: Array,
    c0: Array,
    gate_activation: Activation,
    cell_activation: Activation,
    clamp: Mapping[Gate, float],
) -> Unrolled:
    """Run the cell over all steps of x.

    A small cell spends its time on the fixed cost of each call into NumPy. Therefore what a step reads lies
    side by side, [h; x; 1] for one product and [g; C] for another, and each result is written where the next
    step reads it.

    Parameters
    ----------
    stacked
        What :func:`stack` made of the weights, to be multiplied by [h; x; 1].
    x
        (time, inputs, [batch]).
    h0, c0
        (hidden, [batch]).
    gate_activation, cell_activation
        Of i, f and o, from −z; of g, and of C on its way out.
    clamp
        Gates that are held at a value.
    """
    (steps, inputs, *batch), hidden = x.shape, len(h0)

    def empty(*shape: int) -> Array:
        return np.empty((*shape, *batch), x.dtype)

    h_x_1 = empty(steps + 1, hidden + inputs + 1)
    h_x_1[0, :hidden], h_x_1[:-1, hidden:-1], h_x_1[:, -1] = h0, x, 1.0
    g_c = empty(steps + 1, 2 * hidden)
    g_c[0, hidden:] = c0
    z, gates = empty(steps, 4 * hidden), empty(steps, 4 * hidden)
    # Scratch of one step: [i g; f C_{t-1}], and tanh(C_t).
    products, shown = empty(2 * hidden), empty(hidden)
    written, kept = products[:hidden], products[hidden:]

    activate, propose = _clamped(gate_activation, cell_activation, clamp, hidden)
    dot, multiply, add = np.dot, np.multiply, np.add
    views = zip(
        *(h_x_1[:-1], z, z[:, rows("g", hidden)], gates, gates[:, : 2 * hidden], gates[:, rows("o", hidden)]),
        *(g_c[:-1], g_c[:-1, :hidden], g_c[1:, hidden:], h_x_1[1:, :hidden]),
        strict=True,
    )
    # exp may overflow on its way to a right gate. What must not overflow is z, and who calls checks that.
    with np.errstate(all="ignore"):
        for h_x_1_t, z_t, z_g, gates_t, i_f, o, g_c_prev, g, c, h in views:
            # z = U h_{t-1} + W x_t + b, with the sign of i, f and o turned
            dot(stacked, h_x_1_t, z_t)
            # i, f, o = σ(z_i), σ(z_f), σ(z_o)
            activate(z_t, gates_t)
            # g = tanh(z_g)
            propose(z_g, g)
            # C_t = i g + f C_{t-1}
            multiply(i_f, g_c_prev, products)
            add(written, kept, c)
            # h_t = o tanh(C_t)
            cell_activation(c, shown)
            multiply(o, shown, h)
    _negate_gates(z, hidden)
    return Unrolled(z, gates, g=g_c[:-1, :hidden], c=g_c[:, hidden:], h=h_x_1[:, :hidden])


def _negate_gates(stacked: Array, hidden: int) -> None:
    """Turn the sign of the rows of i, f and o, in place and without rounding: (time, 4*hidden, ...)."""
    for at in (slice(0, 2 * hidden), rows("o", hidden)):
        np.negative(stacked[:, at], stacked[:, at])


def _clamped(
    gate_activation: Activation, cell_activation: Activation, clamp: Mapping[Gate, float], hidden: int
) -> tuple[Activation, Activation]:
    """Return what activates i, f and o, and what activates g, with the clamped ones held at their values."""
    held = [(rows(gate, hidden), value) for gate, value in clamp.items() if gate != "g"]

    def activate(z: Array, out: Array) -> None:
        gate_activation(z, out)
        for at, value in held:
            out[at] = value

    def propose(_z: Array, out: Array) -> None:
        out.fill(clamp["g"])

    return activate if held else gate_activation, propose if "g" in clamp else cell_activation
