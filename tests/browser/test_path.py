"""The guided path walked by keyboard alone, from Start to its last stop."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lstm_viz.app.path.guide import STOPS
from tests.browser.test_accessible import violations
from tests.browser.test_layout import SIDEWAYS
from tools.browser import DARK, FINISHED, LIGHT, PHONE, Screen

PROJECTOR = Screen("projector", 1280, 720, "light")
ANSWERS = {2: "0.64", 6: "-0.5", 7: "-0.45", 11: "0.3", 12: "0.25"}


def expect_stop(page: Page, number: int) -> None:
    expect(page.locator(".coach .kicker")).to_have_text(f"Step {number} of {len(STOPS)}")
    expect(page.locator(".coach h2")).to_have_text(STOPS[number - 1].title)


def tab_to(page: Page, name: str, role: str = "slider") -> None:
    """Press Tab until a control has the focus."""
    control = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    control.wait_for()
    for _ in range(60):
        if control.evaluate("(node) => node.getRootNode().activeElement === node"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab")


def type_into(page: Page, name: str, text: str) -> None:
    tab_to(page, name, "textbox")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def expect_done(page: Page) -> None:
    expect(page.locator(".coach .result")).to_contain_text("✓ Done.")
    expect(page.locator(".coach .forward")).to_have_class("forward primary")


def go_on(page: Page, number: int) -> None:
    tab_to(page, f"Next: {STOPS[number - 1].next} →", "button")
    page.keyboard.press("Enter")


def expect_drawn(page: Page) -> None:
    expect(page.locator(".lstm-chart-plot")).to_have_attribute("aria-label", re.compile("over the steps"))


def fits(page: Page, screen: Screen) -> None:
    assert page.evaluate(SIDEWAYS) == []
    assert violations(page) == []
    box = page.locator(".coach").bounding_box()
    assert box is not None
    if screen.width > 900:
        assert box["y"] + box["height"] <= screen.height + 40


@pytest.mark.parametrize("screen", [LIGHT, PHONE], ids=lambda screen: screen.name)
def test_the_path_is_walked_by_keyboard_alone(page: Callable[..., Page], screen: Screen) -> None:
    walked = page("/", screen, reduced_motion="reduce")
    tab_to(walked, f"Show me how: {len(STOPS)} short steps", "button")
    walked.keyboard.press("Enter")

    expect_stop(walked, 1)
    fits(walked, screen)
    tab_to(walked, "Forget gate after “not”")
    walked.keyboard.press("Home")
    expect_done(walked)
    go_on(walked, 1)

    expect_stop(walked, 2)
    expect(walked.locator(".coach h2")).to_be_focused()
    fits(walked, screen)
    tab_to(walked, "2.00", "button")
    walked.keyboard.press("Enter")
    expect(walked.locator(".coach .result")).to_contain_text("That adds the forget gate")
    expect(walked.locator(".stage .strip")).not_to_contain_text("1.30")
    tab_to(walked, "1.30", "button")
    walked.keyboard.press("Enter")
    expect_done(walked)
    expect(walked.locator(".stage .strip")).to_contain_text("1.30")
    go_on(walked, 2)

    expect_stop(walked, 3)
    expect_drawn(walked)
    fits(walked, screen)
    type_into(walked, "forget gate, bias, number", "7")
    expect_done(walked)
    expect(walked.locator(".coach .result")).to_contain_text("0.9991 taken 13 times leaves 98.8")
    go_on(walked, 3)

    expect_stop(walked, 4)
    type_into(walked, "input gate, weight on flag, number", "8")
    type_into(walked, "input gate, bias, number", "-4")
    expect_done(walked)
    go_on(walked, 4)

    expect_stop(walked, 5)
    expect_drawn(walked)
    fits(walked, screen)
    for step, value in ANSWERS.items():
        type_into(walked, f"C at step {step}", value)
        expect(walked.locator(".coach .result")).to_contain_text(f"Step {step}: you said")
    expect_done(walked)
    go_on(walked, 5)

    expect_stop(walked, 6)
    type_into(walked, "output gate, weight on flag, number", "10")
    type_into(walked, "output gate, bias, number", "-5")
    expect_done(walked)
    go_on(walked, 6)

    expect_stop(walked, 7)
    expect_drawn(walked)
    fits(walked, screen)
    type_into(walked, "forget gate, bias, number", "7")
    expect_done(walked)
    go_on(walked, 7)
    expect(walked.get_by_role("heading", name="How do the gates come to behave so?")).to_be_visible()


def test_the_check_notices_while_the_hand_still_drags(page: Callable[..., Page]) -> None:
    shown = page("/cell?path=3", LIGHT, reduced_motion="reduce")
    expect_stop(shown, 3)
    slider = shown.get_by_role("slider", name="forget gate, bias", exact=True)
    box = slider.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    shown.mouse.move(box["x"] + box["width"] * 0.54, y)
    shown.mouse.down()
    shown.mouse.move(box["x"] + box["width"] * 0.8, y, steps=8)
    # The hand has not let go.
    expect_done(shown)
    assert "path=3" in shown.url
    shown.mouse.move(box["x"] + box["width"] * 0.3, y, steps=4)
    expect_done(shown)
    shown.mouse.up()


def test_help_comes_by_itself_for_whoever_is_stuck(page: Callable[..., Page]) -> None:
    shown = page("/cell?path=3", LIGHT, reduced_motion="reduce", before=lambda empty: empty.clock.install())
    expect_stop(shown, 3)
    expect(shown.locator(".coach .said")).to_have_count(0)
    shown.clock.run_for(41_000)
    expect(shown.locator(".coach .said")).to_have_count(1)
    expect(shown.get_by_role("button", name="Set it for me")).to_be_hidden()
    shown.clock.run_for(50_000)
    shown.get_by_role("button", name="Set it for me").click()
    shown.clock.run_for(2000)
    expect_done(shown)


def test_one_leaves_comes_back_and_sees_everything(page: Callable[..., Page]) -> None:
    shown = page("/cell?path=4", LIGHT, reduced_motion="reduce")
    expect_stop(shown, 4)
    expect(shown.locator(".stage .dials")).to_be_hidden()
    shown.get_by_role("button", name="Show everything").click()
    expect(shown.locator(".stage .dials")).to_be_visible()
    expect_stop(shown, 4)
    expect(shown.get_by_role("button", name="Back to the path")).to_be_in_viewport()
    assert violations(shown) == []
    shown.get_by_role("button", name="Back to the path").click()
    expect(shown.locator(".stage .dials")).to_be_hidden()
    shown.locator(FINISHED).wait_for()  # a press that meets the end of a run is lost by Streamlit
    shown.keyboard.press("Escape")
    expect(shown.locator(".coach")).to_have_count(0)
    expect(shown.locator(".stage .dials")).to_be_visible()
    shown.get_by_role("link", name="Start", exact=True).click()
    shown.get_by_role("button", name=f"Go on at step 4 of {len(STOPS)}").click()
    expect_stop(shown, 4)


@pytest.mark.parametrize("screen", [PROJECTOR, DARK], ids=lambda screen: screen.name)
def test_picture_and_task_are_in_sight_together(page: Callable[..., Page], screen: Screen) -> None:
    for number in (3, 4, 6):
        shown = page(f"/cell?path={number}", screen, reduced_motion="reduce")
        expect_stop(shown, number)
        expect_drawn(shown)
        assert violations(shown) == []
        parts = (".stage .strip", ".stage .diagram", ".coach .turn", ".coach .forward", ".lstm-chart-canvas")
        for part in parts:
            box = shown.locator(part).first.bounding_box()
            assert box is not None
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= screen.height + 2, part
