"""A run walked backward: what a loss at its end asks of every earlier state."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import LSTMTrace
from lstm_viz.settings.cell import RunSettings


@dataclass(frozen=True, slots=True)
class Backward:
    """The gradient of a loss on the last step, at every step.

    Attributes
    ----------
    kind, target
        The loss: "c", "h" or "target"; see :class:`lstm_viz.settings.cell.Loss`.
    value
        What the loss is.
    c, h
        ∂L/∂C_t and ∂L/∂h_t as autograd has them, (time, hidden): all that the loss sees of that state, by any
        way.
    c_prev, h_prev
        The same of the states before each step.
    """

    kind: str
    target: float
    value: float
    c: NDArray[np.floating]
    h: NDArray[np.floating]
    c_prev: NDArray[np.floating]
    h_prev: NDArray[np.floating]


def backward(run: RunSettings, trace: LSTMTrace, unit: int) -> Backward | None:
    """Walk a run backward from its loss, or return None where it has none.

    Parameters
    ----------
    run, trace
        The settings and their run, arrays (time, hidden).
    unit
        The unit whose last state the loss is made of, counted from 0.
    """
    loss = run.loss
    if loss is None:
        return None
    dh, dc = np.zeros_like(trace.h), np.zeros_like(trace.c)
    last_c, last_h = float(trace.c[-1, unit]), float(trace.h[-1, unit])
    if loss.kind == "c":
        value, dc[-1, unit] = last_c, 1.0
    elif loss.kind == "h":
        value, dh[-1, unit] = last_h, 1.0
    else:
        value, dh[-1, unit] = 0.5 * (last_h - loss.target) ** 2, last_h - loss.target
    gradients = run.cell.cell().backward(trace, dh=dh, dc=dc)
    return Backward(
        loss.kind,
        loss.target,
        value,
        gradients.c,
        gradients.h,
        np.vstack([gradients.c0, gradients.c[:-1]]),
        np.vstack([gradients.h0, gradients.h[:-1]]),
    )
