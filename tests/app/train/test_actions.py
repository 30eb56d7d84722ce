"""What a person does with runs, without a page."""

from dataclasses import replace

import pytest

from lstm_viz.app.train import actions as actions_module
from lstm_viz.app.train.actions import TrainActions
from lstm_viz.app.train.state import MOST_RUNS, TrainState, opening_settings
from lstm_viz.training.runs.files import StoreError
from lstm_viz.training.runs.record import RunRecord
from tests.pages.trainings import StandIn

RECALL = opening_settings("recall")


@pytest.fixture
def jobs() -> StandIn:
    return StandIn()


@pytest.fixture
def actions(jobs: StandIn) -> TrainActions:
    return TrainActions(TrainState(RECALL), jobs, lambda: "me")


def test_a_run_is_begun_shown_and_owned(actions: TrainActions, jobs: StandIn) -> None:
    actions.train()
    overview = actions.look()
    assert list(overview.runs) == [0]
    assert overview.shown is overview.runs[0]
    assert overview.own == {"run-0"}
    assert jobs.owners == {"run-0": "me"}


def test_each_kind_of_cell_has_its_place(actions: TrainActions) -> None:
    actions.train_all_cells()
    assert [run.settings.model.cell for run in actions.look().runs.values()] == ["lstm", "gru", "rnn"]
    assert actions.state.comparison.shown == "run-0"


def test_what_the_jobs_refuse_is_said_and_nothing_has_changed(actions: TrainActions, jobs: StandIn) -> None:
    actions.train()
    before = actions.state
    jobs.refusal = "The queue is full."
    actions.train_another_seed()
    assert actions.state.messages == {"train": "The queue is full."}
    assert actions.state.settings == before.settings
    assert actions.state.comparison == before.comparison


def test_nobody_stops_somebody_else_s_run(actions: TrainActions, jobs: StandIn) -> None:
    run = jobs.submit(RECALL, None, "somebody else")
    actions.compare({0: jobs.record(run)})
    actions.stop(run)
    actions.remove(0)
    assert jobs.stopped == []
    assert actions.look().runs == {}


def test_the_oldest_run_that_is_over_makes_way(actions: TrainActions, jobs: StandIn) -> None:
    for seed in range(MOST_RUNS):
        actions.state = actions.state.choose(replace(RECALL, seed=seed))
        actions.train()
    actions.train_another_seed()
    assert "4 runs are compared at once" in actions.state.messages["train"]
    for run in ("run-2", "run-1"):
        jobs.begin(run)
        jobs.end(run)
    actions.train_another_seed()
    assert actions.state.comparison.runs[1] == "run-4"
    assert [record.id for record in actions.replaced] == ["run-1"]


def test_a_run_that_was_deleted_is_named(actions: TrainActions, jobs: StandIn) -> None:
    actions.train()
    actions.look()
    del jobs.records["run-0"]
    overview = actions.look()
    assert overview.shown is None
    assert overview.unreadable == {0: ("LSTM, 16 units, seed 0", "It was deleted from this server.")}


def test_a_run_that_was_never_here_is_not_called_deleted(actions: TrainActions) -> None:
    assert actions.record("nobody-has-it") is None
    assert actions.why_unreadable("nobody-has-it") == "The run is not on this server."


def test_a_run_that_the_disk_hides_is_tried_again_after_a_while(
    actions: TrainActions, jobs: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.train()
    clock, there = [0.0], jobs.record
    monkeypatch.setattr(actions_module, "monotonic", lambda: clock[0])

    def hidden(_run: str) -> RunRecord:
        raise StoreError(116, "cannot read the saved runs: Stale file handle")

    monkeypatch.setattr(jobs, "record", hidden)
    assert "Stale file handle" in actions.look().unreadable[0][1]
    monkeypatch.setattr(jobs, "record", there)
    assert actions.look().runs == {}
    clock[0] = actions_module.RETRY_SECONDS + 1
    assert list(actions.look().runs) == [0]


def test_a_task_opens_with_the_settings_of_its_run(actions: TrainActions) -> None:
    actions.state = actions.state.choose(replace(RECALL, seed=7))
    actions.train()
    actions.open_task("adding")
    assert actions.state.settings == opening_settings("adding")
    actions.open_task("recall")
    assert actions.state.settings.seed == 7
