"""The lines of any cell over a run as heat strips, and what comes back to its states."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells.run import Trace
from lstm_viz.notation import SYMBOLS
from lstm_viz.views.line_symbols import line_symbols
from lstm_viz.views.shown_lines import is_gate
from lstm_viz.views.walk_back import walk_back

Array = NDArray[np.floating[Any]]

_WALKED_BACK: Final = "walked backward: by how much a push at each step moves the last h"


def line_strips(trace: Trace, names: Sequence[str], unit: int) -> dict[str, Any]:
    """Gather what the heat strips show of a run: the input, every line, and what comes back to the states.

    Parameters
    ----------
    trace
        A run of one sequence.
    names
        What the inputs are called.
    unit
        Counted from 0: the one shown, and the one whose last h is walked back.

    Returns
    -------
    dict
        What :func:`lstm_viz.views.strips.strips_record` returns. There is no group of what comes back where a
        slope left the range of numbers.
    """
    symbols = line_symbols(trace.cell.equations)
    lines = [
        _row(name, symbols[name], values, gate=is_gate(trace.cell.equations, name))
        for name, values in of_unit(trace, unit).items()
    ]
    felt = [
        _row(f"d{name}", symbols[name] | {"symbol": f"∂/∂{symbols[name]['symbol']}"}, values)
        for name, values in last_gradients(trace, unit).items()
    ]
    read = [_row("x", symbols["x"] | {"symbol": name}, trace["x"][:, d]) for d, name in enumerate(names)]
    groups = [
        {"title": "", "rows": read},
        _group("the cell", lines),
        *([_group(_WALKED_BACK, felt)] if felt else []),
    ]
    return {"steps": len(trace), "groups": groups}


def of_unit(trace: Trace, unit: int) -> dict[str, Array]:
    """Return every line of a run that has this unit, (time,), by its name: a line may have fewer than h."""
    arrays = {line.name: trace[line.name] for line in trace.cell.equations.lines}
    return {name: array[:, unit] for name, array in arrays.items() if unit < array.shape[1]}


def last_gradients(trace: Trace, unit: int) -> dict[str, Array]:
    """Return ∂(the last h of a unit)/∂ each state, and h, of that unit, (time,), by name.

    Where a slope left the range of numbers there is nothing.
    """
    equations = trace.cell.equations
    with np.errstate(all="ignore"):
        found = walk_back(trace.cell, trace, unit).of
    places = {name: equations.graph.lines[name] for name in dict.fromkeys((*equations.states, "h"))}
    arrays = {name: found[at] for name, at in places.items() if at in found}
    if not all(np.isfinite(array).all() for array in arrays.values()):
        return {}
    return {name: array[:, unit] for name, array in arrays.items() if unit < array.shape[1]}


def _group(title: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": title, "light": SYMBOLS["h"].light, "dark": SYMBOLS["h"].dark, "rows": rows}


def _row(key: str, look: Mapping[str, str], values: Array, *, gate: bool = False) -> dict[str, Any]:
    shown = {name: look[name] for name in ("symbol", "name", "light", "dark")}
    full = None if gate else float(np.abs(values).max()) or 1.0
    return {"key": key, **shown, "values": np.ascontiguousarray(values), "full": full}
