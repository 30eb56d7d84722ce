import contextlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstm_viz as lv
from lstm_viz.exchange.links.own_cell import KEYS, from_query, to_query
from lstm_viz.settings.cell_choice import CellChoice
from lstm_viz.settings.own_cell import DEFAULT_OWN_CELL, OwnCell

numbers = st.floats(-1000, 1000)
texts = st.sampled_from([*lv.CATALOGUE, "h = 0.9*h + W@x", "# 50 % ~ &\r\n\n  h = σ(W@x)*h  # +="])


@st.composite
def own_cells(draw: st.DrawFn) -> OwnCell:
    steps = draw(st.integers(1, 12))
    line = st.lists(numbers, min_size=steps, max_size=steps).map(tuple)
    return OwnCell(
        CellChoice(draw(texts)),
        tuple(draw(st.lists(line, min_size=1, max_size=2))),
        draw(st.sampled_from([*lv.CATALOGUE])),
        draw(st.integers(1, 4)),
        draw(st.integers(0, 9999)),
        draw(st.floats(0, 6)),
    )


@given(own_cells())
def test_a_link_holds_exactly_what_was_written(chosen: OwnCell) -> None:
    back = from_query(to_query(chosen))
    assert repr(back) == repr(chosen), "repr tells −0.0 from 0.0"


def test_the_default_takes_no_part_of_the_address() -> None:
    assert to_query(DEFAULT_OWN_CELL) == {}
    assert from_query({"variants": "timer", "step": "3"}) == DEFAULT_OWN_CELL


def test_a_teacher_can_write_a_link_by_hand() -> None:
    assert from_query({"own": "h = 0.9*h + W@x", "own_x": "1_0_0"}) == OwnCell(
        CellChoice("h = 0.9*h + W@x"), ((1.0, 0.0, 0.0),)
    )
    chosen = replace(from_query({"own": "minGRU", "own_x": "1"}), seed=3)
    assert to_query(chosen) == {"own": "minGRU", "own_x": "1", "own_seed": "3"}


GOOD = {"own": "GRU", "own_x": "1_0"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"own": "GRU"}, "incomplete: own_x missing"),
        ({"own_seed": "3"}, "incomplete: own, own_x missing"),
        ({**GOOD, "own": "h = g*h"}, "no cell (line 1, column 5: nothing is called g"),
        ({**GOOD, "own": "GRO"}, "“GRO” in its part own is no cell of the catalogue"),
        ({**GOOD, "own": "h = h+W@x#" + "x" * 4_000}, "at most 4,000 characters"),
        ({**GOOD, "own": "x" * 100_000}, "100,000 characters long"),
        ({**GOOD, "own_x": "1_a"}, "“a” in its part own_x"),
        ({**GOOD, "own_base": "x"}, "base must be a name of the catalogue"),
        ({**GOOD, "own_units": "99"}, "units must be 1 to 4"),
        ({**GOOD, "own_scale": "nan"}, "scale must be from 0 to 6"),
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
