"""The Variants page without a browser: what its controls do, what is sent to its components, its address."""

import json
from dataclasses import replace
from typing import Any

import orjson
import pytest
from streamlit.testing.v1 import AppTest

from lstm_viz.exchange.links.variants import KEYS, from_query, to_query
from lstm_viz.settings.family import FAMILY
from lstm_viz.settings.variants import DEFAULT_VARIANTS, LONGEST, VARIANTS_PRESETS, Comparison
from tests.pages.visitor import APP


class Visitor:
    """Somebody on the Variants page."""

    def __init__(self, **query: str) -> None:
        self.app = AppTest.from_file(APP, default_timeout=60)
        self.app.run()
        self.follow(**(query or {"part": "compare"}))

    def follow(self, **query: str) -> None:
        """Come by a link."""
        self.app.query_params = query
        self.app.switch_page("pages/variants.py").run()

    def proto(self, key: str) -> Any:
        [found] = [element.proto for element in self.app._tree.get("bidi_component") if element.key == key]
        return found

    def sent(self, key: str) -> Any:
        """What a component was sent last."""
        return orjson.loads(self.proto(key).bytes)

    def edit(self, component: str, *edits: Any, number: Any = 1) -> None:
        """Change something at a component."""
        self.send(component, "edit", {"id": number, "edits": list(edits)})

    def send(self, component: str, event: str, value: Any) -> None:
        """Send what a component sends, and let the whole page run as it does at the end of a drag."""
        states = self.app._tree.get_widget_states()
        states.widgets.add(
            id=f"$$STREAMLIT_INTERNAL_KEY_{self.proto(component).id}__events",
            json_trigger_value=json.dumps([{"event": event, "value": value}]),
        )
        self.app._run(states)

    def move(self, way: str) -> None:
        """Ask for undo, redo or reset by key."""
        self.send("variants_stage", "history", way)

    @property
    def ways(self) -> list[str]:
        """Which of undo, redo and reset can be pressed, by button as by key."""
        by_key = self.sent("variants_stage")["history"]
        ways = {"undo": by_key["undo"], "redo": by_key["redo"], "reset": by_key["changed"]}
        assert {way: not self.app.button(key=f"variants_{way}").disabled for way in ways} == ways
        return [way for way, there in ways.items() if there]

    def turn(self, key: str, value: float, *, done: bool = True) -> None:
        self.edit("variants_panel", {"key": key, "value": value, "done": done})

    @property
    def linked(self) -> Comparison:
        """What the address names."""
        params = self.app.query_params
        query = {key: params[key] for key in KEYS if key in params}
        return from_query({key: v[0] if isinstance(v, list) else v for key, v in query.items()})

    @property
    def said(self) -> str:
        """All text on the page."""
        return "\n".join(text.value for text in [*self.app.markdown, *self.app.warning])


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


def test_it_opens_on_the_default_without_trouble(visitor: Visitor) -> None:
    assert not visitor.app.exception
    assert not visitor.app.warning
    assert visitor.linked == VARIANTS_PRESETS[DEFAULT_VARIANTS].settings
    assert VARIANTS_PRESETS[DEFAULT_VARIANTS].watch in visitor.said


@pytest.mark.parametrize("key", VARIANTS_PRESETS)
def test_every_preset_is_picked_captioned_and_linked(key: str) -> None:
    visitor = Visitor()
    visitor.app.selectbox(key="variants_preset").set_value(key).run()
    preset = VARIANTS_PRESETS[key]
    assert not visitor.app.exception
    assert preset.watch in visitor.said
    assert visitor.linked == preset.settings
    groups = visitor.sent("variants_strips")["groups"]
    assert len(groups) == 1 + len(preset.settings.cells)
    for cell in preset.settings.cells:
        assert FAMILY[cell].point in visitor.said


def test_strips_charts_and_stage_show_the_same_numbers_and_follow_the_same_run(visitor: Visitor) -> None:
    preset = VARIANTS_PRESETS[DEFAULT_VARIANTS]
    traces: Any = preset.settings.run()
    trace = traces["lstm"]
    strips, stage = visitor.sent("variants_strips"), visitor.sent("variants_stage")
    chart = visitor.sent("variants_c")
    assert strips["run"] == stage["run"] == chart["run"]
    assert strips["groups"][1]["rows"][4]["values"] == trace.c[:, 0].tolist()
    assert stage["q"]["c"][0] == traces[preset.on_stage].c[:, 0].tolist()
    assert chart["figure"]["data"][0]["y"] == trace.c[:, 0].tolist()


@pytest.mark.parametrize("key", FAMILY)
def test_every_cell_opens_on_the_stage(key: str) -> None:
    other = "v" if key == "lstm" else "lstm"
    visitor = Visitor(**to_query(Comparison((other, key), ((1.0, 0.0),))))
    visitor.app.button_group(key="variants_opened").set_value(key).run()
    stage = visitor.sent("variants_stage")
    assert not visitor.app.exception
    assert stage["anatomy"]["kind"] == FAMILY[key].kind
    assert stage["editable"] is False


def test_parameter_counts_are_a_formula_and_a_number() -> None:
    wide = Comparison(("lstm", "v", "gru", "rnn"), ((1.0,), (1.0,)), units=4)
    said = Visitor(**to_query(wide)).said
    for count, formula in [
        (112, "4H(D+H+1)"),
        (124, "4H(D+H+1) + 3H"),
        (88, "3H(D+H+1) + H"),
        (28, "H(D+H+1)"),
    ]:
        assert f"**{count} parameters** = {formula}, with D = 2 and H = 4" in said


def test_a_dial_changes_the_run_and_the_address_when_the_hand_lets_go() -> None:
    visitor = Visitor(variants="timer")
    visitor.turn("parameter", 5.0)
    expected = replace(VARIANTS_PRESETS["timer"].settings, parameter=5.0)
    assert visitor.linked == expected
    assert visitor.sent("variants_panel")["reply"] == 1
    fired = [k + 1 for k, h in enumerate(visitor.sent("variants_h")["figure"]["data"][0]["y"]) if h > 0.5]
    assert fired == list(range(5, 41, 5))


def test_while_a_dial_is_dragged_the_address_stays() -> None:
    visitor = Visitor(variants="endless")
    visitor.turn("scale", 3.0, done=False)
    assert visitor.linked == VARIANTS_PRESETS["endless"].settings
    assert visitor.sent("variants_panel")["cards"][0]["dials"][0]["value"] == 3.0
    visitor.turn("scale", 2.5)
    assert visitor.linked.scale == 2.5


@pytest.mark.parametrize(
    "edit",
    [
        {"key": "scale", "value": 1e9, "done": True},
        {"key": "scale", "value": None, "done": True},
        {"key": "seed", "value": 3, "done": True},
        {"key": "scale", "done": True},
        {"value": 1, "done": True},
        "nonsense",
    ],
)
def test_an_edit_that_no_dial_sends_changes_nothing(edit: Any) -> None:
    visitor = Visitor(variants="endless")
    visitor.edit("variants_panel", edit)
    assert not visitor.app.exception
    assert visitor.linked == VARIANTS_PRESETS["endless"].settings


def test_one_cell_alone_is_refused_beside_the_field_and_stays_picked(visitor: Visitor) -> None:
    visitor.app.multiselect(key="variants_cells").set_value(["v"]).run()
    assert "Pick at least two cells" in visitor.said
    assert visitor.app.multiselect(key="variants_cells").value == ["v"]
    assert visitor.linked == VARIANTS_PRESETS[DEFAULT_VARIANTS].settings
    visitor.app.multiselect(key="variants_cells").set_value(["v", "cifg"]).run()
    assert "Pick at least two cells" not in visitor.said
    assert visitor.linked.cells == ("v", "cifg")


@pytest.mark.parametrize(
    ("typed", "trouble"),
    [
        ("1 one 0", "is not a number"),
        ("", "Type at least one number"),
        ("0 " * (LONGEST + 1), "takes up to 200"),
        ("7" * 30_000, "30,000 characters"),
        ("1 2", "Both lines need the same number of steps"),
    ],
)
def test_a_line_that_cannot_be_read_is_answered_and_kept_as_typed(typed: str, trouble: str) -> None:
    visitor = Visitor()
    visitor.app.text_input(key="variants_line_1").set_value(typed).run()
    assert trouble in visitor.said.replace("\\", "")
    assert visitor.app.text_input(key="variants_line_1").value == typed
    assert visitor.linked == VARIANTS_PRESETS[DEFAULT_VARIANTS].settings
    assert not visitor.app.exception
    visitor.app.selectbox(key="variants_preset").set_value("timer").run()
    assert trouble not in visitor.said.replace("\\", "")


def test_a_line_that_cannot_be_read_stays_in_its_field_while_another_part_is_shown() -> None:
    visitor = Visitor()
    visitor.app.text_input(key="variants_line_1").set_value("1 2 three").run()
    for part in ("family", "compare"):
        visitor.app.button_group(key="variants_part").set_value(part).run()
    assert visitor.app.text_input(key="variants_line_1").value == "1 2 three"


def test_a_longer_line_than_the_cell_page_takes_is_read() -> None:
    visitor = Visitor(variants="timer")
    visitor.app.text_input(key="variants_line_0").set_value("0.5 " * LONGEST).run()
    assert visitor.linked.lines == ((0.5,) * LONGEST,)


def test_units_are_chosen_above_the_strips_and_on_the_stage() -> None:
    visitor = Visitor(variants="gru")
    assert visitor.sent("variants_stage")["unit"] == 0
    visitor.edit("variants_stage", {"kind": "unit", "unit": 1, "done": True}, number=7)
    assert visitor.sent("variants_stage")["unit"] == 1
    assert visitor.sent("variants_stage")["reply"] == 7
    second = VARIANTS_PRESETS["gru"].settings.run()["gru"].h[:, 1]
    assert visitor.sent("variants_strips")["groups"][1]["rows"][3]["values"] == second.tolist()
    visitor.edit("variants_stage", {"kind": "unit", "unit": 9, "done": True}, number=8)
    assert visitor.sent("variants_stage")["unit"] == 1


def test_weights_by_hand_take_the_cells_they_are_for() -> None:
    visitor = Visitor(variants="gru")
    visitor.app.selectbox(key="variants_weights").set_value("counter").run()
    assert not visitor.app.exception
    assert visitor.linked.weights == "counter"
    assert all(FAMILY[key].variant for key in visitor.linked.cells)
    offered = visitor.app.multiselect(key="variants_cells").options
    assert not any("GRU" in option or "RNN" in option for option in offered)


def test_seed_units_and_inputs_redraw_all_cells() -> None:
    visitor = Visitor(variants="gru")
    visitor.app.number_input(key="variants_seed").set_value(5).run()
    visitor.app.number_input(key="variants_inputs").set_value(2).run()
    visitor.app.number_input(key="variants_units").set_value(3).run()
    settings = VARIANTS_PRESETS["gru"].settings
    lines = (*settings.lines, (0.0,) * settings.steps)
    assert visitor.linked == replace(settings, seed=5, units=3, lines=lines)


def test_an_input_can_be_drawn() -> None:
    visitor = Visitor(variants="timer")
    visitor.app.selectbox(key="variants_draw_kind").set_value("step").run()
    visitor.app.button(key="variants_draw_now").click().run()
    assert visitor.linked.lines == ((0.0,) * 4 + (1.0,) * 36,)


@pytest.mark.parametrize(
    "query", [{"variants": "**bold**"}, {"cells": "v"}, {"cells": "v~lstm", "x": "1_![](http://x)"}]
)
def test_a_damaged_link_is_said_to_be_damaged_and_quoted_as_plain_text(query: dict[str, str]) -> None:
    visitor = Visitor(**query)
    [warning] = visitor.app.warning
    assert "Nothing of it was used." in warning.value
    assert "**bold" not in warning.value
    assert "![" not in warning.value
    assert visitor.linked == VARIANTS_PRESETS[DEFAULT_VARIANTS].settings


def test_a_whole_drag_is_one_undo(visitor: Visitor) -> None:
    start = visitor.linked
    assert visitor.ways == []
    for value in (0.5, 1.0):
        visitor.turn("noise", value, done=False)
    visitor.turn("noise", 1.5)
    assert visitor.ways == ["undo", "reset"]
    visitor.move("undo")
    assert visitor.linked == start
    assert visitor.ways == ["redo"]
    visitor.app.button(key="variants_redo").click().run()
    assert visitor.linked == replace(start, noise=1.5)


def test_presets_and_every_control_can_be_undone_and_reset_leads_to_the_preset(visitor: Visitor) -> None:
    start = visitor.linked
    visitor.app.selectbox(key="variants_preset").set_value("counter").run()
    visitor.app.text_input(key="variants_line_0").set_value("1 1 1").run()
    visitor.app.multiselect(key="variants_cells").set_value(["noaf", "v"]).run()
    visitor.move("reset")
    assert visitor.linked == VARIANTS_PRESETS["counter"].settings
    assert visitor.ways == ["undo"]
    for _ in range(4):
        visitor.move("undo")
    assert visitor.linked == start
    assert visitor.ways == ["redo"]
    visitor.move("undo")
    visitor.move("sideways")
    assert visitor.linked == start


def test_after_an_undo_another_change_is_the_only_way_on(visitor: Visitor) -> None:
    visitor.turn("noise", 1.0)
    visitor.move("undo")
    visitor.turn("noise", 0.5)
    assert visitor.ways == ["undo", "reset"]


@pytest.mark.parametrize("key", VARIANTS_PRESETS)
def test_a_preset_opens_the_stage_on_the_cell_and_the_step_that_it_is_about(key: str) -> None:
    visitor = Visitor(variants="counter" if key == "missing" else "missing")
    visitor.app.button_group(key="variants_opened").set_value("lstm").run()
    visitor.app.selectbox(key="variants_preset").set_value(key).run()
    preset = VARIANTS_PRESETS[key]
    assert visitor.app.button_group(key="variants_opened").value == preset.on_stage
    assert visitor.sent("variants_stage")["opening"] == visitor.sent("variants_strips")["opening"]
    assert visitor.sent("variants_stage")["opening"] == preset.step - 1


def test_a_cell_said_to_lack_only_a_gate_has_a_word_for_its_peepholes(visitor: Visitor) -> None:
    assert visitor.said.count("see the memory (peepholes); with these weights they do not") >= 3
    visitor.app.selectbox(key="variants_weights").set_value("drawn").run()
    assert visitor.said.count("see the memory (peepholes).") >= 3


def test_the_third_thing_to_try_works_from_the_default(visitor: Visitor) -> None:
    visitor.app.selectbox(key="variants_weights").set_value("drawn").run()
    visitor.app.number_input(key="variants_seed").set_value(5).run()
    assert not visitor.app.exception
    assert visitor.linked.cells == VARIANTS_PRESETS[DEFAULT_VARIANTS].settings.cells
    assert visitor.linked.seed == 5
