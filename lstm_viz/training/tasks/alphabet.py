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
    symbols
        The symbols; the last is ``OTHER``.
    merged
        How many different characters of the training part were too rare for a symbol of their own.
    """

    symbols: tuple[str, ...]
    merged: int

    @classmethod
    def of(cls, training: str) -> Self:
        """Return the alphabet of a training part: its most frequent characters, and one for all others."""
        counts = Counter(training)
        ranked = sorted(counts, key=lambda symbol: (-counts[symbol], symbol))
        return cls((*sorted(ranked[: MOST_SYMBOLS - 1]), OTHER), len(ranked[MOST_SYMBOLS - 1 :]))

    def encode(self, text: str) -> Array:
        """Return the number of each character: ``(characters,)`` int64."""
        numbers = {symbol: number for number, symbol in enumerate(self.symbols)}
        other = len(self.symbols) - 1
        return np.array([numbers.get(symbol, other) for symbol in text], dtype=np.int64)

    def decode(self, numbers: Array) -> str:
        """Return the symbols of some numbers."""
        return "".join(self.symbols[number] for number in numbers)


def shown(text: str) -> str:
    """Return a text with its line ends made visible, for a label."""
    return text.replace("\n", "⏎").replace("\t", "⇥").replace(" ", "␣")
