"""The Gradients page in a browser: dials that are followed while they move, figures that keep their nodes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tools.browser import DARK, LIGHT, PHONE, Screen

SMALL = "/gradients?hidden=4&steps=20&seeds=3"
FIGURES = 5

MEDIANS = """() => document.querySelector(".lstm-chart-canvas").data
  .filter((trace) => trace.name).map((trace) => trace.y.at(-1))"""


def opened(page: Callable[..., Page], path: str = SMALL, screen: Screen = LIGHT) -> Page:
    shown = page(path, screen)
    # The first figure itself: which of them is drawn first is not settled.
    expect(shown.locator(".lstm-chart-canvas").first.locator(".main-svg").first).to_be_attached()
    return shown


def test_a_dial_is_followed_while_it_moves_and_the_figure_keeps_its_node(page: Callable[..., Page]) -> None:
    shown = opened(page)
    first = shown.evaluate(MEDIANS)
    node = shown.locator(".lstm-chart-canvas").first.element_handle()
    slider = shown.get_by_role("slider", name="Bias of the forget gate")
    slider.evaluate("(s) => { s.value = 4; s.dispatchEvent(new Event('input', { bubbles: true })); }")
    shown.wait_for_function(f"(first) => ({MEDIANS})()[1] > first[1] + 1", arg=first)
    moved = shown.evaluate(MEDIANS)
    assert moved[0] == first[0], "the plain RNN has no forget gate"
    assert "forget_bias" not in shown.url, "the hand has not let go"
    slider.evaluate("(s) => s.dispatchEvent(new Event('change', { bubbles: true }))")
    shown.wait_for_url(lambda url: "forget_bias=4" in url)
    assert shown.locator(".lstm-chart-canvas").first.evaluate("(now, before) => now === before", node)


def test_the_radius_moves_the_eigenvalues_and_is_no_longer_as_drawn(page: Callable[..., Page]) -> None:
    shown = opened(page)
    drawn = shown.get_by_role("switch", name="Leave the RNN's W_h as it was drawn")
    expect(drawn).to_be_checked()
    field = shown.get_by_role("textbox", name="Spectral radius of the RNN's recurrent weights, number")
    field.fill("1.5")
    field.press("Enter")
    expect(drawn).not_to_be_checked()
    shown.wait_for_function(
        """() => {
          const { x, y } = document.querySelectorAll(".lstm-chart-canvas")[1].data[0];
          return Math.abs(Math.max(...x.map((re, k) => Math.hypot(re, y[k]))) - 1.5) < 1e-6;
        }"""
    )


@pytest.mark.parametrize(("name", "value"), [("Hidden units", 4), ("Seeds drawn", 3)])
def test_an_arrow_key_takes_a_whole_number_to_the_next(
    page: Callable[..., Page], name: str, value: int
) -> None:
    shown = opened(page)
    slider = shown.get_by_role("slider", name=name, exact=True)
    field = shown.get_by_role("textbox", name=f"{name}, number", exact=True)
    expect(slider).to_have_value(str(value))
    slider.press("ArrowRight")
    key = "hidden" if name == "Hidden units" else "seeds"
    shown.wait_for_url(lambda url: f"{key}={value + 1}" in url)
    expect(field).to_have_value(str(value + 1))
    field.press("ArrowDown")
    shown.wait_for_url(lambda url: f"{key}={value}" in url)
    expect(slider).to_have_value(str(value))


@pytest.mark.parametrize("typed", ["abc", "1e308", "", "nan", "-3", "20.5"])
def test_what_cannot_be_a_number_is_answered_beside_the_dial(page: Callable[..., Page], typed: str) -> None:
    shown = opened(page)
    first = shown.evaluate(MEDIANS)
    field = shown.get_by_role("textbox", name="Steps of the sequence, number")
    field.fill(typed)
    field.press("Enter")
    expect(shown.locator(".dial").filter(has=field).locator(".error")).to_contain_text("10 to 200")
    expect(field).to_have_value(typed)
    assert shown.evaluate(MEDIANS) == first


def test_a_reloaded_link_measures_the_same(page: Callable[..., Page]) -> None:
    shown = opened(page, f"{SMALL}&radius=1.2&update_bias=2")
    first = shown.evaluate(MEDIANS)
    again = opened(page, shown.url.removeprefix(shown.url.split("/gradients")[0]))
    assert again.evaluate(MEDIANS) == first


@pytest.mark.parametrize("screen", [LIGHT, DARK, PHONE], ids=lambda screen: screen.name)
def test_all_figures_are_drawn_and_nothing_is_wider_than_the_page(
    page: Callable[..., Page], screen: Screen
) -> None:
    shown = opened(page, screen=screen)
    canvases = shown.locator(".lstm-chart-canvas")
    expect(canvases).to_have_count(FIGURES)
    for k in range(FIGURES):
        canvases.nth(k).scroll_into_view_if_needed()
        expect(canvases.nth(k).locator(".main-svg").first).to_be_attached()
    assert shown.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_largest_heat_map_is_measured_to_its_last_state(page: Callable[..., Page]) -> None:
    shown = opened(page, "/gradients?hidden=128&steps=200&seeds=1")
    shown.wait_for_function(
        """() => {
          const heat = document.querySelectorAll(".lstm-chart-canvas")[2]?.data?.[0];
          return heat?.z?.[199]?.every((log) => Number.isFinite(log));
        }"""
    )
    expect(shown.get_by_role("progressbar")).to_have_count(0)


def test_the_bias_of_any_cell_that_keeps_is_followed_while_it_moves(page: Callable[..., Page]) -> None:
    shown = opened(page, f"{SMALL}&cells=LSTM~minGRU")
    first = shown.evaluate(MEDIANS)
    slider = shown.get_by_role("slider", name="Bias of the gate that keeps the memory of minGRU")
    slider.evaluate("(s) => { s.value = 4; s.dispatchEvent(new Event('input', { bubbles: true })); }")
    shown.wait_for_function(f"(first) => ({MEDIANS})()[1] > first[1] + 1", arg=first)
    assert shown.evaluate(MEDIANS)[0] == first[0], "the LSTM has a dial of its own"
    slider.evaluate("(s) => s.dispatchEvent(new Event('change', { bubbles: true }))")
    shown.wait_for_url(lambda url: "keep_bias=4" in url)
