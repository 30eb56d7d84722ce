"""Gradients of many drawn networks, measured: what the Gradients page shows."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_viz.analysis import adjoint_norms, clip_by_norm, influence, log_norms, routes, steps_until
from lstm_viz.cells import LinearStep, RNNCell
from lstm_viz.cells.functions import FUNCTIONS
from lstm_viz.networks.random import GRUSettings, LSTMSettings, RNNSettings, draw_input
from lstm_viz.notation import CELL_STYLES, NETWORK_STYLES, NetworkStyle
from lstm_viz.settings.cell_choice import CellChoice
from lstm_viz.settings.gradients import GRU, LSTM, RANGES, RNN, GradientSettings
from lstm_viz.views.drawn_cells import CellSettings, DrawnCell

Array = NDArray[np.floating[Any]]


Network: TypeAlias = RNNSettings | LSTMSettings | GRUSettings | CellSettings

_KEYS: Final = {RNN: "rnn", LSTM: "lstm", GRU: "gru"}


def key_of(choice: CellChoice) -> str:
    """Return the key of a cell on this page: "rnn", "lstm" or "gru", or what was written."""
    return _KEYS.get(choice, choice.written)


def networks_of(settings: GradientSettings) -> dict[str, Network]:
    """Return the network of each cell that is chosen, by its key."""
    own: dict[CellChoice, Network] = {RNN: settings.rnn, LSTM: settings.lstm, GRU: settings.gru}
    return {key_of(choice): own.get(choice) or _network(settings, choice) for choice in settings.cells}


def _network(settings: GradientSettings, choice: CellChoice) -> CellSettings:
    return CellSettings(
        choice.equations, settings.hidden, settings.recurrent, settings.keep_bias, settings.longest_memory
    )


def styles_of(settings: GradientSettings) -> dict[str, NetworkStyle]:
    """Return the name and the look of each cell that is chosen, by its key: no two are the same."""
    others = iter(CELL_STYLES)
    styles = {}
    for choice in settings.cells:
        key = key_of(choice)
        styles[key] = NETWORK_STYLES.get(key) or replace(next(others), key=key, name=_name(settings, choice))
    return styles


def _name(settings: GradientSettings, choice: CellChoice) -> str:
    own = [each for each in settings.cells if each.is_own]
    return f"{choice.title} {own.index(choice) + 1}" if choice.is_own and len(own) > 1 else choice.title


def input_of(network: Network, steps: int, scale: float, seed: int) -> Array:
    """Return the input of one seed, as wide as the network reads it."""
    if isinstance(network, CellSettings):
        return draw_input(steps, scale, seed, network.inputs)
    return draw_input(steps, scale, seed)


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
class GradientNorms:
    """How the gradient of one kind of network shrinks or grows, going back, over several seeds.

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
    cell, x = network.draw(seed), input_of(network, steps, input_scale, seed)
    gradient = gradient_of_last(cell, x, seed)
    logs = log_norms(gradient) if np.isfinite(gradient).all() else None
    if logs is None or logs.min() < _TOO_SMALL:
        logs = scaled_on_the_way(cell, x, seed)
    back: Array = logs[::-1] - logs[-1]
    return back


@lru_cache(maxsize=30_000)
def measure_once(network: Network, steps: int, input_scale: float, seed: int) -> Array:
    """Return what :func:`measure` returns, read-only, and keep it for whoever asks again; at most 50 MB."""
    logs = measure(network, steps, input_scale, seed)
    logs.flags.writeable = False
    return logs


@dataclass(slots=True)
class Measurement:
    """The gradient norms of the cells of some settings, measured seed by seed."""

    settings: GradientSettings
    refused: dict[str, str] = field(default_factory=dict)
    """Why a cell cannot be measured, by its key: it leaves the range of numbers, say."""
    seeds: int = 0
    """Seeds measured so far."""
    _logs: dict[str, list[Array]] = field(default_factory=dict)
    """By cell, a row for each seed so far."""

    @property
    def is_complete(self) -> bool:
        """Whether every seed has been measured."""
        return self.seeds == self.settings.seeds

    def go_on(self, seconds: float) -> None:
        """Measure for about so many seconds, at least one seed, unless there is none left."""
        end = time.monotonic() + seconds
        while not self.is_complete:
            for key, network in networks_of(self.settings).items():
                if key not in self.refused:
                    self._measure(key, network)
            self.seeds += 1
            if time.monotonic() > end:
                return

    def _measure(self, key: str, network: Network) -> None:
        settings = self.settings
        try:
            row = measure_once(network, settings.steps, settings.input_scale, self.seeds)
        except ValueError as error:
            self.refused[key] = str(error)
            self._logs.pop(key, None)
        else:
            self._logs.setdefault(key, []).append(row)

    def norms(self) -> dict[str, GradientNorms]:
        """Return what has been measured so far, by cell, without those that were refused."""
        return {key: GradientNorms(np.array(rows)) for key, rows in self._logs.items()}


_TOO_SMALL: Final = -280.0
"""Below 10^−280 the plain pass comes near the smallest number there is, and may have rounded to 0."""


def scaled_on_the_way(cell: Cell, x: Array, seed: int) -> Array:
    """Return log10 ‖∂L/∂h_t‖ for t = 0 to T by a slower pass, which keeps its vector near 1 on the way."""
    jacobians = cell.jacobians(cell.run(x))
    part = cell.part if isinstance(cell, DrawnCell) else slice(0, cell.hidden)
    at_end = np.zeros(jacobians.shape[-1])
    at_end[part] = _direction(cell.hidden, seed)
    return adjoint_norms(jacobians, at_end, part)


def _direction(size: int, seed: int) -> Array:
    direction: Array = np.random.default_rng([seed, 4]).standard_normal(size)
    return direction


def gradient_of_last(cell: Cell, x: Array, seed: int) -> Array:
    """Return ∂L/∂h_t for t = 0 to T, (time + 1, hidden), of the loss L = v · h_T in a random direction v."""
    dh = np.zeros((len(x), cell.hidden))
    dh[-1] = _direction(cell.hidden, seed)
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


def memory_of(network: Network) -> str:
    """Return the state that a network keeps its memory in: C of an LSTM, h of a GRU."""
    if isinstance(network, CellSettings):
        return network.memory
    return "c" if isinstance(network, LSTMSettings) else "h"


def routes_of(cell: Any, x: Array, seed: int, state: str = "c") -> dict[str, Array]:
    """Return how the gradient of the last memory in a random direction shrinks, going back, by route.

    Parameters
    ----------
    cell, x, seed
        A network, its input, and the seed of the direction v.
    state
        Its memory C.

    Returns
    -------
    dict
        For "whole", "direct" and each line through which anything comes, such as the gates f, i, g, o of an
        LSTM: (time + 1,), log10 of ‖∂L/∂C_{T-k}‖ of L = v · C_T as far as it came by this route, for k = 0 to
        T steps back.

    Raises
    ------
    ValueError
        If the run or its gradient leaves the range of numbers.
    """
    trace = cell.run(x)
    size = cell.size_of(state) if isinstance(cell, DrawnCell) else cell.hidden
    split = routes(cell, trace, _direction(size, seed), state)
    parts: dict[str, Array] = {"whole": split.whole, "direct": split.direct}
    parts |= {line: part for line, part in split.through.items() if part.any()}
    if not all(np.isfinite(part).all() for part in parts.values()):
        raise ValueError("the gradient leaves the range of numbers on its way back")
    return {route: log_norms(part)[::-1] for route, part in parts.items()}


@dataclass(frozen=True, slots=True)
class Spectrum:
    """What a recurrent matrix does to a vector: by its powers, and in one step at most.

    Attributes
    ----------
    eigenvalues
        (hidden,), complex.
    largest_singular_value
        The most that one multiplication by the matrix, or by its transpose, lengthens a vector.
    """

    eigenvalues: NDArray[np.complexfloating[Any]]
    largest_singular_value: float

    @classmethod
    def of(cls, matrix: Array) -> "Spectrum":
        """Return the spectrum of a square matrix."""
        return cls(np.linalg.eigvals(matrix).astype(complex), float(np.linalg.norm(matrix, 2)))

    @property
    def radius(self) -> float:
        """The largest absolute value of an eigenvalue."""
        return float(np.abs(self.eigenvalues).max())


@lru_cache(maxsize=256)
def recurrent_spectrum(network: RNNSettings) -> Spectrum:
    """Return the spectrum of W_h of the network of the first seed."""
    return Spectrum.of(network.draw(0).weight_hh)


def radius_shown(settings: GradientSettings) -> float:
    """Return the spectral radius of the RNN's W_h: as chosen, or as drawn by the first seed, rounded."""
    if settings.radius is not None:
        return settings.radius
    low, high = RANGES["radius"]
    return min(high, max(low, round(recurrent_spectrum(settings.rnn).radius, 2)))


@dataclass(frozen=True, slots=True)
class ClippedGradient:
    """The gradient of the weights of a plain RNN, and the same after clipping by its norm.

    Attributes
    ----------
    by_step
        (time,): log10 of the norm of what each step adds to the gradient, from the last step backwards.
    norm, clipped_norm
        log10 of the norm of the gradient as a whole, before and after clipping.
    """

    by_step: Array
    norm: float
    clipped_norm: float

    @property
    def is_clipped(self) -> bool:
        """Whether the gradient was long enough to be clipped."""
        return self.clipped_norm < self.norm

    @property
    def clipped_by_step(self) -> Array:
        """What each step adds after clipping, as ``by_step``: all of it is scaled by the same factor."""
        return self.by_step + (self.clipped_norm - self.norm)


def clip_weight_gradient(cell: RNNCell, x: Array, seed: int, largest: float) -> ClippedGradient:
    """Return the gradient of W_x, W_h and b of the loss L = v · h_T, clipped as a whole at ``largest``.

    See :func:`gradient_of_last` for v. The gradient is the sum over the steps of ∂L/∂z_t times what the step
    read, (x_t, h_{t-1}, 1).
    """
    trace = cell.run(x)
    dh = np.zeros((len(x), cell.hidden))
    dh[-1] = _direction(cell.hidden, seed)
    gradients = cell.backward(trace, dh=dh)
    whole = np.concatenate(
        [part.ravel() for part in (gradients.weight_ih, gradients.weight_hh, gradients.bias)]
    )
    linear = cell.activation == "linear"
    by_z = gradients.h if linear else gradients.h * FUNCTIONS[cell.activation].slopes(trace.h, trace.z)[0]
    read = np.sqrt(1.0 + np.sum(np.square(x), axis=1) + np.sum(np.square(trace.h_prev), axis=1))
    with np.errstate(divide="ignore"):
        by_step: Array = log_norms(by_z) + np.log10(read)
    norm, clipped = log_norms(np.stack([whole, clip_by_norm(whole, largest)]))
    return ClippedGradient(by_step[::-1], float(norm), float(clipped))
