"""A trained LSTM layer as a run of the Cell page, where it is small enough for that."""

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import LSTMCell
from lstm_viz.settings.cell import (
    MAX_ABS,
    MAX_INPUTS,
    MAX_STEPS,
    MAX_UNITS,
    CellSettings,
    RunSettings,
    SequenceSettings,
)
from lstm_viz.settings.presets import TRAINED


def trained_run(cell: LSTMCell, x: NDArray[np.floating]) -> RunSettings | None:
    """Return a learned cell and a sequence as the Cell page has them, number for number.

    Parameters
    ----------
    cell
        The cell.
    x
        (time, inputs).

    Returns
    -------
    RunSettings or None
        None where the Cell page has no room for so many units, inputs or steps, or so large numbers.
    """
    steps, inputs = x.shape
    if cell.hidden > MAX_UNITS or inputs > MAX_INPUTS or steps > MAX_STEPS:
        return None
    rows = np.hstack([cell.weight_ih, cell.weight_hh, cell.bias[:, None]])
    if max(np.abs(rows).max(), np.abs(x).max()) > MAX_ABS:
        return None
    zeros = (0.0,) * cell.hidden
    settings = CellSettings(tuple(tuple(map(float, row)) for row in rows), zeros, zeros)
    return RunSettings(TRAINED, settings, SequenceSettings(tuple(tuple(map(float, step)) for step in x)))
