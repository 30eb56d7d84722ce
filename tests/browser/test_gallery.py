"""The family on the Variants page in a browser: cards that are opened, and cells side by side."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lstm_viz.cells.catalogue import CATALOGUE
from tests.browser.cell import expect_none, query_of
from tests.browser.test_accessible import violations
from tools.browser import DARK, LIGHT, PHONE, Screen


def opened(page: Callable[..., Page], screen: Screen = LIGHT, query: str = "") -> Page:
    shown = page(f"/variants?{query}", screen)
    expect(shown.locator(".cell-card")).to_have_count(len(CATALOGUE))
    return shown


def test_two_cards_are_opened_by_keyboard_and_their_lines_are_shown(page: Callable[..., Page]) -> None:
    shown = opened(page)
    for name in ("LSTM", "minGRU"):
        shown.get_by_role("button", name=f"Open {name}", exact=True).press("Enter")
        expect(shown.get_by_role("button", name=f"Close {name}", exact=True)).to_be_focused()
    expect(shown.locator(".strips .title")).to_have_text(
        ["LSTM · LSTM with a forget gate", "minGRU · minimal GRU"]
    )
    shown.wait_for_url(lambda url: query_of(url).get("with") == "LSTM~minGRU")
    shown.get_by_role("button", name="step by step").click()
    expect(shown.locator(".strips")).to_be_in_viewport()


@pytest.mark.parametrize("screen", [LIGHT, DARK, PHONE], ids=lambda screen: screen.name)
def test_the_cards_fit_the_screen_and_axe_finds_nothing_serious(
    page: Callable[..., Page], screen: Screen
) -> None:
    shown = opened(page, screen, "with=sLSTM~LSTM+layer+norm~FGR~selective+scan")
    shown.locator(".strips .cell").first.wait_for()
    main = shown.get_by_test_id("stMain")
    assert main.evaluate("(main) => main.scrollWidth - main.clientWidth") <= 0
    expect_none(shown, lambda: violations(shown))


@pytest.mark.parametrize("screen", [DARK, PHONE], ids=lambda screen: screen.name)
def test_what_is_new_fits_the_screen_and_axe_finds_nothing_serious(
    page: Callable[..., Page], screen: Screen
) -> None:
    shown = page("/variants?part=new", screen)
    expect(shown.locator(".lstm-chart-canvas .main-svg").first).to_be_attached()
    assert shown.get_by_test_id("stMain").evaluate("(main) => main.scrollWidth - main.clientWidth") <= 0
    expect_none(shown, lambda: violations(shown))
