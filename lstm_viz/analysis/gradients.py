"""How a gradient travels back through time: its size at every step, and by which routes it came.

Everything here starts from the exact derivatives of every step of a run: see ``jacobians``, ``linearised``
and ``routes`` of each cell; the state s is h, or [h; C] for an LSTM. Norms are kept as logarithms and vectors
rescaled on the way, so that a gradient of 1e-400 is measured and not rounded to nothing.

References
----------
Hochreiter (1991), "Untersuchungen zu dynamischen neuronalen Netzen", diploma thesis, TU München.
Bengio, Simard & Frasconi (1994), "Learning long-term dependencies with gradient descent is difficult".
Pascanu, Mikolov & Bengio (2013), "On the difficulty of training recurrent neural networks".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstm_viz.cells import LinearStep, LSTMCell, LSTMTrace, LSTMVariantCell
from lstm_viz.notation import DIAGRAM_GATES, Gate

Array = NDArray[np.floating[Any]]


def adjoint_norms(jacobians: ArrayLike, at_end: ArrayLike, part: slice = slice(None)) -> Array:
    """Return how large the gradient of a loss is at every step, as log10 of its norm.

    Parameters
    ----------
    jacobians
        A_1 to A_T, (time, state, state).
    at_end
        ∂L/∂s_T, (state,): what the loss sees of the last state.
    part
        Which entries of s are measured: those of h, say.

    Returns
    -------
    ndarray
        (time + 1,): log10 ‖∂L/∂s_t‖ for t = 0 to T, −inf where it is exactly zero.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    a = np.asarray(jacobians, dtype=np.float64)
    adjoint: Array = np.asarray(at_end, dtype=np.float64)
    if a.ndim != 3 or a.shape[1:] != 2 * adjoint.shape:
        raise ValueError(f"jacobians: expected (time, {adjoint.size}, {adjoint.size}), got {a.shape}")
    logs = np.empty(len(a) + 1)
    scale = 0.0
    for t in range(len(a), -1, -1):
        # The whole is kept near 1; the part may be smaller, and is measured against it.
        adjoint, scale = _rescaled(adjoint, scale)
        logs[t] = scale + _log_norm(adjoint[part])
        if t:
            # ∂L/∂s_{t-1} = ∂L/∂s_t A_t
            adjoint = adjoint @ a[t - 1]
    return logs


def influence(steps: Iterable[LinearStep]) -> Iterator[Array]:
    """Yield how much every input so far still matters to each state, as log10 ‖∂h_t/∂x_k‖ (Frobenius).

    Parameters
    ----------
    steps
        Those of a run, in running order: see ``linearised`` of each cell.

    Yields
    ------
    ndarray
        (t,): k = 1 to t, for t = 1, 2 and so on; −inf where the derivative is exactly zero.
    """
    so_far, scales = np.empty((0, 0)), np.empty(0)
    for by_h, by_c, by_x in steps:
        (state, hidden), inputs = by_h.shape, by_x.shape[1]
        # ∂s_t/∂x_k for all k, one beside the other, so that a step is a single product.
        before, so_far = so_far, np.empty((state, so_far.shape[1] + inputs))
        older, so_far[:, -inputs:] = so_far[:, :-inputs], by_x
        if before.size:
            np.matmul(by_h, before[:hidden], out=older)
        if before.size and by_c is not None:
            halves = older.reshape(2, hidden, -1)
            halves += by_c[..., np.newaxis] * before[hidden:]
        scales = np.append(scales, 0.0)
        yield _log_sizes(so_far.reshape(state, -1, inputs), hidden, scales)


_SQUARES: Final = (1e-200, 1e200)
"""Between these, sums of squares are exact enough, and one more step does not leave the range of float64."""


def _log_sizes(by_input: Array, hidden: int, scales: Array) -> Array:
    """Return log10 ‖∂h_t/∂x_k‖; what comes near the end of the range is rescaled in place, ``scales`` too."""
    of_h = by_input[:hidden]
    squares = np.einsum("hki,hki->k", of_h, of_h)
    far = ~((squares > _SQUARES[0]) & (squares < _SQUARES[1]))
    logs: Array = scales + 0.5 * np.log10(squares, where=~far, out=np.zeros_like(squares))
    if far.any():
        largest = np.abs(by_input[:, far]).max(axis=(0, 2))
        largest[largest == 0.0] = 1.0
        by_input[:, far] /= largest[:, np.newaxis]
        scales[far] += np.log10(largest)
        logs[far] = scales[far] + log_norms(of_h[:, far].swapaxes(0, 1))
    return logs


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
        A cell of the LSTM family without peepholes, and its run of one sequence, arrays (time, hidden).
    at_end
        ∂L/∂C_T of one or more losses, (rows, hidden); the identity by default, which gives ∂C_T/∂C_k itself.

    Returns
    -------
    Routes
        The whole, the direct part and the four others.

    Raises
    ------
    ValueError
        If the gates see the memory through peepholes: these are one more route.
    """
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
    for t in range(steps - 1, -1, -1):
        # What h_{t-1} does to the loss: through f, i and g into C_t, through o into h_t.
        by_gate = step.back_to_h(t, whole, of_h)
        of_h = sum(by_gate.values(), nothing)
        direct[t] = direct[t + 1] * step.direct[t]
        for gate, part in through.items():
            part[t] = part[t + 1] * step.direct[t]
            # h_{t-1} is made of C_{t-1}; but h_0 is given.
            if t and gate in by_gate:
                part[t] += step.back_to_c(t - 1, by_gate[gate])
        whole = direct[t] + sum(part[t] for part in through.values())
    total = direct + sum(through.values())
    return Routes(total, direct, MappingProxyType(through))


def log_norms(vectors: Array) -> Array:
    """Return log10 of the Frobenius norm of each entry along the first axis, −inf for zero."""
    flat = vectors.reshape(len(vectors), -1)
    # Squares of what is below 1e-162 would be 0.
    largest = np.abs(flat).max(axis=1)
    scaled = flat / np.where(largest > 0.0, largest, 1.0)[:, np.newaxis]
    with np.errstate(divide="ignore"):
        logs: Array = np.log10(largest) + 0.5 * np.log10(np.maximum(np.sum(scaled**2, axis=1), 1.0))
    return logs


def steps_until(logs: Array, threshold: float = -3.0) -> int | None:
    """Return after how many steps back the gradient stays below a threshold, relative to its end.

    Parameters
    ----------
    logs
        (time + 1,): log10 norms for t = 0 to T.
    threshold
        log10 of the share: −3 is a thousandth.

    Returns
    -------
    int or None
        Steps back; None if the gradient is not below the threshold in the end.
    """
    back = logs[::-1] - logs[-1]
    above = np.flatnonzero(back >= threshold)
    return None if above[-1] == len(back) - 1 else int(above[-1]) + 1


def clip_by_norm(gradient: Array, largest: float) -> Array:
    """Return a gradient scaled so that its norm is at most ``largest``; its direction stays.

    See `PyTorch's function <https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html>`__.
    """
    size = float(np.linalg.norm(gradient))
    return gradient if size <= largest else gradient * (largest / size)


def _rescaled(vector: Array, scale: float) -> tuple[Array, float]:
    size = float(np.linalg.norm(vector))
    return (vector / size, scale + float(np.log10(size))) if size > 0.0 else (vector, scale)


def _log_norm(vector: Array) -> float:
    size = float(np.linalg.norm(vector))
    return float(np.log10(size)) if size > 0.0 else -np.inf
