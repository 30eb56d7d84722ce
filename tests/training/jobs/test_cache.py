"""What is kept in memory of saved runs, and when the disk is asked again."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from safetensors.numpy import save

from lstm_viz.training.jobs import cache as cache_module
from lstm_viz.training.jobs.cache import Cache, size_of
from lstm_viz.training.runs.events import Checkpoint, Event, Finished, Progress, Snapshot, Started
from lstm_viz.training.runs.files import DamagedRunError, StoreError
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Elsewhere, Ended, Interrupted, Interruption
from lstm_viz.training.runs.store import RunStore
from tests.training.jobs.standin import ask

KILOBYTE, MEGABYTE = 1024, 1024**2


def run(kilobytes: int = 1, *, over: bool = True) -> RunRecord:
    """A run whose weights, and those of each of its two snapshots, are as large as that."""
    record = RunRecord(RunStore.new_id(), ask())
    weights = save({"all": np.zeros(kilobytes * KILOBYTE, np.uint8)})
    events: list[Event] = [
        Started(0, 1, "cpu", 1.0, None, "lower", "error"),
        Snapshot(0, None, weights),
        Progress(1, 0.0, [1.0], [1.0], [], []),
        Snapshot(1, None, weights),
        Checkpoint(1, b"state"),
    ]
    if over:
        events.append(Finished(1, 0.0, "updates", "All done.", weights, []))
    for event in events:
        record.take(event)
    return record


def note_reads(store: RunStore, reads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the ids of the runs that are loaded noted."""
    load = store.load

    def noted(id: str) -> RunRecord:
        reads.append(id)
        return load(id)

    monkeypatch.setattr(store, "load", noted)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=some.lists(some.tuples(some.sampled_from(["end", "read"]), some.integers(0, 60)), max_size=25),
    most=some.integers(1, 100),
)
def test_whatever_ends_and_is_read_memory_has_a_bound_and_nothing_is_lost(
    store: RunStore, steps: list[tuple[str, int]], most: int
) -> None:
    cache = Cache(store, most * KILOBYTE)
    weights: dict[str, bytes] = {}
    for what, number in steps:
        if what == "end":
            record = run(number)
            weights[record.id] = record.weights
            record.snapshots = [*store.save(record)]
            cache.add(record, store.version(record.id))
        elif weights:
            id = list(weights)[number % len(weights)]
            record = cache.shown(id)
            assert record.weights == weights[id]
        else:
            continue
        last = size_of(record) + store.version(record.id).size
        assert last <= cache.size <= max(most * KILOBYTE, last)
        assert cache.size == sum(size_of(each.record) + each.version.size for each in cache._kept.values())
        assert size_of(record) < len(record.weights) + KILOBYTE, "the film is on the disk"
    for id, expected in weights.items():
        assert [each.weights for each in cache.shown(id).snapshots] == [expected] * 2


def test_a_run_that_is_not_saved_anew_is_read_once(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    record, reads = run(), list[str]()
    store.save(record)
    note_reads(store, reads, monkeypatch)
    cache = Cache(store, MEGABYTE)
    assert cache.shown(record.id) is cache.shown(record.id)
    assert reads == [record.id]
    record.state = Ended("updates", "Otherwise.")
    store.save(record)
    assert cache.shown(record.id).text == "Otherwise."
    assert len(reads) == 2
    store.delete(record.id)
    with pytest.raises(KeyError):
        cache.shown(record.id)


def test_the_runs_that_were_read_last_stay(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    records, reads = [run(10) for _ in range(3)], list[str]()
    note_reads(store, reads, monkeypatch)
    for record in records:
        store.save(record)
    first, second, third = (record.id for record in records)
    cache = Cache(store, 30 * KILOBYTE)  # room for two
    for id in (first, second, first, third, first, second):
        cache.shown(id)
    assert reads == [first, second, third, second]


def test_reading_one_run_does_not_count_all_runs_in_memory_again(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    records, counted = [run() for _ in range(5)], list[str]()
    cache = Cache(store, MEGABYTE)
    for record in records:
        store.save(record)
        cache.shown(record.id)

    def counting(record: RunRecord) -> int:
        counted.append(record.id)
        return 1

    monkeypatch.setattr(cache_module, "size_of", counting)
    cache.shown(records[0].id)
    assert counted in ([], [records[0].id])


@pytest.mark.parametrize("call", ["version", "load"])
def test_a_disk_that_cannot_be_read_for_a_while_hides_nothing_that_was_seen(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def gone(_id: str) -> None:
        raise StoreError(errno.ESTALE, os.strerror(errno.ESTALE))

    seen, unseen = run(), run()
    cache = Cache(store, MEGABYTE)
    for record in (seen, unseen):
        store.save(record)
    cache.shown(seen.id)
    store.save(seen)  # anew: it is to be read again
    monkeypatch.setattr(store, call, gone)
    assert cache.shown(seen.id).text == "All done."
    with pytest.raises(StoreError):
        cache.shown(unseen.id)


@pytest.mark.parametrize(
    "error",
    [
        DamagedRunError("a snapshot is missing: it has made way for another"),
        StoreError(errno.ESTALE, os.strerror(errno.ESTALE)),
    ],
)
def test_a_run_that_is_saved_while_it_is_read_is_read_again(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    record, load = run(), store.load
    store.save(record)

    def meanwhile(_id: str) -> RunRecord:
        monkeypatch.setattr(store, "load", load)
        del record.snapshots[0]
        store.save(record)
        raise error

    monkeypatch.setattr(store, "load", meanwhile)
    assert [each.update for each in Cache(store, MEGABYTE).shown(record.id).snapshots] == [1]
    (tmp_path / "runs" / record.id / "weights.safetensors").unlink()
    with pytest.raises(DamagedRunError, match="missing"):
        Cache(store, MEGABYTE).shown(record.id)


def test_a_run_that_ends_while_its_lock_is_tested_is_not_said_to_be_interrupted(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, other = run(over=False), RunStore(tmp_path)
    store.save(record)

    def just_unlocked(_id: str) -> bool:
        record.take(Finished(1, 0.0, "updates", "All done.", record.snapshots[0].weights, []))
        other.save(record)
        return False

    monkeypatch.setattr(store, "is_locked_elsewhere", just_unlocked)
    shown = Cache(store, MEGABYTE).shown(record.id)
    assert shown.state == Ended("updates", "All done.")


def test_locks_are_tested_now_and_then(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(cache_module, "monotonic", lambda: clock[0])
    record, other = run(over=False), RunStore(tmp_path)
    store.save(record)
    assert other.lock(record.id)
    cache = Cache(store, MEGABYTE)
    assert cache.shown(record.id).state == Elsewhere()
    other.unlock(record.id)
    assert cache.shown(record.id).state == Elsewhere()
    clock[0] += cache_module.TEST_SECONDS + 0.1
    assert cache.shown(record.id).state == Interrupted(Interruption.SERVER)
