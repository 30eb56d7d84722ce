"""Runs of every size, for property tests."""

from hypothesis import strategies as st

from lstm_viz.notation import GATES
from lstm_viz.settings.cell import (
    MAX_ABS,
    MAX_INPUTS,
    MAX_STEPS,
    MAX_UNITS,
    CellSettings,
    RunSettings,
    SequenceSettings,
)
from lstm_viz.settings.presets import PRESETS, RANDOM


@st.composite
def runs(draw: st.DrawFn, largest: float = MAX_ABS, steps: int = MAX_STEPS) -> RunSettings:
    number = st.floats(-largest, largest)
    units, inputs = draw(st.integers(1, MAX_UNITS)), draw(st.integers(1, MAX_INPUTS))
    rows = st.tuples(*[st.tuples(*[number] * (inputs + units + 1))] * (4 * units))
    state = st.tuples(*[number] * units)
    cell = CellSettings(draw(rows), draw(state), draw(state))
    for gate in draw(st.sets(st.sampled_from(GATES))):
        cell = cell.with_clamp(gate, draw(st.floats(-1 if gate == "g" else 0, 1)))
    values = draw(st.lists(st.tuples(*[number] * inputs), min_size=1, max_size=steps))
    origin = draw(st.sampled_from([*PRESETS, RANDOM]))
    return RunSettings(origin, cell, SequenceSettings(tuple(values)))
