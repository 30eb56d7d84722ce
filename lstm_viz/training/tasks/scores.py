"""How a network's outputs are scored, for tasks of any kind."""

import numpy as np

from lstm_viz.training.task import Array, Batch


def squared_error(outputs: Array, batch: Batch) -> float:
    """Return the mean squared error of all answers."""
    return float(np.mean(np.square(outputs - batch.y), dtype=np.float64))


def accuracy(outputs: Array, batch: Batch) -> float:
    """Return the share of answers whose highest output is the right class."""
    return float(np.mean(outputs.argmax(axis=-1) == batch.y))


def binary_accuracy(outputs: Array, batch: Batch) -> float:
    """Return the share of yes-or-no answers that are right; an output above 0 is a yes."""
    return float(np.mean((outputs > 0) == (batch.y > 0.5)))


def within(outputs: Array, batch: Batch, tolerance: float) -> float:
    """Return the share of answers that are off by less than ``tolerance``."""
    return float(np.mean(np.abs(outputs - batch.y) < tolerance))
