"""The stage of cells whose places are computed, in a browser: stepped through, read, and walked back.

The component is mounted by itself, from its own files, on a record that Python has made.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.views.cell_stage import cell_record
from tools.browser import DARK, LIGHT, PHONE, Screen, complaints, new_page

ASSETS = Path(__file__).resolve().parents[2] / "lstm_viz" / "components" / "assets"
HOME = "http://127.0.0.1:1/"
KINDS = {".js": "text/javascript", ".css": "text/css"}
STEPS = 6
PAGE = """<!doctype html><link rel="stylesheet" href="/stage/stage.css">
<div id="parent"><div class="stage themed"></div></div>
<script type="module">
  import mount from "/stage/index.js";
  const data = new Uint8Array(await (await fetch("/record")).arrayBuffer());
  mount({ data, parentElement: document.getElementById("parent"), setTriggerValue() {} });
</script>"""
OFF = """() => {
  const drawing = document.querySelector(".diagram").getBoundingClientRect();
  return [...document.querySelectorAll(".diagram .chip, .diagram .card, .diagram .node, .diagram .z")]
    .map((node) => [node.dataset.q ?? node.textContent, node.getBoundingClientRect()])
    .filter(([, { left, right, bottom }]) =>
      left < drawing.left - 1 || right > drawing.right + 1 || bottom > drawing.bottom + 1)
    .map(([name]) => name);
}"""
Mount = Callable[[str, Screen], tuple[Page, dict[str, Any]]]


def record_of(name: str) -> dict[str, Any]:
    cell = Cell.random(CATALOGUE[name], inputs=2, hidden=2, seed=4)
    x = np.random.default_rng(1).standard_normal((STEPS, 2))
    history = {"undo": False, "redo": False, "changed": False}
    page = {"run": "any", "origin": name, "opening": 2, "unit": 0, "reply": 0, "history": history}
    packed = orjson.dumps(
        cell_record(cell, cell.run(x), ["a", "b"]) | page, option=orjson.OPT_SERIALIZE_NUMPY
    )
    shown: dict[str, Any] = json.loads(packed)
    return shown


@pytest.fixture
def mounted(browser: Browser) -> Iterator[Mount]:
    """Open the stage of a cell of the catalogue. At the end no page may have complained of anything."""
    heard: list[list[str]] = []

    def mount(name: str, screen: Screen) -> tuple[Page, dict[str, Any]]:
        record = record_of(name)

        def answer(route: Route) -> None:
            path = route.request.url.removeprefix(HOME).partition("?")[0]
            if path == "":
                route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")
            elif path == "record":
                route.fulfill(body=json.dumps(record), content_type="application/json")
            elif path == "favicon.ico":
                route.fulfill(status=204)
            else:
                file = ASSETS / path
                route.fulfill(body=file.read_text(encoding="utf-8"), content_type=KINDS[file.suffix])

        page = new_page(browser, screen)
        heard.append(complaints(page))
        page.route("**/*", answer)
        page.goto(HOME)
        page.locator(".line").first.wait_for()
        return page, record

    yield mount
    assert not [complaint for of_page in heard for complaint in of_page]


def agrees(text: str, value: float) -> bool:
    """Whether a number on the screen, of three figures or so, is this one."""
    return abs(float(text.replace("−", "-")) - value) <= max(0.006, 0.006 * abs(value))


@pytest.mark.parametrize("name", ["minLSTM", "sLSTM"])
def test_a_cell_without_a_table_is_stepped_through_and_walked_back(mounted: Mount, name: str) -> None:
    page, record = mounted(name, LIGHT)
    lines = [line["key"] for line in record["lines"]]
    expect(page.locator(".line .value[data-q]")).to_have_count(len(lines) + len(CATALOGUE[name].states))
    for step in range(2, STEPS):
        expect(page.locator(".position")).to_have_text(f"step {step + 1} of {STEPS}")
        for key in lines:
            text = page.locator(f'.chip[data-q="{key}"] .value').text_content() or ""
            assert text == page.locator(f'.line output[data-q="{key}"]').first.inner_text()
            assert agrees(text, record["q"][key][0][step])
        page.keyboard.press("ArrowRight")
    page.locator(".direction").click()
    for step in reversed(range(STEPS - 2, STEPS)):
        expect(page.locator(".position")).to_have_text(f"step {step + 1} of {STEPS}")
        for key in lines:
            chip = page.locator(f'.chip[data-q="{key}"]')
            expect(chip.locator(".symbol").first).to_have_text(re.compile("^∂L/∂"))
            assert agrees(chip.locator(".value").text_content() or "", record["gradient"]["of"][key][0][step])
        page.keyboard.press("ArrowLeft")


def test_a_quantity_is_read_where_it_is_pointed_at(mounted: Mount) -> None:
    page, record = mounted("minLSTM", LIGHT)
    page.locator('.block[data-q="f"] .card').hover(force=True)
    said = page.locator(".meaning")
    expect(said).to_contain_text("f, forget gate: how much passes, from 0 to 1. Now ")
    assert agrees(said.inner_text().split("Now ")[1].removesuffix("."), record["q"]["f"][0][2])
    page.locator('.node[data-q="10"] circle').hover(force=True)
    expect(said).to_contain_text("f / (f + i), on the way")


def test_a_state_that_starts_at_minus_infinity_is_shown_as_that(mounted: Mount) -> None:
    page, _ = mounted("sLSTM", LIGHT)
    page.keyboard.press("Home")
    expect(page.locator('.chip[data-q="m[t-1]"] .value')).to_have_text("−∞")
    expect(page.locator('.chip[data-q="m"] .value')).not_to_have_text("−∞")


@pytest.mark.parametrize(
    "screen", [PHONE, DARK, Screen("projector", 1280, 720, "light")], ids=lambda s: s.name
)
def test_nothing_of_a_large_diagram_is_cut_off(mounted: Mount, screen: Screen) -> None:
    page, _ = mounted("sLSTM", screen)
    assert page.evaluate(OFF) == []
    page.locator(".direction").click()
    assert page.evaluate(OFF) == []
