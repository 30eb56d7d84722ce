"""The gradient after clipping, as training does it against exploding gradients."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def clip_by_norm(gradient: Array, largest: float) -> Array:
    """Return a gradient scaled so that its norm is at most ``largest``; its direction stays.

    Parameters
    ----------
    gradient
        Of any shape, finite.
    largest
        The largest norm that is allowed, at least 0.

    Returns
    -------
    ndarray
        The gradient itself where its norm is not larger; otherwise a scaled copy.

    Raises
    ------
    ValueError
        If ``largest`` is negative or not a number.

    References
    ----------
    Pascanu, Mikolov & Bengio (2013), "On the difficulty of training recurrent neural networks", section 3.2.
    `torch.nn.utils.clip_grad_norm_ <https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html>`__
    """
    if not largest >= 0.0:
        raise ValueError(f"largest must be at least 0, got {largest}")
    # The squares of numbers above 1e154 overflow, and those of numbers below 1e-162 are 0.
    extent = float(np.abs(gradient).max(initial=0.0))
    if extent == 0.0:
        return gradient
    direction = gradient / extent
    norm = float(np.linalg.norm(direction))
    return gradient if norm * extent <= largest else direction * (largest / norm)
