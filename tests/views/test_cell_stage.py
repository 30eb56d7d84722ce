"""What the stage is told of any cell: its numbers, its equations, its gradient and its words."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
import pytest

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.cells.run import Trace
from lstm_viz.views.cell_stage import LARGEST, cell_record
from tests.cells.random_cells import drawn_cell

every_cell = pytest.mark.parametrize("name", CATALOGUE)


def a_run(name: str, hidden: int = 2) -> tuple[Cell, Trace]:
    equations = CATALOGUE[name]
    sizes = dict.fromkeys(equations.declared_sizes, hidden)
    cell = Cell.random(equations, hidden if equations.graph.square else 2, hidden, seed=1, sizes=sizes)
    return cell, cell.run(np.random.default_rng(3).standard_normal((5, cell.inputs)))


def on_the_wire(record: dict[str, Any]) -> dict[str, Any]:
    """The record as the browser gets it."""
    packed: dict[str, Any] = orjson.loads(orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY))
    return packed


def worked_out(record: dict[str, Any], parts: list[Any], unit: int, step: int) -> float:
    """An equation as the stage shows it, worked out as a person with a calculator would."""

    def value(quantity: str | None, row: int) -> float:
        if quantity is None:
            return 1.0
        return float((record["x"] if quantity == "x" else record["q"][quantity])[row][step])

    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
        elif "q" in part:
            text += f"({value(part['q'], unit)!r})"
        else:
            terms = record["terms"][part["terms"]][unit]
            summed = (f"({1.0 if w is None else w!r})*({value(q, row)!r})" for w, q, row in terms)
            text += f"({' + '.join(summed)})"
    for shown, meant in {
        "clip(0.2·(": "clip(0.2*(", "clip((": "clip((", "·": "*", "−": "-", "log σ": "logσ", "4σ": "4*σ",
        "2σ": "2*σ", "√": "sqrt", "²": "**2",
    }.items():  # fmt: skip
        text = text.replace(shown, meant)
    return float(eval(text, {"__builtins__": {}}, KNOWN))


KNOWN: dict[str, Callable[..., float]] = {
    "σ": lambda z: 0.5 + 0.5 * math.tanh(z / 2),
    "logσ": lambda z: -math.log1p(math.exp(-z)),
    "softplus": lambda z: math.log1p(math.exp(z)),
    "clip": lambda z: min(1.0, max(0.0, z)),
    "relu": lambda z: max(z, 0.0),
    "tanh": math.tanh,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "max": max,
}


@every_cell
def test_every_equation_shown_gives_the_value_shown(name: str) -> None:
    cell, trace = a_run(name)
    record = on_the_wire(cell_record(cell, trace, ["x₁", "x₂"]))
    assert [line["key"] for line in record["lines"]] == [line.name for line in cell.equations.lines]
    for line in record["lines"]:
        for unit in range(2):
            for step in range(5):
                value = worked_out(record, line["parts"], unit, step)
                # Weights are shown with three decimals.
                assert value == pytest.approx(record["q"][line["key"]][unit][step], rel=5e-3, abs=5e-3)


@every_cell
def test_whatever_is_drawn_has_its_number_and_its_name(name: str) -> None:
    cell, trace = a_run(name)
    record = on_the_wire(cell_record(cell, trace, ["x₁", "x₂"]))
    drawn = {"x"} | record["q"].keys()
    for key in record["anatomy"].get("keys", {}).values():
        assert key in drawn & record["symbols"].keys()
    for plan in (record["anatomy"][frame] for frame in ("wide", "narrow") if frame in record["anatomy"]):
        keys = {
            each["q"] for part in ("wires", "pipes", "operators", "pills", "chips") for each in plan[part]
        }
        assert keys | {block["gate"] for block in plan["blocks"]} <= drawn & record["symbols"].keys()
        assert {f"z{block['gate']}" for block in plan["blocks"]} <= drawn
        assert {pipe["full"] for pipe in plan["pipes"]} <= record["scale"].keys()
        assert {"h"} <= {chip["q"] for chip in plan["chips"]}
    for line in record["lines"]:
        indices = record["captions"][line["key"]]
        assert np.shape(indices) == np.shape(record["q"][line["key"]])
        assert all(record["phrases"][index] for unit in indices for index in unit)


@every_cell
def test_the_gradient_is_what_a_small_push_changes(name: str) -> None:
    """Every line is held a little above and below its value at one step; mean lines are of all units."""
    cell, trace = a_run(name)
    record = cell_record(cell, trace, ["x₁", "x₂"], unit=1)
    assert record["gradient"]["value"] == trace["h"][-1, 1]
    pushed = 0
    for line in record["shown"]:
        found = record["gradient"]["of"].get(line)
        low, high = cell.equations.bounds(line)
        if found is None or line == "y":
            continue
        for step in (2, 4):
            held = np.full(trace[line].shape, np.nan)
            ends = []
            for push in (1e-5, -1e-5):
                held[step] = trace[line][step]
                held[step, 0] = np.clip(held[step, 0] + push, low, high)
                ends.append((held[step, 0], cell.run(trace["x"], clamp={line: held})["h"][-1, 1]))
            slope = (ends[0][1] - ends[1][1]) / (ends[0][0] - ends[1][0])
            assert found[0][step] == pytest.approx(slope, rel=1e-4, abs=1e-7), (line, step)
            pushed += 1
    assert pushed >= 2


def test_random_cells_have_a_record() -> None:
    for seed in range(30):
        cell, arguments, random = drawn_cell(seed)
        trace = cell.run(random.standard_normal((4, cell.inputs)))
        names = [f"x{d}" for d in range(cell.inputs)]
        assert on_the_wire(cell_record(cell, trace, names))["steps"] == 4, arguments


def test_a_state_that_starts_at_minus_infinity_is_a_number_for_the_browser() -> None:
    cell, trace = a_run("sLSTM")
    record = on_the_wire(cell_record(cell, trace, ["x₁", "x₂"]))
    assert record["q"]["m[t-1]"][0][0] == -LARGEST
    assert record["scale"]["m"] < 100


def test_a_cell_in_single_precision_has_a_record_too() -> None:
    cell, trace = a_run("sLSTM")
    single = Cell(cell.equations, {name: array.astype(np.float32) for name, array in cell.weights.items()})
    record = on_the_wire(cell_record(single, single.run(trace["x"]), ["x₁", "x₂"]))
    assert record["q"]["m[t-1]"][0][0] == -LARGEST
    np.testing.assert_allclose(record["q"]["h"], trace["h"].T, rtol=1e-4)


def test_wide_matrices_are_shown_as_one_number_each() -> None:
    cell, trace = a_run("LSTM", hidden=12)
    record = on_the_wire(cell_record(cell, trace, ["x₁", "x₂"]))
    key = next(iter(record["terms"]))
    terms = record["terms"][key][11]
    assert [weight is None for weight, _, _ in terms] == [False, False, True, False]
    line = next(line for line in record["lines"] if line["key"] == "i")
    assert worked_out(record, line["parts"], 11, 4) == pytest.approx(record["q"]["i"][11][4], abs=5e-3)


def test_known_gates_keep_their_colours_and_others_have_their_own() -> None:
    cell, trace = a_run("sLSTM")
    symbols = cell_record(cell, trace, ["x₁", "x₂"])["symbols"]
    assert symbols["o"]["light"] == "#0067a5"
    assert symbols["c"]["symbol"] == "C"
    colours = [symbols[line.name]["light"] for line in cell.equations.lines]
    assert len(set(colours)) == len(colours)


TABLES = {"LSTM": "lstm", "1997": "lstm", "V": "lstm", "NOG": "lstm", "NOAF": "lstm", "GRU": "gru",
          "GRU before": "gru", "Elman": "rnn", "sLSTM": "graph", "LSTM relu": "graph"}  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), TABLES.items())
def test_a_cell_that_has_a_table_is_drawn_by_it_and_shows_the_same_numbers(name: str, kind: str) -> None:
    cell, trace = a_run("LSTM 1997" if name == "1997" else name)
    record = cell_record(cell, trace, ["x₁", "x₂"])
    assert record["anatomy"]["kind"] == kind
    if kind != "lstm":
        return
    keys, q = record["anatomy"]["keys"], record["q"]
    i, f, o = (q.get(gate, 1.0) for gate in "ifo")
    np.testing.assert_array_equal(q[keys["kept"]], f * q["c[t-1]"])
    np.testing.assert_array_equal(q[keys.get("written", "g")], i * q["g"])
    np.testing.assert_allclose(o * q[keys["tc"]], q["h"], rtol=1e-14)


def test_the_reset_of_a_gru_is_found_where_it_acts() -> None:
    for name in ("GRU", "GRU before"):
        record = cell_record(*a_run(name), ["x₁", "x₂"])
        keys, q = record["anatomy"]["keys"], record["q"]
        seen = q[keys["nh"]] if name == "GRU" else q["h[t-1]"]
        np.testing.assert_array_equal(q[keys["reset"]], q["r"] * seen)
        np.testing.assert_array_equal(q[keys["v"]], 1.0 - q["z"])
        np.testing.assert_array_equal(q[keys["kept"]] + q[keys["written"]], q["h"])


def test_a_batch_is_refused() -> None:
    cell, _ = a_run("LSTM")
    with pytest.raises(ValueError, match="one sequence, got a batch of 3"):
        cell_record(cell, cell.run(np.ones((4, 3, 2))), ["x₁", "x₂"])


def test_a_unit_that_is_not_there_is_refused() -> None:
    cell, trace = a_run("LSTM")
    with pytest.raises(ValueError, match="unit: expected 0 to 1, got 2"):
        cell_record(cell, trace, ["x₁", "x₂"], unit=2)
