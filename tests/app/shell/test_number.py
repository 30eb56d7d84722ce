import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.app.shell.number import Number, number_text

UNITS = Number("Units", 1, 256, whole=True)
CLIP = Number("Clip the gradient at", 1e-6, 1e6, optional=True)
BATCHES = Number("Batches", 1, 200_000, whole=True)


@pytest.mark.parametrize(
    ("number", "text", "value"),
    [
        (UNITS, "16", 16),
        (UNITS, " 16.0 ", 16),
        (BATCHES, "1e5", 100_000),
        (CLIP, "1e5", 1e5),
        (CLIP, ".5", 0.5),
        (CLIP, "", None),
        (Number("Forget bias", -10, 10), "−2", -2.0),
    ],
)
def test_a_number_is_read_as_people_write_it(number: Number, text: str, value: float | None) -> None:
    read = number.read(text)
    assert read == value
    assert isinstance(read, int) == (number.whole and read is not None)


@pytest.mark.parametrize(
    ("number", "text", "says"),
    [
        (UNITS, "2.5", "“Units” can only be a whole number, not 2.5."),
        (UNITS, "", "“Units” is empty: it can be from 1 to 256."),
        (UNITS, "500", "“Units” can be from 1 to 256, not 500."),
        (UNITS, "1e309", "“Units” can be from 1 to 256, not 1e309."),
        (UNITS, "many", "“Units” can be from 1 to 256, not many."),
        (UNITS, "1_0", "“Units” can be from 1 to 256, not 1_0."),
        (UNITS, "nan", "“Units” can be from 1 to 256, not nan."),
        (CLIP, "1e309", "“Clip the gradient at” can be from 1 × 10⁻⁶ to 1,000,000, not 1e309."),
        (Number("Steps", whole=True), "9" * 400, f"“Steps” is a number, not {'9' * 40}…."),
    ],
)
def test_what_does_not_fit_is_refused_with_the_field_and_what_fits(
    number: Number, text: str, says: str
) -> None:
    with pytest.raises(ValueError, match="“") as refused:
        number.read(text)
    assert str(refused.value) == says


@given(st.text())
def test_any_text_is_a_number_that_fits_or_is_refused(text: str) -> None:
    for number in (UNITS, CLIP, Number("Anything")):
        try:
            value = number.read(text)
        except ValueError:
            continue
        assert (value is None and number.optional) or (value is not None and math.isfinite(value))


@given(st.floats(-1e6, 1e6) | st.integers(-(10**6), 10**6))
def test_what_stands_in_a_field_is_the_number_to_the_last_bit(value: float) -> None:
    whole = isinstance(value, int)
    assert Number("Number", whole=whole).read(number_text(value)) == value
