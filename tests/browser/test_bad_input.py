from playwright.sync_api import expect

from lstm_viz.notation import Gate
from lstm_viz.settings.cell import RunSettings, SequenceSettings
from lstm_viz.settings.presets import PRESETS
from tests.browser.cell import OpenCell

COUNTER = PRESETS["counter"].settings
LATCH = PRESETS["leaky-latch"].settings
BIAS = "forget gate, bias"

UNREADABLE = {
    "1 0 one 0": "Value 3, “one”, is not a number.",
    "": "Type at least one number, for example 1 0 0 -1.",
    " , ; [] ": "Type at least one number, for example 1 0 0 -1.",
    "1 0 1e308": "Value 3, “1e308”, is too large: use −1000 to 1000.",
    "1 1e999": "Value 2, “1e999”, is not a finite number.",
    "NaN 1": "Value 1, “NaN”, is not a finite number.",
    "1 -inf": "Value 2, “-inf”, is not a finite number.",
    "1 " * 10_000: "That is 10,000 values. This page takes up to 60, one for each step.",
    "0.25 " * 10_000: "That is 50,000 characters, far more than this page takes.",
    "<img src=x onerror=alert(1)>": "Value 1, “<img”, is not a number.",
    "1 0 0 1-": "Value 4, “1-”, is not a number.",
}

PASTED = {
    "1, 0, -1": (1, 0, -1),
    "0.5;0.25;1": (0.5, 0.25, 1),
    "1\n0\n1\n": (1, 0, 1),
    "[[1, 0], [2, -3.5]]": (1, 0, 2, -3.5),
    "1\t0\r\n−1": (1, 0, -1),
    "(1e2, 5e-1)": (100, 0.5),
}

NO_NUMBERS = (
    "one",
    "",
    "  ",
    "1e308",
    "NaN",
    "Infinity",
    "-1e400",
    "1 2",
    "1;2",
    "[3]",
    "1001",
    "−1000.5",
    "9" * 10_000,
)


def with_line(*values: float) -> RunSettings:
    return RunSettings(COUNTER.origin, COUNTER.cell, SequenceSettings.from_lines(values))


def with_weight(gate: Gate, bias: float) -> RunSettings:
    return RunSettings(LATCH.origin, LATCH.cell.with_weight(gate, 0, 3, bias), LATCH.sequence)


def test_a_line_that_cannot_be_read_says_why_and_changes_nothing_else(cell: OpenCell) -> None:
    shown = cell(COUNTER)
    box, trouble = shown.line("x")
    picture = shown.picture()
    for text, message in UNREADABLE.items():
        box.fill(text)
        expect(trouble).to_have_text(message)
        box.press("Enter")
        box.blur()
        expect(box).to_have_attribute("aria-invalid", "true")
        expect(trouble).to_have_text(message)
        expect(box).to_have_value(text)
        assert shown.picture() == picture
        assert shown.run == COUNTER
    box.fill("1 1 1")
    shown.expect_numbers(with_line(1, 1, 1))
    expect(trouble).to_be_empty()
    expect(box).not_to_have_attribute("aria-invalid", "true")


def test_a_list_is_read_however_it_was_pasted(cell: OpenCell) -> None:
    shown = cell(COUNTER)
    box, trouble = shown.line("x")
    for text, values in PASTED.items():
        box.fill(text)
        box.press("Enter")
        shown.expect_run(with_line(*values))
        expect(trouble).to_be_empty()


def test_two_lines_must_be_equally_long(cell: OpenCell) -> None:
    shown = cell()
    value, _ = shown.line("value")
    flag, trouble = shown.line("flag")
    value.fill("1 2 3")
    value.press("Enter")
    expect(trouble).to_have_text("Both lines need the same number of steps: value has 3 and flag has 14.")
    expect(value).to_have_value("1 2 3")
    assert shown.run == LATCH
    flag.fill("0 1 0")
    flag.press("Enter")
    shown.expect_run(RunSettings(LATCH.origin, LATCH.cell, SequenceSettings.from_lines((1, 2, 3), (0, 1, 0))))
    expect(trouble).to_be_empty()


def test_a_line_that_cannot_be_read_survives_everything_else(cell: OpenCell) -> None:
    shown = cell(COUNTER)
    box, trouble = shown.line("x")
    box.fill("1 0 oh")
    box.press("Enter")
    expect(trouble).to_have_text("Value 3, “oh”, is not a number.")

    changed = RunSettings(COUNTER.origin, COUNTER.cell.with_weight("f", 0, 2, -1.5), COUNTER.sequence)
    _, field, _ = shown.dial(BIAS)
    field.fill("-1.5")
    field.press("Enter")
    shown.expect_run(changed)
    shown.scrubber.press("Home")
    shown.expect_step(0)
    shown.button("Undo").click()
    shown.expect_run(COUNTER)
    expect(box).to_have_value("1 0 oh")
    expect(trouble).to_have_text("Value 3, “oh”, is not a number.")

    # What follows from reading it belongs to the new run alone.
    shown.choose_preset(PRESETS["toggle"].title)
    shown.expect_run(PRESETS["toggle"].settings)
    expect(trouble).to_be_empty()
    expect(box).to_have_value("0 1 0 0 1 1 1 0 0 1 0 1")


def test_a_number_that_cannot_be_read_says_why_and_changes_nothing(cell: OpenCell) -> None:
    shown = cell()
    picture, sent = shown.picture(), len(shown.sent)
    for name in (BIAS, "flag at this step", "C before the first step"):
        slider, field, trouble = shown.dial(name)
        place = slider.input_value()
        for text in NO_NUMBERS:
            field.fill(text)
            field.press("Enter")
            expect(trouble).to_have_text("Type a number from −1000 to 1000.")
            expect(field).to_have_attribute("aria-invalid", "true")
            expect(field).to_have_value(text)
            assert slider.input_value() == place
    assert shown.picture() == picture
    assert len(shown.sent) == sent
    assert shown.run == LATCH


def test_a_number_is_read_with_a_comma_or_a_typographic_minus(cell: OpenCell) -> None:
    shown = cell()
    _, field, trouble = shown.dial(BIAS)
    field.fill("oh")
    field.press("Enter")
    expect(trouble).not_to_be_empty()
    for text, value in [("1,5", 1.5), ("−2", -2.0), (" 1e-3 ", 0.001)]:
        field.fill(text)
        field.press("Enter")
        expect(trouble).to_be_empty()
        shown.expect_run(with_weight("f", value))


def test_a_number_that_cannot_be_read_survives_another_weight_being_dragged(cell: OpenCell) -> None:
    shown = cell()
    _, field, trouble = shown.dial(BIAS)
    field.fill("three")
    field.press("Enter")
    slider, other, _ = shown.dial("input gate, bias")
    slider.press("ArrowRight")
    expect(other).not_to_have_value("-3")
    value = float(other.input_value())
    shown.expect_run(with_weight("i", value))
    shown.scrubber.press("End")
    shown.expect_step(13)
    expect(field).to_have_value("three")
    expect(trouble).to_have_text("Type a number from −1000 to 1000.")
