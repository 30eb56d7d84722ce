"""Gradients of many drawn networks, measured: what the Gradients page shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from lstm_viz.analysis import adjoint_norms, influence, log_norms, routes, steps_until
from lstm_viz.cells import LinearStep, LSTMCell
from lstm_viz.networks.random import Network, draw_input

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

    def linearised(self, trace: Any) -> Iterator[LinearStep]:
        """Yield every step as a linear map."""


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
    cell, x = network.draw(seed), draw_input(steps, input_scale, seed)
    logs = log_norms(gradient_of_last(cell, x, seed))
    if logs.min() < _TOO_SMALL:
        logs = _scaled_on_the_way(cell, x, seed)
    back: Array = logs[::-1] - logs[-1]
    return back


_TOO_SMALL: Final = -280.0
"""Below 10^−280 the plain pass comes near the smallest number there is, and may have rounded to 0."""


def _scaled_on_the_way(cell: Cell, x: Array, seed: int) -> Array:
    """Return log10 ‖∂L/∂h_t‖ for t = 0 to T by a slower pass, which keeps its vector near 1 on the way."""
    jacobians = cell.jacobians(cell.run(x))
    at_end = np.zeros(jacobians.shape[-1])
    at_end[: cell.hidden] = _direction(cell, seed)
    return adjoint_norms(jacobians, at_end, slice(0, cell.hidden))


def _direction(cell: Cell, seed: int) -> Array:
    direction: Array = np.random.default_rng([seed, 4]).standard_normal(cell.hidden)
    return direction


def gradient_of_last(cell: Cell, x: Array, seed: int) -> Array:
    """Return ∂L/∂h_t for t = 0 to T, (time + 1, hidden), of the loss L = v · h_T in a random direction v."""
    dh = np.zeros((len(x), cell.hidden))
    dh[-1] = _direction(cell, seed)
    gradients = cell.backward(cell.run(x), dh=dh)
    states: Array = np.vstack([gradients.h0, gradients.h])
    return states


def influence_of(cell: Cell, x: Array) -> Iterator[Array]:
    """Yield log10 ‖∂h_t/∂x_k‖ of one run, step by step: see :func:`lstm_viz.analysis.influence`."""
    return influence(cell.linearised(cell.run(x)))


def influence_square(rows: Sequence[Array], steps: int) -> Array:
    """Return what :func:`influence_of` has yielded so far as a square, (steps, steps): row t, column k.

    −inf above the diagonal, where the input comes after the state, and in rows that are still to come.
    """
    square = np.full((steps, steps), -np.inf)
    for t, row in enumerate(rows):
        square[t, : t + 1] = row
    return square


def routes_of(cell: LSTMCell, x: Array, seed: int) -> dict[str, Array]:
    """Return how the gradient of the last memory in a random direction shrinks, going back, by route.

    Returns
    -------
    dict
        For "whole", "direct" and the gates f, i, g, o: (time + 1,), log10 of ‖∂L/∂C_{T-k}‖ of L = v · C_T as
        far as it came by this route, for k = 0 to T steps back.
    """
    split = routes(cell, cell.run(x), _direction(cell, seed))
    parts: dict[str, Array] = {"whole": split.whole, "direct": split.direct} | dict(split.through.items())
    return {route: log_norms(part)[::-1] for route, part in parts.items()}
