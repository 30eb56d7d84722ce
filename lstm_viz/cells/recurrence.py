"""The recurrence itself: the equations of the LSTM, once a step, in a buffer laid out for speed.

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


class Layout(NamedTuple):
    """Where the results of a step lie in one column of numbers."""

    h: slice
    z: slice
    gates: slice
    """i, f and o in their rows; the rows of g hold nothing of use."""
    g: slice
    c: slice


def layout(hidden: int) -> Layout:
    """Return the layout of a cell of so many units: 11*hidden numbers a step."""
    h, z, gates, g, c, end = (hidden * at for at in (0, 1, 5, 9, 10, 11))
    return Layout(slice(h, z), slice(z, gates), slice(gates, g), slice(g, c), slice(c, end))


def stack(weight_ih: Array, weight_hh: Array, bias: Array) -> Array:
    """Return the weights as :func:`unroll` multiplies them: [W | b | U], the rows of i, f and o negated."""
    stacked = np.concatenate([weight_ih, bias[:, np.newaxis], weight_hh], axis=1)
    _negate_gates(stacked, weight_hh.shape[1])
    # Column by column: so BLAS multiplies a vector fastest.
    return np.asfortranarray(stacked)


def unroll(
    stacked: Array,
    x: Array,
    h0: Array,
    c0: Array,
    gate_activation: Activation,
    cell_activation: Activation,
    clamp: Mapping[Gate, float],
) -> Array:
    """Run the cell over all steps of x and return what each step left behind.

    A small cell spends its time on the fixed cost of each call into NumPy and of each view of an array.
    Therefore every step works in the same place, [x; 1 | h | z | gates | g | C], seen through views that are
    made once: [x; 1; h] is read by one product, [g; C] by another. Then one copy keeps the step.

    Parameters
    ----------
    stacked
        What :func:`stack` made of the weights, to be multiplied by [x; 1; h].
    x
        (time, inputs, [batch]).
    h0, c0
        (hidden, [batch]).
    gate_activation, cell_activation
        Of i, f and o, from −z; of g, and of C on its way out.
    clamp
        Gates that are held at a value.

    Returns
    -------
    log
        (1 + time, 11*hidden, [batch]), each step in its :func:`layout`. Step 0 holds h0 and c0 alone.
    """
    (steps, inputs, *batch), hidden = x.shape, len(h0)
    at = layout(hidden)
    if batch:
        # Row by row: so BLAS multiplies a matrix fastest.
        stacked = np.ascontiguousarray(stacked)

    place = np.empty((inputs + 1 + at.c.stop, *batch), x.dtype)
    x_t, results = place[:inputs], place[inputs + 1 :]
    h, z, gates, g, c = (results[part] for part in at)
    x_1_h, g_c = place[: inputs + 1 + hidden], results[at.g.start : at.c.stop]
    z_g, i_f, o = z[rows("g", hidden)], gates[: 2 * hidden], gates[rows("o", hidden)]
    # [i g; f C_{t-1}], and tanh(C_t).
    products, shown = np.empty((2 * hidden, *batch), x.dtype), np.empty_like(c)
    written, kept = products[:hidden], products[hidden:]

    log = np.empty((1 + steps, *results.shape), x.dtype)
    place[inputs], h[...], c[...] = 1.0, h0, c0
    log[0, at.h], log[0, at.c] = h0, c0

    activate, propose = _clamped(gate_activation, cell_activation, clamp, hidden)
    dot, multiply, add = np.dot, np.multiply, np.add
    # exp may overflow on its way to a right gate. What must not overflow is z, and who calls checks that.
    with np.errstate(all="ignore"):
        for x_given, log_t in zip(x, log[1:], strict=True):
            x_t[...] = x_given
            # z = W x_t + b + U h_{t-1}, with the sign of i, f and o turned
            dot(stacked, x_1_h, z)
            # i, f, o = σ(z_i), σ(z_f), σ(z_o)
            activate(z, gates)
            # g = tanh(z_g)
            propose(z_g, g)
            # C_t = i g + f C_{t-1}
            multiply(i_f, g_c, products)
            add(written, kept, c)
            # h_t = o tanh(C_t)
            cell_activation(c, shown)
            multiply(o, shown, h)
            log_t[...] = results
    _negate_gates(log[1:, at.z].swapaxes(0, 1), hidden)
    return log


def _negate_gates(stacked: Array, hidden: int) -> None:
    """Turn the sign of the rows of i, f and o, in place and without rounding."""
    for gates in (stacked[: 2 * hidden], stacked[rows("o", hidden)]):
        np.negative(gates, gates)


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
