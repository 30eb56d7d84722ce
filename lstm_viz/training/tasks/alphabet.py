"""The symbols of a text: those that its training part holds, and one for all others."""

from collections import Counter
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from lstm_viz.training.task import Array

MOST_SYMBOLS: Final = 200
OTHER: Final = "□"
"""Stands for what is too rare for a symbol of its own."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Symbols by number.

    Parameters
    ----------
    signs
        The symbols; the last is ``OTHER``.
    merged
        How many different signs of the training part were too rare for a symbol of their own.
    """

    signs: tuple[str, ...]
    merged: int

    @classmethod
    def of(cls, training: str) -> Self:
        """Return the alphabet of a training part: its most frequent signs, and one for all others."""
        counts = Counter(training)
        ranked = sorted(counts, key=lambda sign: (-counts[sign], sign))
        return cls((*sorted(ranked[: MOST_SYMBOLS - 1]), OTHER), len(ranked[MOST_SYMBOLS - 1 :]))

    def encode(self, text: str) -> Array:
        """Return the number of each sign: ``(signs,)`` int64."""
        numbers = {sign: number for number, sign in enumerate(self.signs)}
        other = len(self.signs) - 1
        return np.array([numbers.get(sign, other) for sign in text], dtype=np.int64)

    def decode(self, numbers: Array) -> str:
        """Return the signs of some numbers."""
        return "".join(self.signs[number] for number in numbers)


def shown(text: str) -> str:
    """Return a text with its line ends made visible, for a label."""
    return text.replace("\n", "⏎").replace("\t", "⇥").replace(" ", "␣")
