"""What comes in from outside, checked once at the door.

Every refusal is a ValueError that names the parameter, what is expected and what came.
"""

from collections.abc import Collection
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from lstm_viz.cells.functions import Array


def real_array(name: str, value: npt.ArrayLike, expected: str) -> npt.NDArray[Any]:
    """Return ``value`` as an array of finite real numbers, of the dtype in which it came.

    Parameters
    ----------
    name
        The parameter as the caller knows it, for the message.
    value
        A number, nested sequences of numbers, or an array.
    expected
        What the parameter should be, for the message: "shape (time, inputs)".

    Raises
    ------
    ValueError
        If it is ragged, is text or anything else but real numbers, or holds a NaN or an infinity.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected {expected}, got nested sequences of unequal lengths") from None
    if array.dtype.kind not in "fiub":
        came = repr(value) if array.ndim == 0 else f"an array of dtype {array.dtype}"
        raise ValueError(f"{name}: expected real numbers, {expected}, got {came}")
    finite = np.isfinite(array)
    if not finite.all():
        index = tuple(np.argwhere(~finite)[0].tolist())
        where = f" at index {list(index)}" if index else ""
        raise ValueError(f"{name}: expected finite numbers, {expected}, got {array[index]}{where}")
    return array


def require_shape(name: str, array: npt.NDArray[Any], shape: tuple[int, ...], meaning: str) -> None:
    """Raise a ValueError unless ``array`` has ``shape``, which ``meaning`` spells out: "(4*hidden,)"."""
    if array.shape != shape:
        raise ValueError(f"{name}: expected shape {meaning} = {shape}, got {array.shape}")


def as_dtype(name: str, array: npt.NDArray[Any], dtype: np.dtype[Any]) -> Array:
    """Return the finite ``array`` in a floating ``dtype``, the same array where it has it already.

    Raises
    ------
    ValueError
        If a value lies beyond the range of ``dtype``.
    """
    if array.dtype == dtype:
        return array
    with np.errstate(over="ignore"):
        converted: Array = array.astype(dtype)
    if not np.isfinite(converted).all():
        raise ValueError(
            f"{name}: expected numbers within ±{np.finfo(dtype).max:.3g}, the range of {dtype}, "
            f"got {np.abs(array).max():.3g}"
        )
    return converted


def features(
    name: str, value: npt.ArrayLike, inputs: int, dtype: np.dtype[Any], *, leading: str = ""
) -> Array:
    """Return x in ``dtype``; ``leading`` spells the axes that come before the batch: "time, " or none.

    Raises
    ------
    ValueError
        If it has another shape, is empty, or holds anything but finite real numbers.
    """
    shapes = f"shape ({leading}{inputs}{'' if leading else ','}) or ({leading}batch, {inputs})"
    array = real_array(name, value, shapes)
    axes = 1 + leading.count(",")
    if array.ndim not in (axes, axes + 1) or array.shape[-1] != inputs:
        raise ValueError(f"{name}: expected {shapes}, got {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name}: expected {shapes} with nothing empty, got {array.shape}")
    return as_dtype(name, array, dtype)


def state(
    name: str, value: npt.ArrayLike | None, hidden: int, batch: tuple[int, ...], dtype: np.dtype[Any]
) -> Array:
    """Return h or C, of (hidden,) or (batch, hidden), as (hidden, [batch]) in ``dtype``; None means zeros.

    Raises
    ------
    ValueError
        If it has another shape, or holds anything but finite real numbers.
    """
    if value is None:
        return np.zeros((hidden, *batch), dtype)
    allowed = dict.fromkeys([(hidden,), (*batch, hidden)])
    shapes = "shape " + " or ".join(map(str, allowed))
    array = real_array(name, value, shapes)
    if array.shape not in allowed:
        raise ValueError(f"{name}: expected {shapes}, got {array.shape}")
    return np.broadcast_to(as_dtype(name, array, dtype), (*batch, hidden)).T


def clamp(
    name: str, value: npt.ArrayLike, shape: tuple[int, ...], low: float, high: float, dtype: np.dtype[Any]
) -> tuple[Array, Array | None]:
    """Return what a line is held at, and where it is free (None for nowhere).

    Parameters
    ----------
    name
        As the caller knows it, for the message.
    value
        A number, or an array of the shape (size,), (time, size) or (time, batch, size), in which NaN leaves
        free.
    shape
        Of the line: (time, [batch,] size).
    low, high
        Between which it lies.
    dtype
        Of the run.

    Returns
    -------
    value, free
        Of ``shape``, or with axes of 1 for a number.

    Raises
    ------
    ValueError
        If the shape is another, or a number lies outside the range.
    """
    if np.ndim(value) == 0:
        return np.full((1,) * len(shape), number(name, value, low=low, high=high), dtype), None  # type: ignore[arg-type]
    array = np.asarray(value, dtype)
    allowed = dict.fromkeys((shape[-1:], (shape[0], shape[-1]), shape))
    if array.shape not in allowed:
        raise ValueError(
            f"{name}: expected a number or shape {' or '.join(map(str, allowed))}, got {array.shape}"
        )
    free = np.isnan(array)
    outside = ~free & ~((array >= low) & (array <= high) & np.isfinite(array))
    if outside.any():
        raise ValueError(f"{name}: expected numbers from {low:g} to {high:g}, got {array[outside][0]:g}")
    if array.ndim == 2 and len(shape) == 3:
        array, free = array[:, np.newaxis], free[:, np.newaxis]
    held = np.broadcast_to(np.where(free, 0.0, array).astype(dtype), shape)
    return held, np.broadcast_to(free.astype(dtype), shape) if free.any() else None


def number(name: str, value: float, *, low: float = -inf, high: float = inf) -> float:
    """Return a finite real number within [low, high], or raise a ValueError."""
    expected = "a number" if low == -inf else f"a number from {low:g} to {high:g}"
    array = real_array(name, value, expected)
    if array.ndim != 0 or not low <= array <= high:
        raise ValueError(f"{name}: expected {expected}, got {value!r}")
    return float(array)


def count(name: str, value: int) -> None:
    """Raise a ValueError unless ``value`` is an integer of at least 1."""
    if not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"{name}: expected an integer of at least 1, got {value!r}")


def one_of(name: str, value: str, choices: Collection[str]) -> None:
    """Raise a ValueError unless ``value`` is one of ``choices``."""
    if value not in choices:
        raise ValueError(f"{name}: expected one of {', '.join(map(repr, choices))}, got {value!r}")
