"""The chart component by itself: what Streamlit calls, in the order in which it may come."""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Browser, Page

from tools.browser import LIGHT, new_page, visit
from tools.serving import Server

ALONE: Final = """
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const { default: mount } = await import(loaded.find((name) => name.includes("chart/index.js")));
  const plotly = new URL(loaded.find((name) => name.includes("/plotly-"))).pathname;
  const place = document.createElement("div");
  place.innerHTML = document.querySelector(".lstm-chart").outerHTML;
  place.querySelector(".lstm-chart-canvas").replaceChildren();
  document.querySelector(".lstm-chart").parentElement.prepend(place);
  const message = place.querySelector(".lstm-chart-message");
  message.textContent = "Drawing …";
  const call = (y = [1, 2]) => {
    const layout = { height: 200, xaxis: { range: [0, 3] } };
    const figure = { data: [{ type: "scatter", x: [1, 2], y }], layout };
    const record = { key: "alone", run: "alone", label: "alone", summary: "", reply: 0, plotly, figure };
    return mount({ data: new TextEncoder().encode(JSON.stringify(record)), parentElement: place });
  };
  const until = async (met) => { while (!met()) await new Promise(requestAnimationFrame); };
  const rest = () => new Promise((resolve) => setTimeout(resolve, 300));
  const svg = () => place.querySelector(".main-svg");
"""
"""A chart that no run of the page draws, on a page that has loaded the module of its own charts."""

KEPT: Final = (
    "async () => {"
    + ALONE
    + """
  let clean = call();
  await until(svg);
  const first = svg();
  clean();  // before the next call
  clean = call();
  await rest();
  const kept = svg() === first;
  const next = call();
  clean();  // after it
  await rest();
  const still = svg() === first;
  place.remove();
  next();
  await until(() => !svg());
  return [kept, still];
}"""
)

RECOVERED: Final = (
    "async () => {"
    + ALONE
    + """
  const said = [];
  call([1e-320, 3e-320]);  // an axis that Plotly cannot scale
  await until(() => message.textContent.includes("could not be drawn"));
  said.push(message.getAttribute("role"));
  call([3, 4]);
  await until(() => message.textContent === "");
  said.push(message.getAttribute("role"), place.querySelectorAll(".scatterlayer .js-line").length);
  call([1e-320, 3e-320]);
  await rest();
  call([5, 6]);
  await rest();
  said.push(message.textContent, place.querySelectorAll(".scatterlayer .js-line").length);
  return said;
}"""
)


def drawn(page: Page) -> Page:
    """Wait until a chart of the page is drawn."""
    page.locator(".lstm-chart-canvas .main-svg").first.wait_for()
    return page


def test_a_chart_keeps_its_node_whenever_a_superseded_call_is_cleaned_up(page: Callable[..., Page]) -> None:
    assert drawn(page("/cell")).evaluate(KEPT) == [True, True]


def test_a_chart_that_could_not_be_drawn_is_drawn_with_the_next_numbers(
    server: Server, browser: Browser
) -> None:
    page = new_page(browser, LIGHT)  # of its own: what Plotly cannot draw is logged to the console
    visit(page, f"{server.url}/cell")
    assert drawn(page).evaluate(RECOVERED) == ["alert", None, 1, "", 1]
    page.context.close()
