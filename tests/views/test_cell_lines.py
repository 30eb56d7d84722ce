from typing import Any

import numpy as np
import pytest

import lstm_viz as lv
from lstm_viz.cells.run import Trace
from lstm_viz.views.cell_lines import last_gradients, line_strips, of_unit

X = np.random.default_rng(0).standard_normal((6, 2))


def run(text: str, **chosen: Any) -> Trace:
    return lv.Cell.random(lv.Equations(text), inputs=2, hidden=3, **chosen).run(X)


def test_every_line_of_a_unit_has_a_row() -> None:
    trace = run(lv.CATALOGUE["LSTM"].text)
    record = line_strips(trace, ("a", "b"), 1)
    read, cell, back = record["groups"]
    assert record["steps"] == 6
    assert [row["symbol"] for row in read["rows"]] == ["a", "b"]
    assert [row["key"] for row in cell["rows"]] == ["i", "f", "g", "c", "o", "h"]
    for row in cell["rows"]:
        np.testing.assert_array_equal(row["values"], trace[row["key"]][:, 1])
        assert (row["full"] is None) == (row["key"] in "ifo"), "gates are from 0 to 1"
    assert [row["key"] for row in back["rows"]] == ["dh", "dc"]


def test_what_comes_back_is_the_gradient_of_the_last_output() -> None:
    trace = run(lv.CATALOGUE["GRU"].text)
    seen = np.zeros((6, 3))
    seen[-1, 2] = 1.0
    expected = trace.cell.backward(trace, h=seen).adjoint["h"][:, 2]
    np.testing.assert_allclose(last_gradients(trace, 2)["h"], expected, rtol=1e-12)


def test_a_line_as_wide_as_the_input_has_fewer_units() -> None:
    trace = run(lv.CATALOGUE["QRNN"].text)
    assert "y" in of_unit(trace, 1)
    assert "y" not in of_unit(trace, 2)
    assert "y" not in last_gradients(trace, 2)


@pytest.mark.parametrize("name", lv.CATALOGUE)
def test_every_cell_of_the_catalogue_has_its_strips(name: str) -> None:
    equations = lv.CATALOGUE[name]
    sizes = dict.fromkeys(equations.declared_sizes, 3)
    trace = lv.Cell.random(equations, inputs=2, hidden=3, sizes=sizes).run(X)
    for group in line_strips(trace, ("a", "b"), 0)["groups"]:
        for row in group["rows"]:
            assert np.isfinite(row["values"]).all()
            assert row["full"] is None or row["full"] > 0


def test_where_a_slope_is_infinite_nothing_is_said_to_come_back() -> None:
    trace = run("c = sqrt(0.5*c)\nh = c + W@x")
    assert last_gradients(trace, 0) == {}
    assert len(line_strips(trace, ("a", "b"), 0)["groups"]) == 2
