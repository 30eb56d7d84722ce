"""Long measurements: one at a time, in slices, shared, and never in each other's way for ever."""

from collections.abc import Iterator
from threading import Barrier, Thread

import pytest

from lstm_viz.app.shell import background as one_at_a_time
from lstm_viz.app.shell.background import MOST_BEGUN, BackgroundMeasurements


@pytest.fixture(autouse=True)
def part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """No slice has time for more than one part."""
    monkeypatch.setattr(one_at_a_time, "SLICE", 0.0)


class Counting:
    """Counts to what is asked for, and keeps track of how often it was begun and how many count at once."""

    def __init__(self) -> None:
        self.begun: list[int] = []

    def __call__(self, asked: int) -> Iterator[int]:
        self.begun.append(asked)
        yield from range(asked)


def test_parts_come_one_by_one_until_all_are_there_and_are_then_kept() -> None:
    counting = Counting()
    measured = BackgroundMeasurements(counting, kept=2)
    for so_far in (1, 2, 3):
        progress = measured.go_on(3)
        assert (progress.parts, progress.complete, progress.begun) == (tuple(range(so_far)), False, True)
        assert measured.so_far(3) == progress
    assert measured.go_on(3).complete
    assert measured.go_on(3).parts == (0, 1, 2)
    assert counting.begun == [3]


def test_what_has_not_been_asked_for_is_not_begun_by_looking() -> None:
    counting = Counting()
    progress = BackgroundMeasurements(counting, kept=2).so_far(3)
    assert (progress.parts, progress.complete, progress.begun) == ((), False, False)
    assert counting.begun == []


def test_only_so_many_are_kept_and_the_oldest_is_forgotten_first() -> None:
    counting = Counting()
    measured = BackgroundMeasurements(counting, kept=2)
    for asked in (0, -1, -2):
        assert measured.go_on(asked).complete
    assert measured.so_far(-2).complete
    assert not measured.so_far(0).complete


def test_who_comes_when_many_are_under_way_waits_until_one_is_complete() -> None:
    measured = BackgroundMeasurements(Counting(), kept=9)
    first = range(2, 2 + MOST_BEGUN)
    for asked in first:
        assert measured.go_on(asked).begun
    assert not measured.go_on(100).begun
    measured.go_on(2)
    assert measured.go_on(2).complete
    assert measured.go_on(100).begun


def test_what_nobody_asks_for_any_more_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = BackgroundMeasurements(Counting(), kept=9)
    for asked in range(2, 2 + MOST_BEGUN):
        measured.go_on(asked)
    monkeypatch.setattr(one_at_a_time, "PATIENCE", 0.0)
    assert measured.go_on(100).begun
    assert not measured.so_far(2).begun
    assert measured.so_far(3).begun


def test_what_fails_is_raised_and_can_be_asked_for_again() -> None:
    def fails(asked: int) -> Iterator[int]:
        yield 1
        raise ValueError(f"no {asked}")

    measured = BackgroundMeasurements(fails, kept=1)
    for _ in range(2):
        assert measured.go_on(5).parts == (1,)
        with pytest.raises(ValueError, match="no 5"):
            measured.go_on(5)
        assert not measured.so_far(5).begun


def test_two_are_never_measured_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_at_a_time, "SLICE", 10.0)
    inside: list[int] = []
    most_inside: list[int] = []

    def careful(asked: int) -> Iterator[int]:
        for part in range(200):
            inside.append(asked)
            most_inside.append(len(inside))
            yield part
            inside.remove(asked)

    measured, together = BackgroundMeasurements(careful, kept=9), Barrier(4)

    def visit(asked: int) -> None:
        together.wait()
        measured.go_on(asked)

    visitors = [Thread(target=visit, args=(asked,)) for asked in (1, 2, 3, 3)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert all(measured.so_far(asked).complete for asked in (1, 2, 3))
    assert max(most_inside) == 1
