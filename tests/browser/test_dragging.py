from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from lstm_viz.settings.cell import RunSettings
from lstm_viz.settings.presets import PRESETS
from tests.browser.cell import Cell, OpenCell, agrees, box_of, expect_none

START = PRESETS["leaky-latch"].settings
BIAS = "forget gate, bias"

ARRANGED = """() => [...document.querySelectorAll(".lstm-chart-canvas")].map(({ _fullLayout, _fullData }) => [
  _fullLayout.xaxis.range.map((end) => end.toFixed(3)).join(),
  _fullData.filter(({ visible }) => visible === "legendonly").map(({ name }) => name).join(),
].join("; "))"""
"""What a person has set in each figure: the range of its steps, and what is hidden."""

PLOTTED = """(canvas) => [...canvas._fullData.map(({ y }) => [...y])]"""


def with_bias(value: float) -> RunSettings:
    return RunSettings(START.origin, START.cell.with_weight("f", 0, 3, value), START.sequence)


@contextmanager
def held(page: Page, slider: Locator) -> Iterator[tuple[float, float, float]]:
    """Hold a slider by mouse; give its left end, its height on the page and its width."""
    slider.scroll_into_view_if_needed()
    box = box_of(slider)
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    yield box["x"], y, box["width"]
    page.mouse.up()


def arrange(page: Page) -> list[str]:
    """Zoom into the first figure and hide its first line, by mouse; return how the figures then stand."""
    canvas = page.locator(".lstm-chart-canvas").first
    canvas.scroll_into_view_if_needed()
    before: list[str] = page.evaluate(ARRANGED)
    box = box_of(canvas)
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.3 * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], y, steps=4)
    page.mouse.up()
    expect_none(page, lambda: [same for same in page.evaluate(ARRANGED)[:1] if same == before[0]])
    canvas.locator(".legendtoggle").first.click()
    expect_none(page, lambda: [shown for shown in page.evaluate(ARRANGED)[:1] if shown.endswith("; ")])
    arranged: list[str] = page.evaluate(ARRANGED)
    return arranged


def expect_plotted(cell: Cell, run: RunSettings) -> None:
    """Wait until the figures plot the forget gate and the memory of a run."""
    trace = run.run()
    for figure, values in [(0, trace.f[:, 0]), (1, trace.c[:, 0])]:
        canvas = cell.page.locator(".lstm-chart-canvas").nth(figure)
        canvas.scroll_into_view_if_needed()

        def missing(canvas: Locator = canvas, wanted: NDArray[np.floating[Any]] = values) -> list[object]:
            plotted = canvas.evaluate(PLOTTED)
            close = (
                len(line) == len(wanted) and all(abs(a - b) < 1e-9 for a, b in zip(line, wanted, strict=True))
                for line in plotted
            )
            return [] if any(close) else plotted

        expect_none(cell.page, missing)


def test_a_dragged_weight_moves_stage_and_figures_and_leaves_what_was_arranged(cell: OpenCell) -> None:
    shown = cell()
    page = shown.page
    arranged = arrange(page)
    page.evaluate(
        """() => {
          window.nodes = [...document.querySelectorAll(".lstm-chart-canvas, .lstm-chart-canvas .main-svg")];
        }"""
    )
    slider, field, _ = shown.dial(BIAS)
    before = shown.picture()
    with held(page, slider) as (left, y, width):
        for place in (0.2, 0.8):
            page.mouse.move(left + place * width, y, steps=6)
            # While the button is still down.
            run = with_bias(float(field.input_value()))
            shown.expect_numbers(run)
            trace, step = run.run(), shown.step
            for key, values in [("f", trace.f), ("c", trace.c), ("h", trace.h)]:
                assert agrees(shown.chip(key).text_content() or "", values[step, 0])
            assert shown.picture() != before
    shown.expect_run(with_bias(float(field.input_value())))
    expect_plotted(shown, with_bias(float(field.input_value())))
    assert page.evaluate(ARRANGED) == arranged
    assert page.evaluate(
        """() => {
          const now = [...document.querySelectorAll(".lstm-chart-canvas, .lstm-chart-canvas .main-svg")];
          return now.length === nodes.length && now.every((node, k) => node === nodes[k] && node.isConnected);
        }"""
    )


def test_a_whole_drag_is_one_undo(cell: OpenCell) -> None:
    shown = cell()
    page = shown.page
    undo, redo, reset = (shown.button(name) for name in ("Undo", "Redo", "Back to the preset"))
    for button in (undo, redo, reset):
        expect(button).to_be_disabled()

    slider, field, _ = shown.dial(BIAS)
    with held(page, slider) as (left, y, width):
        for place in (0.7, 0.3, 0.6, 0.4):
            page.mouse.move(left + place * width, y, steps=4)
            shown.expect_numbers(with_bias(float(field.input_value())))
    dragged = with_bias(float(field.input_value()))
    shown.expect_run(dragged)

    undo.click()
    shown.expect_run(START)
    expect(field).to_have_value("3")
    expect(undo).to_be_disabled()
    expect(reset).to_be_disabled()
    redo.click()
    shown.expect_run(dragged)
    expect(redo).to_be_disabled()

    slider.press("Control+z")
    shown.expect_run(START)
    shown.scrubber.press("Control+Shift+Z")
    shown.expect_run(dragged)

    field.fill("-2.5")
    field.press("Enter")
    shown.expect_run(with_bias(-2.5))
    reset.click()
    shown.expect_run(START)
    undo.click()
    shown.expect_run(with_bias(-2.5))
    undo.click()
    shown.expect_run(dragged)


def messages_while_dragged(cell: Cell) -> int:
    """Drag the bias of the forget gate; return how many messages that took until the hand let go."""
    slider, field, _ = cell.dial(BIAS)
    before = len(cell.sent)
    with held(cell.page, slider) as (left, y, width):
        for place in (0.7, 0.3, 0.45):
            cell.page.mouse.move(left + place * width, y, steps=5)
            cell.expect_numbers(with_bias(float(field.input_value())))
        return len(cell.sent) - before


def test_a_drag_is_drawn_without_streamlit_which_is_told_when_the_hand_lets_go(cell: OpenCell) -> None:
    shown = cell()
    _, field, _ = shown.dial(BIAS)
    sent = len(shown.sent)
    assert messages_while_dragged(shown) == 0
    dragged = with_bias(float(field.input_value()))
    shown.expect_run(dragged)
    assert len(shown.sent) > sent
    shown.button("Undo").click()
    shown.expect_run(START)
    expect(shown.button("Undo")).to_be_disabled()


def test_a_hand_that_rests_has_streamlit_told_and_is_still_one_undo(cell: OpenCell) -> None:
    shown = cell()
    slider, field, _ = shown.dial(BIAS)
    with held(shown.page, slider) as (left, y, width):
        shown.page.mouse.move(left + 0.7 * width, y)
        sent = len(shown.sent)
        expect_none(shown.page, lambda: [sent] if len(shown.sent) == sent else [])
        shown.page.mouse.move(left + 0.3 * width, y, steps=3)
        shown.expect_numbers(with_bias(float(field.input_value())))
        assert shown.run == START
    shown.expect_run(with_bias(float(field.input_value())))
    shown.button("Undo").click()
    shown.expect_run(START)


def test_a_weight_dragged_away_and_back_shows_the_run_as_it_was(cell: OpenCell) -> None:
    shown = cell()
    picture = shown.picture()
    slider, field, _ = shown.dial(BIAS)
    with held(shown.page, slider) as (left, y, width):
        shown.page.mouse.move(left + 0.3 * width, y)
        shown.expect_numbers(with_bias(float(field.input_value())))
        # To the very value that it had: the browser tells of no change then.
        slider.evaluate(
            "(node) => { node.value = 3; node.dispatchEvent(new Event('input', { bubbles: true })); }"
        )
    shown.expect_numbers(START)
    expect_none(shown.page, lambda: [] if shown.picture() == picture else ["another"])
    # Nothing is waited for any more, so what comes next is shown.
    shown.choose_preset(PRESETS["counter"].title)
    shown.expect_run(PRESETS["counter"].settings)


def test_an_answer_older_than_what_the_hand_shows_does_not_move_the_picture(cell: OpenCell) -> None:
    late: list[Callable[[], None]] = []
    holding = False

    def pass_on(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def answer(message: str | bytes) -> None:
            if holding:
                late.append(lambda: socket.send(message))
            else:
                socket.send(message)

        server.on_message(answer)

    shown = cell(before=lambda page: page.route_web_socket("**/_stcore/stream", pass_on))
    slider, field, _ = shown.dial(BIAS)
    holding = True
    field.fill("-2")
    field.press("Enter")
    shown.expect_numbers(with_bias(-2.0))
    with held(shown.page, slider) as (left, y, width):
        shown.page.mouse.move(left + 0.6 * width, y, steps=3)
        dragged = with_bias(float(field.input_value()))
        shown.expect_numbers(dragged)
        expect_none(shown.page, lambda: [] if late else ["no answer yet"])
        shown.stage.evaluate(
            """(stage) => {
              window.pictures = new Set();
              const number = stage.querySelector(".line output[data-q=f]");
              const note = () => window.pictures.add(number.textContent);
              const all = { childList: true, characterData: true, subtree: true };
              new MutationObserver(note).observe(number, all);
              note();
            }"""
        )
        for send in late:
            send()
        holding = False
        expect(shown.button("Undo")).to_be_enabled()
        assert shown.page.evaluate("window.pictures.size") == 1
        shown.expect_numbers(dragged)
    shown.expect_run(dragged)
    expect_plotted(shown, dragged)
    for run in (with_bias(-2.0), START):
        shown.button("Undo").click()
        shown.expect_run(run)


def test_where_the_preview_cannot_be_asked_a_drag_goes_through_streamlit(cell: OpenCell) -> None:
    no_preview = "**/lstm-viz/preview/*"
    shown = cell(before=lambda page: page.route(no_preview, lambda route: route.fulfill(body="?")))
    assert messages_while_dragged(shown) > 0
    _, field, _ = shown.dial(BIAS)
    shown.expect_run(with_bias(float(field.input_value())))
    expect_plotted(shown, with_bias(float(field.input_value())))
    shown.button("Undo").click()
    shown.expect_run(START)


def test_ctrl_z_in_a_typed_line_takes_back_typing_and_not_the_run(cell: OpenCell) -> None:
    shown = cell()
    _, field, _ = shown.dial(BIAS)
    field.fill("1.5")
    field.press("Enter")
    shown.expect_run(with_bias(1.5))
    box, trouble = shown.line("value")
    line = box.input_value()
    box.press("End")
    box.press("x")
    expect(trouble).not_to_be_empty()
    box.press("Control+z")
    expect(box).to_have_value(line)
    expect(trouble).to_be_empty()
    shown.expect_run(with_bias(1.5))


def test_arrow_keys_move_a_weight(cell: OpenCell) -> None:
    shown = cell()
    slider, field, _ = shown.dial(BIAS)
    step = shown.step
    slider.press("ArrowLeft")
    expect(field).not_to_have_value("3")
    shown.expect_run(with_bias(float(field.input_value())))
    field.fill("1")
    field.press("ArrowUp")
    expect(field).not_to_have_value("1")
    shown.expect_run(with_bias(float(field.input_value())))
    assert shown.step == step
