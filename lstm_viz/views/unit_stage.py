"""One unit of a trained layer as the stage shows it, however many others there are.

What the other units say to a gate is added up into one number, and so is the input where it is wide: an
equation of hundreds of terms can be read by nobody.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import VARIANTS, GRUCell, LSTMCell, LSTMVariantCell, RNNCell
from lstm_viz.notation import SYMBOLS
from lstm_viz.settings.family import AnyCell, AnyTrace
from lstm_viz.views.stage import by_series, derived_symbol
from lstm_viz.views.variant_stage import variant_record

Array = NDArray[np.floating[Any]]

MOST_INPUTS: Final = 4
"""Inputs that are shown one by one."""

_GATES: Final = {LSTMVariantCell: "ifgo", GRUCell: "run", RNNCell: "h"}
_OTHERS: Final = ("U·h", "what the other units say", "the sum over all other units, weighted by U")
_INPUT: Final = ("W·x", "what the input says", "the sum over all inputs, weighted by W")


def unit_record(
    cell: LSTMCell | GRUCell | RNNCell, trace: AnyTrace, names: Sequence[str], unit: int
) -> dict[str, Any]:
    """Gather what the stage shows of one unit; nothing of it can be edited.

    Parameters
    ----------
    cell, trace
        A layer and its run, arrays (time, hidden).
    names
        What the inputs are called; as many as there are, or none.
    unit
        The unit, counted from 0.

    Returns
    -------
    dict
        As :func:`lstm_viz.views.variant_stage.variant_record`, of a cell of one unit. A term whose weight is
        None is a number by itself.
    """
    plain: AnyCell = (
        LSTMVariantCell(VARIANTS["NP"], cell.weight_ih, cell.weight_hh, cell.bias)
        if isinstance(cell, LSTMCell)
        else cell
    )
    wide = cell.inputs > MOST_INPUTS
    called = [] if wide else list(names) or [f"x{_low(k + 1)}" for k in range(cell.inputs)]
    whole = variant_record(plain, trace, called)
    record = whole | {
        "units": 1,
        "inputs": len(called),
        "x": [] if wide else whole["x"],
        "q": {key: values[unit : unit + 1] for key, values in whole["q"].items()},
        "captions": {key: indices[unit : unit + 1] for key, indices in whole["captions"].items()},
        "terms": {
            gate: [_combined(units[unit], gate, unit, wide=wide)] for gate, units in whole["terms"].items()
        },
        "symbols": dict(whole["symbols"]),
    }
    for at, gate in enumerate(_GATES[type(plain)]):
        row = at * cell.hidden + unit
        others = cell.weight_hh[row].copy()
        others[unit] = 0.0
        record["q"][f"uh{gate}"] = by_series(trace.h_prev @ others[:, None])
        record["q"][f"wx{gate}"] = by_series(trace.x @ cell.weight_ih[row][:, None])
        record["symbols"] |= {
            f"uh{gate}": derived_symbol(*_OTHERS, SYMBOLS["h"]),
            f"wx{gate}": derived_symbol(*_INPUT, SYMBOLS["x"]),
        }
    return record


def _combined(terms: Sequence[Sequence[Any]], gate: str, unit: int, *, wide: bool) -> list[list[Any]]:
    """Return the terms of a gate with those of other units, and of a wide input, put together."""
    kept: list[list[Any]] = []
    for weight, quantity, index in terms:
        if quantity == "hp":
            if index != unit:
                _once(kept, [None, f"uh{gate}", 0])
            else:
                kept.append([weight, quantity, 0])
        elif quantity == "x" and wide:
            _once(kept, [None, f"wx{gate}", 0])
        else:
            kept.append([weight, quantity, index])
    return kept


def _once(terms: list[list[Any]], term: list[Any]) -> None:
    if term not in terms:
        terms.append(term)


def _low(number: int) -> str:
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))
