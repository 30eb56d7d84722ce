import re
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from lstm_viz.exchange.links.cell import to_query
from lstm_viz.settings.cell import RunSettings, SequenceSettings
from lstm_viz.settings.presets import PRESETS, random_run
from tests.browser.cell import Cell, OpenCell, box_of, expect_none
from tools.browser import DARK, LIGHT, Screen

WIDTHS: Final = (390, 768, 1024, 1440)
HEIGHT: Final = 900
LAYOUTS: Final = {390: "narrow", 1440: "wide"}

START: Final = PRESETS["leaky-latch"].settings
HELD: Final = RunSettings(
    START.origin,
    START.cell.with_clamp("f", 0.0).with_clamp("i", 1.0).with_clamp("o", 0.5),
    START.sequence,
)
LARGE: Final = RunSettings(
    START.origin,
    START.cell.with_state("c0", 0, -999.5).with_weight("f", 0, 0, -1000.0).with_weight("i", 0, 1, 999.9),
    SequenceSettings.from_lines((-1000.0, 999.9, -0.0012, 0.0, 12.3), (0.0012, -1000.0, -99.9, 1.0, -12.3)),
)

OVERLAPS: Final = """(stage) => {
  const about = (selector) => [...stage.querySelectorAll(selector)];
  const named = (node) =>
    [node.getAttribute("class"), node.closest("[data-q]")?.dataset.q, node.textContent]
      .filter(Boolean).join(" ");
  const chips = about(".chip").map((node) => [node.querySelector("rect"), named(node)]);
  const texts = about(".block .name, .block .z, .keeps, .full").map((node) => [node, named(node)]);
  const fixed = about(".valve .rim, .block .card, .node :is(circle, rect)")
    .map((node) => [node, named(node)]);
  const box = (node) => node.getBoundingClientRect();
  const over = (a, b) => Math.min(
    Math.min(a.right, b.right) - Math.max(a.left, b.left),
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const found = [];
  const labels = [...chips, ...texts];
  labels.forEach(([node, name], k) => {
    for (const [other, its] of [...labels.slice(k + 1), ...fixed]) {
      const both = over(box(node), box(other));
      if (both > 1) found.push(`${name} over ${its} by ${both.toFixed(1)}`);
    }
    const frame = box(stage.querySelector(".diagram"));
    const { left, right, top, bottom } = box(node);
    const wide = left < frame.left - 1 || right > frame.right + 1;
    const tall = top < frame.top - 1 || bottom > frame.bottom + 1;
    if (wide || tall) {
      found.push(`${name} outside the diagram`);
    }
  });
  for (const chip of about(".chip")) {
    const [rect, text] = [box(chip.querySelector("rect")), box(chip.querySelector("text"))];
    if (text.left < rect.left || text.right > rect.right) found.push(`${named(chip)} wider than its chip`);
  }
  return found;
}"""

EVERY_STEP: Final = """(stage, steps, look) => {
  const found = [];
  for (let step = 0; step < steps; step++) {
    window.dispatchEvent(new CustomEvent("lstm-viz:goto", { detail: { run: "cell", step } }));
    found.push(look(stage));
  }
  return found;
}"""


def at_every_step(shown: Cell, look: str) -> list[object]:
    """Go through all steps within the browser; return what a function of the stage finds at each."""
    steps = int(shown.scrubber.get_attribute("aria-valuemax") or 0)
    found: list[object] = shown.stage.evaluate(
        f"(stage, steps) => ({EVERY_STEP})(stage, steps, {look})", steps
    )
    return found


def resize(shown: Cell, width: int) -> None:
    """Give the window another width, and wait until the stage has taken it."""
    shown.page.set_viewport_size({"width": width, "height": HEIGHT})
    shown.page.wait_for_function("(width) => document.documentElement.clientWidth === width", arg=width)
    if width in LAYOUTS:
        expect(shown.stage).to_have_attribute("data-layout", LAYOUTS[width])


def overlaps(shown: Cell) -> list[str]:
    """What lies over what in the diagram, on a wide and on a narrow page, at any step."""
    found = []
    for width in LAYOUTS:
        resize(shown, width)
        for step, faults in enumerate(at_every_step(shown, OVERLAPS)):
            assert isinstance(faults, list)
            found += [f"{width} px, step {step + 1}: {fault}" for fault in faults]
    return found


def test_nothing_in_the_diagram_lies_over_anything_else(cell: OpenCell) -> None:
    shown = cell()
    found = {}
    for key, preset in PRESETS.items():
        resize(shown, 1440)
        if shown.run != preset.settings:
            shown.choose_preset(preset.title)
        shown.expect_run(preset.settings)
        found[key] = overlaps(shown)
    assert {key: faults for key, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    "run", [HELD, LARGE, random_run(1, 4, 2)], ids=["held", "large numbers", "four units"]
)
def test_nothing_overlaps_in_unusual_runs(cell: OpenCell, run: RunSettings) -> None:
    assert overlaps(cell(run)) == []


TOO_WIDE: Final = """(stage) => {
  const found = [];
  const within = stage.getBoundingClientRect();
  for (const node of stage.querySelectorAll("*")) {
    if (node.parentElement.closest("svg") || node.closest(".unseen") || !node.checkVisibility()) continue;
    const [inner, outer] = [node.getBoundingClientRect(), node.parentElement.getBoundingClientRect()];
    if (inner.right > outer.right + 1 || inner.left < outer.left - 1 || inner.right > within.right + 1) {
      const ends = ({ left, right }) => `${left} to ${right}`;
      found.push(`${node.tagName} ${node.className}: ${ends(inner)} in ${ends(outer)}`);
    }
  }
  return found;
}"""

SIDEWAYS: Final = """() => [...document.querySelectorAll("html, [data-testid=stMain], .katex-display")]
  .filter((node) => node.scrollWidth > node.clientWidth + (node.matches(".katex-display") ? 4 : 0))
  .map((node) => `${node.tagName} ${node.className}: ${node.scrollWidth} in ${node.clientWidth}`)"""


@pytest.mark.parametrize(
    "run", [HELD, LARGE, random_run(0, 4, 2)], ids=["held", "large numbers", "four units"]
)
def test_nothing_is_wider_than_its_place(cell: OpenCell, run: RunSettings) -> None:
    shown = cell(run)
    for width in WIDTHS:
        resize(shown, width)
        expect_none(shown.page, lambda: shown.page.evaluate(SIDEWAYS))
        expect_none(shown.page, lambda: shown.stage.evaluate(TOO_WIDE))


def test_the_start_page_never_scrolls_sideways(page: Callable[..., Page]) -> None:
    start = page("/")
    for width in WIDTHS:
        start.set_viewport_size({"width": width, "height": HEIGHT})
        expect_none(start, lambda: start.evaluate(SIDEWAYS))


TALL: Final = "(stage) => stage.getBoundingClientRect().height"


@pytest.mark.parametrize("width", LAYOUTS)
def test_the_page_does_not_jump_while_one_steps_points_and_drags(cell: OpenCell, width: int) -> None:
    shown = cell(screen=Screen("", width, HEIGHT, "light"))
    page = shown.page
    shown.scrubber.focus()
    height = shown.stage.evaluate(TALL)
    assert set(at_every_step(shown, TALL)) == {height}

    meaning = shown.stage.locator(".meaning")
    hint = meaning.inner_text()
    for sign in shown.stage.locator(".line .symbol:visible").all():
        sign.hover()
        expect(meaning).not_to_have_text(hint)
        assert shown.stage.evaluate(TALL) == height

    slider, field, _ = shown.dial("forget gate, bias")
    slider.scroll_into_view_if_needed()
    box = box_of(slider)
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    for place in (0.1, 0.9, 0.4):
        page.mouse.move(box["x"] + place * box["width"], y, steps=3)
        value = float(field.input_value())
        shown.expect_numbers(
            RunSettings(START.origin, START.cell.with_weight("f", 0, 3, value), START.sequence)
        )
        assert shown.stage.evaluate(TALL) == height
    page.mouse.up()


@pytest.mark.parametrize("screen", [LIGHT, DARK], ids=lambda screen: screen.name)
def test_every_number_of_the_strip_can_be_read_on_its_colour(cell: OpenCell, screen: Screen) -> None:
    shown = cell(random_run(2, 4, 2), screen)
    cells: list[list[str]] = shown.stage.locator(".strip .cell").evaluate_all(
        """(cells) => cells.map((cell) => getComputedStyle(cell))
             .map((style) => [style.backgroundColor, style.color])"""
    )
    assert len({background for background, _ in cells}) > 40
    assert min(contrast(background, colour) for background, colour in cells) >= 4.5


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2.2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of ``rgb(r, g, b)`` as WCAG 2.2 defines it."""
    channels = [int(number) / 255 for number in re.findall(r"\d+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_largest_run_fits(cell: OpenCell) -> None:
    """Sixty steps: the strip still fits, and its colours still tell which values are negative."""
    run = random_run(0, 4, 2)
    long = SequenceSettings.from_lines(*[[0.5, -0.5] * 30] * 2)
    shown = cell(to_query(RunSettings(run.origin, run.cell, long)))
    for width in WIDTHS:
        resize(shown, width)
        expect_none(shown.page, lambda: shown.page.evaluate(SIDEWAYS))
        expect_none(shown.page, lambda: shown.stage.evaluate(TOO_WIDE))
    assert "gradient" in shown.stage.locator(".strip .cell.negative").first.evaluate(
        "(cell) => getComputedStyle(cell).backgroundImage"
    )
