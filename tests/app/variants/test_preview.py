"""What the preview route says of the Variants page is what the page then shows."""

from typing import Any

import orjson
import pytest

from lstm_viz.app.shell.messages import REFUSALS
from lstm_viz.app.shell.preview import Question
from lstm_viz.app.variants.preview import answer
from lstm_viz.components.chart import packed
from tests.pages.test_variants import Visitor

SESSION = {"key", "reply", "page_reply", "history", "run", "origin", "opening"}
"""What a component has from the page alone, and keeps while a hand drags."""


def ask(link: dict[str, str], *edits: Any, dark: bool = False) -> Any:
    body = orjson.dumps({"run": link, "edits": list(edits), "dark": dark})
    return orjson.loads(packed(answer(Question.read(body))))


@pytest.mark.parametrize(
    ("preset", "edit"),
    [
        ("endless", {"key": "scale", "value": 2.5, "done": False}),
        ("timer", {"key": "parameter", "value": 4.0, "done": False}),
        ("gru", {"key": "keep_bias", "value": 1.5, "done": False}),
        ("missing", {"key": "noise", "value": 0.25, "done": False}),
    ],
)
def test_a_preview_is_what_the_page_then_shows(preset: str, edit: dict[str, Any]) -> None:
    visitor = Visitor(variants=preset)
    if preset == "gru":
        visitor.edit("variants_stage", {"kind": "unit", "unit": 1, "done": True}, number=7)
        visitor.app.button_group(key="variants_opened").set_value("lstm").run()
    components = ask(visitor.sent("variants_panel")["link"], edit)["components"]
    before = visitor.sent("variants_strips")
    visitor.edit("variants_panel", edit)
    assert set(components) == {"variants_strips", "variants_stage", "variants_c", "variants_h"}
    for key, seen in components.items():
        shown = visitor.sent(key)
        for name in SESSION:
            seen.pop(name, None), shown.pop(name, None)
        assert seen == shown
    assert before["groups"] != components["variants_strips"]["groups"]


def test_the_panel_asks_with_what_it_shows() -> None:
    visitor = Visitor(variants="endless")
    visitor.turn("scale", 3.0, done=False)
    panel = visitor.sent("variants_panel")
    assert panel["preview"] == "/lstm-viz/preview/variants"
    assert panel["link"]["scale"] == "3", "the next edits are those that Streamlit does not know of"


@pytest.mark.parametrize(
    "link", [{"variants": "nonsense"}, {"unit": "7"}, {"unit": "one"}, {"cells": "v", "x": "1"}]
)
def test_a_question_that_no_panel_asks_is_refused(link: dict[str, str]) -> None:
    with pytest.raises(REFUSALS):
        ask(link)


def test_an_edit_that_no_dial_makes_is_refused() -> None:
    with pytest.raises(REFUSALS):
        ask({"variants": "timer"}, {"key": "scale", "value": 1e9, "done": False})
