"""Which inputs still matter: the derivative of every state by every input so far."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.analysis.norms import log_norms
from lstm_viz.cells import LinearStep

Array = NDArray[np.floating[Any]]


def influence(steps: Iterable[LinearStep], part: slice | None = None) -> Iterator[Array]:
    """Yield how much every input so far still matters to each state, as log10 ‖∂h_t/∂x_k‖ (Frobenius).

    Parameters
    ----------
    steps
        Those of a run of one sequence, in running order: see ``linearised`` of each cell.
    part
        Which entries of s are measured; those of h by default, or all where h is no state.

    Yields
    ------
    ndarray
        (t,): k = 1 to t, for t = 1, 2 and so on; −inf where the derivative is exactly zero.
    """
    so_far, scales = np.empty((0, 0)), np.empty(0)
    for by_h, by_c, by_x, h in steps:
        (state, seen), inputs = by_h.shape, by_x.shape[1]
        # ∂s_t/∂x_k for all k, one beside the other, so that a step is a single product.
        before, so_far = so_far, np.empty((state, so_far.shape[1] + inputs))
        older, so_far[:, -inputs:] = so_far[:, :-inputs], by_x
        if before.size:
            np.matmul(by_h, before[:seen], out=older)
        if before.size and by_c is not None:
            units = state // len(by_c)
            of_states = older.reshape(len(by_c), units, -1)
            for at in range(0, by_c.shape[1], units):
                of_states += by_c[:, at : at + units, np.newaxis] * before[seen + at : seen + at + units]
        scales = np.append(scales, 0.0)
        measured = h if part is None else part
        yield _log_sizes(so_far.reshape(state, -1, inputs), measured, scales)


_SQUARES: Final = (1e-200, 1e200)
"""Between these, sums of squares are exact enough, and one more step does not leave the range of float64."""


def _log_sizes(by_input: Array, part: slice, scales: Array) -> Array:
    """Return log10 ‖∂h_t/∂x_k‖, or that of another part of the state.

    What comes near the end of the range is rescaled in place, ``scales`` too.
    """
    of_h = by_input[part]
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
