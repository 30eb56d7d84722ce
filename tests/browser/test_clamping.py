import re

from playwright.sync_api import expect

from lstm_viz.notation import GATES, SYMBOLS, Gate
from lstm_viz.settings.cell import RunSettings
from lstm_viz.settings.presets import PRESETS
from tests.browser.cell import Cell, OpenCell, agrees

START = PRESETS["leaky-latch"].settings


def held(gate: Gate, value: float | None) -> RunSettings:
    return RunSettings(START.origin, START.cell.with_clamp(gate, value), START.sequence)


def choose(cell: Cell, gate: Gate, option: str) -> None:
    cell.stage.get_by_role("combobox", name=f"Clamp the {SYMBOLS[gate].name}").select_option(option)


def expect_held(cell: Cell, gate: Gate, value: float) -> None:
    run = held(gate, value)
    cell.expect_run(run)
    line = cell.stage.locator(".line").filter(has=cell.page.locator(f"output[data-q={gate}]"))
    expect(line.locator(".filled")).to_have_text("held")
    expect(line.locator(".caption")).to_contain_text("held by you for the whole run")
    expect(cell.stage.locator(".strip .label.ghost")).to_have_text("C, gates free")
    cells = cell.stage.locator(".strip .cells").evaluate(
        "(cells, steps) => [...cells.children].slice(-2 * steps, -steps).map((cell) => cell.textContent)",
        len(START.sequence.values),
    )
    free = START.run().c[:, 0]
    assert all(agrees(text, value) for text, value in zip(cells, free, strict=True)), cells
    expect(cell.stage.locator(".freed")).to_have_attribute("d", re.compile("^M.* H.* M.* H"))


def expect_free(cell: Cell) -> None:
    cell.expect_run(START)
    expect(cell.stage.locator(".strip .label.ghost")).to_have_count(0)
    expect(cell.stage.locator(".freed")).to_have_attribute("d", "")


def test_each_gate_is_held_with_the_free_run_beside_it_and_set_free_again(cell: OpenCell) -> None:
    shown = cell()
    for gate in GATES:
        expect_free(shown)
        for value in (-1, 0, 1) if gate == "g" else (0, 1):
            choose(shown, gate, str(value))
            expect_held(shown, gate, value)
        choose(shown, gate, "at")
        _, field, trouble = shown.dial(f"Value of the {SYMBOLS[gate].name}")
        field.fill("0.25")
        field.press("Enter")
        expect_held(shown, gate, 0.25)
        field.fill("1.5")
        field.press("Enter")
        expect(trouble).to_have_text(f"Type a number from {'−1' if gate == 'g' else '0'} to 1.")
        expect_held(shown, gate, 0.25)
        choose(shown, gate, "free")
        expect_free(shown)


def test_the_check_says_why_it_cannot_compare_a_held_gate_and_compares_a_free_run(cell: OpenCell) -> None:
    shown = cell(held("f", 1.0))
    page = shown.page
    page.get_by_text("Check against PyTorch").click()
    check = page.get_by_role("button", name="Run nn.LSTM on these weights")
    check.click()
    expect(page.get_by_text("Set the gates free first: PyTorch's nn.LSTM cannot hold a gate")).to_be_visible()
    choose(shown, "f", "free")
    shown.expect_run(START)
    check.click()
    # PyTorch is loaded the first time, which takes a while.
    said = page.get_by_text(re.compile("the largest difference is"))
    expect(said).to_be_visible(timeout=60_000)
    differences = [float(number) for number in re.findall(r"\d\.\de[-−]?\d+", said.inner_text())]
    assert len(differences) == 2
    assert max(differences) <= 1e-12
