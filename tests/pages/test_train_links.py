"""Links to the Train page, and whose runs they open."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from lstm_viz.exchange.links.training import to_query
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.options import good_settings
from tests.pages.train_visitor import CSV, TrainVisitor
from tests.pages.trainings import StandIn


def test_nobody_is_shown_what_somebody_else_has_trained(jobs: StandIn) -> None:
    first = TrainVisitor()
    first.press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    first.look()
    other = TrainVisitor()
    assert "**untrained** LSTM" in other.said
    assert "run" not in other.query


def test_who_came_by_a_link_cannot_end_what_somebody_else_trains(jobs: StandIn) -> None:
    TrainVisitor().press("now")
    jobs.begin("run-0")
    other = TrainVisitor(run="run-0")
    assert other.query["run"] == "run-0"
    assert not [button for button in other.app.button if button.key == "train_stop_0"]
    other.press("remove_0")
    assert "run" not in other.query
    assert jobs.stopped == []


def test_a_link_to_a_run_opens_it_in_any_session(jobs: StandIn) -> None:
    first = TrainVisitor()
    first.press("all")
    for run in jobs.records:
        jobs.begin(run)
        jobs.end(run)
    first.look()
    second = TrainVisitor(**first.query)
    assert second.query == first.query
    assert len(second.sent("loss")["figure"]["data"]) == 3
    assert second.timeline["frames"] == first.timeline["frames"]


@pytest.mark.usefixtures("jobs")
def test_a_link_to_a_run_that_is_not_here_says_so() -> None:
    visitor = TrainVisitor(run="nobody-knows-it")
    [warning] = visitor.app.warning
    assert "not on this server" in warning.value
    assert "**untrained**" in visitor.said


def test_a_run_whose_file_is_damaged_leaves_the_rest_as_it_is(
    jobs: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_run: str) -> Any:
        raise ValueError("weights.safetensors of run abc is damaged: it is cut short")

    monkeypatch.setattr(jobs, "record", damaged)
    visitor = TrainVisitor(run="abc")
    assert "is cut short" in visitor.said
    assert visitor.shows("timeline")


@pytest.mark.usefixtures("jobs")
def test_a_teacher_s_link_opens_the_settings() -> None:
    settings = replace(good_settings(TASKS["recall"], {"steps": 40}), seed=7)
    visitor = TrainVisitor(**to_query(settings))
    assert visitor.query == {"task": "recall", "task_steps": "40", "seed": "7"}
    assert visitor.entered("option_recall_steps") == "40"
    assert visitor.entered("set_seed") == "7"


def test_of_a_link_with_damaged_settings_the_run_is_not_opened_either(jobs: StandIn) -> None:
    TrainVisitor().press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    other = TrainVisitor(run="run-0", task="adding", units="many")
    assert "Nothing of it was used" in other.app.warning[0].value
    assert "run" not in other.query


@pytest.mark.usefixtures("jobs")
def test_why_a_link_was_refused_is_said_until_something_is_changed() -> None:
    visitor = TrainVisitor(task="adding", units="many")
    visitor.app.run()
    assert "Nothing of it was used" in visitor.app.warning[0].value
    visitor.follow(task="recall")
    assert not visitor.app.warning


@pytest.mark.usefixtures("jobs")
def test_a_damaged_link_is_refused_in_words_and_opens_the_default() -> None:
    visitor = TrainVisitor(task="adding", units="many")
    [warning] = visitor.app.warning
    assert "“many” in its part units is not a whole number" in warning.value.replace("\\", "")
    assert visitor.query["task"] == "adding"
    assert visitor.query["units"] == "1"


def test_links_for_others_name_the_run_and_the_settings(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="recall", seed="3")
    visitor.press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    visitor.look()
    run, settings = (dict(parse_qsl(urlsplit(each.value).query)) for each in visitor.app.code)
    assert run == {"run": "run-0"}
    assert settings == {"task": "recall", "seed": "3"}
    assert "does not hold your data" not in visitor.said


def test_a_link_to_settings_says_that_a_file_is_not_in_it(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("sheep.csv", CSV)
    visitor.press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    visitor.look()
    assert "does not hold your data" in visitor.said


def test_settings_changed_after_a_run_are_in_the_address_beside_it(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="recall")
    visitor.press("now")
    visitor.enter("set_units", 8)
    assert visitor.query == {"run": "run-0", "task": "recall", "units": "8"}
    other = TrainVisitor(**visitor.query)
    assert other.entered("set_units") == "8"
    assert isinstance(jobs.records["run-0"].settings, TrainingSettings)
