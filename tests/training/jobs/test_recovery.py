"""Workers, schedulers and web processes that are gone all at once, and runs that go on none the less."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from safetensors.numpy import load

from lstm_viz.training.jobs import Jobs
from lstm_viz.training.jobs import writer as saving
from lstm_viz.training.jobs.cluster import Cluster
from lstm_viz.training.runs.events import Checkpoint, Event
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Interrupted, Interruption
from lstm_viz.training.runs.store import RunStore
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload
from tests.training.jobs.standin import UPDATES
from tests.training.jobs.waiting import PATIENCE, below, kill, until, workers_of
from tests.training.jobs.web import ROOT, Web

HELD = 9.0
"""A time limit that says: hold at the second checkpoint, until somebody ends this process."""


def train_until_held(
    settings: TrainingSettings,
    upload: Upload | None,
    *,
    emit: Callable[[Event], None],
    stop: Callable[[], bool],
    checkpoint: bytes | None,
) -> None:
    """The real training, which leaves a checkpoint, goes a little further, and waits for its death."""
    from lstm_viz.training.engine import reporter
    from lstm_viz.training.jobs.worker import train_task

    patch = pytest.MonkeyPatch()
    for name, value in (("SECONDS", 0.02), ("CHECKPOINT_SECONDS", 0.05), ("CHECKPOINT_SHARE", 1.0)):
        patch.setattr(reporter, name, value)
    checkpoints = 0

    def hold(event: Event) -> None:
        nonlocal checkpoints
        checkpoints += isinstance(event, Checkpoint)
        while checkpoints == 2 and checkpoint is None and settings.minutes == HELD:
            time.sleep(0.01)
        emit(event)

    train_task(settings, upload, emit=hold, stop=stop, checkpoint=checkpoint)


def finished(jobs: Jobs, id: str) -> RunRecord:
    return until(lambda: r if (r := jobs.record(id)).has_ended else None, "the end of a run")


def tensors(record: RunRecord) -> list[dict[str, bytes]]:
    """Return the weights of all snapshots and of the end, to the bit; their order in a file is by chance."""
    files = [each.weights for each in record.snapshots] + [record.weights]
    return [{name: value.tobytes() for name, value in load(file).items()} for file in files]


def test_a_run_whose_worker_is_killed_ends_as_if_nothing_had_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lstm_viz.training.tasks import TASKS

    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(saving, "PAUSE_SECONDS", 0.0)
    store = RunStore(tmp_path)
    # Those of an earlier test may still be on their way out.
    others = {*workers_of(psutil.Process().pid)}
    jobs = Jobs(store, lambda on_message: Cluster(on_message, trainer=train_until_held, preload=()))
    settings = replace(TASKS["adding"].defaults, updates=60, until_solved=False)
    try:
        id = jobs.submit(replace(settings, minutes=HELD), None, owner="ann")
        until(lambda: store.checkpoint(id), "a checkpoint on the disk")
        attempts = jobs.record(id).attempt
        [worker] = {*workers_of(psutil.Process().pid)} - others
        kill(worker)
        until(lambda: jobs.record(id).state == Interrupted(Interruption.WORKER), "a message about it")
        disturbed = finished(jobs, id)
        undisturbed = finished(jobs, jobs.submit(settings, None, owner="ann"))
    finally:
        jobs.close()
    assert (attempts, disturbed.attempt) == (1, 2)
    assert disturbed.end == undisturbed.end == "updates"
    assert disturbed.losses == undisturbed.losses
    assert disturbed.scores == undisturbed.scores
    assert tensors(disturbed) == tensors(undisturbed)


def test_runs_outlive_the_cluster_and_the_web_process_and_leave_nothing_running(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    web = Web(tmp_path)
    try:
        first = web.submit("ann", gate)
        web.reach(first, update=UPDATES - 1)
        [cluster] = web.process.children()
        kill(cluster)
        web.reach(first, state="Interrupted")
        gate.touch()
        seen = web.reach(first, state="Ended")
        assert (seen["end"], seen["attempt"], len(seen["losses"])) == ("updates", 2, UPDATES)

        gate.unlink()
        second = web.submit("ann", gate)
        web.reach(second, update=UPDATES - 1)
        until(lambda: RunStore(tmp_path).checkpoint(second), "a checkpoint on the disk")
        children = below(web.process.pid)
        assert len(children) >= 2
        kill(web.process)
        _, alive = psutil.wait_procs(children, timeout=PATIENCE)
        assert alive == []
    finally:
        web.close()

    again = Web(tmp_path)
    try:
        assert again.look(first)["end"] == "updates"
        left = again.look(second)
        assert (left["state"], left["end"]) == ("Interrupted", None)
        assert "can go on" in left["text"]
        gate.touch()
        again.call("resume", second, "ann")
        resumed = again.reach(second, state="Ended")
        assert resumed["losses"] == pytest.approx(seen["losses"], rel=1e-5)  # as digits are saved
    finally:
        again.close()
