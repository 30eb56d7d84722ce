import torch
from playwright.sync_api import Locator, Page, expect

from lstm_viz.exchange.links.cell import to_query
from lstm_viz.settings.cell import RunSettings
from lstm_viz.settings.presets import DEFAULT, PRESETS
from tests.browser.cell import Cell, OpenCell, agrees, box_of, query_of, run_of, settings_of
from tools.browser import visit

CLIPBOARD = ("clipboard-read", "clipboard-write")


def by_torch(run: RunSettings, step: int) -> dict[str, float]:
    """What ``nn.LSTM`` and the equations of its manual give for the first unit at one step."""

    def tensor(values: object) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.float64)

    rows, inputs, units = tensor(run.cell.rows), run.cell.inputs, run.cell.units
    lstm = torch.nn.LSTM(inputs, units, dtype=torch.float64)
    weights = rows[:, :inputs], rows[:, inputs:-1], rows[:, -1], torch.zeros(4 * units, dtype=torch.float64)
    with torch.no_grad():
        for parameter, values in zip(lstm.parameters(), weights, strict=True):
            parameter.copy_(values)
        x, states = tensor(run.sequence.values), (tensor([run.cell.h0]), tensor([run.cell.c0]))
        if step > 0:
            _, states = lstm(x[:step], states)
        i, f, g, o = (rows @ torch.cat([x[step], states[0][0], torch.ones(1)])).reshape(4, units)
        _, (h, c) = lstm(x[step : step + 1], states)
    shown = {"f": f.sigmoid(), "i": i.sigmoid(), "g": g.tanh(), "c": c[0], "o": o.sigmoid(), "h": h[0]}
    return {key: float(values[0]) for key, values in shown.items()}


def expect_torch(cell: Cell, run: RunSettings, step: int) -> None:
    cell.expect_step(step)
    wanted = by_torch(run, step)
    assert {key: agrees(text, wanted[key]) for key, text in cell.shown().items()} == dict.fromkeys(
        wanted, True
    )


def drag(page: Page, slider: Locator, to: float) -> None:
    """Drag a slider by mouse to a place from 0 to 1."""
    slider.scroll_into_view_if_needed()
    box = box_of(slider)
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * to, y, steps=8)
    page.mouse.up()


def copied_link(cell: Cell) -> str:
    cell.button("Copy a link").click()
    expect(cell.status).to_have_text("Link copied")
    link: str = cell.page.evaluate("navigator.clipboard.readText()")
    return link


def test_preset_weight_step_link_and_reload_show_what_torch_computes(cell: OpenCell) -> None:
    mine = cell(permissions=CLIPBOARD)
    expect_torch(mine, PRESETS[DEFAULT].settings, mine.step)

    preset = PRESETS["write-hold-erase"]
    mine.choose_preset(preset.title)
    mine.expect_run(preset.settings)

    slider, field, _ = mine.dial("candidate, bias")
    drag(mine.page, slider, 0.8)
    changed = preset.settings.cell.with_weight("g", 0, 3, float(field.input_value()))
    assert changed != preset.settings.cell
    mine.expect_run(RunSettings(preset.settings.origin, changed, preset.settings.sequence))

    mine.scrubber.press("Home")
    for _ in range(4):
        mine.scrubber.press("ArrowRight")
    link = copied_link(mine)
    run = run_of(link)
    assert run.cell == changed
    expect_torch(mine, run, 4)

    # Whoever gets the link has nothing but the link.
    yours = cell(link.partition("?")[2])
    assert yours.page.context is not mine.page.context
    expect_torch(yours, run, 4)
    assert settings_of(yours.page.url) == to_query(run)
    picture = yours.picture()
    assert picture == mine.picture()

    visit(yours.page, yours.page.url)
    yours.wait_until_drawn()
    expect_torch(yours, run, 4)
    assert query_of(yours.page.url) == query_of(link)
    assert yours.picture() == picture


def test_numbers_that_no_decimal_writes_short_survive_the_link(cell: OpenCell) -> None:
    third, tiny = 1 / 3, 5e-324
    start = PRESETS["counter"].settings
    weights = start.cell.with_weight("f", 0, 2, third).with_weight("g", 0, 0, tiny).with_state("c0", 0, -0.1)
    run = RunSettings(start.origin, weights, start.sequence.with_value(0, 0, 2 / 3))
    shown = cell(run)
    expect_torch(shown, run, shown.step)
    assert settings_of(shown.page.url) == to_query(run)


def test_a_link_copied_right_after_a_step_names_that_step(cell: OpenCell) -> None:
    shown = cell(permissions=CLIPBOARD)
    shown.scrubber.press("Home")
    shown.expect_step_in_address(0)
    # In one task: the address bar had no time to follow.
    shown.stage.evaluate(
        """(stage) => {
          const arrow = new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true });
          stage.querySelector(".scrubber").dispatchEvent(arrow);
          stage.querySelector(".tool.link").click();
        }"""
    )
    expect(shown.status).to_have_text("Link copied")
    assert query_of(shown.page.evaluate("navigator.clipboard.readText()"))["step"] == "2"


def test_where_the_clipboard_is_refused_the_link_is_shown_to_be_copied(cell: OpenCell) -> None:
    shown = cell(
        before=lambda page: page.add_init_script(
            "Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })"
        )
    )
    shown.button("Copy a link").click()
    field = shown.stage.get_by_role("textbox", name="Link to this run")
    expect(field).to_be_focused()
    assert run_of(field.input_value()) == shown.run
