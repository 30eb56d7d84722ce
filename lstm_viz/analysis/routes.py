"""By which routes the gradient of the last memory came to an earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstm_viz.cells import LSTMCell, LSTMTrace, LSTMVariantCell
from lstm_viz.notation import DIAGRAM_GATES, Gate

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Routes:
    """∂L/∂C_k for a loss on the last memory, taken apart by the route on which it came.

    Attributes
    ----------
    whole
        (time + 1, rows, hidden): the exact derivative at k = 0 to T.
    direct
        The same shape: the part that stayed in the memory all the way, multiplied by each f it passed.
    through
        For each gate f, i, g, o, the same shape: the part that left the memory into h, and reached the later
        steps first through this gate. ``direct`` and these four add up to ``whole``.
    """

    whole: Array
    direct: Array
    through: Mapping[Gate, Array]


def routes(cell: LSTMCell | LSTMVariantCell, trace: LSTMTrace, at_end: ArrayLike | None = None) -> Routes:
    r"""Split ∂C_T/∂C_k into the direct route :math:`\prod f` and the routes through h and each gate.

    ``∂C_t/∂C_{t-1} = f_t`` is the direct route only: h_{t-1} is made of C_{t-1} too, and feeds every gate.

    Parameters
    ----------
    cell, trace
        A cell of the LSTM family without peepholes and without gates that see gates, and its run of one
        sequence in either direction, arrays (time, hidden).
    at_end
        ∂L/∂C_T of one or more losses, (rows, hidden); the identity by default, which gives ∂C_T/∂C_k itself.

    Returns
    -------
    Routes
        The whole, the direct part and the four others; k counts steps in the order of the run.

    Raises
    ------
    ValueError
        If the gates see the memory through peepholes, or see gates: these are more routes. If the run is a
        batch.
    """
    if trace.c.ndim != 2:
        raise ValueError(f"trace: expected a run of one sequence, got a batch of {trace.c.shape[1]}")
    if isinstance(cell, LSTMVariantCell) and cell.variant.gate_recurrence:
        raise ValueError("cell: expected one whose gates see no gates, got one with full gate recurrence")
    step = cell.routes(trace)
    if step.peeped:
        raise ValueError(f"cell: expected one without peepholes, got one with {', '.join(step.peeped)}")
    hidden, steps = trace.c.shape[-1], len(trace)
    end: Array = np.eye(hidden) if at_end is None else np.atleast_2d(np.asarray(at_end, dtype=np.float64))
    shape = (steps + 1, len(end), hidden)
    direct, through = np.zeros(shape), {gate: np.zeros(shape) for gate in DIAGRAM_GATES}
    direct[-1] = end
    whole = end
    nothing: Array = np.zeros((len(end), trace.h.shape[-1]))
    of_h = nothing
    # Where each step of the run lies in the trace.
    at = range(steps)[:: -1 if trace.reverse else 1]
    for k in range(steps - 1, -1, -1):
        # What h_{k-1} does to the loss: through f, i and g into C_k, through o into h_k.
        by_gate = step.back_to_h(at[k], whole, of_h)
        of_h = sum(by_gate.values(), nothing)
        direct[k] = direct[k + 1] * step.direct[at[k]]
        for gate, part in through.items():
            part[k] = part[k + 1] * step.direct[at[k]]
            # h_{k-1} is made of C_{k-1}; but h_0 is given.
            if k and gate in by_gate:
                part[k] += step.back_to_c(at[k - 1], by_gate[gate])
        whole = direct[k] + sum(part[k] for part in through.values())
    total = direct + sum(through.values())
    return Routes(total, direct, MappingProxyType(through))
