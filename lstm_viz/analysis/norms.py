"""How large a gradient is on its way back through time, as log10 of its norm.

Norms are kept as logarithms, and vectors as mantissas and powers of two, so that a gradient of 1e-400 is
measured and not rounded to nothing.

References
----------
Hochreiter (1991), "Untersuchungen zu dynamischen neuronalen Netzen", diploma thesis, TU München.
Bengio, Simard & Frasconi (1994), "Learning long-term dependencies with gradient descent is difficult".
Pascanu, Mikolov & Bengio (2013), "On the difficulty of training recurrent neural networks".
"""

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating[Any]]

_Powers = NDArray[np.int32]
_Scaled = tuple[Array, _Powers]
"""Mantissas and powers of two."""

_LOG10_OF_2: Final = float(np.log10(2.0))
_NO_POWER: Final = -(2**30)
"""Below the power of two of any gradient: where the mantissa is 0, the power decides nothing."""

_FAR: Final = 400
"""Powers of two. The product of three numbers that are nearer to 1 is far from the ends of float64."""


def adjoint_norms(jacobians: ArrayLike, at_end: ArrayLike, part: slice = slice(None)) -> Array:
    """Return how large the gradient of a loss is at every step.

    Parameters
    ----------
    jacobians
        A_1 to A_T, the derivatives ∂s_t/∂s_{t-1}, (time, state, state): see ``jacobians`` of each cell. The
        state s is h, or [h; C] of an LSTM.
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
        If the shapes do not fit, or a number is not finite.
    """
    a, end = np.asarray(jacobians, dtype=np.float64), np.asarray(at_end, dtype=np.float64)
    if a.ndim != 3 or a.shape[1:] != 2 * end.shape:
        raise ValueError(f"jacobians: expected (time, {end.size}, {end.size}), got {a.shape}")
    for name, array in (("jacobians", a), ("at_end", end)):
        if not np.isfinite(array).all():
            raise ValueError(f"{name} must hold finite numbers")
    adjoint = _normalised(end, np.zeros(end.shape, dtype=np.int32))
    logs = np.empty(len(a) + 1)
    logs[-1] = _log_norm(adjoint, part)
    for t in range(len(a) - 1, -1, -1):
        # ∂L/∂s_{t-1} = ∂L/∂s_t A_t
        adjoint = _times(adjoint, a[t])
        logs[t] = _log_norm(adjoint, part)
    return logs


def _normalised(values: Array, powers: _Powers) -> _Scaled:
    """Return values times 2 to the given powers as mantissas from 0.5 to 1, or 0, and powers of two."""
    mantissas, more = np.frexp(values)
    return mantissas, np.where(mantissas == 0.0, _NO_POWER, powers + more)


def _times(vector: _Scaled, matrix: Array) -> _Scaled:
    """Return a row vector times a matrix; no term is lost, however far their powers are apart."""
    mantissas, powers = vector
    largest = powers.max(initial=_NO_POWER)
    near = (powers > largest - _FAR) | (mantissas == 0.0)
    if near.all() and _is_ordinary(matrix):
        return _normalised(np.ldexp(mantissas, powers - largest) @ matrix, largest)
    factors, more = np.frexp(matrix)
    terms, powers = _normalised(mantissas[:, np.newaxis] * factors, powers[:, np.newaxis] + more)
    largest = powers.max(axis=0)
    return _normalised(np.ldexp(terms, powers - largest).sum(axis=0), largest)


def _is_ordinary(matrix: Array) -> bool:
    """Tell whether all entries are so near 1 that products of two neither overflow nor vanish."""
    sizes = np.abs(matrix)
    low, high = 2.0**-_FAR, 2.0**_FAR
    return bool(((sizes > low) & (sizes < high) | (sizes == 0.0)).all())


def _log_norm(vector: _Scaled, part: slice) -> float:
    mantissas, powers = vector[0][part], vector[1][part]
    largest = int(powers.max(initial=_NO_POWER))
    if largest == _NO_POWER:
        return -np.inf
    norm = np.linalg.norm(np.ldexp(mantissas, powers - largest))
    return float(np.log10(norm)) + largest * _LOG10_OF_2


def log_norms(vectors: Array) -> Array:
    """Return log10 of the Frobenius norm of each entry along the first axis.

    Parameters
    ----------
    vectors
        (entries, ...), finite.

    Returns
    -------
    ndarray
        (entries,): −inf where an entry is exactly zero.
    """
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
