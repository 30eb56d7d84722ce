"""A dial that is dragged: the page's own route answers, and Streamlit hears of it once the hand rests."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

REST = 600
"""Milliseconds after which a hand that has not let go is taken to rest (``edits.js``)."""

WATCH_MESSAGES = """
window.sent = [];
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (...message) {
  sent.push(performance.now());
  return send.apply(this, message);
};
"""

DRAG = """async ([dial, value]) => {
  const roots = [...document.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean);
  const find = (root) => root.querySelector(`input[type=range][aria-label='${dial}']`);
  const slider = roots.map(find).find(Boolean);
  const chart = document.querySelector(".lstm-chart-canvas");
  const before = JSON.stringify(chart.data.map(({ y }) => y));
  const drawn = new Promise((done) => chart.once("plotly_afterplot", done));
  const start = performance.now();
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  await drawn;
  const changed = before !== JSON.stringify(chart.data.map(({ y }) => y));
  return { changed, sent: sent.filter((time) => time >= start).map((time) => time - start) };
}"""

panels = pytest.mark.parametrize(
    ("path", "dial", "value", "named"),
    [
        ("/gradients?hidden=4&steps=20&seeds=3", "Bias of the forget gate", 4, "forget_bias=4"),
        ("/variants?variants=endless", "Scale of all weights", 2, "scale=2"),
    ],
    ids=["gradients", "variants"],
)


def opened(page: Callable[..., Page], path: str) -> Page:
    shown = page(path, before=lambda empty: empty.add_init_script(WATCH_MESSAGES))
    chart = shown.locator(".lstm-chart-canvas").first
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".main-svg").first).to_be_attached()
    # What Streamlit is asked when a page opens is over.
    shown.wait_for_timeout(1000)
    return shown


@panels
def test_the_charts_follow_before_streamlit_is_told(
    page: Callable[..., Page], path: str, dial: str, value: float, named: str
) -> None:
    shown = opened(page, path)
    found = shown.evaluate(DRAG, [dial, value])
    assert found["changed"]
    assert [time for time in found["sent"] if time < REST] == []
    slider = shown.get_by_role("slider", name=dial, exact=True)
    slider.evaluate("(s) => s.dispatchEvent(new Event('change', { bubbles: true }))")
    shown.wait_for_url(lambda url: named in url)


@panels
def test_where_the_route_cannot_be_reached_streamlit_answers(
    page: Callable[..., Page], path: str, dial: str, value: float, named: str
) -> None:
    shown = opened(page, path)
    shown.route("**/lstm-viz/preview/*", lambda route: route.fulfill(body="?"))
    found = shown.evaluate(DRAG, [dial, value])
    assert found["changed"]
    slider = shown.get_by_role("slider", name=dial, exact=True)
    slider.evaluate("(s) => s.dispatchEvent(new Event('change', { bubbles: true }))")
    shown.wait_for_url(lambda url: named in url)
