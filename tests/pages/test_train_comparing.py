"""Several runs on the Train page."""

from dataclasses import replace

import pytest

from lstm_viz.app.train.state import MOST_RUNS, OPENING
from lstm_viz.training.tasks import TASKS
from tests.pages.train_visitor import CSV, TrainVisitor
from tests.pages.trainings import StandIn

ADDING = TASKS[OPENING[0]].presets[OPENING[1]]


def test_three_cells_are_compared_with_one_press(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("all")
    assert [record.settings.model.cell for record in jobs.records.values()] == ["lstm", "gru", "rnn"]
    assert {record.settings.seed for record in jobs.records.values()} == {0}
    for run in jobs.records:
        jobs.begin(run)
    visitor.look()
    names = [trace["name"] for trace in visitor.sent("loss")["figure"]["data"]]
    assert [name.partition(",")[0] for name in names] == ["LSTM", "GRU", "plain RNN"]
    assert [row["key"] for row in visitor.timeline["rows"]] == [*"ifgoch"]
    visitor.press("gates_1")
    assert [row["key"] for row in visitor.timeline["rows"]] == [*"runh"]


def test_another_seed_is_compared_with_the_first(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    visitor.press("seed")
    assert [record.settings for record in jobs.records.values()] == [ADDING, replace(ADDING, seed=1)]
    visitor.press("seed")
    assert [record.settings.seed for record in jobs.records.values()] == [0, 1, 2]


def test_the_same_settings_take_the_place_of_their_own_run_once_it_is_over(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    visitor.press("now")
    assert jobs.stopped == []
    assert visitor.query["run"] == "run-0", "it is being trained already"
    jobs.begin("run-0")
    jobs.end("run-0", end="stopped")
    visitor.look()
    visitor.press("now")
    assert visitor.query["run"] == "run-1"


def test_the_oldest_run_that_is_over_makes_room_for_a_fifth(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    for _ in range(MOST_RUNS):
        visitor.press("seed")
    visitor.press("seed")
    assert "4 runs are compared at once" in visitor.said
    assert len(jobs.records) == MOST_RUNS
    for run in ("run-1", "run-2"):
        jobs.begin(run)
        jobs.end(run)
    visitor.press("seed")
    assert "4 runs are compared at once" not in visitor.said
    assert set(visitor.query["run"].split("~")) == {"run-0", "run-2", "run-3", "run-4"}
    assert "“LSTM, 1 unit, seed 2” made way for what was begun last." in visitor.said
    assert "(?run=run-1)" in visitor.said
    jobs.begin("run-0")
    jobs.end("run-0")
    visitor.press("all")
    assert visitor.said.count(" made way") == 1
    assert "seed 1”" in visitor.said


def test_runs_with_other_settings_than_those_chosen_are_said_to_be_so(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    assert "other settings than those above" not in visitor.said
    visitor.enter("set_units", 2)
    assert "other settings than those above" in visitor.said
    visitor.press("now")
    assert "other settings than those above" not in visitor.said
    assert len(jobs.records) == 2


@pytest.mark.usefixtures("jobs")
def test_a_harder_task_is_compared_with_an_easier_one() -> None:
    visitor = TrainVisitor(task="recall")
    visitor.press("now")
    visitor.enter("option_recall_steps", 20)
    visitor.press("now")
    assert visitor.query["run"] == "run-1~run-0"
    assert "steps to wait 20" in visitor.said


def test_each_line_of_guessing_says_whose_it_is(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="recall")
    visitor.press("now")
    visitor.enter("option_recall_symbols", 8)
    visitor.press("now")
    for run in jobs.records:
        jobs.begin(run)
    visitor.look()
    names = [shape["label"]["text"] for shape in visitor.sent("score")["figure"]["layout"]["shapes"]]
    assert names == ["guessing, symbols 4", "guessing, symbols 8", "solved"]


def test_runs_on_other_data_are_another_comparison(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="csv")
    visitor.press("now")
    visitor.upload("sheep.csv", CSV)
    assert "**untrained** LSTM" in visitor.said
    visitor.press("now")
    assert visitor.query["run"] == "run-1"
    assert jobs.stopped == []
    visitor.press("upload_none")
    assert visitor.query["run"] == "run-0"
