"""What every link has in common, on a record with a field of each type."""

from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.exchange.links.codec import LONGEST, PresetLink, format_of

finite = st.floats(allow_nan=False, allow_infinity=False)


@dataclass(frozen=True)
class Everything:
    lines: tuple[tuple[float, ...], ...]
    name: str = ""
    count: int = 0
    size: float = 0.0
    kind: Literal["one", "two"] = "one"
    on: bool = False
    limit: float | None = None
    pairs: tuple[tuple[Literal["a", "b"], float], ...] = ()
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.name == "refused":
            raise ValueError("name must be another, got " + 1000 * "refused")


PRESETS = {"zero": Everything(((0.0,),)), "one": Everything(((1.0, 2.0), (3.0, 4.0)), on=True)}
LINK = PresetLink("preset", PRESETS, "zero", Everything, names={"lines": "x"}, beside=("count",))

row = st.lists(finite, min_size=1, max_size=3).map(tuple)
word = st.text("abcdefg-äß ", min_size=1)
records = st.builds(
    Everything,
    lines=st.lists(row, min_size=1, max_size=2).map(tuple),
    name=st.text(max_size=LONGEST).filter("refused".__ne__),
    count=st.integers(),
    size=finite,
    kind=st.sampled_from(["one", "two"]),
    on=st.booleans(),
    limit=st.none() | finite,
    pairs=st.lists(st.tuples(st.sampled_from("ab"), finite), max_size=3).map(tuple),
    words=st.lists(word, max_size=3).map(tuple),
)


@given(records | st.sampled_from([*PRESETS.values()]))
def test_a_link_opens_the_same_record_bit_for_bit(record: Everything) -> None:
    query = LINK.to_query(record)
    back = LINK.from_query(query)
    assert repr(back) == repr(record), "repr tells −0.0 from 0.0"
    assert LINK.to_query(back) == query


@given(st.dictionaries(st.sampled_from(LINK.keys), st.text() | st.text("0123456789.e-_~abone")))
def test_a_link_opens_or_is_refused_in_a_few_words(query: dict[str, str]) -> None:
    said = "The link "
    try:
        back = LINK.from_query(query)
        assert LINK.from_query(LINK.to_query(back)) == back or back != back
    except ValueError as error:
        said = str(error)
    assert said.startswith("The link ")
    assert len(said) < 300


def test_what_may_stand_beside_a_preset_does() -> None:
    assert LINK.to_query(Everything(((0.0,),), count=3)) == {"preset": "zero", "count": "3"}
    assert LINK.from_query({"preset": "zero", "count": "3"}).count == 3
    assert LINK.from_query({"count": "3"}).count == 3


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"x": "0", "on": "True"}, "“True” in its part on is none of yes, no."),
        ({"x": "0", "kind": "three"}, "“three” in its part kind is none of one, two."),
        ({"x": "0", "pairs": "c_1"}, "“c” in its part pairs is none of a, b."),
        ({"x": "0", "limit": "nothing"}, "“nothing” in its part limit is not a number."),
        ({"x": "1_"}, "“” in its part x is not a number."),
        ({"x": "0", "count": "1_0"}, "“1_0” in its part count is not a whole number."),
        ({"x": "0" * (LONGEST + 1)}, "its part x is 201 characters long."),
        ({"x": "0", "name": "refused"}, "name must be another, got refused"),
        ({"name": "n"}, "incomplete: x missing."),
    ],
)
def test_a_damaged_part_is_named(query: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=r"^The link ") as caught:
        LINK.from_query(query)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_type_that_no_link_can_hold_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        format_of(dict)
