from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessible import violations
from tests.browser.test_layout import SIDEWAYS
from tools.browser import DARK, LIGHT, PHONE, Screen

PROJECTOR = Screen("projector", 1280, 720, "light")
DARK_PHONE = Screen("dark phone", 390, 844, "dark", touch=True)


def test_the_sentence_plays_once_by_itself_and_rests_on_the_verdict(page: Callable[..., Page]) -> None:
    start = page("/", reduced_motion="no-preference", before=lambda empty: empty.clock.install())
    place = start.locator(".belt .place")
    start.clock.run_for(1000)
    early = place.inner_text()
    assert early != "word 7 of 7"
    expect(start.locator(".belt .sure")).to_contain_text("so far")
    start.clock.run_for(600)
    assert place.inner_text() != early
    start.clock.run_for(6000)
    expect(place).to_have_text("word 7 of 7")
    expect(start.locator(".belt .answer")).to_have_text("No")
    expect(start.locator(".belt .sure")).to_have_text("97 % sure")
    start.clock.run_for(10_000)
    expect(place).to_have_text("word 7 of 7")


def test_nothing_plays_for_whoever_asks_for_rest_until_it_is_asked_for(page: Callable[..., Page]) -> None:
    start = page("/", reduced_motion="reduce", before=lambda empty: empty.clock.install())
    place = start.locator(".belt .place")
    expect(place).to_have_text("word 7 of 7")
    start.clock.run_for(2000)
    expect(place).to_have_text("word 7 of 7")
    start.get_by_role("button", name="Play the sentence").click()
    expect(place).to_have_text("word 1 of 7")
    start.clock.run_for(1300)
    expect(place).to_have_text("word 3 of 7")
    start.keyboard.press("Escape")
    start.locator("h1").click()
    start.keyboard.press("Space")
    expect(start.get_by_role("button", name="Play the sentence")).to_be_visible()


@pytest.mark.parametrize("screen", [LIGHT, PHONE], ids=lambda screen: screen.name)
def test_the_dial_breaks_the_memory_by_keyboard_alone(page: Callable[..., Page], screen: Screen) -> None:
    start = page("/", screen, reduced_motion="reduce")
    asked: list[str] = []
    start.on("request", lambda request: asked.append(request.url))
    expect(start.locator(".belt .answer")).to_have_text("No")
    slider = start.get_by_role("slider", name="Forget gate after “not”")
    slider.focus()
    slider.press("Home")
    expect(start.locator(".belt .answer")).to_have_text("Yes")
    expect(start.locator(".belt .sure")).to_have_text("91 % sure")
    expect(start.locator(".belt .foot .level")).to_have_text("held at 0.00")
    expect(start.locator(".belt .note")).to_contain_text("It forgot the “not”.")
    expect(start.locator(".belt [aria-live]")).to_contain_text("Yes, 91 % sure. It forgot the “not”.")
    assert slider.get_attribute("aria-valuetext") == "held at 0.00"
    slider.press("End")
    expect(start.locator(".belt .answer")).to_have_text("No")
    expect(slider).to_have_attribute("aria-valuetext", "as learned: open")
    # All of it was there already: nothing was asked while the hand moved.
    assert [url for url in asked if "/static/media/" not in url] == []  # but for a font


def test_a_word_that_is_pointed_at_shows_the_answer_so_far(page: Callable[..., Page]) -> None:
    start = page("/", reduced_motion="reduce")
    start.locator(".belt .label", has_text="film").hover()
    expect(start.locator(".belt .place")).to_have_text("word 2 of 7")
    expect(start.locator(".belt .answer")).to_have_text("Yes")
    expect(start.locator(".belt .sure")).to_have_text("89 %, so far")


@pytest.mark.parametrize("screen", [LIGHT, DARK, PHONE, DARK_PHONE], ids=lambda screen: screen.name)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page: Callable[..., Page], screen: Screen) -> None:
    start = page("/", screen, reduced_motion="reduce")
    assert violations(start) == []
    assert start.evaluate(SIDEWAYS) == []


def test_all_of_it_is_in_sight_on_a_projector(page: Callable[..., Page]) -> None:
    start = page("/", PROJECTOR, reduced_motion="reduce")
    doors = start.locator("[class*=st-key-start_door_]").all()
    assert len(doors) == 4
    for part in (
        start.locator("h1"),
        start.locator(".belt"),
        start.locator(".st-key-start_primary button"),
        *doors,
    ):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= PROJECTOR.height


def test_the_button_stays_in_sight_on_a_phone(page: Callable[..., Page]) -> None:
    start = page("/", PHONE, reduced_motion="reduce")
    box = start.locator(".st-key-start_primary button").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE.height
    start.mouse.wheel(0, 500)
    assert start.locator(".st-key-start_primary button").bounding_box() == box
