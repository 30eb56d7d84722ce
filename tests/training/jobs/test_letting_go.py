"""How runs that are over and saved are let go of: each once, at once, and nobody waits for it."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lstm_viz.training.jobs import Jobs, writer
from lstm_viz.training.jobs.job import Job
from lstm_viz.training.runs.events import Finished
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.store import RunStore
from tests.training.jobs.standin import ask, weights
from tests.training.jobs.test_supervisor import Misbehaving, msgpack_of
from tests.training.jobs.waiting import PATIENCE, until


def on_the_shelf(ours: Jobs, id: str) -> None:
    until(lambda: id not in ours._jobs, "a run that is over, saved and let go of")


def test_a_run_that_is_over_and_saved_is_whose_who_wants_it_once_its_owner_has_left(tmp_path: Path) -> None:
    ours = Jobs(RunStore(tmp_path), Misbehaving)
    id = ours.submit(ask("light"), None, owner="ann")
    on_the_shelf(ours, id)
    with pytest.raises(ValueError, match="another visitor"):
        ours.resume(id, "bob")
    ours.leave("ann")
    assert not ours.owner_is(id, "ann")
    ours.resume(id, "bob")
    on_the_shelf(ours, id)
    assert (ours.owner_is(id, "ann"), ours.owner_is(id, "bob")) == (False, True)
    ours.close()


def test_a_run_whose_end_is_heard_while_it_is_asked_for_is_saved_once_and_let_go_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[str] = []
    add = writer.Writer.add
    monkeypatch.setattr(writer.Writer, "add", lambda saver, id: added.append(id) or add(saver, id))

    class Late(Misbehaving):
        """Says that the task is over, and the end of the run is heard before the keeper has the answer."""

        def is_over(self) -> bool:
            heard = Finished(1, 0.0, "updates", "All done.", weights(1.0), [])
            self.on_message(
                {"token": self.joined[-1], "events": [msgpack_of(heard)], "worker": "tcp://somewhere"}
            )
            return True

        def trouble(self) -> str:
            return "Nothing was heard of it."

    ours = Jobs(RunStore(tmp_path), Late)
    id = ours.submit(ask("unheard"), None, owner="ann")
    on_the_shelf(ours, id)
    assert ours.record(id).text == "All done."
    assert added == [id, id], "when it was asked for, and when it was over"
    ours.close()


def test_runs_that_are_over_are_let_go_of_even_while_nothing_can_be_handed_on(tmp_path: Path) -> None:
    class Closed(Misbehaving):
        def join(self, *_: Any) -> None:
            raise OSError("no room in the line")

    ours = Jobs(RunStore(tmp_path), Closed)
    over, waiting = (ours.submit(ask(), None, owner="ann") for _ in range(2))
    ours.stop(over)
    on_the_shelf(ours, over)
    until(lambda: not RunStore(tmp_path).is_held_elsewhere(over), "a run that nobody holds")
    assert ours.active("ann") == [waiting]
    ours.close()


def settled(ours: Jobs, store: RunStore) -> Job:
    """A run that is over and saved, and still to be let go of."""
    record = RunRecord(store.new_id(), ask("unheard"))
    record.take(Finished(1, 0.0, "updates", "All done.", weights(1.0), []))
    assert store.hold(record.id)
    store.save(record)
    ours._jobs[record.id] = job = Job(record, "ann", saved=store.version(record.id))
    assert job.is_settled
    return job


def is_done(call: Callable[[], object]) -> bool:
    """Whether a call in a thread of its own comes to an end."""
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return not thread.is_alive()


def test_a_run_is_not_let_go_of_while_a_page_has_it_go_on_and_nobody_waits_for_that_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    ours = Jobs(store, Misbehaving)
    id, seen = settled(ours, store).record.id, []

    def slow(_id: str) -> None:
        seen.append(is_done(ours._release_settled))
        seen.append(id in ours._jobs and RunStore(tmp_path).is_held_elsewhere(id))

    monkeypatch.setattr(store, "checkpoint", slow)
    ours.resume(id, "ann")
    assert seen == [True, True]
    assert ours.active("ann") == [id]
    ours.close()


def test_no_page_waits_while_a_run_is_let_go_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RunStore(tmp_path)
    ours = Jobs(store, Misbehaving)
    job, release, seen = settled(ours, store), store.release, []

    def slow(id: str) -> None:
        seen.append(is_done(lambda: ours.record(id)))
        release(id)

    monkeypatch.setattr(store, "release", slow)
    ours._release_settled()
    assert seen == [True]
    assert not RunStore(tmp_path).is_held_elsewhere(job.record.id)
    ours.close()
