"""Gradients of many drawn networks, measured: what the Gradients page shows."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lstm_viz.gradients import influence, log_norms, steps_until
from lstm_viz.networks import Network, draw_input

Array = NDArray[np.floating[Any]]


class Cell(Protocol):
    """What every cell of the library answers, each with traces and gradients of its own kind."""

    @property
    def hidden(self) -> int:
        """Units."""

    def run(self, x: Array) -> Any:
        """Run over (time, inputs)."""

    def backward(self, trace: Any, dh: Array) -> Any:
        """Backpropagate through time."""

    def jacobians(self, trace: Any) -> Array:
        """Return ∂s_t/∂s_{t-1}, (time, state, state)."""

    def input_jacobians(self, trace: Any) -> Array:
        """Return ∂s_t/∂x_t, (time, state, inputs)."""


@dataclass(frozen=True, slots=True)
class Flow:
    """How the gradient of one kind of network shrinks or grows on its way back, over several seeds.

    Attributes
    ----------
    logs
        (seeds, time + 1): log10 of ‖∂L/∂h_{T-k}‖ / ‖∂L/∂h_T‖ for k = 0 to T steps back.
    """

    logs: Array

    @property
    def median(self) -> Array:
        """(time + 1,): the median over the seeds."""
        return np.asarray(np.median(self.logs, axis=0))

    @property
    def band(self) -> tuple[Array, Array]:
        """Two (time + 1,): between them lie four of five seeds."""
        low, high = np.quantile(self.logs, [0.1, 0.9], axis=0, method="nearest")
        return low, high

    @property
    def falls_below_a_thousandth(self) -> int | None:
        """After how many steps back the median stays below 1/1000; None if it does not."""
        return steps_until(self.median[::-1])


def measure(network: Network, steps: int, input_scale: float, seed: int) -> Array:
    """Return the gradient norms of the network and the input of one seed.

    The loss is the last state in one random direction, L = v · h_T, so that nothing but the network decides
    what becomes of it.

    Returns
    -------
    ndarray
        (time + 1,): log10 of ‖∂L/∂h_{T-k}‖ / ‖∂L/∂h_T‖ for k = 0 to T steps back.
    """
    cell = network.draw(seed)
    logs: Array = log_norms(gradient_of_last(cell, draw_input(steps, input_scale, seed), seed))[::-1]
    relative: Array = logs - logs[0]
    return relative


def gradient_of_last(cell: Cell, x: Array, seed: int) -> Array:
    """Return ∂L/∂h_t for t = 0 to T, (time + 1, hidden), of the loss L = v · h_T in a random direction v."""
    direction = np.zeros((len(x), cell.hidden))
    direction[-1] = np.random.default_rng([seed, 4]).standard_normal(cell.hidden)
    gradients = cell.backward(cell.run(x), dh=direction)
    states: Array = np.vstack([gradients.h0, gradients.h])
    return states


def influence_of(cell: Cell, x: Array) -> Array:
    """Return log10 ‖∂h_t/∂x_k‖ of one run, (time, time); see :func:`lstm_viz.gradients.influence`."""
    trace = cell.run(x)
    return influence(cell.jacobians(trace), cell.input_jacobians(trace), slice(0, cell.hidden))
