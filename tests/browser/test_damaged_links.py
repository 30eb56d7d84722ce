from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from lstm_viz.exchange.links.cell import to_query
from lstm_viz.settings.presets import DEFAULT, PRESETS, random_run
from tests.browser.cell import Cell, OpenCell, path_of
from tools.browser import visit

GOOD = to_query(random_run(3, 2, 1))

# The wording for every kind of damage is tested with the links themselves.
DAMAGED = {
    f"preset={'%3Cscript%3E' * 20}": "asks for a preset “<script><script><scr…”, which does not exist.",
    urlencode(
        {key: value for key, value in GOOD.items() if key != "o"}
    ): "The link is incomplete: o missing.",
    urlencode({**GOOD, "f": GOOD["f"] + "_x"}): "“x” in its part f is not a number.",
    urlencode({**GOOD, "x": "1_1e308_0"}): "got 1e+308.",
    urlencode({**GOOD, "x": "1" * 5000}): "its part x is 5,000 characters long.",
    urlencode({**GOOD, "preset": DEFAULT}): "The link names a preset and settings of its own",
}

NOT_OURS = "utm_source=mail&step=soon&unit=9&step=999"


def no_error(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)
    expect(page.get_by_text("Something went wrong")).to_have_count(0)


def test_a_damaged_link_opens_the_default_and_says_what_is_wrong(cell: OpenCell) -> None:
    default = PRESETS[DEFAULT].settings
    shown = cell()
    page = shown.page
    home = page.url.partition("/cell")[0]
    for query, notice in DAMAGED.items():
        visit(page, home + path_of(query))
        damaged = Cell(page, [])
        damaged.wait_until_drawn()
        warning = page.get_by_test_id("stAlert")
        expect(warning).to_contain_text(notice)
        expect(warning).to_contain_text("Nothing of it was used.")
        damaged.expect_run(default)
        no_error(page)


def test_what_is_not_of_the_run_does_no_harm(cell: OpenCell) -> None:
    shown = cell(NOT_OURS)
    shown.expect_run(PRESETS[DEFAULT].settings)
    expect(shown.page.get_by_test_id("stAlert")).to_have_count(0)
    no_error(shown.page)
