from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from lstm_viz.settings.cell import Loss, RunSettings
from lstm_viz.settings.presets import PRESETS, random_run
from tests.browser.cell import Cell, OpenCell
from tools.browser import DARK, FINISHED, LIGHT, PHONE, Screen

DARK_PHONE: Final = Screen("dark phone", PHONE.width, PHONE.height, "dark", touch=True)
LATCH: Final = PRESETS["leaky-latch"].settings
HELD: Final = RunSettings(LATCH.origin, LATCH.cell.with_clamp("f", 0.5), LATCH.sequence)

STREAMLITS: Final = {
    ".katex-display": "may scroll sideways, and does by a pixel or two that hide nothing (test_layout.py)",
    "[data-testid=stCode] pre": "its code block scrolls sideways on a phone, and takes no focus",
}
"""What is Streamlit's own and cannot be changed by a page: selector, and why it is left out."""

SPOKEN: Final = {"g": "C̃", "c": "C"}

CONTROLS: Final = "button, input, select, textarea, [tabindex='0']"

DEEPEST_FOCUS: Final = """() => {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}"""


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page, serious or critical, in shadow roots too."""
    page.mouse.move(0, 0)  # what the mouse rests on is lit, and the rest deliberately dimmed
    page.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = page.evaluate(
        "(exclude) => axe.run({ exclude }, { resultTypes: ['violations'] })", [[each] for each in STREAMLITS]
    )
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]


def open_everything(shown: Cell) -> None:
    """Unfold every section of the page, and have an error message shown beside a line and beside a number."""
    page = shown.page
    for title, content in (
        ("Numbers: every gate", page.get_by_test_id("stDownloadButton")),
        ("Code: the same run", page.get_by_test_id("stCode")),
        ("Check against PyTorch", page.get_by_role("button", name="Run nn.LSTM")),
    ):
        page.get_by_text(title).click()
        expect(content).to_be_visible()
    box, trouble = shown.line("value")
    box.fill("1 oh")
    expect(trouble).not_to_be_empty()
    _, field, wrong = shown.dial("forget gate, bias")
    field.fill("three")
    field.press("Enter")
    expect(wrong).not_to_be_empty()
    field.blur()
    page.wait_for_selector(FINISHED)


@pytest.mark.parametrize("screen", [LIGHT, DARK, PHONE, DARK_PHONE], ids=lambda screen: screen.name)
def test_axe_finds_nothing_serious(page: Callable[..., Page], cell: OpenCell, screen: Screen) -> None:
    assert violations(page("/", screen)) == []
    gradients = page("/gradients?hidden=4&steps=20&seeds=3", screen)
    gradients.locator(".lstm-chart-canvas .main-svg").first.wait_for()
    assert violations(gradients) == []
    shown = cell(HELD, screen)
    assert violations(shown.page) == []
    open_everything(shown)
    assert violations(shown.page) == []
    assert violations(cell(random_run(0, 4, 2), screen).page) == []
    assert violations(cell(replace(LATCH, loss=Loss("target", 0.5)), screen).page) == []


def test_axe_looks_into_the_stage(cell: OpenCell) -> None:
    shown = cell()
    shown.stage.evaluate("(stage) => stage.append(document.createElement('button'))")
    assert any(found.startswith("button-name") for found in violations(shown.page))


def test_every_control_is_reached_by_tab_in_order_and_shows_it(cell: OpenCell) -> None:
    shown = cell(HELD)
    page = shown.page
    # By now some can be undone, so that no button is left out for being disabled.
    _, field, _ = shown.dial("forget gate, bias")
    for value in ("1", "2"):
        field.fill(value)
        field.press("Enter")
        expect(shown.button("Undo")).to_be_enabled()
    shown.button("Undo").click()
    expect(shown.button("Redo")).to_be_enabled()
    wanted = shown.stage.evaluate(
        f"""(stage) => {{
          window.controls = [...stage.querySelectorAll("{CONTROLS}")]
            .filter((node) => node.checkVisibility() && !node.disabled);
          return controls.map((node) => node.ariaLabel || node.textContent);
        }}"""
    )
    assert len(wanted) > 60
    shown.button("First step").focus()
    seen, unmarked = [], []
    for _ in wanted:
        at, name, marked = page.evaluate(
            f"""() => {{
              const focused = ({DEEPEST_FOCUS})();
              const {{ outlineStyle, outlineWidth }} = getComputedStyle(focused);
              const marked = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
              return [controls.indexOf(focused), focused.ariaLabel || focused.textContent, marked];
            }}"""
        )
        seen.append(at)
        # The first got its focus from the test, not from a key.
        if not marked and len(seen) > 1:
            unmarked.append(name)
        page.keyboard.press("Tab")
    assert seen == list(range(len(wanted)))
    assert unmarked == []
    # And out again: the stage is no trap.
    assert page.evaluate(f"controls.includes(({DEEPEST_FOCUS})())") is False


@pytest.mark.parametrize("run", [HELD, random_run(0, 4, 2)], ids=["held", "four units"])
def test_every_control_has_a_name_of_its_own(cell: OpenCell, run: RunSettings) -> None:
    shown = cell(run)
    tree = shown.page.context.new_cdp_session(shown.page).send("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "slider", "textbox", "combobox", "checkbox", "radio", "spinbutton", "link"}
    controls = [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in tree
        if not node["ignored"] and node.get("role", {}).get("value") in roles
    ]
    assert len(controls) > 60
    assert [role for role, name in controls if not name] == []
    twice = {name for role, name in controls if controls.count((role, name)) > 1}
    assert twice <= {"Increment", "Decrement"}  # beside every number field of Streamlit's


def test_the_step_is_said_in_words(cell: OpenCell) -> None:
    shown = cell()
    spoken = shown.stage.locator("[aria-live=polite]")
    expect(shown.scrubber).to_have_attribute("aria-valuemin", "1")
    expect(shown.scrubber).to_have_attribute("aria-valuemax", "14")
    for key, step in [("Home", 1), ("ArrowRight", 2)]:
        shown.scrubber.press(key)
        text = shown.scrubber.get_attribute("aria-valuetext") or ""
        assert text.startswith(f"Step {step} of 14. Input value ")
        for quantity, value in shown.shown().items():
            assert f"{SPOKEN.get(quantity, quantity)} {value}: " in text
        expect(spoken).to_have_text(text)
        expect(shown.stage.locator(".diagram")).to_have_attribute("aria-label", text)
    # Only that sentence is spoken: an output element would be a live region too.
    assert shown.stage.locator("output:not([aria-live=off])").count() == 0


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
def test_nothing_moves_for_whoever_asks_for_rest(cell: OpenCell, wish: str) -> None:
    shown = cell(reduced_motion=wish)
    moving = shown.scrubber.evaluate(
        """(scrubber) => {
          const press = (key) => scrubber.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
          press("Home");
          press("ArrowRight");
          press(" ");
          const root = scrubber.getRootNode();
          root.querySelector(".stage").getBoundingClientRect();
          return root.getAnimations().length;
        }"""
    )
    duration = shown.stage.locator(".filling").first.evaluate(
        "(node) => getComputedStyle(node).transitionDuration"
    )
    if wish == "reduce":
        assert (moving, duration) == (0, "0s")
    else:
        assert moving > 0
        assert duration != "0s"
