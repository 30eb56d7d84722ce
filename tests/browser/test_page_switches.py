from collections.abc import Callable

from playwright.sync_api import Page, expect

from lstm_viz.settings.cell import RunSettings
from lstm_viz.settings.presets import PRESETS
from tests.browser.cell import Cell, OpenCell
from tools.browser import PHONE, Screen

LATCH = PRESETS["leaky-latch"].settings


def go_to(page: Page, name: str) -> None:
    """Follow the app's own navigation."""
    page.get_by_test_id("stTopNav").get_by_role("link", name=name).click()


def test_the_run_and_the_step_survive_going_to_another_page_and_back(cell: OpenCell) -> None:
    shown = cell()
    page = shown.page
    _, field, _ = shown.dial("forget gate, bias")
    field.fill("0.5")
    field.press("Enter")
    run = RunSettings(LATCH.origin, LATCH.cell.with_weight("f", 0, 3, 0.5), LATCH.sequence)
    shown.expect_run(run)
    shown.scrubber.press("Home")
    shown.scrubber.press("ArrowRight")
    shown.expect_step(1)
    for _ in range(2):
        go_to(page, "Start")
        expect(page.get_by_role("heading", name="One small word")).to_be_visible()
        expect(shown.stage).to_have_count(0)
        go_to(page, "Cell")
        shown.wait_until_drawn()
        shown.expect_step(1)
        shown.expect_run(run)
        shown.expect_step_in_address(1)
    shown.scrubber.press("ArrowRight")
    shown.expect_step(2)
    shown.button("Undo").click()
    shown.expect_run(LATCH)


def test_a_door_of_the_start_page_opens_the_run_of_its_picture(page: Callable[..., Page]) -> None:
    start = page("/")
    shown = Cell(start, [])
    start.get_by_role("link", name="Drive the cell").click()
    shown.wait_until_drawn()
    shown.expect_run(PRESETS["latch"].settings)
    expect(start.get_by_role("combobox", name="Start from")).to_have_value(PRESETS["latch"].title)


def test_a_preset_opened_from_the_start_page_replaces_the_run_and_is_one_undo(cell: OpenCell) -> None:
    shown = cell("preset=counter")
    go_to(shown.page, "Start")
    shown.page.get_by_role("link", name="Drive the cell").click()
    shown.expect_run(PRESETS["latch"].settings)
    shown.button("Undo").click()
    shown.expect_run(PRESETS["counter"].settings)


def test_both_pages_are_reached_on_a_phone(page: Callable[..., Page]) -> None:
    phone: Screen = PHONE
    start = page("/", phone)
    start.get_by_role("link", name="Drive the cell").click()
    Cell(start, []).wait_until_drawn()
    start.get_by_test_id("stExpandSidebarButton").click()
    start.get_by_role("link", name="Start", exact=True).click()
    expect(start.get_by_role("heading", name="One small word")).to_be_visible()
