"""The Challenges page in a browser: solved by hand, failed with a reason, kept, shared, on any screen."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from lstm_viz.lessons.challenges import challenges
from tests.browser.test_accessible import DARK_PHONE, violations
from tools.browser import DARK, LIGHT, PHONE, Screen

OpenPage = Callable[..., Page]
PROJECTOR = Screen("projector", 1280, 720, "light")


def weight(page: Page, name: str) -> Locator:
    return page.get_by_role("spinbutton", name=name, exact=True)


def type_weight(page: Page, name: str, value: str) -> None:
    weight(page, name).fill(value)
    weight(page, name).press("Enter")


def expect_passed(page: Page, count: int) -> None:
    expect(page.locator(".verdict")).to_have_text(f"{count} of 24 hidden sequences pass")


def stars(page: Page) -> Locator:
    return page.locator(".score .stars")


def kept(page: Page) -> Any:
    return json.loads(page.evaluate("localStorage.getItem('lstm-viz.challenges')") or "{}")


def drag(page: Page, name: str, by: float) -> None:
    """Drag a weight sideways, and hold."""
    box = weight(page, name).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by / 2, y)
    page.mouse.move(x + by, y)


def test_three_challenges_solved_by_dragging_typing_and_keys(page: OpenPage) -> None:
    shown = page("/challenges")
    expect(shown.get_by_role("heading", name="Keep it")).to_be_visible()
    expect_passed(shown, 0)

    # Dragged: the marks follow before the hand lets go.
    drag(shown, "forget, bias", 100)
    expect_passed(shown, 24)
    shown.mouse.up()
    expect(weight(shown, "forget, bias")).to_have_value("10")
    expect(stars(shown)).to_have_attribute("aria-label", "3 of 3 stars")
    expect(shown.locator(".reason")).to_contain_text("Solved.")
    expect(shown).to_have_url(re.compile("f=0_0_10"))

    # Typed.
    shown.get_by_role("button", name="Next: Forget at once").click()
    expect(shown.get_by_role("heading", name="Forget at once")).to_be_visible()
    type_weight(shown, "forget, bias", "-10")
    expect_passed(shown, 24)

    # By keys alone.
    shown.get_by_role("button", name="Next: Lose a tenth at every step").press("Enter")
    expect(shown.get_by_role("heading", name="Lose a tenth at every step")).to_be_visible()
    field = weight(shown, "forget, bias")
    for key in ["Shift+ArrowUp"] * 2 + ["ArrowUp"] * 2:
        field.press(key)
    expect(field).to_have_value("2.2")
    expect_passed(shown, 24)

    done = kept(shown)
    assert {key: each["stars"] for key, each in done.items()} == {"keep": 3, "forget": 3, "fade": 3}
    # Kept in this browser: it is there after the page was left.
    shown.reload()
    expect(shown.get_by_role("button", name="Challenge 2: Forget at once, 3 of 3 stars")).to_be_visible()
    with shown.expect_download() as download:
        shown.get_by_role("button", name="Export what I have done").click()
    exported = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert [each["stars"] for each in exported] == [3, 3, 3] + [0] * 11


def test_one_that_fails_says_why_and_shows_where(page: OpenPage) -> None:
    shown = page("/challenges?challenge=hold&f=0_0_0_5&i=0_20_0_-10&g=1_0_0_0&seed=5")
    failing = shown.locator(".ticks [data-passed=false]")
    expect(failing).not_to_have_count(0)
    failing.first.click()
    expect(failing.first).to_have_attribute("aria-pressed", "true")
    number = failing.first.get_attribute("aria-label").split()[1]  # type: ignore[union-attr]
    expect(shown.locator(".which")).to_contain_text(f"Hidden sequence {number} of 24")
    reason = shown.locator(".reason")
    expect(reason).to_contain_text(f"Sequence {number}. At step")
    expect(reason).to_contain_text("f = 0.9933")
    expect(reason).to_contain_text("loses 0.67")
    expect(shown.get_by_role("img", name="leaves the band at step")).to_be_visible()
    expect(stars(shown)).to_have_attribute("aria-label", "0 of 3 stars")
    # What is said to be wrong is what helps.
    type_weight(shown, "forget, bias", "10")
    expect_passed(shown, 24)


def test_a_hand_that_rests_is_shown_a_sequence_that_fails(page: OpenPage) -> None:
    shown = page("/challenges?challenge=happened&f=-20_0_10&i=0_0_10&g=10_0_0&seed=1")
    expect_passed(shown, 24)
    type_weight(shown, "forget, weight on x", "0")
    failing = shown.locator(".ticks [data-passed=false]").first
    expect(failing).to_be_visible()
    if shown.locator(".ticks button").first.get_attribute("data-passed") == "true":
        expect(failing).to_have_attribute("aria-pressed", "true")
    else:
        expect(shown.locator(".ticks button").first).to_have_attribute("aria-pressed", "true")


def test_a_link_is_marked_anew_and_earns_nothing_where_it_is_opened(page: OpenPage) -> None:
    mine = page("/challenges", permissions=["clipboard-read", "clipboard-write"])
    type_weight(mine, "forget, bias", "10")
    expect_passed(mine, 24)
    mine.get_by_role("button", name="Share this cell").click()
    expect(mine.locator(".told")).to_contain_text("Link copied")
    link = mine.evaluate("navigator.clipboard.readText()")
    assert "challenge=keep" in link
    assert "seed=" in link
    query = link.partition("?")[2]

    teachers = page(f"/challenges?{query}")
    expect_passed(teachers, 24)
    expect(stars(teachers)).to_have_attribute("aria-label", "3 of 3 stars")
    assert kept(teachers) == {}
    faked = page(f"/challenges?{query.replace('f=0_0_10', 'f=0_0_3')}&stars=3")
    expect_passed(faked, 0)
    expect(stars(faked)).to_have_attribute("aria-label", "0 of 3 stars")


def test_an_attempt_survives_going_to_another_page_and_back(page: OpenPage) -> None:
    shown = page("/challenges?challenge=keep&f=0_0_10&seed=5")
    expect_passed(shown, 24)
    pages = shown.get_by_test_id("stTopNav")
    pages.get_by_role("link", name="Cell").click()
    expect(shown.locator(".stage")).to_be_visible()
    # Both pages have weights in their addresses; neither takes those of the other.
    expect(shown.get_by_test_id("stAlert")).to_have_count(0)
    pages.get_by_role("link", name="Challenges").click()
    expect_passed(shown, 24)
    expect(shown).to_have_url(re.compile("f=0_0_10&seed=5"))
    expect(shown.get_by_test_id("stAlert")).to_have_count(0)


def test_a_double_click_sets_a_weight_to_0_and_undo_brings_it_back(page: OpenPage) -> None:
    shown = page("/challenges?challenge=keep&f=0_0_10")
    field = weight(shown, "forget, bias")
    field.dblclick()
    expect(field).to_have_value("0")
    expect_passed(shown, 0)
    shown.get_by_role("button", name="Undo").click()
    expect(field).to_have_value("10")
    expect_passed(shown, 24)


def test_what_is_no_weight_is_refused_beside_the_board(page: OpenPage) -> None:
    shown = page("/challenges?challenge=keep&f=0_0_10")
    for wrong in ("ten", "21", "-20.5"):
        type_weight(shown, "forget, bias", wrong)
        expect(shown.locator(".weights .error")).to_have_text("Type a number from −20 to 20.")
        expect(weight(shown, "forget, bias")).to_have_attribute("aria-invalid", "true")
    expect_passed(shown, 24)
    type_weight(shown, "forget, bias", "1,5")
    expect(shown.locator(".weights .error")).to_have_text("")
    expect_passed(shown, 0)


def test_hints_come_in_stages_and_the_solution_costs_the_stars(page: OpenPage) -> None:
    shown = page("/challenges")
    hints = shown.locator(".hints details")
    hints.nth(1).locator("summary").click()
    expect(hints.nth(1)).to_contain_text("raise its bias")
    type_weight(shown, "forget, bias", "5")
    hints.nth(2).locator("summary").click()
    expect(hints.nth(2)).to_contain_text("f: b 10. All others 0.")
    type_weight(shown, "forget, bias", "10")
    expect_passed(shown, 24)
    expect(stars(shown)).to_have_attribute("aria-label", "1 of 3 stars")
    expect(shown.locator(".score")).to_contain_text("The solution was shown")
    assert kept(shown)["keep"]["stars"] == 1


def test_the_last_challenge_has_two_units(page: OpenPage) -> None:
    shown = page(f"/challenges?challenge=xor&{challenges()['xor'].solution}")
    expect(shown.get_by_role("spinbutton")).to_have_count(32)
    expect_passed(shown, 24)
    type_weight(shown, "input of unit 2, weight on h1", "0")
    expect(shown.locator(".ticks [data-passed=false]")).not_to_have_count(0)


@pytest.mark.parametrize("screen", [LIGHT, DARK, PHONE, DARK_PHONE], ids=lambda screen: screen.name)
def test_axe_finds_nothing_serious(page: OpenPage, screen: Screen) -> None:
    shown = page("/challenges?challenge=hold&f=0_0_0_5&i=0_10_0_-5&g=1_0_0_0&seed=5", screen)
    expect(shown.locator(".verdict")).to_contain_text("of 24")
    shown.locator(".ticks [data-passed=false]").first.click()
    type_weight(shown, "output, bias", "x")
    expect(shown.locator(".weights .error")).not_to_be_empty()
    for hint in shown.locator(".hints summary").all():
        hint.click()
    assert violations(shown) == []
    type_weight(shown, "output, bias", "0")
    type_weight(shown, "forget, bias", "10")
    type_weight(shown, "input, bias", "-10")
    type_weight(shown, "input, weight on flag", "20")
    expect_passed(shown, 24)
    assert violations(shown) == []


@pytest.mark.parametrize("screen", [PROJECTOR, PHONE], ids=lambda screen: screen.name)
def test_nothing_is_cut_off_at_the_side(page: OpenPage, screen: Screen) -> None:
    shown = page("/challenges?challenge=latch&f=0_-20_0_10&i=0_20_0_-10&g=1_0_0_0", screen)
    expect_passed(shown, 24)
    main = shown.locator('[data-testid="stMain"]')
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")


def test_on_a_phone_the_curve_stays_in_sight_above_the_weights(page: OpenPage) -> None:
    shown = page("/challenges", PHONE)
    field = weight(shown, "output, bias")
    field.scroll_into_view_if_needed()
    expect(shown.locator("svg.curve")).to_be_in_viewport(ratio=0.9)
    expect(field).to_be_in_viewport()


def test_on_a_projector_curve_marks_and_weights_are_in_sight_together(page: OpenPage) -> None:
    shown = page("/challenges?challenge=hold", PROJECTOR)
    for selector in (".task", "svg.curve", ".ticks", ".reason", ".weights", ".score", ".list"):
        expect(shown.locator(selector)).to_be_in_viewport(ratio=0.99)
