import csv
import io

import numpy as np
import pytest

from lstm_viz.cells import GRUCell, LSTMCell
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.exchange.trace_table import trace_csv, trace_table
from lstm_viz.settings.presets import PRESETS, random_run

ONE_UNIT = PRESETS["worked-four-steps"].settings.run()
TWO_UNITS = random_run(5, units=2, inputs=2).run()


def test_one_unit_gives_plain_names_in_the_order_of_computation() -> None:
    names = "step x z_i z_f z_C̃ z_o i f C̃ o C h"
    assert list(trace_table(ONE_UNIT, ["x"])) == names.split()
    assert list(trace_table(ONE_UNIT, ["x"], ascii_names=True)) == names.replace("C̃", "g").split()


def test_several_units_follow_one_another_with_their_number_behind_the_name() -> None:
    names = list(trace_table(TWO_UNITS, ["value", "flag"]))
    quantities = ["z_i", "z_f", "z_C̃", "z_o", "i", "f", "C̃", "o", "C", "h"]
    assert names == ["step", "value", "flag", *(f"{name} {unit}" for unit in (1, 2) for name in quantities)]


def test_columns_hold_the_run() -> None:
    table = trace_table(TWO_UNITS, ["x₁", "x₂"])
    np.testing.assert_array_equal(table["step"], range(1, 17))
    np.testing.assert_array_equal(table["x₂"], TWO_UNITS.x[:, 1])
    for name, values in {
        "z_f": TWO_UNITS.z_f, "z_C̃": TWO_UNITS.z_g, "i": TWO_UNITS.i, "C̃": TWO_UNITS.g, "o": TWO_UNITS.o,
        "C": TWO_UNITS.c, "h": TWO_UNITS.h,
    }.items():  # fmt: skip
        np.testing.assert_array_equal(table[f"{name} 2"], values[:, 1])


def test_csv_reads_back_exactly() -> None:
    heading, *rows = csv.reader(io.StringIO(trace_csv(TWO_UNITS, ["x₁", "x₂"]), newline=""))
    table = trace_table(TWO_UNITS, ["x1", "x2"], ascii_names=True)
    assert heading == list(table)
    np.testing.assert_array_equal(np.array(rows, dtype=float), np.column_stack(list(table.values())))
    assert rows[0][0] == "1"


def test_csv_is_plain_ascii() -> None:
    assert trace_csv(TWO_UNITS, ["x₁", "x₂"]).isascii()


def test_a_batch_or_a_missing_name_is_refused() -> None:
    batch = LSTMCell.random(inputs=1, hidden=1).run(np.zeros((3, 2, 1)))
    for trace, names in ((batch, ["x"]), (TWO_UNITS, ["x"])):
        with pytest.raises(ValueError, match=r"^trace must be of one sequence"):
            trace_table(trace, names)


def test_a_gru_and_any_other_cell_have_a_table() -> None:
    trace = GRUCell.random(1, 2, seed=0).run([[1.0], [-1.0], [0.5]])
    table = trace_table(trace, ["x"])
    quantities = ["z_r", "z_z", "z_n", "r", "z", "n", "h"]
    assert list(table) == ["step", "x", *(f"{name} {unit}" for unit in (1, 2) for name in quantities)]
    np.testing.assert_array_equal(table["z 2"], trace.u[:, 1])
    np.testing.assert_array_equal(table["z_n 1"], trace.z_n[:, 0])
    projected = Cell.random(CATALOGUE["LSTMP"], 1, 3, sizes={"P": 2})
    names = list(trace_table(projected.run([[1.0]]), ["x"]))
    assert [name for name in names if name.startswith("h")] == ["h 1", "h 2"]
