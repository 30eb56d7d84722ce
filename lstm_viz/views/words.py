"""What the numbers of a step mean, in a few words: the sentences beside the equations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import LSTMTrace
from lstm_viz.notation import Gate

_LEVELS: Final = (0.001, 0.1, 0.35, 0.65, 0.9, 0.999)
"""Where the words for a gate change; a phrase list holds one more entry than there are levels."""

_KEPT: Final = (
    "nothing of the old memory is kept",
    "almost nothing of the old memory is kept",
    "a little of the old memory is kept",
    "about half of the old memory is kept",
    "most of the old memory is kept",
    "nearly all of the old memory is kept",
    "all of the old memory is kept",
)
_WRITTEN: Final = (
    "nothing of the candidate is written",
    "almost nothing of the candidate is written",
    "a little of the candidate is written",
    "about half of the candidate is written",
    "most of the candidate is written",
    "nearly all of the candidate is written",
    "all of the candidate is written",
)
_SHOWN: Final = (
    "the memory is hidden from the outside",
    "the memory is almost hidden from the outside",
    "a little of the memory is shown",
    "about half of the memory is shown",
    "most of the memory is shown",
    "nearly all of the memory is shown",
    "all of the memory is shown",
)
_PROPOSED: Final = (
    "the candidate proposes to lower the memory, as far as it can",
    "the candidate proposes to lower the memory",
    "the candidate proposes to lower the memory a little",
    "the candidate proposes no change",
    "the candidate proposes to raise the memory a little",
    "the candidate proposes to raise the memory",
    "the candidate proposes to raise the memory, as far as it can",
)
_EMPTY: Final = "the memory was empty, so there is nothing to keep"
_CHANGED: Final = (
    "the memory stays as it was",
    "the memory moves away from 0",
    "the memory moves towards 0",
    "the memory changes its sign",
    "the memory is filled",
    "the memory is emptied",
)
_OUTPUT: Final = (
    "the output, which the gates see at the next step, is 0",
    "the output, which the gates see at the next step, is positive",
    "the output, which the gates see at the next step, is negative",
)

PHRASES: Final[tuple[str, ...]] = (*_KEPT, *_WRITTEN, *_SHOWN, *_PROPOSED, _EMPTY, *_CHANGED, *_OUTPUT)
"""Every phrase that :func:`describe` can choose."""

_UNSEEN: Final = 0.00005
"""An output below this reads 0.00."""

_STEADY: Final = 0.002
"""A memory that moves by less than this share of its unit's largest |C| counts as unchanged."""


@dataclass(frozen=True, slots=True)
class Description:
    """Indices into ``PHRASES``, each (time, hidden): what to say of f, i, g, c, o and h at each step."""

    f: NDArray[np.int64]
    i: NDArray[np.int64]
    g: NDArray[np.int64]
    c: NDArray[np.int64]
    o: NDArray[np.int64]
    h: NDArray[np.int64]


def describe(trace: LSTMTrace) -> Description:
    """Choose the words for every step and unit of a run without batch axis.

    Parameters
    ----------
    trace
        A run with arrays (time, hidden).

    Returns
    -------
    Description
        For each quantity the index of its phrase, (time, hidden).
    """
    kept = _level(trace.f, _KEPT)
    empty = _negligible(trace.c_prev, trace)
    return Description(
        f=np.where(empty, PHRASES.index(_EMPTY), kept),
        i=_level(trace.i, _WRITTEN),
        g=_level((trace.g + 1) / 2, _PROPOSED, (0.0005, 0.35, 0.49997, 0.50003, 0.65, 0.9995)),
        c=_change(trace),
        o=_level(trace.o, _SHOWN),
        h=PHRASES.index(_OUTPUT[0]) + np.select([np.abs(trace.h) < _UNSEEN, trace.h > 0], [0, 1], default=2),
    )


def held(gate: Gate, value: float) -> str:
    """Return what to say of a gate that is clamped: that it is held, and what that does."""
    phrases = {"f": _KEPT, "i": _WRITTEN, "g": _PROPOSED, "o": _SHOWN}[gate]
    if gate == "g":
        return "held by you for the whole run"
    level = int(np.searchsorted(_LEVELS, value, side="right"))
    return f"held by you for the whole run: {phrases[level]}"


def _level(
    gate: NDArray[np.floating], phrases: Sequence[str], levels: Sequence[float] = _LEVELS
) -> NDArray[np.int64]:
    return PHRASES.index(phrases[0]) + np.searchsorted(levels, gate, side="right")


def _negligible(c: NDArray[np.floating], trace: LSTMTrace) -> NDArray[np.bool_]:
    largest = np.maximum(np.abs(trace.c), np.abs(trace.c_prev)).max(axis=0)
    small: NDArray[np.bool_] = np.abs(c) <= _STEADY * largest
    return small


def _change(trace: LSTMTrace) -> NDArray[np.int64]:
    steady, away, towards, flipped, filled, emptied = (PHRASES.index(phrase) for phrase in _CHANGED)
    was_empty, is_empty = _negligible(trace.c_prev, trace), _negligible(trace.c, trace)
    return np.select(
        [
            _negligible(trace.c - trace.c_prev, trace) | (was_empty & is_empty),
            was_empty,
            is_empty,
            np.sign(trace.c) != np.sign(trace.c_prev),
            np.abs(trace.c) > np.abs(trace.c_prev),
        ],
        [steady, filled, emptied, flipped, away],
        default=towards,
    )
