"""How often gates are shut or open, and for how long a forget gate keeps what it was given."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from lstm_viz.cells.functions import Array

LEFT: Final = 0.1
RIGHT: Final = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Saturation:
    """Shares of the steps at which each unit of a gate is shut or open.

    Attributes
    ----------
    mean
        Of the gate, (units,), from 0 to 1.
    left, right
        The share of steps below 0.1 and above 0.9, (units,).

    References
    ----------
    Karpathy, Johnson & Fei-Fei (2015), "Visualizing and Understanding Recurrent Networks", section 4.2.
    """

    mean: Array
    left: Array
    right: Array


def saturation(gate: Array) -> Saturation:
    """Return how saturated each unit of a gate is.

    Parameters
    ----------
    gate
        (…, units): its values at every step, from 0 to 1.

    Raises
    ------
    ValueError
        If there is no step, or a value lies outside 0 to 1.
    """
    rows = gate.reshape(-1, gate.shape[-1])
    if not len(rows) or rows.min() < 0 or rows.max() > 1:
        raise ValueError("gate: expected values from 0 to 1 of at least one step, got others")
    return Saturation(
        rows.mean(axis=0, dtype=np.float64),
        np.asarray((rows < LEFT).mean(axis=0)),
        np.asarray((rows > RIGHT).mean(axis=0)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class MemoryLengths:
    """For how many steps each unit keeps what it was given, in two ways that do not say the same.

    A unit that holds for long and is rewritten now and then looks short-lived by the logarithm, for one step
    of f = 0 outweighs all others. So both are to be shown.

    Attributes
    ----------
    by_logarithm
        −1 / mean(log f), (units,): after so many steps 1/e is left of a memory, on average over all steps.
    by_mean
        1 / (1 − mean f), (units,): the steps between two rewritings, if each is complete.
    """

    by_logarithm: Array
    by_mean: Array


def memory_lengths(z: Array) -> MemoryLengths:
    """Return how long a forget gate keeps, from its values before the sigmoid.

    From the gate itself the logarithm would be −∞ wherever f was rounded to 0.

    Parameters
    ----------
    z
        (…, units): ``trace.z("f")`` of an LSTM; of a GRU the update gate, ``trace.z("z")``, which keeps.

    Raises
    ------
    ValueError
        If there is no step.
    """
    rows = z.reshape(-1, z.shape[-1]).astype(np.float64)
    if not len(rows):
        raise ValueError(f"z: expected at least one step, got the shape {z.shape}")
    with np.errstate(divide="ignore", over="ignore"):
        shut = 1 / (1 + np.exp(rows))  # 1 − f, which keeps its digits where f is almost 1
        return MemoryLengths(1 / np.logaddexp(0, -rows).mean(axis=0), 1 / shut.mean(axis=0))
