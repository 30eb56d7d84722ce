"""Networks built by hand, of which it is known what every unit does."""

from typing import Any

import numpy as np

import lstm_viz as lv
from lstm_viz.networks.network import Network

LATCH, LEAKY, IDLE = 0, 1, 2
KEPT = 0.9
"""What the leaky unit keeps of its memory at each step."""


def latch() -> Network:
    """Two inputs, set and reset, and three units; the readout says whether set came last.

    The latch writes 1 at set, −1 at reset and holds in between. The leaky unit adds tanh(set − reset), and
    keeps 0.9 of its memory. The idle one writes nothing. The readout reads the latch alone.
    """
    wide = 40.0
    inputs, biases = np.zeros((4, 3, 2)), np.zeros((4, 3))
    i, f, g, o = range(4)
    inputs[i, LATCH], biases[i, LATCH] = wide, -wide / 2
    inputs[f, LATCH], biases[f, LATCH] = -wide, wide / 2
    inputs[g, LATCH] = wide, -wide
    biases[i, LEAKY], biases[f, LEAKY], inputs[g, LEAKY] = wide, np.log(KEPT / (1 - KEPT)), (1.0, -1.0)
    biases[i, IDLE], biases[f, IDLE] = -wide, wide
    biases[o] = wide
    state: dict[str, Any] = {
        "rnn.weight_ih_l0": inputs.reshape(12, 2),
        "rnn.weight_hh_l0": np.zeros((12, 3)),
        "rnn.bias_ih_l0": biases.reshape(12),
        "rnn.bias_hh_l0": np.zeros(12),
        "out.weight": np.array([[-5.0, 0.0, 0.0], [5.0, 0.0, 0.0]]),
        "out.bias": np.zeros(2),
    }
    return lv.load(state)


def marks(steps: int, every: int = 10, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """An input of seldom marks, and whether set came last: 1 or 0."""
    random = np.random.default_rng(seed)
    x = np.zeros((steps, 2))
    came = random.random(steps) < 1 / every
    came[0] = True
    x[np.arange(steps)[came], random.integers(2, size=came.sum())] = 1.0
    last = np.maximum.accumulate(np.where(came, np.arange(steps), 0))
    return x, (x[last, 0] == 1).astype(int)
