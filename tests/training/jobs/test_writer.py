"""What the writer does about runs that change while it writes, and about those that it may not write."""

import threading
from pathlib import Path

import pytest

from lstm_viz.training.jobs.job import Job
from lstm_viz.training.jobs.writer import Writer
from lstm_viz.training.runs.events import Finished, Snapshot, Started
from lstm_viz.training.runs.files import SavedSnapshot
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.store import RunStore, Version
from tests.training.jobs.standin import ask, weights
from tests.training.jobs.waiting import PATIENCE


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


@pytest.fixture
def job() -> Job:
    """A run under way, with one snapshot."""
    found = Job(RunRecord(RunStore.new_id(), ask()), "ann")
    for event in (Started(0, 1, "cpu", 1.0, None, "lower", "error"), Snapshot(0, None, weights(1.0))):
        found.record.take(event)
    return found


@pytest.fixture
def writer(store: RunStore, job: Job) -> Writer:
    return Writer(store, {job.record.id: job}, threading.RLock(), 1024**3)


def end(job: Job, text: str) -> None:
    job.record.take(Finished(0, 0.0, "stopped", text, b"", []))


def test_a_run_that_goes_on_and_ends_again_while_it_is_saved_is_not_taken_for_saved(
    store: RunStore, job: Job, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, versions = store.save, list[Version | None]()

    def meanwhile(record: RunRecord) -> list[SavedSnapshot]:
        versions.append(job.saved)
        if len(versions) == 1:
            job.queue()
            end(job, "The second time.")
            writer.add(record.id)
        return save(record)

    monkeypatch.setattr(store, "save", meanwhile)
    end(job, "The first time.")
    writer.add(job.record.id)
    writer.close()
    assert versions == [None, None]
    assert job.saved == store.version(job.record.id)
    assert store.load(job.record.id).text == "The second time."


def test_a_snapshot_that_replaces_another_while_that_is_saved_is_not_lost(
    store: RunStore, job: Job, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = store.save

    def meanwhile(record: RunRecord) -> list[SavedSnapshot]:
        job.record.take(Snapshot(0, None, weights(2.0)))  # of an attempt that begins anew
        return save(record)

    monkeypatch.setattr(store, "save", meanwhile)
    writer.add(job.record.id)
    writer.close()
    assert [each.weights for each in store.load(job.record.id).snapshots] == [weights(1.0)]
    assert [each.weights for each in job.record.snapshots] == [weights(2.0)]


def test_a_run_that_another_server_has_is_not_written_to_and_says_so_until_it_can_be(
    store: RunStore, job: Job, writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, lock = RunStore(tmp_path), store.lock
    assert other.lock(job.record.id)
    tries: list[str] = []

    def later(id: str) -> bool:
        tries.append(job.record.warning)
        assert not (tmp_path / "runs" / id / "run.json").exists()
        if len(tries) == 2:
            other.unlock(id)
            released.set()
        return lock(id)

    released = threading.Event()
    monkeypatch.setattr("lstm_viz.training.jobs.writer.RETRY_SECONDS", 0.0)
    monkeypatch.setattr(store, "lock", later)
    writer.add(job.record.id)
    assert released.wait(PATIENCE)
    writer.close()
    assert tries[0] == ""
    assert "another server has it" in tries[1]
    assert (job.record.warning, writer.trouble) == ("", "")
    assert store.load(job.record.id).update == 0
