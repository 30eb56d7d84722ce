import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.notation import decimals, written

_PLAIN = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789", ",")
finite = st.floats(-9e307, 9e307)  # what is nearer to the end may be rounded up to more than there is


def read_back(text: str) -> float:
    """The number that a person reads."""
    digits, _, power = text.translate(_PLAIN).partition(" × 10")
    return float(f"{digits}e{power or 0}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0.01234, "0.0123"),
        (12.345, "12.3"),
        (-0.5, "−0.5"),
        (-12.345, "−12.3"),
        (999.4, "999"),
        (-123456.0, "−123,456"),
        (-2e-12, "−2 × 10⁻¹²"),
        (4000.4, "4,000"),
        (999.6, "1,000"),
        (7.523e-5, "7.52 × 10⁻⁵"),
        (-1.5e-300, "−1.5 × 10⁻³⁰⁰"),
        (1.234e300, "1.23 × 10³⁰⁰"),
        (math.inf, "–"),
        (math.nan, "–"),
    ],
)
def test_numbers_are_written_as_people_write_them(value: float, text: str) -> None:
    assert written(value) == text


def test_more_figures_can_be_asked_for() -> None:
    found = [written(each, 4) for each in (-0.53119, 315.94, 12_345.6, 0.0)]
    assert found == ["−0.5312", "315.9", "12,346", "0"]


@given(finite, st.integers(1, 9))
def test_what_is_written_reads_back_as_nearly_the_same_number(value: float, figures: int) -> None:
    text = written(value, figures)
    assert read_back(text) == pytest.approx(value, rel=0.51 * 10.0 ** (1 - figures), abs=0.0)
    assert "-" not in text
    assert len(text) < 25


@given(finite.filter(lambda value: abs(value) < 1e15), st.integers(0, 9))
def test_a_minus_stands_before_what_is_below_zero_and_nothing_else(value: float, digits: int) -> None:
    for text in (written(value), decimals(value, digits), decimals(value, digits, signed=True)):
        assert text.startswith("−") == (read_back(text) < 0.0)
    assert float(decimals(value, digits).translate(_PLAIN)) == pytest.approx(value, abs=0.51 * 10.0**-digits)


def test_decimals_are_as_many_as_asked_for() -> None:
    assert (decimals(-0.534), decimals(-0.001), decimals(1.0)) == ("−0.53", "0.00", "1.00")
    assert (decimals(0.5, 3, signed=True), decimals(-0.0001, 3, signed=True)) == ("+0.500", "+0.000")
