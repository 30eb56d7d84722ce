"""A plain RNN of one unit, to be compared with an LSTM cell of one unit on the same challenge."""

from dataclasses import dataclass

import numpy as np

from lstm_viz.lessons.challenges import Challenge, Sequences
from lstm_viz.lessons.expressions import Array


@dataclass(frozen=True, slots=True)
class PlainRNN:
    """h_t = tanh(w·x_t + u h_{t-1} + b), of which a h_t + c is looked at.

    Parameters
    ----------
    weights
        w for each input, then u, b, a and c.
    """

    weights: tuple[float, ...]

    def run(self, x: Array, h0: float) -> Array:
        """Return a h + c after each step, (steps, sequences), for inputs (steps, sequences, inputs)."""
        *w, u, b, a, c = self.weights
        h = np.full(x.shape[1], h0)
        shown = []
        for values in x:
            h = np.tanh(values @ np.array(w) + u * h + b)
            shown.append(a * h + c)
        return np.stack(shown)

    def passed(self, challenge: Challenge, tests: Sequences) -> int:
        """Return how many sequences stay within the tolerance at every step."""
        return int((self._error(challenge, tests) <= challenge.tolerance).all(axis=0).sum())

    def mean_error(self, challenge: Challenge, tests: Sequences) -> float:
        """Return how far it is off, on average over all steps of all sequences."""
        return float(self._error(challenge, tests).mean())

    def _error(self, challenge: Challenge, tests: Sequences) -> Array:
        return np.abs(self.run(tests.x, challenge.c0) - tests.target)
