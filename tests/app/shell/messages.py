"""What can arrive from a browser: edits that a hand can make, and anything at all that JSON can say."""

from typing import Any

from hypothesis import strategies as st

from lstm_viz.notation import GATES
from lstm_viz.settings.cell import RunSettings

# A browser, or somebody else, can send numbers that float() and int() cannot hold.
_numbers = st.integers(-2, 5) | st.floats() | st.sampled_from([10**400, -(10**400), 1e308, -0.0])
_scalars = st.none() | st.booleans() | _numbers | st.text(max_size=5)
anything: st.SearchStrategy[Any] = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
"""Any JSON-like value, NaN and infinities included, as Python's parser reads them."""

_texts = st.lists(st.text("01 .,-−x[;", max_size=20) | anything, max_size=4)
_right_or_not = {
    "kind": st.sampled_from(["weight", "c0", "h0", "x", "clamp", "unit", "lines"]),
    "gate": st.sampled_from([*GATES, "c"]),
    "value": st.floats(-2, 2) | st.none(),
    "texts": _texts,
    "unit": st.integers(-1, 4),
    "column": st.integers(-1, 4),
    "step": st.integers(-1, 60),
    "done": st.booleans(),
}
damaged_edits: st.SearchStrategy[Any] = anything | st.fixed_dictionaries(
    {}, optional={key: right | right | right | anything for key, right in _right_or_not.items()}
)
"""Edits of which each part may be right, wrong or missing."""


@st.composite
def edits(draw: st.DrawFn, run: RunSettings) -> dict[str, Any]:
    """One change that a hand can make to ``run``, let go of at once."""
    unit, value = draw(st.integers(0, run.cell.units - 1)), draw(st.floats(-1000, 1000))
    gate = draw(st.sampled_from(GATES))
    weight = draw(st.integers(0, run.cell.inputs + run.cell.units))
    column = draw(st.integers(0, run.cell.inputs - 1))
    step = draw(st.integers(0, len(run.sequence.values) - 1))
    held = draw(st.none() | st.floats(-1 if gate == "g" else 0, 1))
    choices: list[dict[str, Any]] = [
        {"kind": "weight", "gate": gate, "unit": unit, "column": weight, "value": value},
        {"kind": "c0", "unit": unit, "value": value},
        {"kind": "h0", "unit": unit, "value": value},
        {"kind": "x", "step": step, "column": column, "value": value},
        {"kind": "clamp", "gate": gate, "value": held},
    ]
    return {**draw(st.sampled_from(choices)), "done": True}
