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

_APART: Final = 7919
"""Distance between the seeds of the gates of one cell, so that no two matrices of a page are the same."""

MAX_HIDDEN: Final = 128
MAX_STEPS: Final = 200
MAX_SEEDS: Final = 50


@dataclass(frozen=True, slots=True)
class RNNSettings:
    """A plain RNN: its size, how W_h is drawn and scaled, and its activation.

    ``radius`` is the spectral radius that W_h is scaled to, the largest absolute value of its eigenvalues;
    None leaves it as drawn. With "orthogonal" weights biases are zero, as is usual; "default" is PyTorch's.
    """

    hidden: int = 32
    initialisation: Initialisation = "default"
    radius: float | None = None
    activation: Literal["tanh", "relu"] = "tanh"

    def draw(self, seed: int) -> RNNCell:
        """Return the network of one seed."""
        cell = RNNCell.random(inputs=INPUTS, hidden=self.hidden, seed=seed)
        recurrent, bias = cell.weight_hh, cell.bias
        if self.initialisation == "orthogonal":
            recurrent, bias = orthogonal(self.hidden, seed), np.zeros_like(bias)
        if self.radius is not None:
            recurrent = recurrent * (self.radius / spectral_radius(recurrent))
        return RNNCell(cell.weight_ih, recurrent, bias, activation=self.activation)


@dataclass(frozen=True, slots=True)
class LSTMSettings:
    """An LSTM: its size, how its recurrent weights are drawn, and how open its forget gates start.

    ``chrono`` gives the biases of Tallec & Ollivier (2018), "Can recurrent neural networks warp time?", for
    memories of up to so many steps, b_f = log U(1, chrono − 1) and b_i = −b_f, in place of ``forget_bias``;
    None uses that.
    """

    hidden: int = 32
    initialisation: Initialisation = "default"
    forget_bias: float = 0.0
    chrono: int | None = None

    def draw(self, seed: int) -> LSTMCell:
        """Return the network of one seed."""
        cell = LSTMCell.random(inputs=INPUTS, hidden=self.hidden, seed=seed, forget_bias=self.forget_bias)
        recurrent, bias = cell.weight_hh, cell.bias.reshape(4, self.hidden).copy()
        if self.initialisation == "orthogonal":
            recurrent = np.vstack([orthogonal(self.hidden, seed + gate * _APART) for gate in range(4)])
            bias[:] = 0.0
            bias[1] = self.forget_bias
        if self.chrono is not None:
            bias[1] = chrono_bias(self.hidden, self.chrono, seed)
            bias[0] = -bias[1]
        return LSTMCell(cell.weight_ih, recurrent, bias.ravel())


@dataclass(frozen=True, slots=True)
class GRUSettings:
    """A GRU as in PyTorch: its size, its recurrent weights, and how much its update gate keeps at the start.

    In PyTorch's convention the update gate keeps the *old* state, so ``update_bias`` does for a GRU what
    ``forget_bias`` does for an LSTM.
    """

    hidden: int = 32
    initialisation: Initialisation = "default"
    update_bias: float = 0.0
    chrono: int | None = None

    def draw(self, seed: int) -> GRUCell:
        """Return the network of one seed."""
        cell = GRUCell.random(inputs=INPUTS, hidden=self.hidden, seed=seed, update_bias=self.update_bias)
        recurrent, bias = cell.weight_hh, cell.bias.reshape(3, self.hidden).copy()
        bias_hn = cell.bias_hn
        if self.initialisation == "orthogonal":
            recurrent = np.vstack([orthogonal(self.hidden, seed + gate * _APART) for gate in range(3)])
            bias[:], bias_hn = 0.0, np.zeros(self.hidden)
            bias[1] = self.update_bias
        if self.chrono is not None:
            bias[1] = chrono_bias(self.hidden, self.chrono, seed)
        return GRUCell(cell.weight_ih, recurrent, bias.ravel(), bias_hn)


Network = RNNSettings | LSTMSettings | GRUSettings


def draw_input(steps: int, scale: float, seed: int) -> Array:
    """Return the input of one seed: (steps, 8) standard normal numbers times ``scale``."""
    return scale * np.random.default_rng([seed, 1]).standard_normal((steps, INPUTS))


def orthogonal(size: int, seed: int) -> Array:
    """Return a random orthogonal (size, size) matrix, uniform over all of them (Haar)."""
    q, r = np.linalg.qr(np.random.default_rng([seed, 2]).standard_normal((size, size)))
    # Without this the factorisation prefers some signs.
    return np.asarray(q * np.sign(np.diag(r)))


def spectral_radius(matrix: Array) -> float:
    """Return the largest absolute value of the eigenvalues."""
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def chrono_bias(hidden: int, longest: int, seed: int) -> Array:
    """Return forget biases (hidden,) for memories of 1 to ``longest`` steps: log of U(1, longest − 1)."""
    return np.log(np.random.default_rng([seed, 3]).uniform(1.0, max(longest - 1.0, math.e), hidden))
