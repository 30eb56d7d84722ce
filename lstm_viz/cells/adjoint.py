"""What every backpropagation needs: running order, direct contributions, sums over time and batch."""

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import checks
from lstm_viz.cells.activations import Array


def running_order(*, reverse: bool) -> slice:
    """Return the slice that puts the steps of a trace into the order in which they were run, and back."""
    return slice(None, None, -1 if reverse else 1)


def direct(name: str, value: npt.ArrayLike | None, outputs: Array, *, reverse: bool) -> Array:
    """Return what L sees of each output itself, in running order, after a row of zeros for the initial state.

    Parameters
    ----------
    name
        "dh" or "dc".
    value
        ∂L/∂outputs with all else held, in the shape of ``outputs``; zeros if None.
    outputs
        h or C of the trace: (time, [batch,] hidden).

    Returns
    -------
    ndarray
        (1 + time, [batch,] hidden), for backpropagation to add the later steps to.

    Raises
    ------
    ValueError
        If the shape is another, or a number is not finite.
    """
    total = np.zeros((1 + len(outputs), *outputs.shape[1:]), outputs.dtype)
    if value is not None:
        meaning = "(time, [batch,] hidden), of the trace"
        array = checks.real_array(name, value, f"shape {meaning}")
        checks.require_shape(name, array, outputs.shape, meaning)
        total[1:] = checks.as_dtype(name, array, outputs.dtype)[running_order(reverse=reverse)]
    return total


def product(dz: Array, seen: Array) -> Array:
    """Return the gradient of a matrix, Σ δz_t seen_tᵀ over time and batch: (rows, columns)."""
    result: Array = dz.reshape(-1, dz.shape[-1]).T @ seen.reshape(-1, seen.shape[-1])
    return result


def total(dz: Array) -> Array:
    """Return the gradient of a bias, Σ δz_t over time and batch: (rows,)."""
    result: Array = dz.reshape(-1, dz.shape[-1]).sum(axis=0)
    return result


def scaled_rows(slopes: Array, matrix: Array) -> Array:
    """Return diag(slopes_t) matrix for every t: (time, [batch,] rows, columns)."""
    return slopes[..., np.newaxis] * matrix
