from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.exchange.links.cell import KEYS, from_query, to_query
from lstm_viz.settings.cell import (
    MAX_INPUTS,
    MAX_STEPS,
    MAX_UNITS,
    CellSettings,
    RunSettings,
    SequenceSettings,
)
from lstm_viz.settings.presets import DEFAULT, PRESETS, random_run
from tests.exchange.strategies import runs

LATCH = PRESETS["latch"].settings
EDITED = replace(LATCH, cell=LATCH.cell.with_weight("f", 0, 1, -30.5))


def bits(run: RunSettings) -> Iterator[str]:
    """Everything in a run as text, each number exactly: 0.0 == -0.0, but they are not the same setting."""
    yield run.origin
    for numbers in (*run.cell.rows, run.cell.h0, run.cell.c0, *run.sequence.values):
        yield " ".join(number.hex() for number in numbers)
    yield " ".join(f"{gate} {value.hex()}" for gate, value in run.cell.clamp)


def run_or_message(query: dict[str, str]) -> RunSettings | str:
    try:
        return from_query(query)
    except ValueError as error:
        return str(error)


def as_opened_elsewhere(query: dict[str, str]) -> dict[str, str]:
    return dict(parse_qsl(urlencode(query), strict_parsing=True, keep_blank_values=True))


@given(runs())
def test_a_link_opens_the_same_run_bit_for_bit(run: RunSettings) -> None:
    assert list(bits(from_query(as_opened_elsewhere(to_query(run))))) == list(bits(run))


@pytest.mark.parametrize("key", PRESETS)
def test_an_untouched_preset_is_its_name(key: str) -> None:
    assert to_query(PRESETS[key].settings) == {"preset": key}
    assert from_query({"preset": key}) == PRESETS[key].settings


def test_an_edited_preset_is_written_in_full_beside_its_origin() -> None:
    assert to_query(EDITED) == {
        "from": "latch",
        "i": "0_40_0_-20",
        "f": "0_-30.5_0_20",
        "g": "1_0_0_0",
        "o": "0_0_0_20",
        "x": "0.9_-0.3_0.5_0.1_-0.8_-0.6_0.4_0.2_0.7_-0.2_0.3_-0.5_0.1_0.6~1_0_0_0_0_1_0_0_0_0_1_0_0_0",
    }


def test_states_and_clamps_are_written_when_they_are_not_zero_or_free() -> None:
    run = random_run(0, units=2)
    cell = run.cell.with_state("h0", 1, 0.5).with_clamp("o", 0.5).with_clamp("f", 1.0)
    query = to_query(replace(run, cell=cell))
    assert query["from"] == "random"
    assert query["h0"] == "0_0.5"
    assert query["clamp"] == "f_1~o_0.5"
    assert "c0" not in query


def test_minus_zero_makes_another_run_of_a_preset() -> None:
    run = replace(LATCH, cell=LATCH.cell.with_state("c0", 0, -0.0))
    assert run == LATCH
    assert to_query(run)["c0"] == "-0"


def test_a_link_needs_no_escapes() -> None:
    assert "%" not in urlencode(to_query(replace(EDITED, cell=EDITED.cell.with_clamp("g", -0.5))))


def test_the_longest_run_fits_into_a_link() -> None:
    longest = -2.2250738585072014e-308
    states = (longest,) * MAX_UNITS
    cell = CellSettings(((longest,) * (MAX_INPUTS + MAX_UNITS + 1),) * (4 * MAX_UNITS), states, states)
    run = RunSettings("random", cell, SequenceSettings(((longest,) * MAX_INPUTS,) * MAX_STEPS))
    assert from_query(to_query(run)) == run


@pytest.mark.parametrize("query", [{}, {"step": "3", "unit": "2", "utm_source": "mail"}])
def test_a_link_without_a_run_opens_the_default(query: dict[str, str]) -> None:
    assert from_query(query) == PRESETS[DEFAULT].settings


def test_what_belongs_to_others_is_passed_over() -> None:
    assert from_query({**to_query(EDITED), "step": "not a number", "v": "9" * 100_000}) == EDITED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"preset": "latch"}, "names a preset and settings"),
        ({"from": "no-such-preset"}, "“no-such-preset”, which does not exist"),
        ({"from": "n" * 1000}, "“n{20}…”, which does not exist"),
        ({"x": "1_" * 5000 + "1"}, "part x is 10,001 characters long"),
        ({"i": "0_40_0_nan"}, "rows must be numbers from -1000 to 1000, got nan"),
        ({"x": "0_inf~0_0"}, "values must be numbers"),
        ({"i": "0_40_0_1e308"}, "rows must be numbers"),
        ({"i": "0_40_0_"}, "“” in its part i is not a number"),
        ({"i": ""}, "“” in its part i is not a number"),
        ({"x": "1_zwei~0_0"}, "“zwei” in its part x is not a number"),
        ({"i": "0_40_-20"}, "rows must each hold"),
        ({"i": "0_40_0_-20~0_40_0_-20"}, "do not have the same number of rows"),
        ({"h0": "0_0"}, "rows must hold 4 gates"),
        ({"c0": "0_0"}, "c0 must hold 1 numbers"),
        ({"x": "1_0_0"}, "sequence must hold 2 inputs"),
        ({"x": "1_0_0~1_0"}, "inputs in x are not equally long"),
        ({"x": "_".join("0" * 61) + "~" + "_".join("0" * 61)}, "values must hold 1 to 60 steps, got 61"),
        ({"clamp": ""}, "“” in its part clamp is none of i, f, g, o"),
        ({"clamp": "c_1"}, "“c” in its part clamp is none of i, f, g, o"),
        ({"clamp": "f"}, "“” in its part clamp is not a number"),
        ({"clamp": "f_1.5"}, "clamp must hold"),
        ({"clamp": "f_nan"}, "clamp must hold"),
        ({"clamp": "f_1~f_0"}, "clamp must hold gates i, f, g, o, each at most once"),
    ],
)
def test_a_damaged_link_is_refused_in_plain_words(changes: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=f"^The link .*{words}"):
        from_query({**to_query(EDITED), **changes})


@pytest.mark.parametrize("part", to_query(EDITED))
def test_a_link_that_lost_a_part_says_which(part: str) -> None:
    query = {key: text for key, text in to_query(EDITED).items() if key != part}
    with pytest.raises(ValueError, match=rf"^The link is incomplete: {part} missing\.$"):
        from_query(query)


@pytest.mark.parametrize("preset", ["", "Latch", "random", "x" * 10_000])
def test_an_unknown_preset_is_refused(preset: str) -> None:
    with pytest.raises(ValueError, match=r"^The link asks for a preset “.{0,21}”, which does not exist"):
        from_query({"preset": preset})


values = (
    st.text() | st.text(alphabet="0123456789_~.-efigo", max_size=40) | st.sampled_from([*PRESETS, "random"])
)


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(), values))
def test_any_query_gives_a_run_or_a_value_error(query: dict[str, str]) -> None:
    opened = run_or_message(query)
    assert isinstance(opened, RunSettings) or opened.startswith("The link ")


@given(runs(), st.data())
def test_a_link_with_one_character_changed_gives_a_run_or_a_value_error(
    run: RunSettings, data: st.DataObject
) -> None:
    query = to_query(run)
    key = data.draw(st.sampled_from(sorted(query)))
    at = data.draw(st.integers(0, len(query[key]) - 1))
    character = data.draw(st.sampled_from("0_~-.einafgoINF \0٣") | st.just(""))
    query[key] = query[key][:at] + character + query[key][at + 1 :]
    opened = run_or_message(query)
    assert isinstance(opened, RunSettings) or opened.startswith("The link ")
