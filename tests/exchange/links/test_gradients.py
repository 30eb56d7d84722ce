import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.exchange.links.gradients import KEYS, from_query, to_query
from lstm_viz.settings.gradients import COUNTS, GRADIENT_PRESETS, RANGES, GradientSettings


@st.composite
def settings(draw: st.DrawFn) -> GradientSettings:
    numbers: dict[str, Any] = {
        name: draw(st.integers(int(low), int(high)) if name in COUNTS else st.floats(low, high))
        for name, (low, high) in RANGES.items()
    }
    return GradientSettings(
        **{**numbers, "radius": draw(st.none() | st.just(numbers["radius"]))},
        initialisation=draw(st.sampled_from(["default", "orthogonal", "chrono"])),
        activation=draw(st.sampled_from(["tanh", "relu"])),
    )


@given(settings())
def test_a_link_opens_the_same_settings_bit_for_bit(chosen: GradientSettings) -> None:
    back = from_query(to_query(chosen))
    assert repr(back) == repr(chosen), "repr tells −0.0 from 0.0"
    assert to_query(back) == to_query(chosen)


def test_minus_zero_is_not_the_default() -> None:
    back = from_query(to_query(GradientSettings(forget_bias=-0.0)))
    assert math.copysign(1.0, back.forget_bias) == -1.0


def test_a_preset_is_named_and_nothing_more() -> None:
    for key, each in GRADIENT_PRESETS.items():
        assert to_query(each.settings) == {"flow": key}
        assert from_query({"flow": key, "step": "7"}) == each.settings
    assert from_query({}) == GRADIENT_PRESETS["defaults"].settings


def test_only_what_is_not_as_by_default_is_written() -> None:
    own = GradientSettings(hidden=7, radius=1.2345678901234567, activation="relu", forget_bias=-0.1)
    assert to_query(own) == {
        "hidden": "7",
        "radius": "1.2345678901234567",
        "activation": "relu",
        "forget_bias": "-0.1",
    }


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"flow": "nonsense"}, "a preset “nonsense”, which does not exist"),
        ({"flow": "defaults", "hidden": "3"}, "names a preset and settings of its own"),
        ({"hidden": "many"}, "“many” in its part hidden is not a whole number"),
        ({"hidden": "3.0"}, "“3.0” in its part hidden is not a whole number"),
        ({"hidden": "100000"}, "hidden must be from 2 to 128, got 100000"),
        ({"forget_bias": "nan"}, "forget_bias must be from -2 to 6, got nan"),
        ({"forget_bias": "1e308"}, "forget_bias must be from"),
        ({"radius": "none"}, "“none” in its part radius is not a number"),
        ({"initialisation": "<script>"}, "“<script>” in its part initialisation is none of default"),
        ({"activation": "x" * 10_000}, "its part activation is 10,000 characters long"),
        ({"forget_bias": "0." + "1" * 300}, "its part forget_bias is 302 characters long"),
    ],
)
def test_a_damaged_link_is_refused_in_plain_words(query: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=f"^The link .*{words}") as caught:
        from_query(query)
    assert len(str(caught.value)) < 200


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=30)))
def test_no_link_does_worse_than_be_refused(query: dict[str, str]) -> None:
    said = "The link "
    try:
        from_query(query)
    except ValueError as error:
        said = str(error)
    assert said.startswith("The link ")
