import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.settings.cell import MAX_ABS, MAX_STEPS
from lstm_viz.settings.sequences import (
    GENERATORS,
    column_widths,
    format_line,
    format_number,
    generate,
    parse_line,
)

numbers = st.floats(-MAX_ABS, MAX_ABS)
lines = st.lists(numbers, min_size=1, max_size=MAX_STEPS).map(tuple)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 0 0 -1", (1, 0, 0, -1)),
        ("  0.5\t-2e-3 ", (0.5, -0.002)),
        ("1,2,3", (1, 2, 3)),
        ("1, 2, 3,", (1, 2, 3)),
        ("1; 2;3", (1, 2, 3)),
        ("1\n2\r\n3\n", (1, 2, 3)),
        ("[1, 2, 3]", (1, 2, 3)),
        ("[[1], [2]]", (1, 2)),
        ("(1, 2)", (1, 2)),
        ("{1 | 2}", (1, 2)),
        ("−1 −0.5", (-1, -0.5)),
        ("+3 .5 5.", (3, 0.5, 5)),
        ("1_0_1", (1, 0, 1)),
        ("1000 -1000", (1000, -1000)),
        ("\N{NO-BREAK SPACE}1\N{NO-BREAK SPACE}2", (1, 2)),
    ],
)
def test_numbers_are_read_however_they_are_separated(text: str, expected: tuple[float, ...]) -> None:
    assert parse_line(text) == expected


@pytest.mark.parametrize("text", ["", "   ", "\n", "[]", " , ; "])
def test_a_line_without_numbers_asks_for_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"^Type at least one number"):
        parse_line(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 two 3", "Value 2, “two”, is not a number."),
        ("1 0x10", "Value 2, “0x10”, is not a number."),
        ("1--2", "Value 1, “1--2”, is not a number."),
        ("nan", "Value 1, “nan”, is not a finite number."),
        ("0 inf", "Value 2, “inf”, is not a finite number."),
        ("-Infinity", "Value 1, “-Infinity”, is not a finite number."),
        ("1e999", "Value 1, “1e999”, is not a finite number."),
        ("1e308", "Value 1, “1e308”, is too large: use −1000 to 1000."),
        ("-1000.001", "Value 1, “-1000.001”, is too large: use −1000 to 1000."),
    ],
)
def test_the_message_says_which_value_cannot_be_used_and_why(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse_line(text)


def test_a_long_word_is_shown_in_part() -> None:
    with pytest.raises(ValueError, match=r"^Value 1, “a{20}…”, is not a number"):
        parse_line("a" * 10_000)


def test_ten_thousand_values_are_counted_and_refused() -> None:
    with pytest.raises(ValueError, match=r"^That is 10,000 values\. This page takes up to 60"):
        parse_line("0.5 " * 10_000)
    assert len(parse_line("0.5 " * MAX_STEPS)) == MAX_STEPS


@given(st.text(alphabet=st.characters(codec="utf-8")) | st.text(alphabet="0123456789.eE+-−_,;[]naif \n"))
def test_any_text_gives_numbers_in_range_or_a_value_error(text: str) -> None:
    try:
        values = parse_line(text)
    except ValueError:
        return
    assert 1 <= len(values) <= MAX_STEPS
    assert all(abs(value) <= MAX_ABS for value in values)


@given(lines)
def test_a_formatted_line_reads_back_bit_for_bit(line: tuple[float, ...]) -> None:
    back = parse_line(format_line(line))
    assert [value.hex() for value in back] == [value.hex() for value in line]


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.0, "1"), (-20.0, "-20"), (0.0, "0"), (-0.0, "-0"), (0.5, "0.5"), (0.1 + 0.2, "0.30000000000000004")],
)
def test_numbers_are_written_as_short_as_they_can_be(number: float, text: str) -> None:
    assert format_number(number) == text
    assert format_number(np.float64(number)) == text


@given(st.integers(1, 12).flatmap(lambda n: st.lists(st.tuples(*[numbers] * n), min_size=2, max_size=2)))
def test_two_lines_with_common_widths_line_up_step_by_step(pair: list[tuple[float, ...]]) -> None:
    widths = column_widths(tuple(pair))
    first, second = (format_line(line, widths) for line in pair)
    assert len(first) == len(second)
    assert parse_line(first) == pair[0]
    ends = np.cumsum(np.array(widths) + 1)
    assert all(text[end - 2] != " " for text in (first, second) for end in ends)


@pytest.mark.parametrize("kind", GENERATORS)
@pytest.mark.parametrize("steps", [1, 7, MAX_STEPS])
@pytest.mark.parametrize("period", [1, 4, 100])
def test_every_generator_draws_the_steps_asked_for_and_the_same_each_time(
    kind: str, steps: int, period: int
) -> None:
    values = generate(kind, steps, 2.5, period, seed=3)
    assert len(values) == steps
    assert values == generate(kind, steps, 2.5, period, seed=3)
    assert all(
        value == round(value, 2) and math.copysign(1, value or 1) == np.sign(value or 1) for value in values
    )


@pytest.mark.parametrize("kind", GENERATORS)
def test_a_generator_depends_on_exactly_what_it_says_it_uses(kind: str) -> None:
    base: dict[str, Any] = {"size": 1.0, "period": 5, "seed": 0}
    changed = {"size": 3.0, "period": 7, "seed": 1}
    depends = {
        name
        for name in base
        if generate(kind, 40, **base) != generate(kind, 40, **base | {name: changed[name]})
    }
    assert depends == GENERATORS[kind].uses


def test_shapes_are_what_their_names_say() -> None:
    assert generate("pulse", 7, 2.0, 3) == (2, 0, 0, 2, 0, 0, 2)
    assert generate("step", 5, 2.0, 2) == (0, 0, 2, 2, 2)
    assert generate("square", 7, 2.0, 4) == (2, 2, -2, -2, 2, 2, -2)
    assert generate("square", 5, 1.0, 3) == (1, 1, -1, 1, 1)
    assert generate("sine", 6, 2.0, 4) == (0, 2, 0, -2, 0, 2)
    assert generate("ramp", 5, 2.0) == (0, 0.5, 1, 1.5, 2)


def test_noise_is_normal_with_the_size_as_its_standard_deviation() -> None:
    drawn = np.array([generate("noise", MAX_STEPS, 2.0, seed=seed) for seed in range(50)])
    assert abs(drawn.mean()) < 0.15
    assert abs(drawn.std() - 2.0) < 0.1


def test_bits_are_zero_or_the_size_about_equally_often() -> None:
    drawn = np.array([generate("bits", MAX_STEPS, 2.0, seed=seed) for seed in range(50)])
    assert set(np.unique(drawn)) == {0.0, 2.0}
    assert 0.45 < (drawn == 2.0).mean() < 0.55


def test_what_is_drawn_stays_within_what_a_page_accepts() -> None:
    assert max(map(abs, generate("noise", MAX_STEPS, MAX_ABS))) == MAX_ABS


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sawtooth", 5), "kind must be"),
        (("pulse", 0), "steps must be"),
        (("pulse", MAX_STEPS + 1), "steps must be"),
        (("pulse", 5, 1.0, 0), "steps .* and period at least 1, got 5 and 0"),
        (("pulse", 5, math.nan), "size must be"),
        (("noise", 5, math.inf), "size must be"),
        (("ramp", 5, -1001.0), "size must be"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(arguments: tuple[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        generate(*arguments)
