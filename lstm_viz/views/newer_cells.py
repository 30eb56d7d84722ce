"""What the cells of 2024 change, measured: gates that see x alone, and a gate that is an exponential."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.networks.random import LSTMSettings, draw_input
from lstm_viz.notation import decimals, written
from lstm_viz.settings.sequences import generate
from lstm_viz.views.drawn_cells import CellSettings, DrawnCell
from lstm_viz.views.gradients import routes_of

Array = NDArray[np.floating[Any]]

STEPS: Final = 100
_HIDDEN: Final = 32

BIASES: Final = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
"""Of the gate that keeps, for both cells whose routes are compared."""

SCALES: Final = (1, 3, 10, 30, 100, 300, 1000, 3000)
"""What the input of both forms of the sLSTM is multiplied by."""

INPUT: Final = generate("noise", 40)
"""That input, at a scale of 1."""


@cache
def routes_beside(bias: float) -> dict[str, dict[str, Array]]:
    """Return the routes of an LSTM and of a minLSTM on the same input, by their names in the catalogue.

    Both have 32 units, recurrent weights are orthogonal, and the gate that keeps has a bias of ``bias``. The
    gates of a minLSTM share what there is, f/(f + i), so that its i gets the opposite bias.

    Returns
    -------
    dict
        By cell and by route: see :func:`lstm_viz.views.gradients.routes_of`.
    """
    x = draw_input(STEPS, 1.0, 0)
    drawn = CellSettings(CATALOGUE["minLSTM"], _HIDDEN, "orthogonal").draw(0)
    biases = {"b_f": np.full(_HIDDEN, bias), "b_i": np.full(_HIDDEN, -bias)}
    keeping = DrawnCell(Cell(drawn.cell.equations, {**drawn.cell.weights, **biases}), drawn.state)
    return {
        "LSTM": routes_of(LSTMSettings(_HIDDEN, "orthogonal", bias).draw(0), x, 0),
        "minLSTM": routes_of(keeping, x, 0, "h"),
    }


def span_of(beside: Mapping[str, Mapping[str, Array]]) -> tuple[float, float]:
    """Return the whole powers of ten between which all routes of all cells lie."""
    logs = np.concatenate([log[np.isfinite(log)] for routes in beside.values() for log in routes.values()])
    return float(np.floor(logs.min())), float(np.ceil(logs.max()))


@dataclass(frozen=True, slots=True)
class BothForms:
    """The sLSTM as it is computed, with its stabiliser, and as the plain formula says.

    Attributes
    ----------
    stabilised
        (time,): h of the first unit.
    plain
        The same for as many steps as the plain form can be computed.
    reason
        Why it cannot be computed further; empty where it can.
    difference, differs_at
        The largest difference between the two, over all units and the steps that both have, and its step,
        counted from 0.
    memory, output
        The largest |C| and |h| of the plain form over the steps that it has.
    """

    stabilised: Array
    plain: Array
    reason: str
    difference: float
    differs_at: int
    memory: float
    output: float


@cache
def both_forms(scale: float) -> BothForms:
    """Run both forms with the same weights on the same input, multiplied by ``scale``."""
    stabilised, plain = with_the_same_weights()
    x = scale * np.array(INPUT)[:, np.newaxis]
    h = stabilised.run(x)["h"]
    steps, reason = _longest_run(plain, x)
    if not steps:
        return BothForms(h[:, 0], np.empty(0), reason, 0.0, 0, 0.0, 0.0)
    trace = plain.run(x[:steps])
    by_step = np.abs(trace["h"] - h[:steps]).max(axis=1)
    return BothForms(
        h[:, 0],
        trace["h"][:, 0],
        reason,
        float(by_step.max()),
        int(by_step.argmax()),
        float(np.abs(trace["c"]).max()),
        float(np.abs(trace["h"]).max()),
    )


def normaliser_in_words(found: BothForms) -> str:
    """Say what the normaliser n is for."""
    return (
        f"**The normaliser.** i is an exponential: at this scale C reaches {written(found.memory)}. "
        f"Divided by n, which adds up the same weights, it comes back into range: |h| reaches "
        f"{decimals(found.output)}."
    )


def stabiliser_in_words(found: BothForms) -> str:
    """Say what the stabiliser m is for."""
    steps, computed = len(found.stabilised), len(found.plain)
    same = f"the two forms give the same h: they differ by at most {written(found.difference, 1)}"
    if computed == steps:
        return f"**The stabiliser.** At all {steps} steps {same}. Scale the input up further."
    after = (
        f"Up to there {same}."
        if found.difference < _SAME
        else f"Even before that it is wrong: at step {found.differs_at + 1} its h differs by "
        f"{written(found.difference)}, for an f too small for float64 had been rounded to 0."
    )
    return (
        f"**The stabiliser.** At step {computed + 1} of {steps} the plain form leaves the range of numbers, "
        f"in its line {_line_of(found.reason)}. {after} With m, which takes the largest exponent out of i "
        f"and f alike, all {steps} steps are finite."
    )


_SAME: Final = 1e-9
_LINE: Final = re.compile(r" in (\w+) at step \d+$")


def _line_of(reason: str) -> str:
    """Return the line that a refused run names."""
    found = _LINE.search(reason)
    assert found is not None, reason
    return found[1]


def with_the_same_weights() -> tuple[Cell, Cell]:
    """Return both forms: the weights of a are those of the plain i, the weights of l those of f."""
    stabilised = Cell.random(CATALOGUE["sLSTM"], inputs=1, hidden=4, seed=0)
    named = {"a": "i", "l": "f"}
    weights = {
        f"{letters}_{named.get(line, line)}": array
        for (letters, line), array in ((name.split("_"), array) for name, array in stabilised.weights.items())
    }
    return stabilised, Cell(CATALOGUE["sLSTM plain"], weights)


def _longest_run(cell: Cell, x: Array) -> tuple[int, str]:
    """Return how many steps of x a cell can run, and why no more."""
    reason = ""
    for steps in range(len(x), 0, -1):
        try:
            cell.run(x[:steps])
        except ValueError as error:
            reason = str(error)
        else:
            return steps, reason
    return 0, reason
