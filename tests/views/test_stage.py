import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given

from lstm_viz.notation import GATES, SYMBOLS, Gate
from lstm_viz.settings.cell import MAX_ABS, CellSettings, RunSettings, SequenceSettings
from lstm_viz.settings.presets import PRESETS, input_names, random_run
from lstm_viz.views.stage import opening_step, stage_record
from tests.exchange.strategies import runs

LATCH = PRESETS["latch"].settings
WORKED = PRESETS["worked-four-steps"]


def on_the_wire(run: RunSettings, readout: tuple[float, float] | None = None) -> dict[str, Any]:
    """The record as the browser gets it: packed and read again as JSON."""
    ghost = run.run_unclamped() if run.cell.clamp else None
    names = input_names(run.origin, run.cell.inputs)
    record = stage_record(run, run.run(), ghost, names=names, readout=readout)
    packed: dict[str, Any] = orjson.loads(orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY))
    return packed


def holding(run: RunSettings, **gates: float) -> RunSettings:
    for gate in GATES:
        if gate in gates:
            run = replace(run, cell=run.cell.with_clamp(gate, gates[gate]))
    return run


def words(record: dict[str, Any], key: str, unit: int, step: int) -> str:
    phrase: str = record["phrases"][record["captions"][key][unit][step]]
    return phrase


@given(runs(steps=12))
def test_the_record_holds_exactly_the_numbers_of_the_run(run: RunSettings) -> None:
    trace, record = run.run(), on_the_wire(run)
    arrays: dict[str, np.ndarray] = {gate: getattr(trace, gate) for gate in GATES}
    arrays |= {"zi": trace.z_i, "zf": trace.z_f, "zg": trace.z_g, "zo": trace.z_o}
    arrays |= {"c": trace.c, "h": trace.h, "cp": trace.c_prev, "hp": trace.h_prev}
    assert record["x"] == trace.x.T.tolist()
    for key, values in arrays.items():
        assert record["q"][key] == values.T.tolist()
    assert record["q"].keys() == arrays.keys() | {"kept", "written", "tc"}


def by_hand(run: RunSettings) -> Iterator[tuple[int, int, dict[str, float]]]:
    """The equations of the LSTM written out number by number: unit, step, and what is known there."""
    cell, held = run.cell, dict(run.cell.clamp)
    h, c = list(cell.h0), list(cell.c0)
    for step, x in enumerate(run.sequence.values):
        seen = (*x, *h, 1.0)
        for unit in range(cell.units):
            rows = {gate: cell.rows[cell.row_index(gate, unit)] for gate in GATES}
            z = {gate: math.fsum(w * s for w, s in zip(rows[gate], seen, strict=True)) for gate in GATES}
            now = {g: math.tanh(z[g]) if g == "g" else 0.5 + 0.5 * math.tanh(z[g] / 2) for g in GATES} | held
            known = {"cp": c[unit], "hp": seen[len(x) + unit]}
            known |= {"kept": now["f"] * c[unit], "written": now["i"] * now["g"]}
            c[unit] = known["c"] = known["kept"] + known["written"]
            known["tc"] = math.tanh(c[unit])
            h[unit] = known["h"] = now["o"] * known["tc"]
            yield unit, step, {**{str(gate): value for gate, value in now.items()}, **known}


@given(runs(largest=3, steps=8))
def test_every_wire_carries_what_a_hand_would_compute(run: RunSettings) -> None:
    q = on_the_wire(run)["q"]
    for unit, step, known in by_hand(run):
        for key, value in known.items():
            assert q[key][unit][step] == pytest.approx(value, rel=1e-9, abs=1e-9)


@given(runs(steps=6))
def test_the_memory_is_what_is_kept_and_what_is_written(run: RunSettings) -> None:
    q = {key: np.array(values) for key, values in on_the_wire(run)["q"].items()}
    np.testing.assert_array_equal(q["kept"], q["f"] * q["cp"])
    np.testing.assert_array_equal(q["written"], q["i"] * q["g"])
    np.testing.assert_allclose(q["kept"] + q["written"], q["c"], rtol=1e-12)
    np.testing.assert_allclose(q["o"] * q["tc"], q["h"], rtol=1e-12)


def test_the_record_holds_the_settings() -> None:
    run = random_run(1, units=3, inputs=2)
    run = holding(replace(run, cell=run.cell.with_state("h0", 1, 0.5).with_state("c0", 2, -2.0)), f=0.5)
    record = on_the_wire(run)
    assert (record["origin"], record["steps"], record["units"], record["inputs"]) == ("random", 16, 3, 2)
    assert record["names"] == ["x₁", "x₂"]
    assert record["rows"] == [list(row) for row in run.cell.rows]
    assert (record["h0"], record["c0"], record["clamp"]) == ([0, 0.5, 0], [0, 0, -2], {"f": 0.5})
    assert record["limit"] == MAX_ABS


def test_every_quantity_has_a_sign_and_looks_like_what_it_is() -> None:
    record = on_the_wire(LATCH)
    shown = {key for key in record["q"] if not key.startswith("z")} | {"x", "dc", "dh"}
    assert record["symbols"].keys() == shown
    for key, symbol in record["symbols"].items():
        assert symbol.keys() == {"symbol", "name", "meaning", "light", "dark"}
        assert all(symbol.values())
        if key in SYMBOLS:
            assert symbol["symbol"] == SYMBOLS[key].letter
    for part, whole in {"cp": "c", "kept": "c", "written": "c", "tc": "c", "hp": "h"}.items():
        assert record["symbols"][part]["light"] == SYMBOLS[whole].light
        assert record["symbols"][part]["dark"] == SYMBOLS[whole].dark
    assert len({symbol["symbol"] for symbol in record["symbols"].values()}) == len(record["symbols"])


def test_a_run_without_clamp_has_no_ghost() -> None:
    assert on_the_wire(LATCH)["ghost"] is None


def test_the_ghost_is_the_run_with_every_gate_free() -> None:
    record, free = on_the_wire(holding(LATCH, f=0.0)), LATCH.run()
    assert record["ghost"] == {"c": free.c.T.tolist(), "h": free.h.T.tolist()}
    assert record["ghost"]["c"] != record["q"]["c"]


@given(runs(steps=12))
def test_the_scale_is_reached_and_never_passed(run: RunSettings) -> None:
    record = on_the_wire(run)
    q, ghost = record["q"], record["ghost"] or {"c": []}

    def largest(*quantities: list[list[float]]) -> float:
        return max(abs(value) for quantity in quantities for series in quantity for value in series)

    # The ghost starts from the same C_0 as the run itself.
    expected = {"x": largest(record["x"]), "c": largest(q["c"], q["cp"], ghost["c"])}
    assert record["scale"] == {**expected, "tc": largest(q["tc"], q["h"])}


def test_a_memory_that_starts_full_counts_for_the_scale() -> None:
    run = holding(replace(LATCH, cell=LATCH.cell.with_state("c0", 0, -9.0)), f=0.0)
    assert on_the_wire(run)["scale"]["c"] == 9


def test_the_readout_of_the_worked_example_is_0_9996() -> None:
    assert WORKED.readout is not None
    record = on_the_wire(WORKED.settings, (WORKED.readout.weight, WORKED.readout.bias))
    readout, h = record["readout"], record["q"]["h"][0]
    assert (readout["weight"], readout["bias"]) == (4, 5)
    assert round(h[-1], 4) == 0.7355
    assert round(readout["y"][-1], 4) == 0.9996
    assert readout["y"] == pytest.approx([1 / (1 + math.exp(-(4 * value + 5))) for value in h], abs=1e-15)


def test_a_run_without_readout_shows_none() -> None:
    assert on_the_wire(LATCH)["readout"] is None


@given(runs(steps=6))
def test_every_index_names_a_phrase(run: RunSettings) -> None:
    record = on_the_wire(run)
    assert record["captions"].keys() == {*GATES, "c", "h"}
    for series in record["captions"].values():
        assert np.shape(series) == (run.cell.units, len(run.sequence.values))
        assert all(phrase in range(len(record["phrases"])) for unit in series for phrase in unit)


@pytest.mark.parametrize(
    ("gate", "value", "does"),
    [
        ("f", 0.0, ": nothing of the old memory is kept"),
        ("f", 0.98, ": nearly all of the old memory is kept"),
        ("i", 1.0, ": all of the candidate is written"),
        ("g", -1.0, ""),
        ("o", 0.0, ": the memory is hidden from the outside"),
    ],
)
def test_a_held_gate_is_said_to_be_held_at_every_step(gate: str, value: float, does: str) -> None:
    record = on_the_wire(holding(random_run(0), **{gate: value}))
    for unit in range(2):
        for step in range(16):
            assert words(record, gate, unit, step) == f"held by you for the whole run{does}"


def test_gates_held_together_each_have_their_own_words() -> None:
    record = on_the_wire(holding(LATCH, f=1.0, i=0.0, o=1.0))
    assert words(record, "f", 0, 3).endswith("all of the old memory is kept")
    assert words(record, "i", 0, 3).endswith("nothing of the candidate is written")
    assert words(record, "o", 0, 3).endswith("all of the memory is shown")
    assert words(record, "g", 0, 3).startswith("the candidate proposes")


def test_the_words_of_a_latch_tell_what_it_does() -> None:
    record = on_the_wire(LATCH)
    assert [words(record, key, 0, 0) for key in ("f", "i")] == [
        "the memory was empty, so there is nothing to keep",
        "all of the candidate is written",
    ]
    assert [words(record, key, 0, 1) for key in ("f", "i", "c")] == [
        "all of the old memory is kept",
        "nothing of the candidate is written",
        "the memory stays as it was",
    ]
    assert [words(record, key, 0, 5) for key in ("f", "c")] == [
        "nothing of the old memory is kept",
        "the memory changes its sign",
    ]


def remembering(*states: float) -> RunSettings:
    """A run whose memory takes these values one after the other: C_t = tanh(x_t)."""
    rows: dict[Gate, list[tuple[float, ...]]] = {gate: [(float(gate == "g"), 0, 0)] for gate in GATES}
    cell = CellSettings.from_gates(rows).with_clamp("i", 1.0).with_clamp("f", 0.0)
    return RunSettings("random", cell, SequenceSettings.from_lines([math.atanh(c) for c in states]))


@pytest.mark.parametrize(
    ("states", "step"),
    [
        ((0.8, 0.8, 0.8), 0),
        ((0.8, 0.8, 0.1, 0.1), 2),
        ((0.8, 0.8, 0.5, 0.5), 0),
        ((0.8, 0.8, -0.8, -0.8, -0.1, -0.1), 2),
        ((0.0, 0.0, 0.9), 2),
        ((0.0, 0.0, 0.0), 2),
        ((0.5,), 0),
    ],
)
def test_a_run_opens_on_the_last_step_at_which_the_memory_jumps(states: tuple[float, ...], step: int) -> None:
    assert opening_step(remembering(*states).run()) == step


def test_the_default_opens_where_its_flag_writes_for_the_last_time() -> None:
    run = PRESETS["leaky-latch"].settings
    assert run.sequence.lines[1][opening_step(run.run())] == 1
    assert not any(run.sequence.lines[1][opening_step(run.run()) + 1 :])


@given(runs(steps=12))
def test_every_run_opens_on_one_of_its_steps(run: RunSettings) -> None:
    assert opening_step(run.run()) in range(len(run.sequence.values))
