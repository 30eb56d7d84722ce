"""A run as the stage shows it: one complete record of numbers and words, so that stepping needs no server."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import LSTMTrace, LSTMVariant
from lstm_viz.notation import GATES, SYMBOLS, Symbol
from lstm_viz.settings.cell import MAX_ABS, RunSettings
from lstm_viz.views.anatomy import lstm_anatomy, terms_of_rows
from lstm_viz.views.backward import Backward
from lstm_viz.views.words import PHRASES, Description, describe, held

_DERIVED: Final = {
    "cp": ("Cₜ₋₁", "memory before this step", "what the cell still remembers from the steps before", "c"),
    "hp": ("hₜ₋₁", "output of the step before", "what every gate sees beside the input", "h"),
    "kept": ("f·Cₜ₋₁", "kept memory", "the old memory times the forget gate", "c"),
    "written": ("i·C̃", "written", "the candidate times the input gate, added to the memory", "c"),
    "dc": ("∂L/∂C", "gradient at C", "how much the loss changes for a small change of the memory here", "c"),
    "dh": ("∂L/∂h", "gradient at h", "how much the loss changes for a small change of the output here", "h"),
    "tc": ("tanh C", "squashed memory", "the memory brought into −1 to 1, before the output gate", "c"),
}


Symbols: TypeAlias = dict[str, dict[str, str]]
"""By key, how each quantity is shown: ``symbol``, ``name``, ``meaning``, ``light`` and ``dark``."""


def symbols_record(symbols: Mapping[str, Symbol]) -> Symbols:
    """Return how the stage shows quantities."""
    return {key: derived_symbol(each.letter, each.name, each.meaning, each) for key, each in symbols.items()}


def derived_symbol(letter: str, name: str, meaning: str, tint: Symbol) -> dict[str, str]:
    """Return how the stage shows a quantity that is made of others, in the colours of one of them."""
    return {"symbol": letter, "name": name, "meaning": meaning, "light": tint.light, "dark": tint.dark}


STAGE_SYMBOLS: Final = symbols_record(SYMBOLS) | {
    key: derived_symbol(letter, name, meaning, SYMBOLS[tint])
    for key, (letter, name, meaning, tint) in _DERIVED.items()
}
"""How every quantity of an LSTM is shown: symbol, name, meaning, and a colour for each theme."""

_PLAIN: Final = LSTMVariant()


def stage_record(
    run: RunSettings,
    trace: LSTMTrace,
    ghost: LSTMTrace | None = None,
    *,
    names: Sequence[str],
    readout: tuple[float, float] | None = None,
    gradient: Backward | None = None,
) -> dict[str, Any]:
    """Gather everything that the stage shows of a run.

    Parameters
    ----------
    run
        The settings that were run.
    trace
        The run, arrays (time, hidden).
    ghost
        The same run with every gate free, if ``run`` clamps one.
    names
        What the inputs are called, one a column of x.
    readout
        ``(weight, bias)`` of a readout σ(weight · h + bias) of the first unit, if there is one.
    gradient
        The run walked backward from a loss, if one is chosen.

    Returns
    -------
    dict
        JSON-ready: numbers, strings, and float64 arrays laid out as (hidden, time) and (inputs, time), so
        that ``q["f"][unit][step]`` is one forget gate.
    """
    traces = [trace] if ghost is None else [trace, ghost]
    squashed = np.tanh(trace.c)
    cell = run.cell
    rows = {gate: [cell.rows[cell.row_index(gate, unit)] for unit in range(cell.units)] for gate in GATES}
    return {
        "origin": run.origin,
        "steps": len(trace),
        "units": run.cell.units,
        "inputs": run.cell.inputs,
        "names": list(names),
        "editable": True,
        "x": by_series(trace.x),
        "q": lstm_quantities(trace, squashed),
        "ghost": None if ghost is None else {"c": by_series(ghost.c), "h": by_series(ghost.h)},
        "rows": run.cell.rows,
        "h0": run.cell.h0,
        "c0": run.cell.c0,
        "clamp": dict(run.cell.clamp),
        "scale": {
            "x": largest(trace.x),
            "c": max(largest(t.c, t.c_prev) for t in traces),
            "tc": largest(squashed, trace.h),
        },
        "readout": None if readout is None else _readout(trace, *readout),
        "gradient": None if gradient is None else _gradient(gradient),
        "limit": MAX_ABS,
        "symbols": STAGE_SYMBOLS,
        **lstm_anatomy(_PLAIN, terms_of_rows(rows, cell.inputs)),
        **_words(describe(trace), run),
    }


def lstm_quantities(trace: LSTMTrace, squashed: NDArray[np.floating]) -> dict[str, NDArray[np.floating]]:
    """Return every number of a run of the LSTM family by its key on the stage, each (hidden, time).

    ``squashed`` is what becomes of C on its way out of the cell, before the output gate: (time, hidden).
    """
    quantities: dict[str, NDArray[np.floating]] = {gate: getattr(trace, gate) for gate in GATES}
    quantities |= {f"z{gate}": getattr(trace, f"z_{gate}") for gate in GATES}
    quantities |= {"c": trace.c, "h": trace.h, "cp": trace.c_prev, "hp": trace.h_prev, "tc": squashed}
    quantities |= {"kept": trace.f * trace.c_prev, "written": trace.i * trace.g}
    return {key: by_series(values) for key, values in quantities.items()}


def opening_step(trace: LSTMTrace) -> int:
    """Return a step worth opening on, counted from 0: the last one at which the first unit's memory jumps.

    A jump is a change of at least half of the largest change of the run; a run that ends there opens there.
    """
    change = np.abs(trace.c - trace.c_prev)[:, 0]
    return int(np.flatnonzero(change >= 0.5 * change.max())[-1])


def by_series(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return (time, series) as (series, time), packed."""
    return np.ascontiguousarray(values.T)


def largest(*arrays: NDArray[np.floating]) -> float:
    """Return the largest magnitude in any of the arrays."""
    return max(float(np.abs(array).max()) for array in arrays)


def _readout(trace: LSTMTrace, weight: float, bias: float) -> dict[str, Any]:
    z = weight * trace.h[:, 0] + bias
    return {"weight": weight, "bias": bias, "y": 0.5 + 0.5 * np.tanh(z / 2)}


def _gradient(gradient: Backward) -> dict[str, Any]:
    return {
        "kind": gradient.kind,
        "target": gradient.target,
        "value": gradient.value,
        "of": {
            "c": by_series(gradient.c),
            "h": by_series(gradient.h),
            "cp": by_series(gradient.c_prev),
            "hp": by_series(gradient.h_prev),
        },
        "scale": largest(gradient.c, gradient.h, gradient.c_prev, gradient.h_prev),
    }


def _words(description: Description, run: RunSettings) -> dict[str, Any]:
    phrases = list(PHRASES)
    indices = {field.name: by_series(getattr(description, field.name)) for field in fields(description)}
    for gate, value in run.cell.clamp:
        indices[gate] = np.full_like(indices[gate], len(phrases))
        phrases.append(held(gate, value))
    return {"phrases": phrases, "captions": indices}
