"""Networks whose gradients are measured: drawn by a seed, initialised as people initialise them."""

import math
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import GRUCell, LSTMCell, RNNCell

Array = NDArray[np.floating[Any]]
Initialisation = Literal["default", "orthogonal"]

INPUTS: Final = 8
"""Numbers read at each step by every network that is measured."""

APART: Final = 7919
"""Distance between the seeds of the gates of one cell, so that no two matrices of a page are the same."""

MAX_HIDDEN: Final = 128
MAX_STEPS: Final = 200
MAX_SEEDS: Final = 50


@dataclass(frozen=True, slots=True)
class RNNSettings:
    """A plain RNN to be drawn.

    Parameters
    ----------
    hidden
        Units.
    initialisation
        "default" is PyTorch's. With "orthogonal" W_h is orthogonal, and biases are zero, as is usual.
    radius
        The spectral radius that W_h is scaled to, the largest absolute value of its eigenvalues; None leaves
        it as drawn.
    activation
        What h is squashed by.
    """

    hidden: int = 32
    initialisation: Initialisation = "default"
    radius: float | None = None
    activation: Literal["tanh", "relu"] = "tanh"

    def draw(self, seed: int) -> RNNCell:
        """Return the network of one seed.

        Parameters
        ----------
        seed
            A whole number of at least 0; the same seed draws the same network.

        Returns
        -------
        RNNCell
            With ``INPUTS`` inputs.

        Raises
        ------
        ValueError
            If ``hidden`` or ``seed`` is out of range, or W_h is to be scaled and has the spectral radius 0.
        """
        cell = RNNCell.random(inputs=INPUTS, hidden=self.hidden, seed=seed)
        recurrent, bias = cell.weight_hh, cell.bias
        if self.initialisation == "orthogonal":
            recurrent, bias = orthogonal(self.hidden, seed), np.zeros_like(bias)
        if self.radius is not None:
            recurrent = _scaled_to(self.radius, recurrent)
        return RNNCell(cell.weight_ih, recurrent, bias, activation=self.activation)


@dataclass(frozen=True, slots=True)
class LSTMSettings:
    """An LSTM to be drawn.

    Parameters
    ----------
    hidden
        Units.
    initialisation
        "default" is PyTorch's. With "orthogonal" the recurrent weights of each gate are orthogonal, and
        biases are zero but for that of f.
    forget_bias
        Added to PyTorch's bias of f, or all of it with "orthogonal".
    chrono
        The biases of Tallec & Ollivier (2018), "Can recurrent neural networks warp time?", for memories of up
        to so many steps, b_f = log U(1, chrono − 1) and b_i = −b_f, in place of ``forget_bias``; None uses
        that.
    """

    hidden: int = 32
    initialisation: Initialisation = "default"
    forget_bias: float = 0.0
    chrono: int | None = None

    def draw(self, seed: int) -> LSTMCell:
        """Return the network of one seed.

        Parameters
        ----------
        seed
            A whole number of at least 0; the same seed draws the same network.

        Returns
        -------
        LSTMCell
            With ``INPUTS`` inputs.

        Raises
        ------
        ValueError
            If ``hidden`` or ``seed`` is out of range.
        """
        cell = LSTMCell.random(inputs=INPUTS, hidden=self.hidden, seed=seed, forget_bias=self.forget_bias)
        recurrent, bias = cell.weight_hh, cell.bias.reshape(4, self.hidden).copy()
        if self.initialisation == "orthogonal":
            recurrent = np.vstack([orthogonal(self.hidden, seed + gate * APART) for gate in range(4)])
            bias[:] = 0.0
            bias[1] = self.forget_bias
        if self.chrono is not None:
            bias[1] = chrono_bias(self.hidden, self.chrono, seed)
            bias[0] = -bias[1]
        return LSTMCell(cell.weight_ih, recurrent, bias.ravel())


@dataclass(frozen=True, slots=True)
class GRUSettings:
    """A GRU to be drawn, in PyTorch's convention: the update gate keeps the *old* state.

    Parameters
    ----------
    hidden
        Units.
    initialisation
        "default" is PyTorch's. With "orthogonal" the recurrent weights of each gate are orthogonal, and
        biases are zero but for that of the update gate.
    update_bias
        Added to PyTorch's bias of the update gate, or all of it with "orthogonal": what ``forget_bias`` is to
        an LSTM.
    chrono
        The same as of :class:`LSTMSettings`, for the update gate alone.
    """

    hidden: int = 32
    initialisation: Initialisation = "default"
    update_bias: float = 0.0
    chrono: int | None = None

    def draw(self, seed: int) -> GRUCell:
        """Return the network of one seed.

        Parameters
        ----------
        seed
            A whole number of at least 0; the same seed draws the same network.

        Returns
        -------
        GRUCell
            With ``INPUTS`` inputs.

        Raises
        ------
        ValueError
            If ``hidden`` or ``seed`` is out of range.
        """
        cell = GRUCell.random(inputs=INPUTS, hidden=self.hidden, seed=seed, update_bias=self.update_bias)
        recurrent, bias = cell.weight_hh, cell.bias.reshape(3, self.hidden).copy()
        bias_hn = cell.bias_hn
        if self.initialisation == "orthogonal":
            recurrent = np.vstack([orthogonal(self.hidden, seed + gate * APART) for gate in range(3)])
            bias[:], bias_hn = 0.0, np.zeros(self.hidden)
            bias[1] = self.update_bias
        if self.chrono is not None:
            bias[1] = chrono_bias(self.hidden, self.chrono, seed)
        return GRUCell(cell.weight_ih, recurrent, bias.ravel(), bias_hn)


Network = RNNSettings | LSTMSettings | GRUSettings


def draw_input(steps: int, scale: float, seed: int, inputs: int = INPUTS) -> Array:
    """Return the input of one seed.

    Parameters
    ----------
    steps
        Its length, at least 0.
    scale
        Its standard deviation.
    seed
        A whole number of at least 0.
    inputs
        Numbers read at each step.

    Returns
    -------
    ndarray
        (steps, inputs): normal numbers.
    """
    return scale * np.random.default_rng([seed, 1]).standard_normal((steps, inputs))


def orthogonal(size: int, seed: int) -> Array:
    """Return a random orthogonal matrix.

    Parameters
    ----------
    size
        Rows and columns.
    seed
        A whole number of at least 0.

    Returns
    -------
    ndarray
        (size, size), uniform over all orthogonal matrices (Haar measure).

    References
    ----------
    Mezzadri (2007), "How to generate random matrices from the classical compact groups".
    """
    q, r = np.linalg.qr(np.random.default_rng([seed, 2]).standard_normal((size, size)))
    # Without this the factorisation prefers some signs.
    return np.asarray(q * np.sign(np.diag(r)))


def spectral_radius(matrix: Array) -> float:
    """Return the largest absolute value of the eigenvalues.

    Parameters
    ----------
    matrix
        (size, size), finite.
    """
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def _scaled_to(radius: float, matrix: Array) -> Array:
    found = spectral_radius(matrix)
    if not found:
        raise ValueError(f"radius must be None where W_h has the spectral radius 0, got {radius}")
    return matrix * (radius / found)


def chrono_bias(hidden: int, longest: int, seed: int) -> Array:
    """Return the forget biases of chrono initialisation.

    Parameters
    ----------
    hidden
        Units.
    longest
        The longest memory that is prepared for, in steps; below e + 1 it counts as e + 1.
    seed
        A whole number of at least 0.

    Returns
    -------
    ndarray
        (hidden,): logarithms of numbers drawn from U(1, longest − 1).

    References
    ----------
    Tallec & Ollivier (2018), "Can recurrent neural networks warp time?", section 2.
    """
    return np.log(np.random.default_rng([seed, 3]).uniform(1.0, max(longest - 1.0, math.e), hidden))
