"""How long runs will wait: from what was measured, and never more certain than that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.training.jobs.estimate import LONGER, REMEMBERED, Durations, Going


def durations(**seconds: float) -> Durations:
    """One run of each kind has taken so long."""
    known = Durations()
    for kind, took in seconds.items():
        known.add(kind, took)
    return known


def test_nothing_is_said_before_anything_was_measured() -> None:
    assert Durations().waits([Going("a", 3.0)], ["a", "b"], 1) == [None, None]
    assert durations(a=10.0).waits([], ["a"], 0) == [None], "there is no worker"


def test_each_waits_for_those_before_it() -> None:
    known = durations(short=10.0, long=60.0)
    assert known.waits([Going("long", 20.0)], ["short", "long", "short"], 1) == [40.0, 50.0, 110.0]


def test_two_workers_share_the_queue() -> None:
    known = durations(a=10.0)
    assert known.waits([Going("a", 1.0), Going("a", 4.0)], ["a"] * 3, 2) == [6.0, 9.0, 16.0]
    assert known.waits([Going("a", 1.0)], ["a", "a"], 2) == [0.0, 9.0]


def test_a_kind_that_was_never_measured_is_taken_for_an_average_one() -> None:
    assert durations(a=10.0, b=30.0).waits([Going("new", 0.0)], ["new"], 1) == [20.0]


def test_a_run_that_outlasts_what_was_expected_is_not_said_to_end_now() -> None:
    known = durations(a=10.0)
    assert known.waits([Going("a", 99.0)], ["a"], 1) == [LONGER * 99.0]
    known.add("a", 119.0)
    assert known.waits([Going("a", 99.0)], ["a"], 1) == [20.0], "what is left of those that took longer"


def test_what_is_expected_is_the_mean_as_waits_add_up() -> None:
    known = durations(a=10.0)
    for seconds in (11.0, 40.0, 9.0, 10.0):
        known.add("a", seconds)
    assert known.expected("a") == 16.0
    assert known.waits([], ["a", "a", "a"], 1) == [0.0, 16.0, 32.0]


def test_what_is_remembered_has_a_bound() -> None:
    known = Durations()
    for number in range(5 * REMEMBERED):
        known.add(f"kind {number}", float(number))
        known.add("often", float(number))
    assert len(known._by_kind) == REMEMBERED
    assert known.expected("often") == pytest.approx(5 * REMEMBERED - 0.5 * (REMEMBERED + 1))


@given(st.lists(st.sampled_from("ab"), max_size=12), st.integers(0, 4), st.integers(0, 4))
def test_who_is_behind_never_waits_less(waiting: list[str], going: int, workers: int) -> None:
    known = durations(a=10.0, b=35.0)
    waits = known.waits([Going("a", 2.0)] * going, waiting, workers)
    assert len(waits) == len(waiting)
    seconds = [wait for wait in waits if wait is not None]
    assert seconds == sorted(seconds)
    assert len(seconds) == (len(waiting) if workers else 0)
