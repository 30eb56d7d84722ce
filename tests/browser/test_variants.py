import functools
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, expect

from lstm_viz.settings.family import FAMILY
from lstm_viz.settings.variants import VARIANTS_PRESETS
from tests.browser.cell import agrees, box_of, expect_none, query_of
from tests.browser.test_accessible import violations
from tools.browser import DARK, LIGHT, PHONE, Screen

STEPS: Final = VARIANTS_PRESETS["missing"].settings.steps
BLOCKS: Final = {
    "lstm": "figo", "v": "figo", "nig": "fgo", "nfg": "igo", "nog": "fig", "noaf": "figo", "niaf": "figo",
    "cifg": "igo", "fgr": "figo", "1997": "igo", "gru": "run", "gru-before": "run", "rnn": "h",
}  # fmt: skip
"""The blocks that are drawn of each cell."""
VALVES: Final = {
    "nig": "fo",
    "nfg": "io",
    "nog": "fi",
    "1997": "io",
    "gru": "ruv",
    "gru-before": "ruv",
    "rnn": "",
}
PEEPHOLES: Final = {
    "v": "ifo", "nig": "fo", "nfg": "io", "nog": "if",
    "noaf": "ifo", "niaf": "ifo", "cifg": "io", "fgr": "ifo",
}  # fmt: skip
PILLS: Final = {
    "noaf": [], "1997": ["2σ − 1"], "cifg": ["tanh", "1 − i"],
    "gru": ["1 − z", "U"], "gru-before": ["1 − z", "U"], "rnn": [],
}  # fmt: skip

CURSORS: Final = """() => [...document.querySelectorAll(".lstm-chart")].map((chart) => {
  const cursor = chart.querySelector(".lstm-chart-cursor");
  const { xaxis } = chart.querySelector(".lstm-chart-canvas")._fullLayout;
  const line = parseFloat(cursor.style.left) + parseFloat(cursor.style.getPropertyValue("--middle"));
  return cursor.hidden ? null : Math.round(xaxis.p2l(line - xaxis._offset));
})"""


class Variants:
    """The Variants page in one browser tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.strips: Locator = page.locator(".strips")
        self.stage: Locator = page.locator(".stage")
        self.scrubber: Locator = self.strips.get_by_role("slider", name="Step of the run")
        self.strips.locator(".cell").first.wait_for()
        self.stage.locator(".line").first.wait_for()
        page.wait_for_function(
            """() => [...document.querySelectorAll(".lstm-chart-canvas")]
                 .filter((canvas) => canvas._fullLayout?.xaxis?._length).length === 2"""
        )

    def expect_step(self, step: int) -> None:
        """Wait until every part shows a step, counted from 1."""
        expect(self.strips.locator(".position")).to_have_text(re.compile(f"^step {step} of"))
        expect(self.stage.locator(".position")).to_have_text(re.compile(f"^step {step} of"))
        expect_none(self.page, lambda: [at for at in self.page.evaluate(CURSORS) if at != step])

    def dial(self, name: str) -> Locator:
        return self.page.get_by_role("slider", name=name, exact=True)


OpenVariants = Callable[..., Variants]


@pytest.fixture
def variants(page: Callable[..., Page]) -> OpenVariants:
    return lambda query="", screen=LIGHT: Variants(
        page(f"/variants?{query}" if query else "/variants", screen)
    )


def test_strips_charts_and_stage_move_together_without_the_server(variants: OpenVariants) -> None:
    shown = variants("variants=missing&step=5")
    shown.expect_step(5)
    shown.scrubber.focus()
    for key, step in [
        ("ArrowRight", 6),
        ("ArrowLeft", 5),
        ("End", STEPS),
        ("ArrowRight", STEPS),
        ("Home", 1),
    ]:
        shown.page.keyboard.press(key)
        shown.expect_step(step)
    box = box_of(shown.scrubber)
    shown.page.mouse.click(box["x"] + box["width"] * 7.5 / STEPS, box["y"] + box["height"] / 2)
    shown.expect_step(8)
    shown.stage.get_by_role("button", name="One step on").click()
    shown.expect_step(9)
    plot = shown.page.locator(".lstm-chart-canvas .nsewdrag").first
    middle = box_of(plot)
    shown.page.mouse.click(middle["x"] + middle["width"] * 2.5 / STEPS, middle["y"] + middle["height"] / 2)
    shown.expect_step(3)
    shown.page.wait_for_url(lambda url: query_of(url).get("step") == "3")
    assert query_of(shown.page.url)["variants"] == "missing"


def test_the_step_is_said_of_every_cell(variants: OpenVariants) -> None:
    shown = variants("variants=missing&step=4")
    text = shown.scrubber.get_attribute("aria-valuetext") or ""
    traces: Mapping[str, Any] = VARIANTS_PRESETS["missing"].settings.run()
    for key, trace in traces.items():
        said = re.search(rf"{FAMILY[key].title}: C (\S+), h (\S+)[.,]", text + ".")
        assert said is not None, text
        assert agrees(said[1].rstrip("."), float(trace.c[3, 0]))
        assert agrees(said[2].rstrip("."), float(trace.h[3, 0]))


@pytest.mark.parametrize("screen", [LIGHT, PHONE], ids=lambda screen: screen.name)
def test_the_diagram_is_drawn_for_the_cell_chosen(variants: OpenVariants, screen: Screen) -> None:
    keys = [*FAMILY]
    for some in (keys[:4], keys[4:8], keys[8:12], [*keys[12:], "lstm"]):
        shown = variants(f"cells={'~'.join(some)}&x=1_0_-1_2", screen)
        for key in some:
            shown.page.get_by_role("radio", name=FAMILY[key].name, exact=True).click()
            wanted: dict[str, Collection[str]] = {
                "block": BLOCKS[key],
                "valve": VALVES.get(key, "fio"),
                "peephole": PEEPHOLES.get(key, ""),
                "pill": PILLS.get(key, ["tanh"]),
            }
            expect_none(shown.page, functools.partial(differences, shown, wanted))


def differences(shown: Variants, wanted: dict[str, Collection[str]]) -> list[object]:
    """What is drawn on the stage, of what is not drawn as it should be."""
    drawn: dict[str, list[str]] = shown.stage.evaluate(
        """(stage) => {
          const all = (selector, of) => [...stage.querySelectorAll(selector)].map(of);
          return {
            block: all(".block", (node) => node.dataset.q),
            valve: all(".valve", (node) => node.dataset.q),
            peephole: all(".peephole", (node) => node.classList[1]),
            pill: all(".node text", (node) => node.textContent),
          };
        }"""
    )
    return [(key, drawn[key]) for key, parts in wanted.items() if sorted(drawn[key]) != sorted(parts)]


def test_reading_and_diagram_of_the_stage_say_the_same_number(variants: OpenVariants) -> None:
    shown = variants("cells=gru~cifg&x=1_0_-1_2&step=2&scale=2")
    for name, quantities in (("GRU", "runh"), ("CIFG", "figcoh")):
        shown.page.get_by_role("radio", name=name, exact=True).click()
        expect(shown.stage.locator(".line")).to_have_count(len(quantities) + 2)
        for key in quantities.replace("g", "") if name == "CIFG" else quantities:
            chip = shown.stage.locator(f".chip[data-q={key}] .value")
            expect(chip).to_have_text(shown.stage.locator(f".line output[data-q={key}]").inner_text())


def test_a_dial_is_followed_while_it_is_dragged(variants: OpenVariants) -> None:
    shown = variants("variants=timer")
    dial = shown.dial("Steps from one firing to the next")
    box = box_of(dial)
    shown.page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    shown.page.mouse.down()
    shown.page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2, steps=6)
    fired = """(strips) => {
      const ground = strips.querySelector(".cell[data-q=x]").style.backgroundColor;
      return [...strips.querySelectorAll(".cell[data-q=h]")].slice(0, 40)
        .flatMap((cell, k) => (cell.style.backgroundColor === ground ? [] : [k + 1]));
    }"""
    every_second = [*range(2, 41, 2)]
    expect_none(shown.page, lambda: [at for at in [shown.strips.evaluate(fired)] if at != every_second])
    assert query_of(shown.page.url)["variants"] == "timer", "the hand is still down"
    shown.page.mouse.up()
    shown.page.wait_for_url(lambda url: query_of(url).get("turn") == "2")


def test_what_is_chosen_survives_another_page_and_a_reload(variants: OpenVariants) -> None:
    shown = variants("cells=gru~rnn&x=1_0_-1_2&seed=3&units=2&step=2")
    page = shown.page
    page.get_by_test_id("stTopNav").get_by_role("link", name="Start").click()
    expect(shown.strips).to_have_count(0)
    page.get_by_test_id("stTopNav").get_by_role("link", name="Variants").click()
    back = Variants(page)
    back.expect_step(2)
    page.wait_for_url(lambda url: {"cells": "gru~rnn", "step": "2"}.items() <= query_of(url).items())
    page.reload()
    Variants(page).expect_step(2)
    assert query_of(page.url)["seed"] == "3"


def test_a_damaged_link_opens_the_default_and_says_so(variants: OpenVariants) -> None:
    shown = variants("cells=v~lstm&x=1_oh")
    expect(shown.page.get_by_test_id("stAlert")).to_contain_text("“oh” in its part x")
    shown.page.wait_for_url(lambda url: query_of(url).get("variants") == "missing")


@pytest.mark.parametrize("screen", [LIGHT, DARK, PHONE], ids=lambda screen: screen.name)
def test_axe_finds_nothing_serious(variants: OpenVariants, screen: Screen) -> None:
    for query in ("variants=timer", "variants=gru", "cells=1997~rnn~cifg~fgr&x=1_0_-1_2&units=2"):
        assert violations(variants(query, screen).page) == []


def test_nothing_reaches_beyond_a_phone(variants: OpenVariants) -> None:
    for query in ("variants=missing", "variants=endless", "cells=fgr~1997~gru~v&x=1_0_-1_2&units=4"):
        page = variants(query, PHONE).page
        main = page.get_by_test_id("stMain")
        assert main.evaluate("(main) => main.scrollWidth - main.clientWidth") <= 0


def test_stepping_moves_nothing_on_the_page(variants: OpenVariants) -> None:
    shown = variants("variants=timer")
    below = shown.page.get_by_role("heading", name="The equations, side by side")
    shown.scrubber.focus()
    shown.page.keyboard.press("Home")
    shown.expect_step(1)
    before = box_of(below)["y"]
    for step in range(2, 12):
        shown.page.keyboard.press("ArrowRight")
        shown.expect_step(step)
        assert box_of(below)["y"] == before
