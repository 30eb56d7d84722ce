import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lstm_viz.settings.cell import MAX_STEPS, MAX_UNITS, CellSettings, RunSettings, SequenceSettings

ONE = CellSettings.from_gates({"i": [(1, 2, 3)], "f": [(4, 5, 6)], "g": [(7, 8, 9)], "o": [(10, 11, 12)]})
"""One unit, one input; every weight is another number."""

TWO = CellSettings(
    rows=tuple(tuple(float(10 * row + column) for column in range(5)) for row in range(8)),
    h0=(0.1, 0.2),
    c0=(0.3, 0.4),
)
"""Two units, two inputs: row 3, column 2 holds 32."""


def of_size(units: int, inputs: int) -> CellSettings:
    zeros = (0.0,) * units
    return CellSettings(((0.0,) * (inputs + units + 1),) * (4 * units), zeros, zeros)


def test_from_gates_stacks_the_gates_in_the_order_i_f_g_o_and_starts_from_zero() -> None:
    assert list(ONE.rows) == [(1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12)]
    assert ONE.h0 == ONE.c0 == (0.0,)
    assert (ONE.units, ONE.inputs, TWO.units, TWO.inputs) == (1, 1, 2, 2)


def test_the_cell_reads_input_weights_then_state_weights_then_the_bias() -> None:
    cell = TWO.cell()
    np.testing.assert_array_equal(cell.weight_ih[3], [30, 31])
    np.testing.assert_array_equal(cell.weight_hh[3], [32, 33])
    assert cell.bias[3] == 34


def test_the_largest_cell_and_the_longest_sequence_are_allowed() -> None:
    cell = of_size(MAX_UNITS, 2)
    run = RunSettings("random", cell, SequenceSettings(((0.0, 0.0),) * MAX_STEPS))
    assert run.run().h.shape == (MAX_STEPS, MAX_UNITS)


@pytest.mark.parametrize(
    ("units", "inputs", "named"), [(0, 1, "rows"), (5, 1, "rows"), (1, 0, "rows"), (1, 3, "rows")]
)
def test_a_cell_of_another_size_is_refused(units: int, inputs: int, named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named} must"):
        of_size(units, inputs)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"rows": ONE.rows[:3]}, "rows"),
        ({"rows": ((1.0, 2.0), *ONE.rows[1:])}, "rows"),
        ({"rows": (*ONE.rows[:3], (1.0, 2.0))}, "rows"),
        ({"rows": ((math.nan, 2.0, 3.0), *ONE.rows[1:])}, "rows"),
        ({"rows": ((1000.1, 2.0, 3.0), *ONE.rows[1:])}, "rows"),
        ({"h0": (0.0, 0.0)}, "rows"),
        ({"c0": (0.0, 0.0)}, "c0"),
        ({"h0": (math.inf,)}, "h0"),
        ({"c0": (-1000.1,)}, "c0"),
        ({"clamp": (("f", 1.1),)}, "clamp"),
        ({"clamp": (("f", -0.1),)}, "clamp"),
        ({"clamp": (("g", -1.1),)}, "clamp"),
        ({"clamp": (("o", math.nan),)}, "clamp"),
        ({"clamp": (("c", 0.5),)}, "clamp"),
        ({"clamp": (("f", 1.0), ("i", 1.0))}, "clamp"),
        ({"clamp": (("f", 1.0), ("f", 0.0))}, "clamp"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named} must"):
        replace(ONE, **changes)


@pytest.mark.parametrize(
    "values",
    [(), ((0.0,),) * (MAX_STEPS + 1), ((0.0,), (0.0, 0.0)), ((math.nan,),), ((1000.1,),), ((-math.inf,),)],
)
def test_a_sequence_that_is_empty_too_long_ragged_or_out_of_range_is_refused(values: Any) -> None:
    with pytest.raises(ValueError, match=r"^values must"):
        SequenceSettings(values)


def test_a_run_needs_as_many_inputs_as_its_cell_reads() -> None:
    with pytest.raises(ValueError, match=r"^sequence must hold 2 inputs at every step, got 1"):
        RunSettings("random", TWO, SequenceSettings.from_lines([0.0]))


def test_with_weight_replaces_one_weight_of_one_gate_of_one_unit() -> None:
    edited = TWO.with_weight("f", 1, 2, -1.0)
    assert list(edited.rows[3]) == [30, 31, -1, 33, 34]
    assert edited.with_weight("f", 1, 2, 32.0) == TWO


def test_with_state_replaces_the_initial_state_of_one_unit() -> None:
    assert TWO.with_state("h0", 1, 9.0).h0 == (0.1, 9.0)
    assert TWO.with_state("c0", 0, 9.0).c0 == (9.0, 0.4)
    assert TWO.with_state("c0", 0, 9.0).h0 == TWO.h0


def test_with_clamp_holds_gates_in_a_fixed_order_and_sets_them_free_again() -> None:
    held = ONE.with_clamp("o", 0.0).with_clamp("i", 1.0).with_clamp("o", 0.5)
    assert held.clamp == (("i", 1.0), ("o", 0.5))
    assert held.with_clamp("i", None).with_clamp("o", None) == ONE


def test_edits_of_a_value_that_does_not_exist_are_refused() -> None:
    sequence = SequenceSettings.from_lines([1.0, 2.0])
    edits = [
        lambda: ONE.with_weight("i", 0, 3, 0.0),
        lambda: ONE.with_weight("i", 0, -1, 0.0),
        lambda: ONE.with_weight("i", 1, 0, 0.0),
        lambda: ONE.with_state("h0", 1, 0.0),
        lambda: sequence.with_value(2, 0, 0.0),
        lambda: sequence.with_value(0, 1, 0.0),
    ]
    for edit in edits:
        with pytest.raises(ValueError, match=r"^index must be"):
            edit()


def test_lines_and_steps_are_the_same_values() -> None:
    sequence = SequenceSettings.from_lines([1, 2, 3], [4, 5, 6])
    assert list(sequence.values) == [(1, 4), (2, 5), (3, 6)]
    assert list(sequence.lines) == [(1, 2, 3), (4, 5, 6)]
    assert sequence.with_value(1, 1, 9.0).lines == ((1, 2, 3), (4, 9, 6))


def test_lines_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        SequenceSettings.from_lines([1, 2], [1])


def test_equal_settings_are_one_key() -> None:
    sequence = SequenceSettings.from_lines([1.0])
    again = SequenceSettings.from_lines([1.0])
    edited = ONE.with_weight("i", 0, 0, 5.0).with_weight("i", 0, 0, 1.0)
    assert len({RunSettings("random", ONE, sequence), RunSettings("random", edited, again)}) == 1


def test_a_run_starts_from_its_initial_states_and_reads_its_sequence() -> None:
    trace = RunSettings("random", TWO, SequenceSettings.from_lines([1, 2], [3, 4])).run()
    np.testing.assert_array_equal(trace.x, [[1, 3], [2, 4]])
    np.testing.assert_array_equal(trace.h_prev[0], TWO.h0)
    np.testing.assert_array_equal(trace.c_prev[0], TWO.c0)


def test_a_clamp_holds_its_gate_in_the_run_and_not_in_the_unclamped_one() -> None:
    sequence = SequenceSettings.from_lines([1, -1, 0])
    free, held = (RunSettings("random", cell, sequence) for cell in (ONE, ONE.with_clamp("f", 0.25)))
    assert (held.run().f == 0.25).all()
    np.testing.assert_array_equal(held.run_unclamped().c, free.run().c)
    assert (held.run().c != free.run().c).any()


def test_a_state_that_does_not_exist_is_refused() -> None:
    cell = CellSettings(((0.0, 0.0, 0.0),) * 4, (0.0,), (0.0,))
    with pytest.raises(ValueError, match="name must be h0 or c0, got 'h1'"):
        cell.with_state("h1", 0, 1.0)
