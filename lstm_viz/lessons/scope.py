"""What the texts and checks of a stop may name: the quantities of a run over its steps.

==================  ===================================================================================
``C``, ``h``        the states; ``C[0]`` and ``h[0]`` are those before the first step
``f i g o``         the gates, and the candidate ``g``, which the screens write C̃
``value``, ``x1``   the inputs, by the names of the preset that the run comes from, or x, or x1 and x2
``gradient``        ∂L/∂C at each step, where the run is walked back from a loss L
``weight.i_flag``   a weight: of the gate i on the input flag; ``weight.f_h``, ``weight.f_b`` likewise
``last``            how many steps there are
``start.C``         the same at the beginning of the stop; ``solution.C`` in its solution
``goal.least``      a number of the task: of its checks, or what is within the prediction
==================  ===================================================================================

A page that has no such run tells numbers instead: ``answer`` is the probability of “yes” (Start), ``forgets``
the lowest f of any unit at the word that turns the sentence round, and ``asked`` how many sentences have been
asked since the network was trained (Train).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from lstm_viz.lessons.expressions import Line, Scope
from lstm_viz.notation import GATES
from lstm_viz.settings.cell import RunSettings
from lstm_viz.settings.presets import input_names
from lstm_viz.views.backward import backward

_PLAIN: Final = str.maketrans("₁₂", "12")


PAGE_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"start": ("answer",), "train": ("forgets", "asked")}
)
"""By page, the numbers that it tells a stop."""


def inputs_of(run: RunSettings) -> tuple[str, ...]:
    """Return the names of a run's inputs, as an expression has them: x₁ is x1."""
    return tuple(name.translate(_PLAIN) for name in input_names(run.origin, run.cell.inputs))


def run_scope(run: RunSettings, unit: int = 0) -> Scope:
    """Return the quantities of one unit of a run, by name.

    Parameters
    ----------
    run
        The settings; the cell is run here.
    unit
        The unit, counted from 0.

    Raises
    ------
    ValueError
        If the run has no such unit, or the cell cannot compute it.
    """
    if not 0 <= unit < run.cell.units:
        raise ValueError(f"unit must be 0 to {run.cell.units - 1}, got {unit}")
    trace = run.run()
    inputs = dict(zip(inputs_of(run), map(Line, np.array(run.sequence.lines)), strict=True))
    gates: Scope = {gate: Line(getattr(trace, gate)[:, unit]) for gate in GATES}
    states = {
        "C": Line(trace.c[:, unit], run.cell.c0[unit]),
        "h": Line(trace.h[:, unit], run.cell.h0[unit]),
    }
    walked = backward(run, trace, unit)
    gradient = {} if walked is None else {"gradient": Line(walked.c[:, unit], walked.c_prev[0, unit])}
    return {
        **inputs,
        **gates,
        **states,
        **gradient,
        "weight": _weights(run, unit),
        "last": float(len(trace)),
    }


def columns_of(run: RunSettings) -> tuple[str, ...]:
    """Return the names of a row of weights of a run: its inputs, its units (h, or h1 and so on), and b."""
    units = run.cell.units
    states = ("h",) if units == 1 else tuple(f"h{unit}" for unit in range(1, units + 1))
    return (*inputs_of(run), *states, "b")


def _weights(run: RunSettings, unit: int) -> Scope:
    columns = columns_of(run)
    return {
        f"{gate}_{column}": weight
        for gate in GATES
        for column, weight in zip(columns, run.cell.rows[run.cell.row_index(gate, unit)], strict=True)
    }
