import contextlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.exchange.links.variants import KEYS, from_query, to_query
from lstm_viz.settings.family import FAMILY
from lstm_viz.settings.variants import (
    DEFAULT_VARIANTS,
    HAND_SET,
    LONGEST,
    MOST,
    RANGES,
    VARIANTS_PRESETS,
    Comparison,
)

numbers = st.floats(-1000, 1000)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    weights = draw(st.sampled_from(["drawn", *HAND_SET]))
    by_hand = weights != "drawn"
    cells = [key for key, member in FAMILY.items() if member.variant is not None or not by_hand]
    steps = draw(st.integers(1, 12))
    inputs = len(HAND_SET[weights].inputs) if by_hand else draw(st.integers(1, 2))
    turn = HAND_SET[weights].parameter if by_hand else None
    return Comparison(
        tuple(draw(st.lists(st.sampled_from(cells), min_size=2, max_size=MOST, unique=True))),
        tuple(tuple(draw(st.lists(numbers, min_size=steps, max_size=steps))) for _ in range(inputs)),
        weights,
        draw(st.floats(turn.low, turn.high)) if turn else 0.0,
        draw(st.integers(0, 9999)),
        1 if by_hand else draw(st.integers(1, 4)),
        *(draw(st.floats(*RANGES[name])) for name in ("scale", "keep_bias", "noise")),
    )


@given(comparisons())
def test_a_link_holds_exactly_what_was_chosen(chosen: Comparison) -> None:
    back = from_query(to_query(chosen))
    assert repr(back) == repr(chosen), "repr tells −0.0 from 0.0"


@pytest.mark.parametrize("key", VARIANTS_PRESETS)
def test_a_preset_is_named_and_nothing_more(key: str) -> None:
    settings = VARIANTS_PRESETS[key].settings
    assert to_query(settings) == {"variants": key}
    assert from_query({"variants": key}) == settings


def test_a_change_of_a_preset_is_written_out_without_what_is_usual() -> None:
    chosen = replace(VARIANTS_PRESETS["timer"].settings, parameter=3.0, lines=((0.0, 1.5, -2.0),))
    assert to_query(chosen) == {
        "cells": "v~lstm",
        "weights": "timer",
        "turn": "3",
        "x": "0_1.5_-2",
    }


def test_keys_of_others_are_passed_over() -> None:
    assert from_query({"step": "3", "preset": "latch"}) == VARIANTS_PRESETS[DEFAULT_VARIANTS].settings


GOOD = {"cells": "v~lstm", "x": "1_0"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"variants": "nonsense"}, "asks for a preset “nonsense”, which does not exist"),
        ({"variants": "x" * 50}, "“xxxxxxxxxxxxxxxxxxxx…”"),
        ({"variants": "timer", "seed": "1"}, "only one of them"),
        ({"cells": "v~lstm"}, "incomplete: x missing"),
        ({"seed": "3"}, "incomplete: cells, x missing"),
        ({**GOOD, "cells": "v"}, "2 to 4 different ones"),
        ({**GOOD, "cells": "v~[evil](http://x)"}, "cells must be of"),
        ({**GOOD, "x": "1_a"}, "“a” in its part x"),
        ({**GOOD, "x": "1_"}, "“” in its part x"),
        ({**GOOD, "x": "nan"}, "lines must hold numbers"),
        ({**GOOD, "x": "1~1_2"}, "equally long"),
        ({**GOOD, "x": "1_" * LONGEST + "1"}, "1 to 200 numbers, got 201"),
        ({**GOOD, "x": "1" * 100_000}, "100,000 characters long"),
        ({**GOOD, "seed": "1.5"}, "“1.5” in its part seed"),
        ({**GOOD, "seed": "9" * 5000}, "in its part seed"),
        ({**GOOD, "units": "99"}, "units must be 1 to 4"),
        ({**GOOD, "scale": "nan"}, "scale must be from 0 to 6"),
        ({**GOOD, "scale": "1e999"}, "scale must be from 0 to 6"),
        ({**GOOD, "weights": "magic"}, "weights must be"),
        ({**GOOD, "weights": "timer"}, "parameter must be from 2 to 20"),
    ],
)
def test_a_damaged_link_is_refused_in_plain_words(query: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match="link") as caught:
        from_query(query)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 300


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=30)))
def test_nothing_in_a_link_can_do_worse_than_be_refused(query: dict[str, Any]) -> None:
    with contextlib.suppress(ValueError):
        chosen = from_query(query)
        assert from_query(to_query(chosen)) == chosen
