"""What one visitor, and all visitors of a server together, may ask for."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lstm_viz.training.jobs import Jobs
from lstm_viz.training.jobs.connection import OnMessage
from lstm_viz.training.jobs.limits import MEGABYTE, Limits
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.store import RunStore
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload
from tests.training.jobs.fake_cluster import FakeCluster
from tests.training.jobs.standin import ask
from tests.training.jobs.waiting import PATIENCE, until

FILE = Upload("prices.csv", bytes(MEGABYTE))


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    """A server of three runs at most, and of two megabytes of uploads."""
    service = Jobs(RunStore(tmp_path), FakeCluster, Limits(runs=3, upload_bytes=2 * MEGABYTE))
    yield service
    service.close()


def test_a_server_has_a_limit_for_all_visitors_together(jobs: Jobs) -> None:
    ids = [jobs.submit(ask("silent"), None, owner) for owner in ("ann", "bob", "cat")]
    with pytest.raises(ValueError, match=r"This server has 3 runs .* Try again in a few minutes"):
        jobs.submit(ask("silent"), None, "dan")
    jobs.stop(ids[0])
    until(lambda: jobs.record(ids[0]).has_ended, "the end of a run")
    jobs.submit(ask("silent"), None, "dan")
    with pytest.raises(ValueError, match="This server has 3 runs"):
        jobs.resume(ids[0], "ann")


def test_the_files_of_all_runs_have_a_limit(jobs: Jobs) -> None:
    first = jobs.submit(ask("silent"), FILE, "ann")
    jobs.submit(ask("silent"), FILE, "ann")  # the same file again takes up nothing
    jobs.submit(ask("silent"), Upload("other.csv", bytes(MEGABYTE)), "bob")
    jobs.stop(first)
    until(lambda: jobs.record(first).has_ended, "the end of a run")
    with pytest.raises(ValueError, match=r"would exceed the 2 MB .* with a smaller file"):
        jobs.submit(ask("silent"), Upload("third.csv", b"1,2"), "cat")
    jobs.submit(ask("silent"), None, "cat")


def test_an_operator_sets_the_limits(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert Limits.from_environment() == Limits()
    monkeypatch.setenv("LSTM_VIZ_MOST_RUNS", "7")
    monkeypatch.setenv("LSTM_VIZ_MOST_UPLOAD_MB", "20")
    monkeypatch.setenv("LSTM_VIZ_MOST_DISK_MB", "0")
    with caplog.at_level(logging.ERROR):
        limits = Limits.from_environment()
    assert limits == Limits(runs=7, upload_bytes=20 * MEGABYTE)
    assert "LSTM_VIZ_MOST_DISK_MB must be a whole number, at least 1" in caplog.text


def test_saved_runs_never_take_up_more_than_they_may(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    first = RunRecord(store.new_id(), ask("quick"))
    store.save(first)
    most = 4 * store.size(first.id)
    jobs = Jobs(store, FakeCluster, Limits(disk_bytes=most))
    ids = []
    for _ in range(8):
        ids.append(jobs.submit(ask("quick"), None, "ann"))
        until(lambda: ids[-1] not in jobs._jobs, "a run that is saved and released")
        assert store.used() <= most
    jobs.close()
    assert ids[-1] in {each.name for each in (tmp_path / "runs").iterdir()}
    assert first.id not in {each.name for each in (tmp_path / "runs").iterdir()}, "the oldest goes first"


def test_no_page_waits_while_a_large_file_is_submitted(tmp_path: Path) -> None:
    submitting, submitted = threading.Event(), threading.Event()

    class Slow(FakeCluster):
        def submit(self, token: str, settings: TrainingSettings, upload: Upload | None) -> FakeCluster:
            submitting.set()
            assert submitted.wait(PATIENCE)
            return super().submit(token, settings, upload)

    def connect(on_message: OnMessage) -> FakeCluster:
        return Slow(on_message)

    jobs, answers = Jobs(RunStore(tmp_path), connect), list[str]()
    id = jobs.submit(ask("quick"), FILE, "ann")
    assert submitting.wait(PATIENCE)
    page = threading.Thread(target=lambda: answers.append(jobs.record(id).id), daemon=True)
    page.start()
    page.join(5.0)
    assert answers == [id]
    submitted.set()
    until(lambda: jobs.record(id).has_ended, "the end of the run")
    jobs.close()


def test_a_run_that_is_stopped_while_it_is_submitted_is_cancelled(tmp_path: Path) -> None:
    cancelled: list[str] = []

    class Slow(FakeCluster):
        def submit(self, token: str, settings: TrainingSettings, upload: Upload | None) -> FakeCluster:
            with service._lock:
                job = next(iter(service._jobs.values()))
                service.stop(job.record.id)
                job.give_up()
                service.resume(job.record.id, "ann")
            return super().submit(token, settings, upload)

        def cancel(self) -> None:
            cancelled.append(self.joined[-1])
            service.stop(next(iter(service._jobs)))

    service = Jobs(RunStore(tmp_path), Slow)
    id = service.submit(ask("silent"), None, "ann")
    until(lambda: cancelled, "a task that nobody wants")
    until(lambda: service.record(id).has_ended, "the end of the run")
    service.close()
