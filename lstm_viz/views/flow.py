"""Gradients of many drawn networks, measured: what the Gradients page shows."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import GRUCell, LSTMCell, RNNCell
from lstm_viz.gradients import log_norms, steps_until
from lstm_viz.networks import Network, draw_input

Array = NDArray[np.float64]


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
        low, high = np.quantile(self.logs, [0.1, 0.9], axis=0)
        return low, high

    @property
    def falls_below_a_thousandth(self) -> int | None:
        """After how many steps back the median stays below 1/1000; None if it does not."""
        return steps_until(self.median[::-1])


def measure(network: Network, steps: int, input_scale: float, seed: int) -> Array:
    """Return the gradient norms of the network and the input of one seed.

    The loss is the last state in one random direction, L = v · h_T, so that nothing but the network decides what
    becomes of it.

    Returns
    -------
    ndarray
        (time + 1,): log10 of ‖∂L/∂h_{T-k}‖ / ‖∂L/∂h_T‖ for k = 0 to T steps back.
    """
    cell = network.draw(seed)
    logs = log_norms(gradient_of_last(cell, draw_input(steps, input_scale, seed), seed))[::-1]
    return logs - logs[0]


def gradient_of_last(cell: RNNCell | LSTMCell | GRUCell, x: Array, seed: int) -> Array:
    """Return ∂L/∂h_t for t = 0 to T, (time + 1, hidden), of the loss L = v · h_T in a random direction v."""
    direction = np.zeros((len(x), cell.hidden))
    direction[-1] = np.random.default_rng([seed, 4]).standard_normal(cell.hidden)
    gradients = cell.backward(cell.run(x), dh=direction)
    return np.vstack([gradients.h0, gradients.h])


def measure_all(network: Network, steps: int, input_scale: float, seeds: int) -> Iterator[Array]:
    """Yield :func:`measure` of the seeds 0, 1, ..., one at a time, so that whoever waits can show how far it is."""
    for seed in range(seeds):
        yield measure(network, steps, input_scale, seed)
