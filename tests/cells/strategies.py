"""Cells of the whole family with runs of them, of random shape and weights, for hypothesis."""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from lstm_viz import LSTM_1997, VARIANTS, GRUCell, LSTMCell, LSTMVariant, LSTMVariantCell, RNNCell

LSTMS = {
    **VARIANTS,
    "plain": LSTMVariant(),
    "1997": LSTM_1997,
    "no gates": LSTMVariant(input_gate=False, forget_gate=False, output_gate=False, peepholes=True),
    "coupled, no output gate": LSTMVariant(coupled=True, output_gate=False, peepholes=True),
    "sigmoid throughout": LSTMVariant(candidate_activation="sigmoid", memory_activation="sigmoid"),
}

STATES: dict[type[Any], Any] = {
    RNNCell: ("h0",),
    GRUCell: ("h0",),
    LSTMCell: ("h0", "c0"),
    LSTMVariantCell: ("h0", "c0"),
}
WEIGHTS: dict[type[Any], Any] = {
    RNNCell: ("weight_ih", "weight_hh", "bias"),
    GRUCell: ("weight_ih", "weight_hh", "bias", "bias_hn"),
    LSTMCell: ("weight_ih", "weight_hh", "bias"),
    LSTMVariantCell: ("weight_ih", "weight_hh", "bias", "peepholes", "weight_hr", "weight_gates"),
}


def smooth_cells() -> Any:
    """Cells of all kinds whose outputs have a derivative everywhere."""
    sizes = {"inputs": st.integers(1, 3), "hidden": st.integers(1, 4), "seed": st.integers(0, 2**31)}
    return st.one_of(
        st.builds(RNNCell.random, **sizes, activation=st.sampled_from(["tanh", "sigmoid", "linear"])),
        st.builds(GRUCell.random, **sizes, reset_after=st.booleans()),
        st.builds(LSTMCell.random, **sizes),
        st.builds(
            LSTMVariantCell.random,
            st.sampled_from(list(LSTMS.values())),
            **sizes,
            projection=st.none() | st.integers(1, 3),
        ),
    )


@st.composite
def smooth_runs(draw: Any) -> Any:
    """A cell, the arguments of a run of it (with clamps, if it can be clamped), and a generator."""
    cell = draw(smooth_cells())
    random = np.random.default_rng(draw(st.integers(0, 2**31)))
    batch = draw(st.sampled_from([(), (1,), (2,)]))
    outputs = getattr(cell, "outputs", cell.hidden)
    arguments = {
        "x": random.standard_normal((draw(st.integers(1, 5)), *batch, cell.inputs)),
        "h0": random.standard_normal((*batch, outputs)),
        "reverse": draw(st.booleans()),
    }
    if "c0" in STATES[type(cell)]:
        arguments["c0"] = random.standard_normal((*batch, cell.hidden))
        gates = cell.variant.gates if isinstance(cell, LSTMVariantCell) else "ifgo"
        arguments["clamp"] = draw(st.dictionaries(st.sampled_from(list(gates)), st.floats(0, 1), max_size=2))
    return cell, arguments, random


def with_weights(cell: Any, name: str, value: Any) -> Any:
    return replace(cell, **{name: value})
