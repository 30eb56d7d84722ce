"""The chart component by itself: what Streamlit calls, in the order in which it may come."""

from collections.abc import Callable

from playwright.sync_api import Page

MOUNTED = """async () => {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const { default: mount } = await import(loaded.find((name) => name.includes("chart/index.js")));
  const place = document.createElement("div");
  place.innerHTML = document.querySelector(".lstm-chart").outerHTML;
  place.querySelector(".lstm-chart-canvas").replaceChildren();
  document.querySelector(".lstm-chart").parentElement.prepend(place);
  const layout = { height: 200, xaxis: { range: [0, 3] } };
  const figure = { data: [{ type: "scatter", x: [1, 2], y: [1, 2] }], layout };
  const record = { key: "alone", run: "alone", label: "alone", summary: "", reply: 0, figure };
  const call = () => mount({ data: new TextEncoder().encode(JSON.stringify(record)), parentElement: place });
  const until = async (met) => { while (!met()) await new Promise(requestAnimationFrame); };
  const svg = () => place.querySelector(".main-svg");
  let clean = call();
  await until(svg);
  const first = svg();
  clean();  // before the next call
  clean = call();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const kept = svg() === first;
  const next = call();
  clean();  // after it
  await new Promise((resolve) => setTimeout(resolve, 300));
  const still = svg() === first;
  place.remove();
  next();
  await until(() => !svg());
  return [kept, still];
}"""


def test_a_chart_keeps_its_node_whenever_a_superseded_call_is_cleaned_up(page: Callable[..., Page]) -> None:
    shown = page("/cell")
    shown.locator(".lstm-chart-canvas .main-svg").first.wait_for()
    assert shown.evaluate(MOUNTED) == [True, True]
