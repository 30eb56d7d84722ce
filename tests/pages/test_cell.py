import logging
import re
import string
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_viz.exchange.code import numpy_code, torch_code
from lstm_viz.exchange.links.cell import to_query
from lstm_viz.exchange.trace_table import trace_table
from lstm_viz.notation import SYMBOLS
from lstm_viz.settings.cell import RunSettings, SequenceSettings
from lstm_viz.settings.presets import DEFAULT, PRESETS, RANDOM, input_names, random_run
from lstm_viz.settings.sequences import GENERATORS, generate
from tests.app.shell.messages import anything, damaged_edits
from tests.exchange.strategies import runs
from tests.pages.visitor import APP, Visitor

NOTHING_DONE = {"undo": False, "redo": False, "changed": False}


def assert_calm(visitor: Visitor) -> None:
    """Nothing on the page says that something went wrong."""
    for trouble in (visitor.app.exception, visitor.app.error, visitor.app.warning):
        assert not trouble, trouble[0].value


def assert_shows(visitor: Visitor, run: RunSettings) -> None:
    """Stage, charts and address all show one run."""
    assert_calm(visitor)
    trace, record = run.run(), visitor.record
    assert (record["origin"], record["clamp"]) == (run.origin, dict(run.cell.clamp))
    assert record["rows"] == [list(row) for row in run.cell.rows]
    assert (record["h0"], record["c0"]) == (list(run.cell.h0), list(run.cell.c0))
    assert record["names"] == list(input_names(run.origin, run.cell.inputs))
    for key in ("i", "f", "g", "o", "c", "h"):
        assert record["q"][key] == getattr(trace, key).T.tolist()
    unit = record["unit"]
    drawn = curves(visitor.chart("gates")) | curves(visitor.chart("states"))
    for key in ("i", "f", "g", "o", "c", "h"):
        np.testing.assert_array_equal(drawn[key], getattr(trace, key)[:, unit])
    np.testing.assert_array_equal(curves(visitor.chart("ledger"))["c"], trace.c[:, unit])
    assert visitor.linked_run == run


def curves(chart: dict[str, Any]) -> dict[str, np.ndarray]:
    """The solid curves of a chart, each by the key of its quantity."""
    keys = {f"{symbol.letter}  {symbol.name}": key for key, symbol in SYMBOLS.items()} | {"C  their sum": "c"}
    named = {
        keys[curve["name"]]: curve["y"] for curve in chart["figure"]["data"] if curve.get("name") in keys
    }
    return {key: np.array(y) for key, y in named.items()}


def ghosts(chart: dict[str, Any]) -> list[str]:
    names = (curve.get("name") or "" for curve in chart["figure"]["data"])
    return [name for name in names if name.endswith("without the clamp")]


def numbers(visitor: Visitor) -> dict[str, Any]:
    """The number inputs of the page, by label."""
    return {element.label: element for element in visitor.app.number_input}


# --- Opening


def test_the_page_opens_on_the_leaky_latch_and_its_finished_run() -> None:
    visitor = Visitor.on_cell()
    assert DEFAULT == "leaky-latch"
    assert_shows(visitor, PRESETS[DEFAULT].settings)
    assert visitor.app.title[0].value == "What does each gate do to the memory, at this step?"
    assert visitor.record["history"] == NOTHING_DONE
    assert visitor.record["opening"] == 10
    assert visitor.app.query_params == {"preset": "leaky-latch"}


def test_what_to_watch_stands_beside_the_picker() -> None:
    visitor = Visitor.on_cell(preset="counter")
    assert PRESETS["counter"].watch in [text.value for text in visitor.app.markdown]


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_can_be_picked(key: str) -> None:
    visitor = Visitor.on_cell(preset="counter" if key == DEFAULT else DEFAULT)
    visitor.pick(key)
    assert_shows(visitor, PRESETS[key].settings)
    assert visitor.app.query_params == {"preset": key}
    assert visitor.record["history"] == {**NOTHING_DONE, "undo": True}


def test_a_readout_is_shown_where_the_preset_has_one() -> None:
    visitor = Visitor.on_cell(preset="worked-four-steps")
    assert round(visitor.record["readout"]["y"][-1], 4) == 0.9996
    visitor.pick("latch")
    assert visitor.record["readout"] is None


# --- A random cell


def test_a_random_cell_is_drawn_by_seed_units_and_inputs() -> None:
    visitor = Visitor.on_cell()
    visitor.pick(RANDOM)
    assert_shows(visitor, random_run(0))
    visitor.app.number_input(key="cell_seed").set_value(7).run()
    assert_shows(visitor, random_run(7))
    visitor.app.number_input(key="cell_units").set_value(4).run()
    assert_shows(visitor, random_run(7, units=4))
    visitor.app.number_input(key="cell_inputs").set_value(2).run()
    assert_shows(visitor, random_run(7, units=4, inputs=2))


def test_a_preset_has_no_seed() -> None:
    assert "Seed" not in numbers(Visitor.on_cell())


def test_the_size_offered_is_that_of_the_cell_even_after_undo() -> None:
    visitor = Visitor.on_cell()
    visitor.pick(RANDOM)
    visitor.app.number_input(key="cell_units").set_value(4).run()
    visitor.app.number_input(key="cell_inputs").set_value(2).run()
    for units, inputs in ((4, 1), (2, 1)):
        visitor.send("history", "undo")
        shown = numbers(visitor)
        assert (shown["Units"].value, shown["Inputs"].value) == (units, inputs)
    visitor.app.number_input(key="cell_seed").set_value(3).run()
    assert_shows(visitor, random_run(3))


# --- Drawing an input


@pytest.mark.parametrize("kind", GENERATORS)
def test_an_input_can_be_drawn(kind: str) -> None:
    visitor = Visitor.on_cell(preset="counter")
    visitor.app.selectbox(key="cell_draw_kind").set_value(kind).run()
    visitor.app.number_input(key="cell_draw_size").set_value(0.5)
    numbers(visitor)["Steps"].set_value(20).run()
    visitor.app.button[0].click().run()
    run = PRESETS["counter"].settings
    drawn = SequenceSettings.from_lines(generate(kind, 20, 0.5))
    assert_shows(visitor, RunSettings("counter", run.cell, drawn))


def test_only_what_a_shape_uses_is_asked_for() -> None:
    visitor = Visitor.on_cell(preset="counter")
    asked = {}
    for kind in ("pulse", "ramp", "noise"):
        visitor.app.selectbox(key="cell_draw_kind").set_value(kind).run()
        asked[kind] = numbers(visitor).keys() - {"Steps", "Size"}
    assert asked == {"pulse": {"Period, or step of the rise"}, "ramp": set(), "noise": {"Seed of the shape"}}


@pytest.mark.parametrize("steps", [5, 20])
def test_the_other_input_keeps_its_values_and_goes_on_with_zeros(steps: int) -> None:
    visitor = Visitor.on_cell(preset="latch")
    run = PRESETS["latch"].settings
    [line] = [box for box in visitor.app.selectbox if box.label == "Line"]
    assert line.options == ["value", "flag"]
    line.set_value(1)
    numbers(visitor)["Steps"].set_value(steps).run()
    visitor.app.button[0].click().run()
    value = (*run.sequence.lines[0], *[0.0] * 20)[:steps]
    drawn = SequenceSettings.from_lines(value, generate("pulse", steps))
    assert_shows(visitor, RunSettings("latch", run.cell, drawn))


def test_an_input_can_be_drawn_after_undo_to_a_cell_with_fewer_inputs() -> None:
    visitor = Visitor.on_cell()
    visitor.pick(RANDOM)
    visitor.app.number_input(key="cell_inputs").set_value(2).run()
    [line] = [box for box in visitor.app.selectbox if box.label == "Line"]
    line.set_value(1).run()
    visitor.send("history", "undo")
    visitor.app.button[0].click().run()
    assert visitor.record["x"] == [list(generate("pulse", 16))]
    assert_calm(visitor)


# --- Changing things on the stage


def test_a_weight_changed_on_the_stage_changes_everything() -> None:
    visitor = Visitor.on_cell()
    run = PRESETS[DEFAULT].settings
    visitor.set_bias(2.0)
    in_place = visitor.redrawn_in_place
    assert not in_place, "the caption is no longer that of the preset as it is"
    assert any(
        element.value.startswith("The preset, before your changes") for element in visitor.app.markdown
    )
    visitor.set_bias(1.5)
    assert_shows(visitor, RunSettings(DEFAULT, run.cell.with_weight("f", 0, 3, 1.5), run.sequence))
    assert visitor.redrawn_in_place
    assert visitor.record["history"] == {"undo": True, "redo": False, "changed": True}


def test_an_edit_is_answered_by_its_number() -> None:
    visitor = Visitor.on_cell()
    visitor.edit({"kind": "c0", "unit": 0, "value": 1.0, "done": True}, number=1_790_000_000_123)
    assert visitor.record["reply"] == 1_790_000_000_123


def test_an_edit_made_on_a_cell_that_has_left_the_stage_is_answered_and_dropped() -> None:
    visitor = Visitor.on_cell(preset="latch")
    home = visitor.record["home"]
    edit = {"kind": "c0", "unit": 0, "value": 1.0, "done": True}
    visitor.pick("counter")
    visitor.send("edit", {"id": 7, "home": home, "edits": [edit]})
    assert visitor.record["reply"] == 7
    assert_shows(visitor, PRESETS["counter"].settings)
    visitor.send("edit", {"id": 8, "home": visitor.record["home"], "edits": [edit]})
    assert visitor.record["c0"] == [1]


def test_one_random_cell_is_not_taken_for_another() -> None:
    visitor = Visitor.on_cell()
    visitor.pick(RANDOM)
    first = visitor.record["home"]
    visitor.app.number_input(key="cell_seed").set_value(7).run()
    visitor.send(
        "edit",
        {"id": 7, "home": first, "edits": [{"kind": "c0", "unit": 0, "value": 1.0, "done": True}]},
    )
    assert_shows(visitor, random_run(7))


def test_edits_under_way_together_are_all_made() -> None:
    visitor = Visitor.on_cell()
    visitor.edit(
        {"kind": "c0", "unit": 0, "value": 1.0, "done": True},
        {"kind": "x", "step": 0, "column": 1, "value": 0.5, "done": True},
    )
    assert visitor.record["c0"] == [1]
    assert visitor.record["x"][1][0] == 0.5


def test_while_a_hand_drags_the_picture_follows_and_the_link_waits() -> None:
    visitor = Visitor.on_cell()
    visitor.set_bias(2.0, done=False)
    visitor.set_bias(1.0, done=False)
    assert visitor.record["rows"][1][3] == 1
    assert visitor.app.query_params == {"preset": DEFAULT}
    visitor.set_bias(0.5)
    assert visitor.linked_run.cell.rows[1][3] == 0.5
    visitor.send("history", "undo")
    assert_shows(visitor, PRESETS[DEFAULT].settings)


def test_undo_redo_and_reset_move_the_whole_page() -> None:
    visitor = Visitor.on_cell()
    visitor.set_bias(1.0)
    visitor.set_bias(2.0)
    biases = []
    for way in ("undo", "undo", "redo", "redo", "reset"):
        visitor.send("history", way)
        biases.append(visitor.linked_run.cell.rows[1][3])
    assert biases == [1, 3, 1, 2, 3]
    assert_shows(visitor, PRESETS[DEFAULT].settings)


def test_undo_leads_back_to_the_preset_before_and_the_picker_follows() -> None:
    visitor = Visitor.on_cell()
    visitor.pick("counter")
    visitor.send("history", "undo")
    assert not visitor.redrawn_in_place
    assert visitor.app.selectbox(key="cell_preset").value == DEFAULT
    assert_shows(visitor, PRESETS[DEFAULT].settings)
    assert visitor.record["history"] == {"undo": False, "redo": True, "changed": False}


def test_typed_lines_that_cannot_be_read_are_refused_in_words_and_the_run_stays() -> None:
    visitor = Visitor.on_cell()
    visitor.edit({"kind": "lines", "texts": ["1 0 zwei", "0 0 1"], "done": True})
    assert visitor.record["troubles"] == ["Value 3, “zwei”, is not a number.", ""]
    assert_shows(visitor, PRESETS[DEFAULT].settings)
    visitor.edit({"kind": "lines", "texts": ["1 -10 2", "0 0 1"], "done": True})
    assert visitor.record["troubles"] == ["", ""]
    assert visitor.record["texts"] == ["1 -10 2", "0   0 1"]


def test_a_held_gate_leaves_a_ghost_of_the_free_run() -> None:
    visitor = Visitor.on_cell()
    assert visitor.record["ghost"] is None
    visitor.edit({"kind": "clamp", "gate": "f", "value": 1.0, "done": True})
    free = PRESETS[DEFAULT].settings
    assert_shows(visitor, RunSettings(DEFAULT, free.cell.with_clamp("f", 1.0), free.sequence))
    ghost: Any = visitor.record["ghost"]
    assert ghost["c"] == free.run().c.T.tolist()
    assert ghosts(visitor.chart("states"))
    visitor.edit({"kind": "clamp", "gate": "f", "value": None, "done": True})
    assert visitor.record["ghost"] is None
    assert not ghosts(visitor.chart("states"))


def test_the_charts_show_the_unit_chosen_and_the_link_keeps_it() -> None:
    visitor = Visitor.on_cell()
    visitor.pick(RANDOM)
    visitor.edit({"kind": "unit", "unit": 1, "done": True})
    assert visitor.record["unit"] == 1
    assert visitor.chart("gates")["label"] == "Gates of unit 2 over the steps"
    assert_shows(visitor, random_run(0))
    assert visitor.app.query_params["unit"] == "2"
    other = Visitor.on_cell(**visitor.app.query_params)
    assert other.record["unit"] == 1


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        "edit",
        {},
        {"id": 1},
        {"id": None, "edits": []},
        {"id": float("inf"), "edits": []},
        {"id": 1, "edits": {"kind": "weight"}},
        {"id": 1, "edits": [None]},
        {"id": 1, "edits": [{"kind": "c0", "unit": 0, "value": 10**400, "done": True}]},
        {"id": 1, "edits": [{"kind": "c0", "unit": 0, "value": 1e308, "done": True}]},
        {"id": 1, "edits": [{"kind": "unit", "unit": float("nan"), "done": True}]},
    ],
)
def test_a_damaged_message_is_logged_and_changes_nothing(
    message: Any, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = Visitor.on_cell()
    with caplog.at_level(logging.WARNING, "lstm_viz"):
        visitor.send("edit", message)
    assert [entry.name for entry in caplog.records if entry.name.startswith("lstm_viz")]
    assert_shows(visitor, PRESETS[DEFAULT].settings)


@settings(max_examples=10)
@given(st.lists(st.tuples(st.just("edit"), anything) | st.tuples(st.just("history"), anything), max_size=4))
def test_whatever_a_browser_sends_the_page_stands(messages: list[tuple[str, Any]]) -> None:
    visitor = Visitor.on_cell()
    for event, message in messages:
        visitor.send(event, message)
    assert_shows(visitor, PRESETS[DEFAULT].settings)


@settings(max_examples=10)
@given(st.lists(damaged_edits, max_size=4))
def test_whatever_edits_arrive_the_page_shows_one_valid_run(edits: list[Any]) -> None:
    visitor = Visitor.on_cell(**to_query(random_run(0)))
    for edit in edits:
        visitor.edit(edit)
    # Made and let go of, so that the address, which waits for the hand, names what is shown.
    visitor.edit({"kind": "c0", "unit": 0, "value": 0.125, "done": True})
    assert_shows(visitor, visitor.linked_run)


# --- Links


@settings(max_examples=15)
@given(runs())
def test_a_link_opens_its_run_and_is_written_as_it_was(run: RunSettings) -> None:
    query = to_query(run)
    visitor = Visitor.on_cell(**query)
    assert_shows(visitor, run)
    assert visitor.app.query_params == query


def test_what_belongs_to_others_stays_in_the_address() -> None:
    visitor = Visitor.on_cell(preset="counter", step="4", utm="mail")
    visitor.edit({"kind": "c0", "unit": 0, "value": 1.0, "done": True})
    edited = PRESETS["counter"].settings
    run = RunSettings("counter", edited.cell.with_state("c0", 0, 1.0), edited.sequence)
    assert visitor.app.query_params == {"step": "4", "utm": "mail", **to_query(run)}


@pytest.mark.parametrize("unit", ["0", "5", "-1", "x", "", "1e9", "9" * 5000])
def test_a_unit_that_is_not_there_is_passed_over(unit: str) -> None:
    visitor = Visitor.on_cell(**to_query(random_run(0)), unit=unit)
    assert visitor.record["unit"] == 0
    assert_shows(visitor, random_run(0))
    assert "unit" not in visitor.app.query_params


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"preset": "nothing-like-it"}, "asks for a preset “nothing-like-it”, which does not exist"),
        ({"preset": ""}, "asks for a preset “”"),
        ({"from": "latch"}, "is incomplete: i, f, g, o, x missing"),
        ({**to_query(random_run(0)), "i": "1_2"}, "is damaged: i, f, g and o"),
        ({**to_query(random_run(0)), "x": "1_zwei"}, "“zwei” in its part x is not a number"),
        ({**to_query(random_run(0)), "x": "1_1e308"}, "values must be numbers from -1000 to 1000"),
        ({**to_query(random_run(0)), "clamp": "f_nan"}, "clamp must hold"),
        ({**to_query(random_run(0)), "preset": "latch"}, "names a preset and settings"),
        ({**to_query(random_run(0)), "f": "1" * 10_000}, "its part f is 10,000 characters long"),
    ],
)
def test_a_damaged_link_opens_the_default_with_a_notice(query: dict[str, str], words: str) -> None:
    visitor = Visitor.on_cell(**query)
    [notice] = visitor.app.warning
    words_shown = re.sub(r"\\(\W|_)", r"\1", notice.value)
    assert words_shown.startswith("The link ")
    assert words in words_shown
    assert words_shown.endswith("Nothing of it was used.")
    assert not visitor.app.exception
    assert visitor.app.query_params == {"preset": DEFAULT}
    visitor.app.run()
    assert visitor.app.warning, "the notice stays until something is changed"
    visitor.pick("counter")
    assert_shows(visitor, PRESETS["counter"].settings)


@pytest.mark.parametrize("text", ["![](//a.bc/d.png)", "[a](http://b.cd)", "**a**", ":red[a]", "`a`", "<b>"])
def test_a_notice_shows_what_a_link_says_and_draws_nothing_of_it(text: str) -> None:
    [notice] = Visitor.on_cell(preset=text).app.warning
    assert "".join("\\" + sign if sign in string.punctuation else sign for sign in text) in notice.value


@settings(max_examples=15)
@given(st.dictionaries(st.sampled_from(["preset", *to_query(random_run(0)), "unit"]), st.text(max_size=20)))
def test_no_query_breaks_the_page(query: dict[str, str]) -> None:
    visitor = Visitor.on_cell(**query)
    assert not visitor.app.exception
    assert visitor.record["origin"] == visitor.linked_run.origin


def test_a_link_followed_inside_the_app_can_be_undone() -> None:
    visitor = Visitor.on_cell(preset="latch")
    visitor.set_bias(1.0)
    edited = visitor.linked_run
    visitor.follow(preset="counter")
    assert_shows(visitor, PRESETS["counter"].settings)
    visitor.send("history", "undo")
    assert_shows(visitor, edited)


def test_a_damaged_link_followed_inside_the_app_keeps_the_work() -> None:
    visitor = Visitor.on_cell(preset="latch")
    visitor.set_bias(1.0)
    edited = visitor.linked_run
    visitor.follow(preset="oops")
    assert visitor.app.warning
    visitor.set_bias(2.0)
    visitor.send("history", "undo")
    assert_shows(visitor, edited)


def test_work_survives_a_visit_to_another_page() -> None:
    visitor = Visitor.on_cell(preset="latch")
    visitor.set_bias(1.0)
    edited = visitor.linked_run
    visitor.app.query_params = {}
    visitor.app.switch_page("pages/start.py").run()
    visitor.follow()
    assert_shows(visitor, edited)
    assert visitor.record["history"]["undo"]


# --- What can be taken away


def test_what_is_folded_away_is_not_computed() -> None:
    visitor = Visitor.on_cell()
    assert [section.label.partition(":")[0] for section in visitor.app.expander] == [
        *("Numbers", "Code", "Check against PyTorch")
    ]
    assert not visitor.app.dataframe
    assert not visitor.app.code
    assert [button.label for button in visitor.app.button] == ["Draw"]


def test_the_numbers_are_the_table_of_the_run_and_follow_it() -> None:
    visitor = Visitor.on_cell(preset="first-input")
    visitor.open("numbers")
    visitor.set_bias(1.0)
    assert not visitor.redrawn_in_place
    assert_calm(visitor)
    [shown] = visitor.app.dataframe
    run = visitor.linked_run
    expected = trace_table(run.run(), input_names(run.origin, run.cell.inputs))
    assert list(shown.value.columns) == list(expected)
    for name, column in expected.items():
        np.testing.assert_array_equal(shown.value[name], column)
    downloads: Sequence[Any] = visitor.app.get("download_button")
    [download] = downloads
    assert download.label == "Download as CSV"


def test_the_code_is_that_of_the_run_in_the_library_chosen() -> None:
    visitor = Visitor.on_cell(preset="counter")
    visitor.open("code")
    visitor.set_bias(1.0)
    assert visitor.app.code[0].value == numpy_code(visitor.linked_run).strip()
    visitor.app.segmented_control(key="cell_library").set_value("PyTorch").run()
    assert visitor.app.code[0].value == torch_code(visitor.linked_run).strip()
    assert_calm(visitor)


def test_the_check_finds_no_difference_but_rounding() -> None:
    visitor = Visitor.on_cell()
    visitor.open("check")
    assert not visitor.app.success
    check(visitor)
    [result] = visitor.app.success
    assert result.value.startswith("Over 14 steps, the largest difference is")
    differences = [float(number) for number in re.findall(r"\*\*(.+?)\*\* in", result.value)]
    assert len(differences) == 2
    assert max(differences) < 1e-12
    assert_calm(visitor)


def test_the_check_says_that_it_cannot_hold_a_gate() -> None:
    visitor = Visitor.on_cell()
    visitor.open("check")
    visitor.edit({"kind": "clamp", "gate": "f", "value": 1.0, "done": True})
    check(visitor)
    assert visitor.app.info[0].value.startswith("Set the gates free first")
    assert not visitor.app.success
    assert_calm(visitor)


def test_the_check_says_so_where_pytorch_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    visitor = Visitor.on_cell()
    visitor.open("check")
    check(visitor)
    assert visitor.app.info[0].value.startswith("PyTorch is not installed")
    assert_calm(visitor)


def check(visitor: Visitor) -> None:
    [button] = [button for button in visitor.app.button if button.label.startswith("Run nn.LSTM")]
    button.click().run()


def test_torch_is_loaded_only_when_the_check_is_pressed() -> None:
    code = """
import sys
from tests.pages.test_cell import check
from tests.pages.visitor import Visitor
visitor = Visitor.on_cell()
for section in ("numbers", "code", "check"):
    visitor.open(section)
visitor.app.segmented_control(key="cell_library").set_value("PyTorch").run()
visitor.set_bias(1.0)
before = "torch" in sys.modules
check(visitor)
print(before, "torch" in sys.modules, len(visitor.app.exception))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=APP.parent, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["False", "True", "0"], done.stderr


# --- Looks


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_wear_the_colours_of_the_theme(theme: str) -> None:
    visitor = Visitor.on_start()
    visitor.app.context["theme"] = theme
    visitor.follow()
    for key, curve in zip("figo", visitor.chart("gates")["figure"]["data"], strict=True):
        assert curve["line"]["color"] == getattr(SYMBOLS[key], theme)


def test_every_chart_says_what_it_is_and_follows_the_stage() -> None:
    visitor = Visitor.on_cell()
    charts = [visitor.chart(name) for name in ("gates", "states", "ledger")]
    assert {chart["run"] for chart in charts} == {visitor.record["run"]}
    assert len({chart["label"] for chart in charts}) == len({chart["summary"] for chart in charts}) == 3


# --- What the page says to try, tried


def gates_of(run: RunSettings) -> dict[str, np.ndarray]:
    trace = run.run()
    return {key: getattr(trace, key)[:, 0] for key in ("i", "f", "g", "c", "h")}


def leaky(*, b: float = 3.0, flag: float = -6.0, held: float | None = None) -> RunSettings:
    """The leaky latch with another forget gate: its bias, its weight on the flag, a value to be held at."""
    preset = PRESETS["leaky-latch"].settings
    cell = preset.cell.with_weight("f", 0, 3, b).with_weight("f", 0, 1, flag).with_clamp("f", held)
    return RunSettings(preset.origin, cell, preset.sequence)


def test_with_a_bias_of_zero_the_forget_gate_halves_the_memory_where_no_flag_is() -> None:
    assert leaky() == PRESETS["leaky-latch"].settings
    shown, flags = gates_of(leaky(b=0.0)), np.array(leaky().sequence.lines[1])
    np.testing.assert_allclose(shown["f"][flags == 0], 0.5)


def test_with_the_forget_gate_held_open_what_is_written_at_three_steps_adds_up() -> None:
    shown = gates_of(leaky(held=1.0))
    written = shown["i"] * shown["g"]
    np.testing.assert_allclose(shown["c"], np.cumsum(written))
    largest = np.sort(np.argsort(np.abs(written))[-3:]) + 1
    assert largest.tolist() == [1, 6, 11]
    assert written[5] < 0


def test_with_large_weights_of_the_forget_gate_alone_the_memory_still_drifts() -> None:
    shown, flags = gates_of(leaky(b=20.0, flag=-40.0)), np.array(leaky().sequence.lines[1])
    assert (np.round(shown["f"][flags == 0], 2) == 1.0).all()
    assert np.ptp(shown["c"][1:5]) > 0.01, "the input gate lets a little of the new values in"
    tight = leaky(b=20.0, flag=-40.0)
    cell = tight.cell.with_weight("i", 0, 3, -20.0).with_weight("i", 0, 1, 40.0)
    assert np.ptp(gates_of(RunSettings(tight.origin, cell, tight.sequence))["c"][1:5]) < 1e-6


@pytest.mark.parametrize("key", PRESETS)
def test_the_six_equations_are_what_computes_every_gate_and_state(key: str) -> None:
    visitor = Visitor.on_cell(preset=key)
    assert any(r"$f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f)$" in text.value for text in visitor.app.markdown)
    shown = {name: np.array(values).T for name, values in visitor.record["q"].items()}
    run = PRESETS[key].settings
    cell = run.cell.cell()
    (w_f, u_f, b_f), (w_i, u_i, b_i) = cell.gate_weights("f"), cell.gate_weights("i")
    (w_c, u_c, b_c), (w_o, u_o, b_o) = cell.gate_weights("g"), cell.gate_weights("o")
    h, c = np.array(run.cell.h0), np.array(run.cell.c0)
    for t, x in enumerate(np.array(run.sequence.values)):
        f = sigma(w_f @ x + u_f @ h + b_f)
        i = sigma(w_i @ x + u_i @ h + b_i)
        candidate = np.tanh(w_c @ x + u_c @ h + b_c)
        o = sigma(w_o @ x + u_o @ h + b_o)
        c = f * c + i * candidate
        h = o * np.tanh(c)
        for name, value in {"f": f, "i": i, "g": candidate, "o": o, "c": c, "h": h}.items():
            np.testing.assert_allclose(shown[name][t], value, atol=1e-12)


def sigma(z: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 / (1.0 + np.exp(-z)))
