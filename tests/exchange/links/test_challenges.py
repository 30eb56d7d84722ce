"""The links of the Challenges page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.exchange.links.challenges import LARGEST_SEED, Attempt, from_query, to_query

WEIGHTS = st.floats(-20, 20).map(lambda weight: weight + 0.0)
ROWS = st.integers(1, 2).flatmap(
    lambda units: st.lists(
        st.lists(WEIGHTS, min_size=2, max_size=4).map(tuple), min_size=units, max_size=units
    ).map(tuple)
)
ATTEMPTS = st.builds(
    Attempt,
    challenge=st.sampled_from(["", "hold", "count-reset"]),
    i=st.just(()) | ROWS,
    f=st.just(()) | ROWS,
    g=st.just(()) | ROWS,
    o=st.just(()) | ROWS,
    seed=st.none() | st.integers(0, LARGEST_SEED),
)


@given(ATTEMPTS)
def test_a_link_gives_back_exactly_what_it_was_made_of(attempt: Attempt) -> None:
    assert from_query(to_query(attempt)) == attempt


def test_what_is_as_usual_is_left_out() -> None:
    assert to_query(Attempt()) == {}
    assert to_query(Attempt("hold", f=((0.0, 10.0),), seed=3)) == {
        "challenge": "hold",
        "f": "0_10",
        "seed": "3",
    }


@pytest.mark.parametrize("query", [{"seed": "-1"}, {"seed": "x"}, {"f": "a"}, {"g": "1_" * 200}])
def test_a_damaged_link_is_refused_in_words(query: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"^The link is damaged: "):
        from_query(query)
