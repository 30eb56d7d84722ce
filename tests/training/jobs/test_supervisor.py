"""What the supervisor does about a cluster that misbehaves; no processes here, and no Dask."""

import errno
import os
import shutil
import threading
from pathlib import Path

import pytest

from lstm_viz.training.jobs import Jobs, default_service, jobs, supervisor, writer
from lstm_viz.training.jobs.cache import size_of
from lstm_viz.training.jobs.connection import OnMessage
from lstm_viz.training.jobs.limits import Limits
from lstm_viz.training.runs import store
from lstm_viz.training.runs.files import StoreError
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Running
from lstm_viz.training.runs.store import RunStore
from lstm_viz.training.task import Upload
from tests.training.jobs.fake_cluster import FakeCluster
from tests.training.jobs.standin import ask, weights
from tests.training.jobs.waiting import until


def test_a_run_that_cannot_be_submitted_fails_and_the_next_one_is_trained(tmp_path: Path) -> None:
    service = Jobs(RunStore(tmp_path), FakeCluster)
    heavy, light = (service.submit(ask(how), None, owner="ann") for how in ("unsendable", "quick"))
    until(lambda: service.record(heavy).end == "failed", "a run that fails")
    assert "cannot be sent" in service.record(heavy).text
    until(lambda: service.record(light).end == "updates", "the end of the other run")
    service.close()


def test_a_run_that_no_worker_has_begun_can_be_stopped(tmp_path: Path) -> None:
    service = Jobs(RunStore(tmp_path), FakeCluster)
    id = service.submit(ask("silent"), None, owner="ann")
    service.stop(id)
    until(lambda: service.record(id).end == "stopped", "the end of the run")
    assert service.record(id).text == "Stopped before it began."
    service.close()


def test_a_run_that_the_scheduler_has_forgotten_joins_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "COMPARE_SECONDS", 0.0)
    clusters: list[FakeCluster] = []

    def forgetful(on_message: OnMessage) -> FakeCluster:
        clusters.append(FakeCluster(on_message))
        clusters[-1].forgets = True
        return clusters[-1]

    service = Jobs(RunStore(tmp_path), forgetful)
    id = service.submit(ask(), None, owner="ann")
    until(lambda: clusters and len(clusters[0].joined) >= 2, "a second token")
    clusters[0].forgets = False
    clusters[0].joined.clear()
    until(lambda: service.record(id).end == "updates", "the end of the run")
    assert len(clusters) == 1
    service.close()


def test_a_link_to_a_run_is_no_power_over_it(tmp_path: Path) -> None:
    service = Jobs(RunStore(tmp_path), FakeCluster)
    id = service.submit(ask("quick"), None, owner="ann")
    until(lambda: service.record(id).has_ended, "the end of the run")
    with pytest.raises(ValueError, match="another visitor"):
        service.resume(id, "eve")
    assert not service.adopt(id, "eve")
    assert (service.owner_is(id, "ann"), service.owner_is(id, "eve")) == (True, False)
    assert not service.adopt("nobody-knows-this-run", "eve")
    service.close()


def test_a_run_whose_owner_has_left_is_whose_who_looks_after_it(tmp_path: Path) -> None:
    service = Jobs(RunStore(tmp_path), FakeCluster)
    kept, other = (service.submit(ask("silent"), None, owner="ann", keep=True) for _ in range(2))
    assert not service.adopt(kept, "bob")
    service.leave("ann")
    assert service.adopt(kept, "bob")
    assert (service.active("ann"), service.active("bob")) == ([other], [kept])
    assert not service.adopt(kept, "eve")
    assert service.adopt(kept, "eve", leaving=["bob"])
    service.close()


def test_a_run_that_was_asked_to_stop_does_not_count_against_its_owner(tmp_path: Path) -> None:
    def never(_hear: object) -> FakeCluster:
        raise OSError("no scheduler here")

    service = Jobs(RunStore(tmp_path), never)
    id = service.submit(ask(), None, owner="ann")
    assert service.active("ann") == [id]
    with service._lock:
        service._jobs[id].called = True  # so that it does not end at once
    service.stop(id)
    assert service.active("ann") == []
    service.close()


def test_a_left_behind_run_that_two_tabs_resume_at_once_goes_on_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    record = RunRecord(store.new_id(), ask("silent"), state=Running())
    store.save(record)
    service = Jobs(store, FakeCluster)
    read, others = store.checkpoint, []

    def meanwhile(id: str) -> bytes | None:
        monkeypatch.setattr(store, "checkpoint", read)
        others.append(threading.Thread(target=service.resume, args=(id, "ann")))
        others[0].start()
        others[0].join(0.1)  # it must wait for this one
        return read(id)

    monkeypatch.setattr(store, "checkpoint", meanwhile)
    service.resume(record.id, "bob")
    others[0].join()
    assert (service.active("bob"), service.active("ann")) == ([record.id], [])
    service.close()


def test_the_old_token_of_a_run_that_is_resumed_meanwhile_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "COMPARE_SECONDS", 0.0)
    clusters: list[FakeCluster] = []

    class Asked(FakeCluster):
        """While the scheduler plugin answers, the first run ends, and a page resumes it."""

        def known(self) -> set[str]:
            answer = super().known()
            if len(answer) == 1 and not self.left:
                job = service._jobs[id]
                if job.token and not job.has_ended:
                    job.give_up()
                    service.resume(id, "ann")
            return answer

    def connect(on_message: OnMessage) -> FakeCluster:
        clusters.append(Asked(on_message))
        return clusters[-1]

    service = Jobs(RunStore(tmp_path), connect)
    with service._lock:
        id = service.submit(ask("silent"), None, owner="ann")
    until(lambda: clusters and len(clusters[0].joined) >= 2, "a second token")
    assert clusters[0].left == clusters[0].joined[:1]
    service.close()


def test_the_supervisor_outlives_a_connection_that_cannot_be_closed(tmp_path: Path) -> None:
    clusters: list[FakeCluster] = []

    class Clinging(FakeCluster):
        def join(self, token: str, owner: str, kind: str, checkpoint: bytes | None) -> None:
            if len(clusters) == 1:
                raise OSError("gone")
            super().join(token, owner, kind, checkpoint)

        def close(self) -> None:
            raise RuntimeError("cannot be closed")

    def connect(on_message: OnMessage) -> FakeCluster:
        clusters.append(Clinging(on_message))
        return clusters[-1]

    service = Jobs(RunStore(tmp_path), connect)
    id = service.submit(ask("quick"), None, owner="ann")
    until(lambda: service.record(id).end == "updates", "the end of the run")
    service.close()


def test_runs_that_cannot_be_saved_are_all_kept_and_at_some_point_no_more_are_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    most = 3 * len(weights(1.0))
    monkeypatch.setattr(writer, "RETRY_SECONDS", 0.05)
    service, ids = Jobs(RunStore(tmp_path), FakeCluster, Limits(memory_bytes=most)), []
    with monkeypatch.context() as patch:
        patch.setattr(store, "write", full)
        for _ in range(4):
            ids.append(service.submit(ask("quick"), None, owner="ann"))
            until(lambda: "No space left" in service.record(ids[-1]).text, "an end that cannot be saved")
        with pytest.raises(ValueError, match=r"fill the memory for them\. .*No space left"):
            service.submit(ask("quick"), None, owner="ann")
        with pytest.raises(ValueError, match="fill the memory"):
            service.resume(ids[0], "ann")
        held = [service.record(id) for id in ids]
        assert all(record.weights == weights(1.0) for record in held)
        assert sum(map(size_of, held)) <= most + size_of(held[-1])
    until(lambda: not service.trouble, "room again")
    ids.append(service.submit(ask("quick"), None, owner="ann"))
    service.close()
    assert {each.name for each in (tmp_path / "runs").iterdir()} == set(ids)


def test_the_writer_outlives_a_run_that_has_been_forgotten(tmp_path: Path) -> None:
    service = Jobs(RunStore(tmp_path), FakeCluster)
    service._writer.add("a-run-that-is-not-here")
    id = service.submit(ask("quick"), None, owner="ann")
    until(lambda: service.record(id).end == "updates", "the end of the run")
    service.close()
    assert RunStore(tmp_path).load(id).end == "updates"


def test_what_a_person_gave_is_saved_again_after_the_folder_was_deleted(tmp_path: Path) -> None:
    service = Jobs(RunStore(tmp_path), FakeCluster)
    id = service.submit(ask("silent"), Upload("poem.txt", b"roses"), owner="ann")
    file = tmp_path / "runs" / id / "run.json"
    until(file.exists, "a run on the disk")
    shutil.rmtree(tmp_path)
    service.stop(id)
    service.close()
    assert RunStore(tmp_path).upload(id) == Upload("poem.txt", b"roses")


def test_a_wrong_number_of_workers_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LSTM_VIZ_HOME", str(tmp_path))
    monkeypatch.setenv("LSTM_VIZ_WORKERS", "many")
    monkeypatch.setattr(default_service, "_default", [])
    found = jobs()
    assert isinstance(found, Jobs)
    assert jobs() is found
    found.warm_up()
    until(lambda: "LSTM_VIZ_WORKERS must be" in found.trouble, "a message about it")
    assert found.status == "lost"
    found.close()


def test_workers_that_never_come_are_said_to_be_missing_and_are_not_started_all_the_time(
    tmp_path: Path,
) -> None:
    started: list[str] = []

    class Stillborn(FakeCluster):
        def __init__(self, on_message: OnMessage) -> None:
            super().__init__(on_message)
            started.append("once")
            on_message({"workers": 0})

        def is_alive(self) -> bool:
            return False

    service = Jobs(RunStore(tmp_path), Stillborn)
    run = service.submit(ask("quick"), None, owner="ann")
    until(lambda: service.trouble == supervisor.NO_WORKER, "a message about it")
    assert service.status == "lost"
    assert started == ["once"]
    assert service.record(run).end is None, "it waits"
    service.close()


def test_a_service_that_was_closed_starts_nothing_and_can_be_closed_again(tmp_path: Path) -> None:
    clusters: list[FakeCluster] = []

    def connect(on_message: OnMessage) -> FakeCluster:
        clusters.append(FakeCluster(on_message))
        return clusters[-1]

    service = Jobs(RunStore(tmp_path), connect)
    service.close()
    service.warm_up()
    service.close()
    assert (clusters, service.status) == ([], "off")
