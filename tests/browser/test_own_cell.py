"""A person writes a cell: mistakes, repairs, the run, the way back, the link."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

import lstm_viz as lv
from lstm_viz.exchange.links.own_cell import from_query
from lstm_viz.settings.own_cell import OwnCell
from tests.browser.cell import agrees, box_of, expect_none, query_of
from tests.browser.test_accessible import violations
from tests.browser.test_train import Train
from tools.browser import DARK, LIGHT, PHONE, Screen

WRONG: Final = "f = sigmod(W@x + U@h + b)\nc = f*c + (1 - f)*tanh(W@x + U@h + b)\nh = o*tanh(c)"
REPAIRED: Final = WRONG.replace("sigmod", "sigmoid").replace("o*tanh", "f*tanh")


class Writer:
    """The section in one browser tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.editor: Locator = page.locator(".equation-editor")
        self.text: Locator = page.get_by_role("textbox", name="Equations, one on each line")
        self.verdict: Locator = self.editor.locator(".verdict")
        self.problems: Locator = self.editor.locator(".problems li")
        self.strips: Locator = page.locator(".strips")
        self.stage: Locator = page.locator(".stage")
        self.text.wait_for()
        self.stage.locator(".line").first.wait_for()
        self.strips.locator(".cell").first.wait_for()

    def row(self, key: str) -> list[str]:
        """The numbers that a row of the strips shows."""
        return self.strips.locator(f".cell[data-q={key}]").all_inner_texts()

    def type(self, text: str) -> None:
        """Write another text, key by key."""
        self.text.press("ControlOrMeta+a")
        self.text.press_sequentially(text, delay=5)

    def wait_for_link(self, text: str) -> dict[str, str]:
        """Wait until the address names a text."""
        self.page.wait_for_url(lambda url: query_of(url).get("own") == text)
        return query_of(self.page.url)


OpenWriter = Callable[..., Writer]


@pytest.fixture
def writer(page: Callable[..., Page]) -> OpenWriter:
    return lambda query="part=own", screen=LIGHT, **context: Writer(
        page(f"/variants?{query}", screen, **context)
    )


def by_autograd(chosen: OwnCell) -> tuple[list[float], list[float]]:
    """h of the first unit, and what the last of it feels of every h: the same lines by PyTorch."""
    module = chosen.with_weights().to_torch()
    before: dict[str, Any] = {}
    outputs = []
    for x_t in torch.tensor(chosen.x):
        lines = module(x_t[None], before)
        before = {name: lines[name][0] for name in chosen.equations.states}
        before["h"].retain_grad()
        outputs.append(before["h"])
    outputs[-1][0].backward()
    return [float(h[0].detach()) for h in outputs], [float(h.grad[0]) for h in outputs]


def shows(writer: Writer, chosen: OwnCell) -> list[object]:
    """What the strips show otherwise than PyTorch has it."""
    h, slopes = by_autograd(chosen)
    pairs = [*zip(writer.row("h"), h, strict=True), *zip(writer.row("dh"), slopes, strict=True)]
    return [pair for pair in pairs if not agrees(*pair)]


def test_a_person_writes_repairs_runs_walks_back_checks_and_shares_a_cell(
    writer: OpenWriter, page: Callable[..., Page]
) -> None:
    own = writer()
    expect(own.verdict).to_have_text("✓ this is a cell")
    before = own.row("c")
    own.type(WRONG)
    expect(own.verdict).to_contain_text("2 mistakes")
    expect(own.editor.locator("pre .wrong")).to_have_text(["sigmod", "o"])
    expect(own.problems).to_have_text(
        [re.compile("line 1, column 5.*did you mean sigmoid"), re.compile("line 3, column 5.*called o")]
    )
    assert own.row("c") == before, "the last cell stays"
    own.editor.get_by_role("button", name="Write sigmoid").click()
    expect(own.verdict).to_contain_text("1 mistake;")
    own.editor.get_by_role("button", name="line 3, column 5").click()
    own.page.keyboard.type("f")
    expect(own.verdict).to_have_text("✓ this is a cell")
    expect(own.text).to_have_value(REPAIRED)
    expect(own.editor.locator(".understood .equation math")).to_have_count(3)
    query = own.wait_for_link(REPAIRED)
    chosen = from_query(query)
    expect_none(own.page, lambda: shows(own, chosen))
    _, slopes = by_autograd(chosen)
    own.stage.locator(".direction").click()
    own.stage.get_by_role("button", name="Last step").click()
    for step in reversed(range(len(slopes) - 3, len(slopes))):
        expect(own.stage.locator(".position")).to_have_text(re.compile(f"^step {step + 1} of"))
        assert agrees(own.stage.locator(".chip[data-q=h] .value").text_content() or "", slopes[step])
        own.stage.get_by_role("button", name="One step back").click()
    own.page.get_by_text("Check against PyTorch’s autograd").click()
    own.page.get_by_role("button", name="Compare with PyTorch’s autograd").click()
    expect(own.page.get_by_text("the largest difference is")).to_be_visible(timeout=60_000)
    again = Writer(page(f"/variants?{own.page.url.partition('?')[2]}"))
    expect(again.text).to_have_value(REPAIRED)
    expect_none(again.page, lambda: shows(again, chosen))


def test_a_cell_is_trained_against_lstm_and_gru(writer: OpenWriter) -> None:
    own = writer()
    own.type(REPAIRED)
    own.wait_for_link(REPAIRED)
    own.page.get_by_role("link", name="Train it, beside LSTM and GRU").click()
    shown = Train(own.page)
    assert query_of(own.page.url)["cell"] == REPAIRED
    shown.press("LSTM against GRU against own cell")
    shown.expect_over(3)


def test_equations_and_strips_follow_while_somebody_types(writer: OpenWriter) -> None:
    own = writer()
    own.type("h = 0.5*h + W@x")
    expect(own.editor.locator(".understood .equation math")).to_have_count(1)
    expect(own.strips.locator(".cell[data-q=c]")).to_have_count(0)
    assert "own" not in query_of(own.page.url), "Streamlit is told once the hand rests"
    own.wait_for_link("h = 0.5*h + W@x")


def test_the_browsers_own_undo_takes_a_suggestion_back(writer: OpenWriter) -> None:
    own = writer()
    own.type("h = tahn(h + W@x)")
    own.editor.get_by_role("button", name="Write tanh").click()
    expect(own.text).to_have_value("h = tanh(h + W@x)")
    own.text.press("ControlOrMeta+z")
    expect(own.text).to_have_value("h = tahn(h + W@x)")


def test_a_text_with_mistakes_outlives_a_reload(writer: OpenWriter) -> None:
    own = writer()
    own.type("h = 0.5*h + W@")
    expect(own.verdict).to_contain_text("1 mistake")
    own.page.reload()
    back = Writer(own.page)
    expect(back.text).to_have_value("h = 0.5*h + W@")
    expect(back.verdict).to_contain_text("1 mistake")


def test_what_is_typed_just_before_leaving_is_there_on_coming_back(writer: OpenWriter) -> None:
    own = writer()
    own.type("h = 0.5*h + W@")
    own.page.get_by_test_id("stTopNav").get_by_role("link", name="Start").click()
    expect(own.editor).to_have_count(0)
    own.page.get_by_test_id("stTopNav").get_by_role("link", name="Variants").click()
    back = Writer(own.page)
    expect(back.text).to_have_value("h = 0.5*h + W@")
    expect(back.verdict).to_contain_text("1 mistake")


def test_a_start_replaces_the_text_and_marks_what_is_changed(writer: OpenWriter) -> None:
    own = writer()
    own.page.get_by_role("button", name="Drop the tanh").click()
    expect(own.text).to_have_value(lv.CATALOGUE["LSTM"].text.replace("h = o*tanh(c)", "h = o*c"))
    expect(own.editor.locator("pre .changed")).to_have_text("h = o*c")
    expect(own.editor.get_by_text("Against LSTM: changed: h.")).to_be_visible()


def test_a_run_out_of_range_is_named(writer: OpenWriter) -> None:
    own = writer()
    own.type("c = exp(9 + c)\nh = c")
    expect(own.problems).to_have_text([re.compile("leaves the range of numbers in line c at step 2")])


def test_a_text_of_any_length_is_answered_and_kept(writer: OpenWriter) -> None:
    own = writer()
    endless = "h = 0.5*h + W@x\n# " + "far too long " * 2_000
    own.text.fill(endless)
    expect(own.problems).to_have_text([re.compile("at most 4,000 characters, got 26,018")])
    expect(own.text).to_have_value(endless)


def test_it_is_used_by_keyboard_alone_and_lets_the_keyboard_go(writer: OpenWriter) -> None:
    own = writer()
    own.type("h = tahn(h + W@x)")
    expect(own.problems).to_have_count(1)
    own.text.press("Tab")
    expect(own.editor.get_by_role("button", name="line 1, column 5")).to_be_focused()
    own.page.keyboard.press("Tab")
    own.page.keyboard.press("Enter")
    expect(own.text).to_have_value("h = tanh(h + W@x)")
    expect(own.editor.locator("[aria-live]")).to_have_text("This is a cell.")


@pytest.mark.parametrize("screen", [LIGHT, PHONE], ids=lambda screen: screen.name)
def test_colours_lie_letter_on_letter_behind_the_text(writer: OpenWriter, screen: Screen) -> None:
    own = writer(screen=screen)
    sheets = own.editor.locator(".sheet").evaluate(
        """(sheet) => [...sheet.children].map((node) => {
          const { font, letterSpacing, lineHeight, padding, tabSize, whiteSpace } = getComputedStyle(node);
          const { x, y, width } = node.getBoundingClientRect();
          return [font, letterSpacing, lineHeight, padding, tabSize, whiteSpace, x, y, width];
        })"""
    )
    assert sheets[0] == sheets[1]
    assert own.text.evaluate("(area) => area.scrollWidth - area.clientWidth") <= 0
    assert own.text.evaluate("(area) => area.scrollHeight - area.clientHeight") <= 0


@pytest.mark.parametrize("screen", [LIGHT, DARK, PHONE], ids=lambda screen: screen.name)
def test_axe_finds_nothing_serious(writer: OpenWriter, screen: Screen) -> None:
    own = writer(screen=screen)
    assert violations(own.page) == []
    own.text.fill(WRONG)
    expect(own.problems).to_have_count(2)
    assert violations(own.page) == []


def test_nothing_reaches_beyond_a_phone(writer: OpenWriter) -> None:
    own = writer(screen=PHONE)
    own.text.fill(WRONG + "  # " + "a long remark " * 12)
    expect(own.problems).to_have_count(2)
    main = own.page.get_by_test_id("stMain")
    assert main.evaluate("(main) => main.scrollWidth - main.clientWidth") <= 0
    assert box_of(own.editor.get_by_role("button", name="Write sigmoid"))["height"] >= 44
