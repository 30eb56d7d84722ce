from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from lstm_viz.settings.presets import PRESETS
from tests.browser.cell import Cell, OpenCell, box_of
from tools.browser import PHONE

STEPS = 14
"""Of the preset that the page opens on."""

PRESS = """(scrubber, key) => {
  scrubber.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
}"""

CURSORS = """() => [...document.querySelectorAll(".lstm-chart")].map((chart) => {
  const cursor = chart.querySelector(".lstm-chart-cursor");
  const { xaxis } = chart.querySelector(".lstm-chart-canvas")._fullLayout;
  const line = parseFloat(cursor.style.left) + parseFloat(cursor.style.getPropertyValue("--middle"));
  return cursor.hidden ? null : xaxis.p2l(line - xaxis._offset);
})"""
"""The step, counted from 1, at which the cursor of each figure stands."""


@contextmanager
def nothing_sent(cell: Cell) -> Iterator[None]:
    """Nothing may be sent to the server until the address has followed the last step made within."""
    before = len(cell.sent)
    yield
    cell.expect_step_in_address(cell.step)
    assert cell.sent[before:] == []


def test_keys_buttons_and_columns_step_in_the_browser_alone(cell: OpenCell) -> None:
    shown = cell()
    run = PRESETS["leaky-latch"].settings
    with nothing_sent(shown):
        opened = shown.step
        # Before anything has the focus, the arrows belong to the stage.
        shown.page.keyboard.press("ArrowRight")
        shown.expect_step(opened + 1)
        shown.page.mouse.click(*shown.column(5))
        shown.expect_step(5)
        shown.expect_numbers(run)
        # The click has given the strip the focus.
        for key, step in [
            ("ArrowRight", 6),
            ("ArrowLeft", 5),
            ("End", STEPS - 1),
            ("ArrowRight", STEPS - 1),
            ("Home", 0),
        ]:
            shown.page.keyboard.press(key)
            shown.expect_step(step)
            shown.expect_numbers(run)
        for name, step in [
            ("Last step", STEPS - 1),
            ("One step back", STEPS - 2),
            ("First step", 0),
            ("One step on", 1),
        ]:
            shown.button(name).click()
            shown.expect_step(step)
        start, end = shown.column(2), shown.column(9)
        shown.page.mouse.move(*start)
        shown.page.mouse.down()
        shown.page.mouse.move(*end, steps=5)
        shown.expect_step(9)
        shown.page.mouse.up()
        shown.expect_numbers(run)


def test_every_part_shows_the_same_step_at_once(cell: OpenCell) -> None:
    shown = cell()
    shown.scrubber.focus()
    trace = PRESETS["leaky-latch"].settings.run()
    for key, step in [("Home", 0), ("ArrowRight", 1), ("End", STEPS - 1)]:
        # Pressed and read in one task of the browser: nothing may come later.
        seen = shown.scrubber.evaluate(
            f"(scrubber, key) => {{ ({PRESS})(scrubber, key); return ({CURSORS})(); }}", key
        )
        assert seen == pytest.approx([step + 1] * 3, abs=0.02)
        expect(shown.scrubber).to_have_attribute("aria-valuenow", str(step + 1))
        for quantity, values in [("cp", trace.c_prev), ("c", trace.c), ("hp", trace.h_prev), ("h", trace.h)]:
            text = shown.chip(quantity).text_content() or ""
            assert float(text.replace("−", "-")) == pytest.approx(values[step, 0], abs=0.005)
        assert shown.chip("c").text_content() == shown.output("c").text_content()
        column = shown.stage.locator(".cursor").evaluate(
            "(cursor) => cursor.offsetLeft / (cursor.parentElement.clientWidth / 14)"
        )
        assert column == pytest.approx(step, abs=0.05)


def test_playing_shows_every_step_in_turn_and_ends_at_the_last(cell: OpenCell) -> None:
    shown = cell()
    with nothing_sent(shown):
        shown.scrubber.press("Home")
        shown.place.evaluate(
            """(place) => {
              window.seen = [];
              new MutationObserver(() => seen.push(parseInt(place.textContent.slice("step ".length))))
                .observe(place, { childList: true, characterData: true, subtree: true });
            }"""
        )
        shown.stage.get_by_role("combobox", name="Speed").select_option("8×")
        shown.button("Play").click()
        expect(shown.button("Pause")).to_be_visible()
        shown.expect_step(STEPS - 1)
        expect(shown.button("Play")).to_be_visible()
        assert shown.page.evaluate("seen") == list(range(2, STEPS + 1))

        # At the end, playing begins anew.
        shown.button("Play").click()
        expect(shown.button("Pause")).to_be_visible()
        shown.button("Pause").click()
        assert shown.step < STEPS - 1


def test_the_chosen_speed_is_the_pace_and_the_space_bar_plays_and_pauses(cell: OpenCell) -> None:
    shown = cell()
    shown.scrubber.press("Home")
    shown.expect_step_in_address(0)
    shown.page.clock.install()
    shown.page.clock.pause_at(shown.page.evaluate("Date.now() + 1000"))
    pace = shown.stage.get_by_role("combobox", name="Speed")
    step = 0
    for speed, wait in [("1×", 1000), ("0.5×", 2000), ("4×", 250)]:
        pace.select_option(speed)
        shown.scrubber.press(" ")
        for _ in range(2):
            shown.page.clock.run_for(wait - 1)
            shown.expect_step(step)
            shown.page.clock.run_for(1)
            step += 1
            shown.expect_step(step)
        shown.scrubber.press(" ")
        shown.page.clock.run_for(2 * wait)
        shown.expect_step(step)
    # Whoever steps by hand means to look: playing ends.
    shown.scrubber.press(" ")
    shown.scrubber.press("ArrowLeft")
    expect(shown.button("Play")).to_be_visible()
    shown.page.clock.run_for(5000)
    shown.expect_step(step - 1)


def click_figure(page: Page, figure: int, step: int, *, touch: bool = False) -> None:
    """Click, or tap, on a step (counted from 0) of a figure."""
    canvas = page.locator(".lstm-chart-canvas").nth(figure)
    canvas.scroll_into_view_if_needed()
    x, y = canvas.evaluate(
        """(canvas, step) => {
          const { xaxis, yaxis } = canvas._fullLayout;
          const { left, top } = canvas.getBoundingClientRect();
          return [left + xaxis._offset + xaxis.l2p(step + 1), top + yaxis._offset + yaxis._length / 2];
        }""",
        step,
    )
    if touch:
        page.touchscreen.tap(x, y)
    else:
        page.mouse.click(x, y)


def test_a_click_on_a_figure_moves_the_stage_and_every_cursor(cell: OpenCell) -> None:
    shown = cell()
    with nothing_sent(shown):
        for figure, step in [(0, 3), (1, 7), (2, 12)]:
            click_figure(shown.page, figure, step)
            shown.expect_step(step)
            assert shown.page.evaluate(CURSORS) == pytest.approx([step + 1] * 3, abs=0.02)
            shown.expect_numbers(PRESETS["leaky-latch"].settings)


def test_a_phone_is_stepped_by_touch(cell: OpenCell) -> None:
    shown = cell(screen=PHONE)
    with nothing_sent(shown):
        for step in (0, 8, STEPS - 1):
            shown.page.touchscreen.tap(*shown.column(step))
            shown.expect_step(step)
        shown.button("One step back").tap()
        shown.expect_step(STEPS - 2)
        click_figure(shown.page, 1, 4, touch=True)
        shown.expect_step(4)
        shown.expect_numbers(PRESETS["leaky-latch"].settings)
        sign = shown.stage.get_by_role("button", name="forget gate: ")
        sign.tap()
        expect(shown.stage.locator(".meaning")).to_contain_text("how much of the old memory is kept")
    box = box_of(shown.stage)
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE.width
