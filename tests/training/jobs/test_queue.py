from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.training.jobs.queue import Line


def line(*runs: str) -> Line:
    """Runs named by their owner and a number: a1 is Ann's first."""
    waiting = Line()
    for run in runs:
        waiting.join(run, owner=run[0])
    return waiting


def test_who_comes_first_is_first() -> None:
    assert line("a1", "b1", "c1").waiting() == ["a1", "b1", "c1"]


def test_a_second_run_comes_after_everybodys_first() -> None:
    assert line("a1", "a2", "a3", "b1", "c1", "b2").waiting() == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_a_run_that_is_trained_counts_as_its_owners_first() -> None:
    waiting = line("a1", "a2")
    assert waiting.call(1) == ["a1"]
    waiting.join("b1", "b")
    assert waiting.waiting() == ["b1", "a2"]


def test_the_longest_wait_comes_first_again_when_the_owners_first_run_is_over() -> None:
    waiting = line("a1", "a2")
    waiting.call(1)
    waiting.join("b1", "b")
    waiting.leave("a1")
    assert waiting.waiting() == ["a2", "b1"]


def test_no_more_are_called_than_there_are_places() -> None:
    waiting = line("a1", "b1", "c1")
    assert waiting.call(2) == ["a1", "b1"]
    assert waiting.call(2) == []
    assert waiting.call(1) == []
    waiting.leave("b1")
    assert waiting.call(2) == ["c1"]
    assert waiting.waiting() == []


def test_joining_twice_keeps_the_place_and_leaving_twice_does_no_harm() -> None:
    waiting = line("a1", "b1", "a1")
    waiting.leave("b1")
    waiting.leave("b1")
    assert waiting.waiting() == ["a1"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30), st.integers(1, 3))
def test_whatever_happens_who_has_fewer_runs_ahead_is_before_who_has_more(
    events: list[tuple[str, bool]], places: int
) -> None:
    waiting, training = Line(), list[str]()
    for number, (owner, one_ends) in enumerate(events):
        if one_ends and training:
            waiting.leave(training.pop(0))
        waiting.join(f"{owner}{number}", owner)
        training += waiting.call(places)
        in_line = [run[0] for run in training + waiting.waiting()]
        ahead = [in_line[:place].count(owner) for place, owner in enumerate(in_line)][len(training) :]
        assert ahead == sorted(ahead)
        assert len(training) <= places
