"""What the preview route says of the Gradients page is what the page then shows."""

from typing import Any

import orjson
import pytest

from lstm_viz.app.gradients import preview
from lstm_viz.app.gradients.preview import answer
from lstm_viz.app.shell.messages import REFUSALS
from lstm_viz.app.shell.preview import Question
from lstm_viz.components.chart import packed
from tests.pages.visitor import Visitor

SMALL = {"hidden": "4", "steps": "12", "seeds": "3"}


def ask(link: dict[str, str], *edits: Any, dark: bool = False) -> Any:
    body = orjson.dumps({"run": link, "edits": list(edits), "dark": dark})
    return orjson.loads(packed(answer(Question.read(body))))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("dial", "value"), [("forget_bias", 2.5), ("hidden", 6.0), ("radius", 1.2)])
def test_a_preview_is_what_the_page_then_shows(dial: str, value: float, theme: str) -> None:
    visitor = Visitor.on_start()
    visitor.app.context["theme"] = theme
    visitor.follow("gradients", **SMALL)
    panel = visitor.sent("gradients_panel")
    assert panel["preview"] == "/lstm-viz/preview/gradients"
    edit = {"key": dial, "value": value, "done": False}
    components = ask(panel["link"], edit, dark=theme == "dark")["components"]
    visitor.turn(dial, value, done=False)
    assert set(components) == {"gradients_curves", "gradients_spectrum"}
    for key, seen in components.items():
        shown = visitor.sent(key)
        shown.pop("reply")
        assert seen == shown


def test_what_takes_too_long_is_answered_with_the_seeds_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "SLICE", 0.0)
    [low, high, *_] = ask({**SMALL, "forget_bias": "0.375"})["components"]["gradients_curves"]["figure"][
        "data"
    ]
    assert low["y"] == high["y"], "one seed: the band is a line"


@pytest.mark.parametrize("link", [{"flow": "nonsense"}, {"hidden": "9999"}])
def test_a_question_that_no_panel_asks_is_refused(link: dict[str, str]) -> None:
    with pytest.raises(REFUSALS):
        ask(link)


def test_an_edit_that_no_dial_makes_is_refused() -> None:
    with pytest.raises(REFUSALS):
        ask(SMALL, {"key": "nonsense", "value": 1.0, "done": False})
