from typing import Any

import numpy as np
import pytest

from lstm_viz.cells import GRUCell, LSTMCell, RNNCell
from lstm_viz.views.unit_stage import MOST_INPUTS, unit_record

KINDS = {"lstm": LSTMCell, "gru": GRUCell, "rnn": RNNCell}
Z = {"lstm": {"i": "zi", "f": "zf", "g": "zg", "o": "zo"}, "gru": {"r": "zr", "u": "zu"}, "rnn": {"h": "zh"}}


def record(kind: str, inputs: int, unit: int = 3, names: tuple[str, ...] = ()) -> tuple[Any, dict[str, Any]]:
    cell = KINDS[kind].random(inputs, 6, 1)  # type: ignore[attr-defined]
    trace = cell.run(np.random.default_rng(0).standard_normal((7, inputs)))
    return trace, unit_record(cell, trace, names, unit)


@pytest.mark.parametrize("inputs", [2, MOST_INPUTS, MOST_INPUTS + 5])
@pytest.mark.parametrize("kind", KINDS)
def test_the_terms_of_every_gate_add_up_to_what_it_is_the_function_of(kind: str, inputs: int) -> None:
    _, shown = record(kind, inputs)
    for gate, z in Z[kind].items():
        [terms] = shown["terms"][gate]
        for step in range(shown["steps"]):
            total = 0.0
            for weight, quantity, index in terms:
                value = 1.0 if quantity is None else _of(shown, quantity)[index][step]
                total += value if weight is None else weight * value
            # Weights are told with three decimals.
            assert total == pytest.approx(shown["q"][z][0][step], abs=0.01)


def _of(shown: dict[str, Any], quantity: str) -> Any:
    return shown["x"] if quantity == "x" else shown["q"][quantity]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_record_of_one_unit(kind: str) -> None:
    trace, shown = record(kind, 2, unit=4)
    assert shown["units"] == 1
    assert shown["editable"] is False
    np.testing.assert_array_equal(shown["q"]["h"], trace.h[:, 4][None])
    assert all(len(values) == 1 for values in (*shown["q"].values(), *shown["captions"].values()))
    assert {key for _, key, _ in shown["terms"][next(iter(Z[kind]))][0]} - {None, "x"} <= set(shown["q"])
    assert set(shown["q"]) - {key for key in shown["q"] if key.startswith("z")} <= set(shown["symbols"]) | {
        "v"
    }


def test_few_inputs_are_named_and_many_are_added_up() -> None:
    _, shown = record("lstm", 2, names=("value", "mark"))
    assert shown["names"] == ["value", "mark"]
    assert len(shown["x"]) == 2
    _, shown = record("lstm", 3)
    assert shown["names"] == ["x₁", "x₂", "x₃"]
    _, shown = record("lstm", MOST_INPUTS + 1)
    assert shown["names"] == shown["x"] == []
    assert [quantity for _, quantity, _ in shown["terms"]["f"][0]] == ["wxf", "uhf", "hp", None]


def test_a_single_unit_hears_of_no_others() -> None:
    cell = LSTMCell.random(1, 1, 0)
    shown = unit_record(cell, cell.run(np.ones((4, 1))), ("value",), 0)
    assert [quantity for _, quantity, _ in shown["terms"]["f"][0]] == ["x", "hp", None]
