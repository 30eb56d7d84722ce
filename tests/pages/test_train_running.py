"""A run on the Train page, from the press on Train to its end, and what may go wrong."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_viz.app.train import actions, page, presence
from lstm_viz.app.train.state import OPENING
from lstm_viz.training.gate_traces import run_layers
from lstm_viz.training.home import home
from lstm_viz.training.runs.events import Preparing
from lstm_viz.training.runs.files import SavedSnapshot, StoreError
from lstm_viz.training.runs.state import (
    Elsewhere,
    Interrupted,
    Interruption,
    Placed,
    Running,
    WorkerLost,
    sentence,
)
from lstm_viz.training.tasks import TASKS
from tests.pages.train_visitor import TrainVisitor
from tests.pages.trainings import StandIn
from tests.pages.visitor import APP

LEFT_BEHIND = Interrupted(Interruption.SERVER)

ADDING = TASKS[OPENING[0]].presets[OPENING[1]]


@pytest.mark.parametrize("key", [key for key, task in TASKS.items() if task.quick])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_every_task_is_shown_from_its_first_report_to_its_last(jobs: StandIn, key: str, cell: str) -> None:
    visitor = TrainVisitor(task=key, cell=cell)
    visitor.press("now")
    [run] = jobs.records
    visitor.look()
    data = jobs.begin(run)
    visitor.look()
    assert [frame["update"] for frame in visitor.timeline["frames"]] == [0, 100]
    assert visitor.timeline["labels"] == [*data.probe.labels]
    jobs.end(run, measures=[{"name": "Something", "value": 0.5, "note": "Said of it.", "good": True}])
    visitor.look()
    assert "Said of it." in visitor.said
    assert visitor.shows("stage") or visitor.link("Open on the Cell stage")


def test_while_it_runs_timeline_curves_and_examples_show_what_was_reported(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    [run] = jobs.records
    jobs.records[run].change(Placed(3, 40.0))
    visitor.look()
    assert "with 2 other runs before it. It starts in about 40 s." in visitor.said
    jobs.begin(run)
    visitor.look()
    assert "Update 100 of 4,000 · 78 s left" in visitor.said or "1 min 18 s left" in visitor.said
    trace = run_layers(jobs.records[run].snapshots[-1].weights, ADDING.model)[0].forward
    shown = dict(zip("ifgoch", visitor.timeline["frames"][-1]["values"], strict=True))
    for key, values in shown.items():
        np.testing.assert_allclose(values, getattr(trace, key)[:, 0], atol=0.5e-4)
    loss = visitor.sent("loss")["figure"]
    np.testing.assert_allclose(loss["data"][0]["y"], jobs.records[run].losses)
    names = [shape["label"]["text"] for shape in visitor.sent("score")["figure"]["layout"]["shapes"]]
    assert names == ["guessing", "solved"]
    assert visitor.timeline["run"] == visitor.sent("loss")["run"], "the charts follow the timeline"
    assert "&lt;b&gt;0.5&lt;/b&gt; at step 1" in visitor.said


def test_from_the_press_on_everything_has_its_place(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    before = visitor.timeline
    visitor.press("now")
    assert visitor.timeline["frames"] == before["frames"], (
        "the untrained timeline stays until there is a frame"
    )
    assert "**untrained**" not in visitor.said
    assert (before["begun"], visitor.timeline["begun"]) == (None, "run-0")
    charts = {"loss", "score", "gates", "norm"}
    assert {key for key in charts if visitor.shows(key)} == charts
    jobs.begin("run-0")
    visitor.look()
    assert len(visitor.timeline["frames"]) == 2
    assert {key for key in charts if visitor.shows(key)} == charts


def test_the_score_stays_in_the_line_while_everything_held_back_is_answered(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    jobs.begin("run-0")
    jobs.report("run-0", Preparing("Answering the sequences held back", 0.98))
    visitor.look()
    assert "mean squared error 0.167 · scoring 98%</p>" in visitor.said


def test_a_run_that_failed_before_it_began_is_its_message_and_a_way_on(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    jobs.end("run-0", end="failed", text=f"Get it in any other way and put it into {home()}/downloads.")
    visitor.look()
    assert "put it into LSTM_VIZ_HOME/downloads.</p>" in visitor.said
    assert 'style="width:0.0%' in visitor.said
    assert not any(visitor.shows(key) for key in ("timeline", "loss", "score", "norm"))
    [again] = [button for button in visitor.app.button if button.key == "train_go_on_0"]
    assert again.label == "Try again"


def test_a_run_is_stopped_goes_on_and_is_removed(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    jobs.begin("run-0")
    visitor.look()
    visitor.press("stop_0")
    assert jobs.stopped == ["run-0"]
    jobs.end("run-0", end="stopped", text="Stopped after 100 updates.")
    visitor.look()
    visitor.press("go_on_0")
    assert jobs.resumed == ["run-0"]
    visitor.look()
    visitor.press("remove_0")
    assert jobs.stopped == ["run-0", "run-0"]
    assert "run" not in visitor.query
    assert "**untrained**" in visitor.said


def test_interruption_divergence_and_failure_are_told_calmly(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    jobs.begin("run-0")
    jobs.records["run-0"].change(WorkerLost())
    visitor.look()
    assert "as soon as there is another. It has come to update 100." in visitor.said
    jobs.end("run-0", end="diverged", text="The loss stopped being a finite number at update 101.")
    visitor.look()
    assert "stopped being a finite number at update 101" in visitor.said
    jobs.trouble = "No scheduler can be reached."
    visitor.look()
    assert "No scheduler can be reached" in visitor.said


def test_a_run_that_the_server_left_behind_can_go_on(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    jobs.begin("run-0")
    jobs.records["run-0"].state = LEFT_BEHIND
    other = TrainVisitor(run="run-0")
    assert sentence(LEFT_BEHIND) in other.said
    other.press("go_on_0")
    assert jobs.resumed == ["run-0"]


def test_a_run_of_another_server_is_watched_until_there_is_something_to_be_done_about_it(
    jobs: StandIn,
) -> None:
    def buttons(visitor: TrainVisitor) -> set[str]:
        shown = {button.key for button in visitor.app.button}
        return {key for key in ("train_stop_0", "train_go_on_0") if key in shown}

    TrainVisitor().press("now")
    jobs.begin("run-0")
    run = jobs.records["run-0"]
    run.state = Elsewhere()
    watching = TrainVisitor(run="run-0")
    assert f"{sentence(Elsewhere())} It has come to update 100." in watching.said
    assert watching.timeline["frames"]
    assert buttons(watching) == set()
    assert page._pace({0: run}) == page.SLOW_PULSE
    run.state = LEFT_BEHIND
    watching.look()
    assert sentence(LEFT_BEHIND) in watching.said
    assert buttons(watching) == {"train_go_on_0"}
    run.state = Running()
    jobs.end("run-0", text="Solved after 100 updates.")
    watching.look()
    assert "Solved after 100 updates." in watching.said
    assert buttons(watching) == set()


def test_a_run_that_the_disk_hides_for_a_while_is_there_again(
    jobs: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    there = jobs.record
    monkeypatch.setattr(actions, "RETRY_SECONDS", 0.0)

    def hidden(_run: str) -> Any:
        raise StoreError(116, "cannot read the saved runs: Stale file handle")

    monkeypatch.setattr(jobs, "record", hidden)
    visitor.app.run()
    assert "**untrained**" in visitor.said
    monkeypatch.setattr(jobs, "record", there)
    visitor.app.run()
    assert "**untrained**" not in visitor.said
    assert visitor.query["run"] == "run-0"


def test_a_timeline_that_can_no_longer_be_read_is_said_to_be_gone(jobs: StandIn, tmp_path: Path) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    gone = tmp_path / "run-0" / "snapshots" / "0000100-0.safetensors"
    jobs.records["run-0"].snapshots = [SavedSnapshot(100, None, gone)]
    visitor.look()
    assert "0000100-0.safetensors of run run-0 is missing" in visitor.said
    assert "**untrained** LSTM" in visitor.said


def test_a_dropped_connection_does_not_give_a_run_to_whoever_opens_its_link(
    jobs: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_tabs", presence.Tabs(lambda _session: False, jobs.leave))
    monkeypatch.setattr(presence, "browser", lambda: "ann's")
    TrainVisitor().press("now")
    name = jobs.owners["run-0"]
    monkeypatch.setattr(presence, "browser", lambda: "eve's")
    TrainVisitor(run="run-0").look()
    assert jobs.owners["run-0"] == name
    # The page that began it is reloaded.
    monkeypatch.setattr(presence, "browser", lambda: "ann's")
    TrainVisitor(run="run-0").look()
    assert jobs.owners["run-0"] != name


def test_going_on_can_be_chosen_while_it_runs(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    assert jobs.kept["run-0"] is False
    visitor.tick("keep")
    assert jobs.kept["run-0"] is True


def test_nothing_of_it_brings_pytorch_or_dask_into_the_web_process() -> None:
    code = """
import sys
from lstm_viz.training.jobs import using
from tests.pages.train_visitor import TrainVisitor
from tests.pages.trainings import StandIn
jobs = StandIn()
with using(jobs):
    visitor = TrainVisitor(task="recall", units="4")
    visitor.press("all")
    for run in jobs.records:
        jobs.begin(run)
        jobs.end(run)
    visitor.look()
assert visitor.shows("stage")
print(sorted({"torch", "distributed", "dask"} & set(sys.modules)))
"""
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, cwd=APP.parent, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr


def test_json_is_what_the_components_get(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="reber")
    visitor.press("now")
    jobs.begin("run-0")
    visitor.look()
    for key in ("timeline", "loss", "score", "norm"):
        assert json.dumps(visitor.sent(key))


def test_a_run_that_is_deleted_while_it_is_shown_is_said_to_be(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    visitor.look()
    del jobs.records["run-0"]
    visitor.look()
    assert "“LSTM, 1 unit, seed 0” can no longer be shown. It was deleted from this server." in visitor.said
    assert "**untrained** LSTM" in visitor.said
    visitor.look()
    assert "can no longer be shown" in visitor.said, "it is said until somebody has read it"
    visitor.press("remove_0")
    assert "can no longer be shown" not in visitor.said
    visitor.press("now")
    assert "run-1" in jobs.records
