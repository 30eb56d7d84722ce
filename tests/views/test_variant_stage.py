"""What the stage is told of every cell: its numbers, its parts, its equations and its words."""

import math
from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import orjson
import pytest

from lstm_viz.cells import LSTMVariant, LSTMVariantCell, RNNCell
from lstm_viz.cells.variants import WideActivation
from lstm_viz.settings.family import FAMILY
from lstm_viz.settings.presets import PRESETS, input_names
from lstm_viz.settings.variants import VARIANTS_PRESETS, Comparison
from lstm_viz.views.anatomy import SQUASHES
from lstm_viz.views.stage import stage_record
from lstm_viz.views.variant_stage import variant_record

LINES = ((1.0, -0.5, 0.0, 2.0, -1.5), (0.5, 0.5, -1.0, 0.0, 1.0))
every_cell = pytest.mark.parametrize("key", FAMILY)


def on_the_wire(key: str, lines: tuple[tuple[float, ...], ...] = LINES, **settings: Any) -> dict[str, Any]:
    """The record of one cell as the browser gets it."""
    chosen = Comparison((key, "v" if key == "lstm" else "lstm"), lines, units=2, seed=1, **settings)
    cell = chosen.cell(key)
    record = variant_record(cell, cell.run(chosen.x), ["x₁", "x₂"])
    return packed(record)


def packed(record: dict[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = orjson.loads(orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY))
    return loaded


def worked_out(record: dict[str, Any], parts: list[Any], unit: int, step: int) -> float:
    """An equation as the stage shows it, worked out as a person with a calculator would."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
        elif "q" in part:
            text += repr(record["q"][part["q"]][unit][step])
        else:
            terms = record["terms"][part["terms"]][unit]
            seen = [
                1.0 if q is None else (record["x"] if q == "x" else record["q"][q])[k][step]
                for _, q, k in terms
            ]
            text += " + ".join(f"({w!r})*({s!r})" for (w, _, _), s in zip(terms, seen, strict=True))
    text = text.replace("4σ", "4*σ").replace("2σ", "2*σ").replace("·", "*").replace("−", "-")
    known: dict[str, Callable[[float], float]] = {
        "σ": lambda z: 0.5 + 0.5 * math.tanh(z / 2),
        "tanh": math.tanh,
    }
    return float(eval(text, {"__builtins__": {}}, known))


@every_cell
def test_every_equation_shown_gives_the_value_shown(key: str) -> None:
    record = on_the_wire(key)
    worked = 0
    for line in record["lines"]:
        if line["parts"] == ["no such gate"]:
            assert np.all(np.array(record["q"][line["key"]]) == 1)
            continue
        for unit in range(2):
            for step in range(5):
                value = worked_out(record, line["parts"], unit, step)
                # Weights are shown with three decimals.
                assert value == pytest.approx(record["q"][line["key"]][unit][step], abs=5e-3)
                worked += 1
    assert worked >= 10


@every_cell
def test_every_number_that_is_drawn_or_read_is_there(key: str) -> None:
    record = on_the_wire(key)
    for gate in record["anatomy"]["blocks"]:
        assert f"z{gate}" in record["q"]
    for line in record["lines"]:
        assert {line["key"]} <= record["q"].keys() & record["symbols"].keys()
        assert np.shape(record["captions"][line["key"]]) == (2, 5)
        assert all(
            record["phrases"][phrase] for phrases in record["captions"][line["key"]] for phrase in phrases
        )
    assert (
        record["q"].keys() - {name for name in record["q"] if name.startswith("z")}
        <= record["symbols"].keys()
    )
    assert set(record["shown"]) <= record["q"].keys()
    assert not record["editable"]


@every_cell
def test_the_belt_reaches_its_full_width_and_never_more(key: str) -> None:
    record = on_the_wire(key)
    memory, before = ("c", "cp") if "c" in record["q"] else ("h", "hp")
    assert record["scale"]["c"] == np.abs([record["q"][memory], record["q"][before]]).max()


@pytest.mark.parametrize(
    ("key", "blocks", "coupled", "peeping", "squash"),
    [
        ("lstm", "ifgo", False, "", "tanh"),
        ("v", "ifgo", False, "ifo", "tanh"),
        ("nig", "fgo", False, "fo", "tanh"),
        ("nfg", "igo", False, "io", "tanh"),
        ("nog", "ifg", False, "if", "tanh"),
        ("noaf", "ifgo", False, "ifo", ""),
        ("cifg", "igo", True, "io", "tanh"),
        ("1997", "igo", False, "", "2σ − 1"),
    ],
)
def test_the_anatomy_has_what_the_variant_has(
    key: str, blocks: str, coupled: bool, peeping: str, squash: str
) -> None:
    anatomy = on_the_wire(key)["anatomy"]
    assert "".join(anatomy["blocks"]) == blocks
    assert anatomy["coupled"] == coupled
    assert "".join(anatomy["peepholes"]) == peeping
    assert anatomy["squash"] == squash


@pytest.mark.parametrize("function", get_args(WideActivation))
def test_a_memory_squashed_by_any_function_is_drawn(function: Any) -> None:
    variant = LSTMVariant(candidate_activation=function, memory_activation=function)
    cell = LSTMVariantCell.random(variant, inputs=2, hidden=1, seed=2)
    trace = cell.run(np.array(LINES).T)
    record = packed(variant_record(cell, trace, ["a", "b"]))
    assert record["anatomy"]["squash"] == SQUASHES[function]
    np.testing.assert_allclose(np.multiply(record["q"]["o"], record["q"]["tc"]), record["q"]["h"])
    line = next(line for line in record["lines"] if line["key"] == "h")
    assert worked_out(record, line["parts"], 0, 3) == pytest.approx(record["q"]["h"][0][3])


def test_peephole_wires_carry_the_weights_of_every_unit() -> None:
    chosen = VARIANTS_PRESETS["timer"].settings
    cell = chosen.cell("v")
    anatomy = variant_record(cell, cell.run(chosen.x), ["x"])["anatomy"]
    assert anatomy["peepholes"] == {"i": [0], "f": [-40], "o": [40]}


def test_the_input_gate_peeks_at_the_old_memory_and_the_output_gate_at_the_new() -> None:
    terms = on_the_wire("v")["terms"]
    seen = {gate: {quantity for _, quantity, _ in terms[gate][0]} for gate in terms}
    assert seen == {
        "i": {"x", "hp", "cp", None},
        "f": {"x", "hp", "cp", None},
        "g": {"x", "hp", None},
        "o": {"x", "hp", "c", None},
    }


def test_full_recurrence_sees_all_gates_of_the_step_before() -> None:
    q = on_the_wire("fgr")["q"]
    for gate in "ifo":
        before = np.array(q[f"{gate}p"])
        assert not before[:, 0].any()
        np.testing.assert_array_equal(before[:, 1:], np.array(q[gate])[:, :-1])


@pytest.mark.parametrize(("key", "gate"), [("nig", "i"), ("nfg", "f"), ("nog", "o"), ("1997", "f")])
def test_a_missing_gate_is_said_to_be_missing(key: str, gate: str) -> None:
    record = on_the_wire(key)
    for unit in record["captions"][gate]:
        assert all(record["phrases"][phrase].startswith("without a") for phrase in unit)


def test_a_candidate_beyond_one_is_not_said_to_go_as_far_as_it_can() -> None:
    record = on_the_wire("niaf", ((50.0, -50.0, 0.0),) * 2)
    words = [record["phrases"][phrase] for phrase in record["captions"]["g"][0]]
    assert {
        "the candidate proposes to raise the memory",
        "the candidate proposes to lower the memory",
    } <= set(words)


def test_the_two_grus_differ_in_where_the_reset_acts() -> None:
    after, before = on_the_wire("gru"), on_the_wire("gru-before")
    np.testing.assert_allclose(after["q"]["reset"], np.multiply(after["q"]["r"], after["q"]["nh"]))
    np.testing.assert_allclose(before["q"]["reset"], np.multiply(before["q"]["r"], before["q"]["hp"]))
    for q in (after["q"], before["q"]):
        np.testing.assert_allclose(np.add(q["kept"], q["written"]), q["h"], atol=1e-12)
        np.testing.assert_allclose(np.add(q["v"], q["u"]), 1)


def test_the_plain_lstm_is_told_as_on_the_cell_page() -> None:
    run = PRESETS["latch"].settings
    record = stage_record(run, run.run(), names=input_names("latch", 2))
    plain = on_the_wire("lstm")
    assert record["anatomy"] == plain["anatomy"]
    assert record["lines"] == plain["lines"]
    assert record["shown"] == plain["shown"]
    assert [[tuple(term) for term in unit] for unit in record["terms"]["f"]] == [
        [(0, "x", 0), (-40, "x", 1), (0, "hp", 0), (20, None, 0)]
    ]
    assert record["editable"]


def test_a_run_of_another_cell_is_refused() -> None:
    chosen = Comparison(("lstm", "rnn"), LINES)
    with pytest.raises(TypeError, match="run of the cell"):
        variant_record(RNNCell.random(2, 1), chosen.run()["lstm"], ["a", "b"])
