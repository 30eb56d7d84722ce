"""The Train page, with a real network trained by a real worker: small ones, in seconds."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from lstm_viz.exchange.links import cell as cell_link
from lstm_viz.exchange.links import training as training_link
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.options import good_settings
from tests.browser.cell import Cell, expect_none, path_of, query_of
from tests.browser.test_accessible import violations
from tools.browser import DARK, LIGHT, PHONE, Screen, new_page, visit
from tools.serving import Server

PATIENCE: Final = 120_000.0
"""Milliseconds to wait for a worker: the first time it must start PyTorch, on a machine that may be busy."""

SMALL: Final = good_settings(TASKS["adding"], {"steps": 20})
"""A cell of one unit, for a few seconds."""
SHORT: Final = training_link.to_query(
    replace(SMALL, model=replace(SMALL.model, units=1), updates=120, until_solved=False)
)
LONG: Final = {**SHORT, "updates": "100000", "minutes": "5"}


class Train:
    """The Train page in one browser tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.timeline: Locator = page.locator(".timeline")
        self.slider: Locator = self.timeline.get_by_role("slider", name="Time of training")
        self.runs: Locator = page.locator(".tr-run")
        self.timeline.locator(".cell").first.wait_for()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def expect_over(self, count: int = 1) -> None:
        """Wait until so many runs are over, and all that is drawn of them then is there."""
        expect(self.runs.filter(has_text=re.compile("of training"))).to_have_count(count, timeout=PATIENCE)
        expect(self.page.get_by_role("heading", name="Take it with you")).to_be_visible()
        self.expect_curves()

    def expect_under_way(self) -> None:
        expect(self.runs.first).to_contain_text("Update", timeout=PATIENCE)

    def expect_curves(self) -> None:
        self.page.wait_for_function(
            """() => [...document.querySelectorAll(".lstm-chart-canvas")]
                 .filter((canvas) => canvas._fullLayout?.xaxis?._length).length >= 3"""
        )

    @property
    def frame(self) -> str:
        return self.timeline.locator(".player .position").inner_text()

    def go_to(self, name: str) -> None:
        self.page.get_by_test_id("stTopNav").get_by_role("link", name=name).click()


OpenTrain = Callable[..., Train]


@pytest.fixture
def train(page: Callable[..., Page]) -> OpenTrain:
    return lambda query="", screen=LIGHT: Train(page(path_of(query).replace("/cell", "/train"), screen))


@pytest.fixture(scope="module")
def trained(server: Server, browser: Browser) -> Iterator[str]:
    """The query of a run that is over."""
    page = new_page(browser, LIGHT)
    visit(page, server.url + path_of(SHORT).replace("/cell", "/train"))
    shown = Train(page)
    shown.press("Train")
    shown.expect_over()
    page.wait_for_url(lambda url: "run" in query_of(url))
    yield f"run={query_of(page.url)['run']}"
    page.context.close()


def test_a_network_learns_while_one_watches_leaves_and_comes_back(train: OpenTrain) -> None:
    shown = train(LONG)
    page = shown.page
    expect(shown.slider).to_be_disabled()
    shown.press("Train")
    shown.expect_under_way()
    expect(shown.slider).to_be_enabled(timeout=PATIENCE)
    shown.expect_curves()
    before = int(shown.slider.get_attribute("max") or 0)
    expect_none(page, lambda: [0 for at in [int(shown.slider.get_attribute("max") or 0)] if at <= before])
    page.wait_for_url(lambda url: "run" in query_of(url))
    run = query_of(page.url)["run"]
    shown.go_to("Start")
    expect(shown.timeline).to_have_count(0)
    shown.go_to("Train")
    back = Train(page)
    back.expect_under_way()
    page.wait_for_url(lambda url: query_of(url).get("run") == run)
    back.press("Stop")
    expect(back.runs).to_contain_text("Stopped after", timeout=PATIENCE)
    back.press("Go on")
    expect(back.runs).to_contain_text(" left", timeout=PATIENCE)
    back.press("Stop")
    expect(back.runs).to_contain_text("Stopped after", timeout=PATIENCE)
    back.press("Remove")
    expect(back.runs).to_have_count(0)


def test_three_cells_are_compared_with_one_press(train: OpenTrain) -> None:
    shown = train(SHORT)
    shown.press("LSTM against GRU against RNN")
    shown.expect_over(3)
    for cell, rows in (("LSTM", "ifgoch"), ("GRU", "runh"), ("plain RNN", "h")):
        expect(shown.runs.filter(has_text=cell)).to_have_count(1)
        shown.page.get_by_role("button", name="Its gates").nth("LGp".index(cell[0])).click()

        def others(wanted: str = f"xx{rows}") -> list[str]:
            return [drawn for drawn in [quantities(shown)] if drawn != wanted]

        expect_none(shown.page, others)
    drawn = shown.page.locator(".lstm-chart-canvas").first.evaluate("(canvas) => canvas.data.length")
    assert drawn == 3


def test_a_cell_of_ones_own_is_trained_against_lstm_and_gru(train: OpenTrain) -> None:
    own = "k = sigmoid(W@x + U@h + b)\nh = k*h + (1 - k)*tanh(W@x + b)"
    shown = train({**SHORT, "cell": own})
    assert quantities(shown) == "xxkh"
    expect(shown.page.get_by_role("radio", name="Another")).to_be_checked()
    shown.press("LSTM against GRU against own cell")
    shown.expect_over(3)
    shown.page.get_by_role("button", name="Its gates").nth(2).click()
    expect_none(shown.page, lambda: [drawn for drawn in [quantities(shown)] if drawn != "xxkh"])
    expect(shown.page.get_by_text("Gate k: ")).to_be_visible()
    # What came of it is drawn below the runs, of the run whose gates are shown.
    expect(shown.page.get_by_text("Nothing can be changed here.")).to_be_visible()
    expect(shown.page.locator(".stage")).to_be_visible()
    assert int(shown.slider.get_attribute("max") or 0) >= 15


def quantities(shown: Train) -> str:
    keys: list[str] = shown.timeline.locator(".label").evaluate_all(
        "(labels) => labels.map((l) => l.dataset.q)"
    )
    return "".join(keys)


def test_the_learned_cell_opens_on_the_stage_with_pytorch_s_numbers(
    train: OpenTrain, trained: str, tmp_path: Path
) -> None:
    import torch
    from safetensors.torch import load_file

    shown = train(trained)
    shown.expect_over()
    with shown.page.expect_download() as download:
        shown.press("Weights (safetensors)")
    download.value.save_as(tmp_path / "weights.safetensors")
    weights = load_file(tmp_path / "weights.safetensors")
    layer = torch.nn.LSTM(2, 1)
    own = {name.removeprefix("layers.0."): each for name, each in weights.items() if "layers.0." in name}
    layer.load_state_dict(own)
    with torch.no_grad():
        h, _ = layer(weights["probe"])
    shown.page.get_by_role("link", name="Open on the Cell stage").click()
    cell = Cell(shown.page, [])
    cell.wait_until_drawn()
    opened = cell_link.from_query(query_of(shown.page.url)).run()
    np.testing.assert_allclose(opened.h, h.numpy(), atol=1e-6)
    cell.expect_run(cell_link.from_query(query_of(shown.page.url)))


def test_a_link_opens_the_run_for_somebody_else(train: OpenTrain, trained: str) -> None:
    shown = train(trained)
    shown.expect_over()
    expect(shown.timeline.locator(".player .position")).to_have_text("after 120 updates")
    assert query_of(shown.page.url)["run"] == trained.removeprefix("run=")


CURSORS: Final = """() => [...document.querySelectorAll(".lstm-chart")].slice(0, 3).map((chart) => {
  const cursor = chart.querySelector(".lstm-chart-cursor");
  const { xaxis } = chart.querySelector(".lstm-chart-canvas")._fullLayout;
  const line = parseFloat(cursor.style.left) + parseFloat(cursor.style.getPropertyValue("--middle"));
  return cursor.hidden ? null : Math.round(xaxis.p2l(line - xaxis._offset));
})"""


def test_the_timeline_is_turned_back_and_the_charts_follow(train: OpenTrain, trained: str) -> None:
    shown = train(trained)
    shown.expect_over()
    page, slider = shown.page, shown.slider
    last = int(slider.get_attribute("max") or 0)
    assert last >= 15
    slider.focus()
    page.keyboard.press("Home")
    expect(shown.timeline.locator(".player .position")).to_have_text("before training")
    page.keyboard.press("ArrowRight")
    update = int(re.findall(r"\d+", shown.frame)[0])
    expect_none(page, lambda: [at for at in page.evaluate(CURSORS) if at != update])
    assert (slider.get_attribute("aria-valuetext") or "").startswith(f"after {update} update")
    plot = page.locator(".lstm-chart-canvas .nsewdrag").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
    expect(shown.timeline.locator(".player .position")).to_have_text("after 120 updates")
    shown.press("Play the training")
    expect(shown.timeline.get_by_role("button", name="Pause")).to_be_visible()
    expect(shown.timeline.get_by_role("button", name="Play the training")).to_be_visible(timeout=20_000)
    assert shown.frame == "after 120 updates"


def test_each_step_of_the_timeline_is_read_aloud_and_told(train: OpenTrain, trained: str) -> None:
    shown = train(trained)
    shown.expect_over()
    scrubber = shown.timeline.get_by_role("slider", name="Step of the sequence")
    scrubber.focus()
    shown.page.keyboard.press("Home")
    told = scrubber.get_attribute("aria-valuetext") or ""
    assert re.match(r"Step 1 “\d\.\d\d”", told)
    expect(shown.timeline.locator(".numbers")).to_contain_text(re.compile(r"^Step 1 "))


def test_what_is_wrong_is_said_and_the_page_stays(train: OpenTrain) -> None:
    shown = train("run=nobody-has-this-run")
    expect(shown.page.get_by_test_id("stAlert")).to_contain_text("not on this server")
    shown = train("task=adding&units=many")
    expect(shown.page.get_by_test_id("stAlert")).to_contain_text("“many”")


@pytest.mark.parametrize("screen", [LIGHT, DARK, PHONE], ids=lambda screen: screen.name)
def test_axe_finds_nothing_serious(train: OpenTrain, trained: str, screen: Screen) -> None:
    fresh = train("task=recall", screen)
    fresh.page.get_by_text("All settings").click()
    expect(fresh.page.get_by_role("textbox", name="Learning rate", exact=True)).to_be_visible()
    assert violations(fresh.page) == []
    shown = train(trained, screen)
    shown.expect_over()
    assert violations(shown.page) == []


def test_nothing_reaches_beyond_a_phone(train: OpenTrain, trained: str) -> None:
    for query in ("task=recall", "task=csv", trained):
        main = train(query, PHONE).page.get_by_test_id("stMain")
        assert main.evaluate("(main) => main.scrollWidth - main.clientWidth") <= 0


@pytest.mark.parametrize("screen", [LIGHT, PHONE], ids=lambda screen: screen.name)
def test_a_text_without_spaces_is_never_wider_than_the_page(train: OpenTrain, screen: Screen) -> None:
    shown = train("task=characters&updates=40&units=2", screen)
    main = shown.page.get_by_test_id("stMain")
    shown.page.get_by_text("Your own data").click()
    box = shown.page.get_by_label("Or paste it here")
    box.fill("Donaudampfschifffahrt" * 200)
    box.blur()
    expect(shown.page.get_by_text("Your own data: pasted text")).to_be_visible()
    shown.press("Train")
    shown.expect_over()
    # What the network writes in turn has no spaces either.
    expect(shown.page.get_by_role("table").last).to_be_visible()
    assert main.evaluate("(main) => main.scrollWidth - main.clientWidth") <= 0


def test_a_number_beyond_its_limits_is_said_and_not_trained(train: OpenTrain) -> None:
    shown = train(SHORT)
    shown.page.get_by_text("All settings").click()
    units = shown.page.get_by_role("textbox", name="Units", exact=True)
    units.fill("500")
    shown.press("Train")
    expect(shown.page.get_by_text("Not trained: “Units” can be from 1 to 256, not 500.")).to_be_visible()
    expect(units).to_have_value("500")
    expect(shown.runs).to_have_count(0)


@pytest.mark.parametrize("entry", ["1e309", "2.5", "", "12e", "99999999999999999999"])
def test_a_field_that_is_red_is_never_trained_as_it_was_before(train: OpenTrain, entry: str) -> None:
    shown = train(SHORT)
    shown.page.get_by_text("All settings").click()
    units = shown.page.get_by_role("textbox", name="Units", exact=True)
    units.fill("2")
    units.press("Enter")
    expect(shown.page.get_by_role("combobox", name="Network")).to_have_value("Your own: 2 units")
    units.fill(entry)
    shown.press("Train")
    expect(shown.page.get_by_text("Not trained: “Units”")).to_be_visible()
    expect(units).to_have_value(entry)
    expect(shown.runs).to_have_count(0)


def test_a_number_is_what_stands_in_its_field(train: OpenTrain) -> None:
    shown = train(SHORT)
    shown.page.get_by_text("All settings").click()
    updates = shown.page.get_by_role("textbox", name="Updates at most")
    updates.fill("1e2")
    shown.press("Train")
    shown.expect_over()
    expect(updates).to_have_value("1e2")
    expect(shown.runs).to_contain_text("Done after 100 updates")


def test_what_is_chosen_while_a_run_goes_on_stays_chosen(train: OpenTrain) -> None:
    """Five requests a second bring what stood in the controls before: none of them undoes a choice."""
    shown = train(LONG)
    page = shown.page
    shown.press("Train")
    shown.expect_under_way()
    seed = page.get_by_role("textbox", name="Seed", exact=True)
    page.get_by_text("All settings").click()
    shown.press("Another seed")  # the page sets another value in the field
    expect(seed).to_have_value("1", timeout=PATIENCE)
    page.wait_for_timeout(700)
    expect(seed).to_have_value("1")
    seed.fill("0")  # what stood there before may be chosen at once
    seed.press("Enter")
    page.wait_for_timeout(700)
    expect(seed).to_have_value("0")
    gru = page.get_by_role("radio", name="GRU")
    # A press goes nowhere where the page moves below it; what must not happen is that a choice goes again.
    for _ in range(20):
        if not gru.is_checked():
            gru.click()
            page.wait_for_timeout(100)
    page.wait_for_timeout(700)
    expect(gru).to_be_checked()
    page.get_by_role("button", name="Stop").first.click()


def test_a_file_is_replaced_without_a_word_about_columns_that_nobody_chose(train: OpenTrain) -> None:
    def table(names: str) -> bytes:
        rows = (f"{k + 1},{50 + k % 7}.5,{k * k % 11}.25" for k in range(120))
        return "\n".join([names, *rows]).encode()

    shown = train("task=csv")
    page = shown.page
    page.get_by_text("Your own data").first.click()
    for name, names in (("farm", "day,sheep,goats"), ("pond", "day,ducks,geese"), ("shed", "day,cows,hens")):
        content = FilePayload(name=f"{name}.csv", mimeType="text/csv", buffer=table(names))
        page.locator("input[type=file]").set_input_files([content])
        expect(page.get_by_text(f"Your own data: {name}.csv")).to_be_visible()
        page.wait_for_timeout(700)
        expect(page.get_by_text("has no numbers under the name")).to_have_count(0)
        expect(page.locator(".lstm-chart-title").first).to_contain_text(f"{names.split(',')[1]}: 120 values")


def test_a_sign_of_markdown_in_a_file_is_shown_as_it_is(train: OpenTrain) -> None:
    shown = train("task=characters")
    page = shown.page
    page.get_by_text("Your own data").first.click()
    box = page.get_by_role("textbox", name="Or paste it here")
    box.fill("$_*<`[" * 100)
    box.blur()
    expect(page.get_by_text("Your own data: pasted text")).to_be_visible()
    shown.press("Train")
    expect(
        page.get_by_text("What its gates do so far").or_(page.get_by_text("What it has learned"))
    ).to_be_visible(timeout=PATIENCE)
    assert page.locator(".katex").count() == 0
    said = page.locator(".st-key-train_learned").inner_text()
    assert re.search(r"“[$_*<`\[]”", said)
    if (stop := page.get_by_role("button", name="Stop")).count():
        stop.click()


def test_from_the_press_to_the_end_of_a_run_next_to_nothing_moves(train: OpenTrain) -> None:
    shown = train(SHORT)
    page = shown.page
    page.evaluate(SHIFTS)
    shown.press("Train")
    shown.expect_over()
    # A page is said to be stable below 0.1 (https://web.dev/articles/cls).
    assert page.evaluate("window.shifts.reduce((sum, each) => sum + each, 0)") < 0.1


SHIFTS: Final = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value);
  }).observe({ type: "layout-shift" });
}"""


def test_on_a_phone_train_is_in_reach_and_the_timeline_comes_into_view(train: OpenTrain) -> None:
    shown = train(SHORT, PHONE)
    button = shown.page.get_by_role("button", name="Train", exact=True)
    expect(button).to_be_in_viewport(ratio=1)
    expect(shown.timeline).not_to_be_in_viewport()
    shown.press("Train")
    expect(shown.timeline).to_be_in_viewport(ratio=1)
    shown.expect_over()


def test_a_text_is_read_below_a_strip_that_has_no_room_for_it(train: OpenTrain) -> None:
    words = train("task=negation", PHONE).timeline.locator(".transcript")
    expect(words).to_be_visible()
    expect(words.locator(".now")).to_have_text("not")
    words.get_by_text("good").click()
    expect(words.locator(".now")).to_have_text("good")
    expect(train("task=negation").timeline.locator(".transcript")).to_be_hidden()


def test_the_plots_open_on_what_the_solvers_did_and_show_all_when_asked(train: OpenTrain) -> None:
    """One that hardly changes its weights never solves it."""
    good = good_settings(TASKS["recall"], {"steps": 20})
    shown = train(training_link.to_query(replace(good, model=replace(good.model, units=8))))
    shown.press("Train")
    shown.expect_over()
    shown.page.get_by_text("All settings").click()
    rate = shown.page.get_by_role("textbox", name="Learning rate", exact=True)
    rate.fill("0.0000001")
    rate.press("Enter")
    expect(shown.page.get_by_text("Trained with other settings")).to_be_visible()
    shown.press("Train")
    shown.expect_over(2)
    expect(shown.page.get_by_text("is no better than guessing")).to_be_visible()
    shown.page.get_by_role("button", name="Its gates").first.click()
    everything = shown.page.locator(".lstm-chart-whole").first
    everything.click()
    expect(everything).to_be_hidden()
    ends = "(canvas) => canvas._fullLayout.xaxis.range[1]"
    assert shown.page.locator(".lstm-chart-canvas").first.evaluate(ends) >= good.updates
