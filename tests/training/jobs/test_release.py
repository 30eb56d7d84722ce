"""How runs that have ended and are saved are released: each once, at once, and nobody waits for it."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lstm_viz.training.jobs import Jobs
from lstm_viz.training.jobs.job import Job
from lstm_viz.training.jobs.writer import Writer
from lstm_viz.training.runs.events import Finished
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.store import RunStore
from tests.training.jobs.fake_cluster import FakeCluster
from tests.training.jobs.standin import ask, weights
from tests.training.jobs.waiting import PATIENCE, until


def is_released(service: Jobs, id: str) -> None:
    until(lambda: id not in service._jobs, "a run that is over, saved and released")


def test_a_run_that_is_over_and_saved_is_whose_who_wants_it_once_its_owner_has_left(tmp_path: Path) -> None:
    service = Jobs(RunStore(tmp_path), FakeCluster)
    id = service.submit(ask("quick"), None, owner="ann")
    is_released(service, id)
    with pytest.raises(ValueError, match="another visitor"):
        service.resume(id, "bob")
    service.leave("ann")
    assert not service.owner_is(id, "ann")
    service.resume(id, "bob")
    is_released(service, id)
    assert (service.owner_is(id, "ann"), service.owner_is(id, "bob")) == (False, True)
    service.close()


def test_a_run_whose_end_is_reported_while_it_is_asked_for_is_saved_once_and_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[str] = []
    add = Writer.add

    def noted(writer: Writer, id: str) -> None:
        added.append(id)
        add(writer, id)

    monkeypatch.setattr(Writer, "add", noted)

    class Late(FakeCluster):
        """Reports the end of the run before it answers that its task is over."""

        def is_over(self) -> bool:
            self.report_end(self.joined[-1])
            return True

        def trouble(self) -> str:
            return "Nothing was reported of it."

    service = Jobs(RunStore(tmp_path), Late)
    id = service.submit(ask("silent"), None, owner="ann")
    is_released(service, id)
    assert service.record(id).text == "All done."
    assert added == [id, id], "when it was asked for, and when it was over"
    service.close()


def test_runs_that_are_over_are_released_even_while_nothing_can_be_handed_on(tmp_path: Path) -> None:
    class Closed(FakeCluster):
        def join(self, *_: Any) -> None:
            raise OSError("no room in the line")

    service = Jobs(RunStore(tmp_path), Closed)
    over, waiting = (service.submit(ask(), None, owner="ann") for _ in range(2))
    service.stop(over)
    is_released(service, over)
    until(lambda: not RunStore(tmp_path).is_locked_elsewhere(over), "a run that nobody holds")
    assert service.active("ann") == [waiting]
    service.close()


def settled(service: Jobs, store: RunStore) -> Job:
    """A run that is over and saved, and still to be released."""
    record = RunRecord(store.new_id(), ask("silent"))
    record.take(Finished(1, 0.0, "updates", "All done.", weights(1.0), []))
    assert store.lock(record.id)
    store.save(record)
    service._jobs[record.id] = job = Job(record, "ann", saved=store.version(record.id))
    assert job.is_settled
    return job


def is_done(call: Callable[[], object]) -> bool:
    """Whether a call in a thread of its own comes to an end."""
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return not thread.is_alive()


def test_a_run_is_not_released_while_a_page_has_it_go_on_and_nobody_waits_for_that_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    service = Jobs(store, FakeCluster)
    id, seen = settled(service, store).record.id, []

    def slow(_id: str) -> None:
        seen.append(is_done(service._release_settled))
        seen.append(id in service._jobs and RunStore(tmp_path).is_locked_elsewhere(id))

    monkeypatch.setattr(store, "checkpoint", slow)
    service.resume(id, "ann")
    assert seen == [True, True]
    assert service.active("ann") == [id]
    service.close()


def test_no_page_waits_while_a_run_is_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RunStore(tmp_path)
    service = Jobs(store, FakeCluster)
    job, unlock, seen = settled(service, store), store.unlock, []

    def slow(id: str) -> None:
        seen.append(is_done(lambda: service.record(id)))
        unlock(id)

    monkeypatch.setattr(store, "unlock", slow)
    service._release_settled()
    assert seen == [True]
    assert not RunStore(tmp_path).is_locked_elsewhere(job.record.id)
    service.close()
