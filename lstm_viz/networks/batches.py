"""What is run: sequences as the first layer takes them, and which of their steps are real."""

from typing import Any

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import checks
from lstm_viz.cells.functions import Array
from lstm_viz.networks.layers import Stack

Mask = npt.NDArray[np.bool_]


def time_major(stack: Stack, x: npt.ArrayLike, batch_first: bool | None, question: str) -> Array:
    """Return the input of the first layer, (time, [batch,] inputs).

    Parameters
    ----------
    stack
        What will run.
    x
        Numbers, (time, inputs) or with a batch; or symbols, whole numbers of the shape (time,) or with a
        batch, which go through the embedding, or through a one-hot code where there is none.
    batch_first
        Whether a batch comes before the time; None where nobody has said.
    question
        The sentence for who has a batch and did not say where.

    Raises
    ------
    ValueError
        If the shape does not fit, a symbol is unknown, or it is open where the batch is.
    """
    if hasattr(x, "detach"):  # a tensor of PyTorch, which may require a gradient
        x = x.detach().cpu().numpy()
    array = checks.real_array("x", x, "shape (time, inputs) or symbols, shape (time,)")
    symbols = array.dtype.kind in "iu" and (
        array.ndim == 1 or (array.ndim == 2 and stack.embedding is not None)
    )
    if array.ndim == (2 if symbols else 3):
        if batch_first is None:
            raise ValueError(question)
        array = array.swapaxes(0, 1) if batch_first else array
    if symbols:
        array = _coded(stack, array)
    return checks.features("x", array, stack.inputs, np.dtype(stack.dtype), leading="time, ")


def _coded(stack: Stack, symbols: npt.NDArray[Any]) -> Array:
    rows = stack.inputs if stack.embedding is None else stack.embedding.symbols
    if stack.embedding is None and rows == 1:
        raise ValueError(
            "x: expected shape (time, 1) or (time, batch, 1), got whole numbers without that axis"
        )
    outside = symbols[(symbols < 0) | (symbols >= rows)]
    if outside.size:
        raise ValueError(f"x: expected symbols from 0 to {rows - 1}, got {outside.flat[0]}")
    if stack.embedding is None:
        return np.asarray(np.eye(rows, dtype=stack.dtype)[symbols])
    return np.asarray(stack.embedding.weight[symbols])


def real_steps(
    shape: tuple[int, ...], lengths: npt.ArrayLike | None, mask: npt.ArrayLike | None
) -> Mask | None:
    """Return which steps are real, (time, batch); None for all.

    Parameters
    ----------
    shape
        (time, batch) of the input, or (time,).
    lengths
        (batch,): how many steps of each sequence are real, from the first.
    mask
        (time, batch): the same for padding on either side, True where a step is real.

    Raises
    ------
    ValueError
        If both are given or a shape does not fit, a sequence is empty, or its real steps have gaps.
    """
    if lengths is None and mask is None:
        return None
    if lengths is not None and mask is not None:
        raise ValueError("lengths: expected None where mask is given, got both")
    if len(shape) == 1:
        raise ValueError("lengths: expected a batch to go with them, (time, batch, inputs), got one sequence")
    steps, batch = shape
    if lengths is not None:
        counts = np.asarray(lengths)
        if counts.shape != (batch,) or counts.dtype.kind not in "iu":
            raise ValueError(f"lengths: expected {batch} whole numbers, got the shape {counts.shape}")
        if counts.size and (counts.min() < 1 or counts.max() > steps):
            raise ValueError(f"lengths: expected numbers from 1 to {steps}, got {counts.tolist()}")
        return np.arange(steps)[:, np.newaxis] < counts
    real = np.asarray(mask)
    if real.shape != shape or real.dtype != bool:
        raise ValueError(
            f"mask: expected True and False, (time, batch) = {shape}, got {real.dtype} {real.shape}"
        )
    edges = np.diff(np.pad(real.astype(np.int8), ((1, 1), (0, 0))), axis=0)
    if ((edges > 0).sum(axis=0) != 1).any():
        raise ValueError("mask: expected the real steps of each sequence in one piece, got gaps or none")
    return real
