"""How far the gates are open while a network learns: from the frames of its timeline, over the updates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.analysis import marked_steps
from lstm_viz.notation import GRU_SYMBOLS, SYMBOLS, Symbol
from lstm_viz.views.timeline import Frame

Array = NDArray[np.floating[Any]]

GATES: Final = {key: {**SYMBOLS, **GRU_SYMBOLS}[key] for key in ("f", "u", "i", "r")}
"""Of PyTorch's cells: what keeps comes before what writes. How much is shown outside is another matter."""


@dataclass(frozen=True, slots=True)
class GateCurve:
    """One gate while a network learns: its mean over some steps of the probe, at each of ``updates``.

    ``marked`` says over which: True for the steps that the task is about, False for all others, and None
    where no step stands out, or all do: then it is the mean over all.
    """

    symbol: Symbol
    marked: bool | None
    updates: Array
    values: Array


def gate_curves(
    frames: Sequence[Frame], marks: Sequence[int], gates: Mapping[str, Symbol] = GATES
) -> list[GateCurve]:
    """Return how far the gates were open in each frame of a timeline; a plain RNN has none.

    Parameters
    ----------
    frames
        In the order of training, at least one; all of the same cell and unit.
    marks
        The steps that the task is about, from 0.
    gates
        Those that are drawn, as far as the frames have them, by their keys there.
    """
    updates = np.array([frame.update for frame in frames])
    keys = [key for key in gates if key in frames[0].rows]
    values = {key: np.stack([frame.rows[key] for frame in frames]) for key in keys}
    return [
        GateCurve(gates[key], marked, updates, values[key][:, steps].mean(axis=1))
        for key in keys
        for marked, steps in _parts(values[key].shape[1], marks)
    ]


def _parts(steps: int, marks: Sequence[int]) -> Iterator[tuple[bool | None, NDArray[np.bool_]]]:
    there = marked_steps(marks, steps)
    if there.all() or not there.any():
        yield None, np.ones(steps, bool)
    else:
        yield False, ~there
        yield True, there
