"""A web process with a worker of its own: real processes, and a stand-in for the training alone."""

import errno
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from lstm_viz.training.jobs import Jobs, supervisor, writer
from lstm_viz.training.jobs.cluster import Cluster
from lstm_viz.training.runs import store
from lstm_viz.training.runs.files import SavedSnapshot, StoreError
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Running, Waiting
from lstm_viz.training.runs.store import RunStore
from lstm_viz.training.task import Upload
from tests.training.jobs import standin
from tests.training.jobs.standin import UPDATES, ask
from tests.training.jobs.waiting import below, until, workers_of

ROOT = str(Path(__file__).resolve().parents[3])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def jobs(home: Path) -> Iterator[Jobs]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", ROOT)
        service = Jobs(
            RunStore(home), lambda on_message: Cluster(on_message, trainer=standin.train, preload=())
        )
        yield service
        service.close()


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Path]:
    """A file that lets runs end; it is there at the latest when the test is over."""
    yield tmp_path / "gate"
    (tmp_path / "gate").touch()


def finished(jobs: Jobs, id: str) -> RunRecord:
    def look() -> RunRecord | None:
        record = jobs.record(id)
        return record if record.has_ended else None

    return until(look, "the end of a run")


def place(jobs: Jobs, id: str) -> int | None:
    state = jobs.record(id).state
    return state.place if isinstance(state, Waiting) else None


def at_the_gate(jobs: Jobs, id: str) -> None:
    until(lambda: jobs.record(id).update == UPDATES - 1, "a run that has come to its gate")


def test_nothing_is_started_before_somebody_asks(tmp_path: Path) -> None:
    idle = Jobs(RunStore(tmp_path), Cluster)
    assert idle.status == "off"
    idle.close()
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_trained_and_everything_that_it_reported_is_there(jobs: Jobs) -> None:
    jobs.warm_up()
    assert jobs.status in ("starting", "ready")
    id = jobs.submit(ask(), Upload("poem.txt", b"roses"), owner="ann")
    record = finished(jobs, id)
    losses = [1.0]
    for update in range(UPDATES):
        losses.append(0.5 * losses[-1] + update)
    assert record.losses == losses[1:]
    assert (record.end, record.text, record.attempt) == ("updates", "All done.", 1)
    last = record.snapshots[-1]
    assert (last.update, last.score, last.weights) == (UPDATES, None, standin.weights(losses[-1]))
    assert record.weights == standin.weights(losses[-1])
    assert [each["shown"] for each in record.examples] == ["poem.txt"]
    assert (jobs.status, jobs.trouble, jobs.active("ann")) == ("ready", "", [])


def test_a_worker_has_one_thread_and_memory_that_it_need_not_ask_for_again_and_again(jobs: Jobs) -> None:
    """Dask's own threshold for giving memory back nearly doubles the processor time of a training."""
    jobs.warm_up()
    until(lambda: jobs.status == "ready", "a worker")
    for worker in workers_of(os.getpid()):
        environment = worker.environ()
        assert environment["OMP_NUM_THREADS"] == "1"
        assert "MALLOC_TRIM_THRESHOLD_" not in environment


def test_what_is_handed_out_does_not_change_any_more(jobs: Jobs, gate: Path) -> None:
    id = jobs.submit(ask(gate=gate), None, owner="ann")
    at_the_gate(jobs, id)
    before = jobs.record(id)
    gate.touch()
    finished(jobs, id)
    assert (before.state, len(before.losses)) == (Running(), UPDATES - 1)
    assert before.snapshots[-1].update == UPDATES - 1


def test_a_film_is_in_memory_only_until_it_is_saved(
    jobs: Jobs, gate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PAUSE_SECONDS", 0.0)

    def on_the_disk(id: str) -> bool:
        snapshots = jobs.record(id).snapshots
        return bool(snapshots) and all(isinstance(each, SavedSnapshot) for each in snapshots)

    id = jobs.submit(ask(gate=gate), None, owner="ann")
    at_the_gate(jobs, id)
    until(lambda: on_the_disk(id), "a film on the disk of a run that goes on")
    gate.touch()
    finished(jobs, id)
    until(lambda: on_the_disk(id), "a film on the disk")
    record = jobs.record(id)
    assert record.snapshots[-1].update == UPDATES
    assert record.snapshots[-1].weights == record.weights == standin.weights(record.losses[-1])


def test_one_is_trained_at_a_time_and_the_others_know_their_place(jobs: Jobs, gate: Path) -> None:
    first = jobs.submit(ask(gate=gate), None, owner="ann")
    at_the_gate(jobs, first)
    second, third = (jobs.submit(ask(gate=gate), None, owner="ann") for _ in range(2))
    bobs = jobs.submit(ask(gate=gate), None, owner="bob")
    waiting = [bobs, second, third]
    until(lambda: [place(jobs, id) for id in waiting] == [1, 2, 3], "places, Bob's run before Ann's second")
    assert all(isinstance(jobs.record(id).state, Waiting) for id in waiting)
    jobs.stop(bobs)
    until(lambda: [place(jobs, id) for id in waiting] == [None, 1, 2], "places without Bob")
    assert (jobs.record(bobs).end, jobs.record(bobs).update) == ("stopped", 0)
    assert jobs.active("ann") == [first, second, third]
    gate.touch()
    assert [finished(jobs, id).end for id in (first, second, third)] == ["updates"] * 3


def test_who_waits_is_told_about_how_long_once_it_is_known(jobs: Jobs, gate: Path) -> None:
    def wait(id: str) -> float | None:
        state = jobs.record(id).state
        return state.seconds if isinstance(state, Waiting) else None

    finished(jobs, jobs.submit(ask(), None, owner="ann"))
    first = jobs.submit(ask(gate=gate), None, owner="ann")
    at_the_gate(jobs, first)
    second, third = (jobs.submit(ask(), None, owner="bob") for _ in range(2))
    until(lambda: wait(second) is not None and wait(third) is not None, "an estimate of both waits")
    sooner, later = wait(second), wait(third)
    assert sooner is not None
    assert later is not None
    assert 0 <= sooner <= later
    gate.touch()
    assert [finished(jobs, id).end for id in (first, second, third)] == ["updates"] * 3


def test_a_run_that_has_ended_counts_in_the_queue(jobs: Jobs, tmp_path: Path) -> None:
    gates = [tmp_path / f"gate {number}" for number in range(2)]
    first, second, third = (jobs.submit(ask(gate=gates[0]), None, owner="eve") for _ in range(3))
    at_the_gate(jobs, first)
    newcomer = jobs.submit(ask(gate=gates[1]), None, owner="fay")
    until(lambda: place(jobs, newcomer) == 1, "the newcomer's place")
    gates[0].touch()
    at_the_gate(jobs, newcomer)
    assert jobs.record(first).end == "updates"
    assert [jobs.record(id).end for id in (second, third)] == [None, None], "they come after the newcomer"
    gates[1].touch()
    assert [finished(jobs, id).end for id in (newcomer, second, third)] == ["updates"] * 3


def test_one_owner_has_four_unfinished_runs_at_most(jobs: Jobs, gate: Path) -> None:
    ids = [jobs.submit(ask(gate=gate), None, owner="ann") for _ in range(4)]
    with pytest.raises(ValueError, match="4 runs at once"):
        jobs.submit(ask(), None, owner="ann")
    other = jobs.submit(ask(), None, owner="bob")
    jobs.stop(ids.pop())
    again = jobs.submit(ask(), None, owner="ann")
    gate.touch()
    assert {finished(jobs, id).end for id in (*ids, other, again)} == {"updates"}


def test_a_stopped_run_goes_on_from_where_it_was(jobs: Jobs, gate: Path) -> None:
    undisturbed = finished(jobs, jobs.submit(ask(), None, owner="ann"))
    id = jobs.submit(ask(gate=gate), None, owner="ann")
    at_the_gate(jobs, id)
    jobs.stop(id)
    stopped = finished(jobs, id)
    assert (stopped.end, stopped.text, stopped.update) == (
        "stopped",
        f"Stopped at {UPDATES - 1}.",
        UPDATES - 1,
    )
    gate.touch()
    jobs.resume(id, "ann")
    resumed = finished(jobs, id)
    assert (resumed.end, resumed.attempt) == ("updates", 2)
    assert resumed.losses == undisturbed.losses
    assert resumed.weights == undisturbed.weights


def test_who_leaves_has_their_runs_stopped_but_those_that_were_to_go_on(jobs: Jobs, gate: Path) -> None:
    kept, dropped, waiting = (jobs.submit(ask(gate=gate), None, owner="ann") for _ in range(3))
    bobs = jobs.submit(ask(gate=gate), None, owner="bob")
    jobs.keep(kept)
    at_the_gate(jobs, kept)
    jobs.leave("ann")
    assert [finished(jobs, id).end for id in (dropped, waiting)] == ["stopped"] * 2
    assert "page was closed" in jobs.record(dropped).text
    gate.touch()
    assert [finished(jobs, id).end for id in (kept, bobs)] == ["updates"] * 2


def test_a_run_that_does_not_stop_is_ended_with_its_worker(
    jobs: Jobs, gate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.0)
    id = jobs.submit(ask("unresponsive", gate=gate), None, owner="ann")
    at_the_gate(jobs, id)
    jobs.stop(id)
    record = finished(jobs, id)
    assert record.end == "stopped"
    assert "did not answer" in record.text
    assert record.losses
    assert finished(jobs, jobs.submit(ask(), None, owner="ann")).end == "updates"  # on a new worker


def test_a_run_that_outstays_its_time_is_ended_from_outside(
    jobs: Jobs, gate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lstm_viz.training.jobs.job.LATE_FACTOR", -1.0)
    record = finished(jobs, jobs.submit(ask(gate=gate), None, owner="ann"))
    assert record.end == "time"
    assert "longer than it may" in record.text


@pytest.mark.parametrize(("how", "text"), [("raise", "no such luck"), ("die", "want of memory")])
def test_a_training_that_breaks_says_so_and_the_next_one_is_trained(jobs: Jobs, how: str, text: str) -> None:
    record = finished(jobs, jobs.submit(ask(how), None, owner="ann"))
    assert record.end == "failed"
    assert text in record.text
    assert finished(jobs, jobs.submit(ask(), None, owner="ann")).end == "updates"


def test_a_full_disk_is_said_the_result_kept_and_others_unharmed(
    jobs: Jobs, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = jobs.submit(ask(), None, owner="ann")
    finished(jobs, earlier)
    until(lambda: saved(home, earlier), "a run on the disk")

    def full(*_: object) -> None:
        raise StoreError(errno.ENOSPC, "cannot write the saved runs: No space left on device", "run.json")

    with monkeypatch.context() as patch:
        patch.setattr(store, "write", full)
        patch.setattr(writer, "RETRY_SECONDS", 0.1)
        id = jobs.submit(ask(), None, owner="ann")
        record = finished(jobs, id)
        text = until(lambda: t if "No space left" in (t := jobs.record(id).text) else None, "the trouble")
        assert "No space left" in jobs.trouble
    assert text.startswith("All done. ")
    assert len(record.losses) == UPDATES
    assert saved(home, earlier)
    until(lambda: saved(home, id), "a run that is saved once there is room again")
    until(lambda: jobs.record(id).text == "All done.", "an end of the trouble")
    assert RunStore(home).load(id).text == "All done."
    assert jobs.trouble == ""


def saved(home: Path, id: str) -> bool:
    try:
        return RunStore(home).load(id).has_ended
    except KeyError:
        return False


def is_settled(home: Path, id: str) -> bool:
    return saved(home, id) and not RunStore(home).is_locked_elsewhere(id)


def test_a_damaged_file_harms_its_run_alone(jobs: Jobs, home: Path) -> None:
    ids = [jobs.submit(ask(), None, owner="ann") for _ in range(2)]
    for id in ids:
        until(partial(is_settled, home, id), "a settled run")
    (home / "runs" / ids[0] / "run.json").write_text("{")
    later = Jobs(RunStore(home), Cluster)
    with pytest.raises(ValueError, match="damaged"):
        later.record(ids[0])
    with pytest.raises(ValueError, match="damaged"):
        later.resume(ids[0], "ann")
    assert later.record(ids[1]).end == "updates"
    later.close()


def test_a_run_that_nobody_knows(jobs: Jobs) -> None:
    for call in (jobs.record, jobs.resume):
        with pytest.raises(KeyError):
            call("nobody-knows-this-run")
    jobs.stop("nobody-knows-this-run")


def test_workers_end_when_nobody_wants_them_any_more(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    id = jobs.submit(ask(), None, owner="ann")
    with monkeypatch.context() as patch:
        patch.setattr(supervisor, "IDLE_SECONDS", 0.0)
        assert finished(jobs, id).end == "updates"  # not before that
        until(lambda: jobs.status == "off", "an end of the work")
        until(lambda: not below(os.getpid()), "an end of the workers")
    jobs.warm_up()
    until(lambda: jobs.status == "ready", "a new worker")
