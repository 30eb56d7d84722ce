"""The history of settings, of any kind: whole numbers stand for them here."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.settings.history import MOST_VERSIONS, History

numbers = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("change"), numbers),
    st.tuples(st.just("preview"), numbers),
    st.tuples(st.just("open"), numbers),
    st.tuples(st.sampled_from(["undo", "redo", "reset"]), st.none()),
)
"""What a person can do: the name of it, and the settings that it is about."""


def after(history: History[int], step: tuple[str, int | None]) -> History[int]:
    what, number = step
    if number is None:
        return history.move(what)
    if what == "open":
        return history.open(number, number)
    return history.change(number, done=what == "change")


histories = st.lists(steps, max_size=12).map(lambda taken: reduce(after, taken, History.start(0, 0)))


def committed(history: History[int]) -> list[int]:
    """All versions that can be reached, in their order, the last thing that redo leads to at the end."""
    versions = (*history.past, history.committed, *reversed(history.future))
    return [version.settings for version in versions]


def test_it_starts_with_nothing_to_undo() -> None:
    history = History.start(1, 0)
    assert (history.settings, history.home, history.past, history.future) == (1, 0, (), ())
    assert history.has_changed
    assert not history.is_preview
    assert history.move("undo") == history.move("redo") == history


@given(histories, st.lists(numbers, min_size=1, max_size=6))
def test_undoing_all_changes_leads_back_and_redoing_leads_forth(start: History[int], to: list[int]) -> None:
    start = start.move("reset")
    end = reduce(lambda history, number: history.change(number), to, start)
    count = len(end.past) - len(start.past)
    back = reduce(lambda history, _: history.move("undo"), range(count), end)
    assert back.committed == start.committed
    assert reduce(lambda history, _: history.move("redo"), range(count), back) == end


@given(histories, steps)
def test_no_step_makes_a_version_but_a_commit(history: History[int], step: tuple[str, int | None]) -> None:
    then = after(history, step)
    if step[0] in ("undo", "redo"):
        assert committed(then) == committed(history)
        assert not then.is_preview or then == history
    elif step[0] == "preview":
        assert committed(then) == committed(history)
        assert then.settings == step[1]
    elif then.committed != history.committed:
        assert committed(then) == [*committed(history)[: len(history.past) + 1], then.settings]
        assert then.future == ()
    else:
        assert committed(then) == committed(history)


@given(histories, numbers, st.lists(numbers, max_size=5))
def test_a_drag_is_one_version_however_long_it_is(history: History[int], to: int, way: list[int]) -> None:
    dragged = reduce(lambda each, number: each.change(number, done=False), way, history)
    assert dragged.committed == history.committed
    assert dragged.change(to) == history.change(to)


@given(histories, numbers)
def test_what_is_opened_is_its_own_home_and_undo_brings_the_home_before(
    history: History[int], to: int
) -> None:
    opened = history.open(to, to)
    assert (opened.settings, opened.home) == (to, to)
    assert not opened.has_changed
    if opened.committed != history.committed:
        assert opened.move("undo").committed == history.committed


@given(histories)
def test_a_reset_leads_home_and_can_be_undone(history: History[int]) -> None:
    reset = history.move("reset")
    assert reset.settings == reset.home == history.home
    if history.committed.settings != history.home:
        assert reset.move("undo").committed == history.committed


def test_the_oldest_versions_are_forgotten() -> None:
    start = History.start(0, 0)
    history = reduce(lambda each, number: each.change(number), range(1, MOST_VERSIONS + 6), start)
    oldest = reduce(lambda each, _: each.move("undo"), range(MOST_VERSIONS + 5), history)
    assert oldest.settings == 5


@pytest.mark.parametrize("way", ["", "None", "Undo", "{}"])
def test_a_move_that_does_not_exist_changes_nothing(way: str) -> None:
    history = History.start(0, 0).change(1).change(2).move("undo")
    assert history.move(way) == history
