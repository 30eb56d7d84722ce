import math
from itertools import pairwise

import pytest

from lstm_viz.training import report_schedule
from lstm_viz.training.runs.events import Finished, Preparing, Progress, Snapshot, Started
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Ended, Loading, Queued, Running, Waiting
from lstm_viz.training.settings import TrainingSettings


def started(update: int = 0) -> Started:
    return Started(update, 100, "cpu", 0.5, 0.9, "higher", "accuracy")


def progress(first: int, last: int, score: float | None = None, solved_at: int | None = None) -> Progress:
    """A report of the updates from ``first`` to ``last``, each with its own number as loss."""
    numbers = [float(update) for update in range(first, last + 1)]
    scores = [] if score is None else [(last, score)]
    return Progress(last, last / 100, numbers, numbers, scores, [], solved_at)


@pytest.fixture
def record() -> RunRecord:
    return RunRecord("a-run", TrainingSettings("recall"), created=1.0)


def test_it_follows_a_run_from_the_queue_to_its_end(record: RunRecord) -> None:
    states = [record.state]
    for event in (Preparing("downloading", 0.5), started()):
        record.take(event)
        states.append(record.state)
    assert states == [Waiting(), Loading("downloading", 0.5), Running()]
    assert record.attempt == 1
    record.take(progress(1, 10, 0.5))
    record.take(progress(11, 25, 0.95, solved_at=25))
    assert record.losses == record.norms == list(range(1, 26))
    assert record.scores == [(10, 0.5), (25, 0.95)]
    assert record.solved_at == 25
    record.take(Finished(25, 0.3, "solved", "Solved.", b"weights", [{"name": "far", "value": 1.0}]))
    assert (record.state, record.update, record.seconds) == (Ended("solved", "Solved."), 25, 0.3)


def test_what_came_after_the_checkpoint_is_forgotten_when_a_run_goes_on_from_it(record: RunRecord) -> None:
    for event in (
        started(),
        Snapshot(0, 0.1, b"a"),
        progress(1, 20, 0.95, solved_at=20),
        Snapshot(20, 0.5, b"b"),
    ):
        record.take(event)
    record.take(started(10))
    assert record.losses == list(range(1, 11))
    assert (record.scores, record.solved_at, record.update, record.attempt) == ([], None, 10, 2)
    assert [each.update for each in record.snapshots] == [0]


def test_a_run_that_begins_anew_forgets_everything(record: RunRecord) -> None:
    for event in (started(), Snapshot(0, 0.1, b"a"), progress(0, 0, 0.1), progress(1, 20, 0.5), started()):
        record.take(event)
    assert [record.losses, record.norms, record.scores, record.snapshots] == [[], [], [], []]


def test_a_lost_report_leaves_a_hole_and_a_repeated_one_no_trace(record: RunRecord) -> None:
    for event in (started(), progress(1, 3), progress(6, 7), progress(6, 8)):
        record.take(event)
    assert record.losses[:3] == [1, 2, 3]
    assert math.isnan(record.losses[3])
    assert math.isnan(record.losses[4])
    assert record.losses[5:] == [6, 7, 8]


def test_only_the_run_itself_says_that_it_is_solved(record: RunRecord) -> None:
    # A score on a sample of what is held back may reach the goal by luck.
    record.take(started())
    record.take(progress(1, 3, 1.0))
    assert record.solved_at is None
    record.take(progress(4, 6, 0.95, solved_at=6))
    record.take(progress(7, 9, 0.5, solved_at=6))
    assert record.solved_at == 6


def test_a_run_stopped_while_it_prepares_to_go_on_keeps_what_it_had(record: RunRecord) -> None:
    measures = [{"name": "far", "value": 1.0}]
    for event in (started(), progress(1, 20), Finished(20, 0.2, "stopped", "Stopped.", b"weights", measures)):
        record.take(event)
    record.change(Queued())
    record.take(Preparing("reading", None))
    assert record.state == Loading("reading")
    record.take(Finished(0, 0.0, "stopped", "Stopped before the training began.", b"", []))
    assert record.has_ended
    assert (record.update, record.weights, record.measures) == (20, b"weights", measures)


@pytest.mark.parametrize("length", [1, 40, 200, 201, 999, 200_000])
def test_of_a_run_of_any_length_some_thirty_snapshots_are_kept(record: RunRecord, length: int) -> None:
    record.take(started())
    for update in range(length + 1):
        if report_schedule.is_snapshot(update, update) or update == length:
            record.take(Snapshot(update, None, b""))
    kept = [each.update for each in record.snapshots]
    assert min(length // 5, 20) <= len(kept) <= report_schedule.MOST_SNAPSHOTS + 2
    assert (kept[0], kept[-1]) == (0, length)
    steps = {later - earlier for earlier, later in pairwise(kept[:-1])}
    assert len(steps) <= 1, "evenly spaced up to the last"
