"""The order in which runs are trained: fair over what each owner has had lately, whatever happens."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.training.jobs.queue import Queue


def queue_of(*runs: str) -> Queue:
    """Runs named by their owner and a number: a1 is Ann's first."""
    queue = Queue()
    for run in runs:
        queue.join(run, owner=run[0])
    return queue


def test_who_comes_first_is_first() -> None:
    assert queue_of("a1", "b1", "c1").waiting() == ["a1", "b1", "c1"]


def test_a_second_run_comes_after_everybodys_first() -> None:
    assert queue_of("a1", "a2", "a3", "b1", "c1", "b2").waiting() == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_a_run_that_is_trained_counts_as_its_owners_first() -> None:
    queue = queue_of("a1", "a2")
    assert queue.call(1) == ["a1"]
    queue.join("b1", "b")
    assert queue.waiting() == ["b1", "a2"]


def test_a_run_that_has_ended_counts_too() -> None:
    queue = queue_of("a1", "a2", "a3")
    queue.call(1)
    queue.join("b1", "b")
    queue.leave("a1")
    assert queue.call(1) == ["b1"], "who was told to be next is next"
    assert queue.waiting() == ["a2", "a3"]


def test_who_asks_for_one_run_after_the_other_is_behind_who_has_waited_meanwhile() -> None:
    queue = queue_of("a1", "b1", "b2")
    assert queue.call(1) == ["a1"]
    queue.leave("a1")
    queue.join("a2", "a")
    assert queue.call(1) == ["b1"]
    assert queue.waiting() == ["b2", "a2"]


def test_who_comes_back_after_a_pause_has_neither_debt_nor_credit() -> None:
    queue = queue_of("a1", "a2", "a3", "c1")
    for run in ("a1", "c1", "a2", "a3"):
        assert queue.call(1) == [run]
        queue.leave(run)
    for run in ("a4", "b1", "a5", "b2", "c2"):
        queue.join(run, run[0])
    assert queue.waiting() == ["b1", "c2", "a4", "b2", "a5"]


def test_no_more_are_called_than_there_are_places() -> None:
    queue = queue_of("a1", "b1", "c1")
    assert queue.call(2) == ["a1", "b1"]
    assert queue.call(2) == []
    assert queue.call(1) == []
    queue.leave("b1")
    assert queue.call(2) == ["c1"]
    assert queue.waiting() == []


def test_joining_twice_keeps_the_place_and_leaving_twice_does_no_harm() -> None:
    queue = queue_of("a1", "b1", "a1")
    queue.leave("b1")
    queue.leave("b1")
    assert queue.waiting() == ["a1"]
    queue.call(1)
    queue.join("a1", "a")
    assert queue.waiting() == []


EVENTS = st.lists(
    st.tuples(st.sampled_from(["join", "end", "give up"]), st.sampled_from("abcd")), max_size=60
)


@given(EVENTS, st.integers(1, 3))
def test_whoever_waits_all_the_while_gets_as_many_turns_as_anybody_else(
    events: list[tuple[str, str]], places: int
) -> None:
    """Over every span in which two owners always have a run that waits, they differ by two turns at most."""
    queue, training = Queue(), list[str]()
    spans: dict[tuple[str, str], Counter[str]] = {}
    for number, (what, owner) in enumerate(events):
        if what == "join":
            queue.join(f"{owner}{number}", owner)
        elif what == "end" and training:
            queue.leave(training.pop(0))
        elif what == "give up" and (own := [run for run in queue.waiting() if run[0] == owner]):
            queue.leave(own[-1])
        called = queue.call(places)
        training += called
        assert len(training) <= places
        assert len(training) == places or not queue.waiting()
        waiting = {run[0] for run in queue.waiting()}
        pairs = {(one, other) for one in waiting for other in waiting if one < other}
        spans = {pair: spans.get(pair, Counter()) + Counter(run[0] for run in called) for pair in pairs}
        for (one, other), turns in spans.items():
            assert abs(turns[one] - turns[other]) <= 2


@given(EVENTS)
def test_a_newcomer_waits_for_one_turn_of_each_other_at_most(events: list[tuple[str, str]]) -> None:
    queue, training = Queue(), list[str]()
    for number, (what, owner) in enumerate(events):
        if what == "join":
            queue.join(f"{owner}{number}", owner)
        elif what == "end" and training:
            queue.leave(training.pop())
        training += queue.call(1)
    queue.join("newcomer", "n")
    before = Counter(run[0] for run in queue.waiting()[: queue.waiting().index("newcomer")])
    assert all(turns == 1 for turns in before.values())


@given(st.lists(st.sampled_from("abcd"), max_size=40))
def test_nothing_is_remembered_of_who_has_gone(owners: list[str]) -> None:
    queue = Queue()
    for number, owner in enumerate(owners):
        queue.join(f"{owner}{number}", owner)
    while called := queue.call(1):
        queue.leave(called[0])
    queue.join("z", "z")
    queue.call(1)
    queue.leave("z")
    assert len(queue._next_tag) <= len(set(owners)) + 1
    assert not queue._waiting
    assert not queue._training
