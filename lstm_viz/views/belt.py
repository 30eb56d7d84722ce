"""A sentence read by a network, and what becomes of its memory where forget gates are held: the Start page.

The belt is the memory C of one unit, unrolled over the words. A dial holds the forget gates of all units
after one word. Every position of the dial is computed here, so that the browser only has to show it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import LSTMTrace
from lstm_viz.networks.sentences import SentenceNetwork
from lstm_viz.notation import SYMBOLS, written

POSITIONS: Final = 41
"""Of the dial: f held at 0, 0.025, … 0.975, and at the end f as it was learned."""

_DIGITS: Final = 5
_SHOWN: Final = ("f", "i", "c")


@dataclass(frozen=True, slots=True)
class Reading:
    """One position of the dial: what a unit does at every word, and what the network would answer after it.

    Parameters
    ----------
    f, i, g, c
        Of the unit, (time,): forget gate, input gate, candidate, memory.
    yes
        (time,): the probability of the second class, were the sentence to end there.
    """

    f: NDArray[np.floating]
    i: NDArray[np.floating]
    g: NDArray[np.floating]
    c: NDArray[np.floating]
    yes: NDArray[np.floating]

    def rounded(self) -> dict[str, list[float]]:
        """Return the numbers as the browser gets them."""
        return {name: np.round(getattr(self, name), _DIGITS).tolist() for name in ("f", "i", "g", "c", "yes")}


@dataclass(frozen=True)
class Belt:
    """A sentence, the word after which the forget gates are held, and the unit whose memory is shown.

    Parameters
    ----------
    network
        Answers one of two classes, the second of which is “yes”.
    sentence
        Words that it knows.
    turn
        The word after which the gates are held, counted from 0; there is at least one after it.
    unit
        Counted from 0.
    """

    network: SentenceNetwork
    sentence: tuple[str, ...]
    turn: int
    unit: int

    @cached_property
    def learned(self) -> Reading:
        """With all gates as they were learned."""
        return self._reading(self.network.run(self.sentence))

    def held(self, f: float) -> Reading:
        """With the forget gates of all units held at a value, from 0 to 1, after the word."""
        return self._reading(*self.network.run_held(self.sentence, self.turn, f))

    @cached_property
    def positions(self) -> tuple[Reading, ...]:
        """Every position of the dial: the last is as learned."""
        values = np.arange(POSITIONS - 1) / (POSITIONS - 1)
        return (*(self.held(float(f)) for f in values), self.learned)

    def record(self) -> dict[str, Any]:
        """Return what the browser is told."""
        return {
            "words": self.sentence,
            "turn": self.turn,
            "positions": [reading.rounded() | {"note": self._note(reading)} for reading in self.positions],
            "held": self._kept_note(),
            "about": f"a trained network: the memory of one of its {self.network.cell.hidden} units",
            "colours": {key: (SYMBOLS[key].light, SYMBOLS[key].dark) for key in _SHOWN},
        }

    def _reading(self, *traces: LSTMTrace) -> Reading:
        def of_unit(name: str) -> NDArray[np.floating]:
            return np.concatenate([getattr(trace, name)[:, self.unit] for trace in traces])

        h = np.concatenate([trace.h for trace in traces])
        gates = {name: of_unit(name) for name in ("f", "i", "g", "c")}
        return Reading(**gates, yes=self.network.answers(h)[:, 1])

    def _note(self, reading: Reading) -> Sequence[str]:
        """Return what came of a position: in short, and in numbers."""
        if reading is self.learned:
            return "Now break it:", "drag this gate shut."
        word, before = self.sentence[self.turn], self.sentence[-2]
        there = f"At “{before}” C is down to {written(float(reading.c[-2]), 2)}."
        if (reading.yes[-1] > 0.5) != (self.learned.yes[-1] > 0.5):
            return f"It forgot the “{word}”.", there
        return f"It still knows the “{word}”.", there

    def _kept_note(self) -> Mapping[str, Any]:
        """Return what the memory keeps of what was written at the word, as learned."""
        last = len(self.sentence) - 2
        then, now = (written(float(self.learned.c[at])) for at in (self.turn, last))
        text = f"held: {then} is still {now} at “{self.sentence[last]}”"
        return {"to": last, "text": text}
