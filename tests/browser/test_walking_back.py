"""The gradient on the stage: the same run, walked backward."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from lstm_viz.settings.cell import Loss
from lstm_viz.settings.presets import PRESETS, random_run
from lstm_viz.views.backward import backward
from tests.browser.cell import Cell, OpenCell, agrees, expect_none
from tools.browser import PHONE

LATCH = PRESETS["leaky-latch"].settings


def expect_gradient(cell: Cell, loss: Loss) -> None:
    """Wait until the diagram and the equation show the exact gradient of the step shown."""
    run = replace(LATCH, loss=loss)
    exact = backward(run, run.run(), 0)
    assert exact is not None

    def wrong() -> list[tuple[str, str]]:
        step = cell.step
        wanted = {"c": exact.c, "h": exact.h, "cp": exact.c_prev, "hp": exact.h_prev}
        shown = {key: cell.chip(key).text_content() or "" for key in wanted}
        shown["dc"] = cell.output("dc").inner_text()
        wanted["dc"] = exact.c
        return [(key, text) for key, text in shown.items() if not agrees(text, float(wanted[key][step, 0]))]

    expect_none(cell.page, wrong)


@pytest.mark.parametrize("loss", [Loss("c"), Loss("h")], ids=lambda loss: loss.kind)
def test_a_loss_is_chosen_and_walked_back_to_the_first_step(cell: OpenCell, loss: Loss) -> None:
    shown = cell()
    shown.page.get_by_role("combobox", name="Walk back from").select_option(loss.kind)
    way = shown.stage.locator(".direction")
    expect(way).to_contain_text("backward")
    shown.scrubber.focus()
    shown.page.keyboard.press("End")
    expect_gradient(shown, loss)
    for _ in range(3):
        shown.page.keyboard.press("ArrowLeft")
    expect_gradient(shown, loss)
    shown.stage.get_by_role("combobox", name="Speed").select_option("8×")
    shown.button("Play").click()
    shown.expect_step(0)
    expect_gradient(shown, loss)
    way.click()
    expect(way).to_contain_text("forward")
    expect(shown.chip("kept")).to_be_visible()


def test_the_target_is_dragged_and_the_loss_is_in_the_link(cell: OpenCell) -> None:
    shown = cell(replace(LATCH, loss=Loss("target", 0.25)))
    expect_gradient(shown, Loss("target", 0.25))
    _, field, trouble = shown.dial("Target of the last h")
    field.fill("-0.5")
    field.press("Enter")
    expect_gradient(shown, Loss("target", -0.5))
    shown.page.wait_for_url(lambda url: "loss=target_-0.5" in url)
    field.fill("7")
    field.press("Enter")
    expect(trouble).to_contain_text("−1 to 1")
    expect_gradient(shown, Loss("target", -0.5))


def test_without_a_loss_there_is_no_way_back(cell: OpenCell) -> None:
    shown = cell(replace(LATCH, loss=Loss("c")))
    expect(shown.stage.locator(".label.dc")).to_be_visible()
    shown.page.get_by_role("combobox", name="Walk back from").select_option("none")
    expect(shown.stage.locator(".label.dc")).to_have_count(0)
    expect(shown.stage.locator(".direction")).to_be_hidden()
    expect(shown.chip("kept")).to_be_visible()


def test_on_a_phone_with_several_units(cell: OpenCell) -> None:
    shown = cell(replace(random_run(1, 3, 1), loss=Loss("h")), PHONE)
    expect(shown.stage.locator(".direction")).to_contain_text("backward")
    expect(shown.chip("c")).to_be_visible()
