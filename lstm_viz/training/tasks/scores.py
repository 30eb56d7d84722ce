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


def words_right(outputs: Array, batch: Batch) -> float:
    """Return the share of sequences whose yes-or-no answers are all right, at every step that counts."""
    return float(np.mean(wrong_steps(outputs, batch).sum(axis=0) == 0))


def wrong_steps(outputs: Array, batch: Batch) -> Array:
    """Return ``(time, batch)``, where any yes-or-no answer of a step that counts is wrong."""
    wrong: Array = ((outputs > 0) != (batch.y > 0.5)).any(axis=-1)
    return wrong if batch.weight is None else wrong & (batch.weight > 0)
