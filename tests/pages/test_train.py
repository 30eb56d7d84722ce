"""The Train page without a browser, and without anything being trained."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import orjson
import pytest
from streamlit.testing.v1 import AppTest

from lstm_viz.app.train import controls as train_controls
from lstm_viz.app.train import page as train_page
from lstm_viz.app.train import presence as train_presence
from lstm_viz.app.train import state as train_work
from lstm_viz.app.train.state import MOST_RUNS, OPENING
from lstm_viz.exchange.links import cell as cell_link
from lstm_viz.exchange.links import training as training_link
from lstm_viz.training.gates import run_layers
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
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.options import good_settings
from tests.pages.trainings import StandIn
from tests.pages.visitor import APP

LEFT_BEHIND = Interrupted(Interruption.SERVER)
ADDING = TASKS[OPENING[0]].presets[OPENING[1]]


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    stand_in = StandIn()
    for module in (train_controls, train_page, train_presence, train_work):
        monkeypatch.setattr(module, "jobs", lambda: stand_in)
    # The tabs of one test are not those of another.
    monkeypatch.setattr(train_presence, "_tabs", train_presence.Tabs(lambda _session: True, stand_in.leave))
    return stand_in


class Visitor:
    """Somebody on the Train page."""

    def __init__(self, **query: str) -> None:
        self.app = AppTest.from_file(APP, default_timeout=60)
        self.app.run()
        self.follow(**query)

    def follow(self, **query: str) -> None:
        """Come by a link."""
        self.app.query_params = query
        self.app.switch_page("pages/train.py").run()
        assert not self.app.exception

    def press(self, key: str) -> None:
        self.app.button(key=f"train_{key}").click().run()
        assert not self.app.exception

    def look(self) -> None:
        """Let some time pass."""
        self.app.run()
        assert not self.app.exception

    def sent(self, key: str) -> Any:
        """What a component was sent last."""
        [found] = [each.proto for each in self.app._tree.get("bidi_component") if each.key == f"train_{key}"]
        return orjson.loads(found.bytes)

    def shows(self, key: str) -> bool:
        return any(each.key == f"train_{key}" for each in self.app._tree.get("bidi_component"))

    @property
    def film(self) -> Any:
        return self.sent("film")

    @property
    def query(self) -> dict[str, str]:
        params = self.app.query_params
        return {key: value[0] if isinstance(value, list) else value for key, value in params.items()}

    @property
    def said(self) -> str:
        """All text on the page."""
        texts = [*self.app.markdown, *self.app.warning, *self.app.info, *self.app.caption, *self.app.title]
        html = [each.proto.body for each in self.app._tree.get("html")]
        return "\n".join([*(text.value for text in texts), *html, *(each.value for each in self.app.code)])

    def link(self, label: str) -> dict[str, str]:
        """The query of a link on the page."""
        [found] = [each.proto for each in self.app._tree.get("page_link") if label in each.proto.label]
        return dict(parse_qsl(found.query_string))


def test_it_opens_on_a_network_that_has_learned_nothing(jobs: StandIn) -> None:
    visitor = Visitor()
    assert not visitor.app.exception
    assert not visitor.app.warning
    card = TASKS[OPENING[0]].card
    assert card.watch in visitor.said
    assert "**untrained** LSTM" in visitor.said
    [frame] = visitor.film["frames"]
    assert frame["update"] == 0
    assert [row["symbol"] for row in visitor.film["rows"]] == ["i", "f", "C̃", "o", "C", "h"]
    assert len(visitor.film["labels"]) == visitor.film["steps"] == 50
    assert jobs.warmed > 0, "what trains is woken before Train is pressed"
    assert jobs.records == {}


def test_runs_with_other_settings_than_those_chosen_are_said_to_be_so(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.press("now")
    assert "other settings than those above" not in visitor.said
    visitor.app.number_input(key="train_set_units").set_value(2).run()
    assert "other settings than those above" in visitor.said
    visitor.press("now")
    assert "other settings than those above" not in visitor.said
    assert len(jobs.records) == 2


def test_nobody_is_shown_what_somebody_else_has_trained(jobs: StandIn) -> None:
    first = Visitor()
    first.press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    first.look()
    other = Visitor()
    assert "**untrained** LSTM" in other.said
    assert "run" not in other.query


@pytest.mark.parametrize("key", TASKS)
@pytest.mark.usefixtures("jobs")
def test_every_task_can_be_chosen(key: str) -> None:
    visitor = Visitor()
    visitor.app.selectbox(key="train_task").set_value(key).run()
    assert not visitor.app.exception
    task = TASKS[key]
    assert task.card.goes_in in visitor.said
    assert task.card.source in visitor.said
    assert visitor.shows("film") == task.quick
    assert visitor.query["task"] == key


@pytest.mark.parametrize("key", [key for key, task in TASKS.items() if task.quick])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_every_task_is_shown_from_its_first_report_to_its_last(jobs: StandIn, key: str, cell: str) -> None:
    visitor = Visitor(task=key, cell=cell)
    visitor.press("now")
    [run] = jobs.records
    visitor.look()
    data = jobs.begin(run)
    visitor.look()
    assert [frame["update"] for frame in visitor.film["frames"]] == [0, 100]
    assert visitor.film["labels"] == [*data.probe.labels]
    jobs.end(run, measures=[{"name": "Something", "value": 0.5, "note": "Said of it.", "good": True}])
    visitor.look()
    assert "Said of it." in visitor.said
    assert visitor.shows("stage") or visitor.link("Open on the Cell stage")


def test_train_asks_for_what_is_set(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.app.number_input(key="train_set_units").set_value(3).run()
    visitor.app.number_input(key="train_set_rate").set_value(0.02).run()
    visitor.app.number_input(key="train_set_clip").set_value(None).run()
    visitor.app.selectbox(key="train_set_initialisation").set_value("forget_bias").run()
    visitor.app.number_input(key="train_set_forget_bias").set_value(2.5).run()
    visitor.app.checkbox(key="train_keep").check().run()
    visitor.press("now")
    [run] = jobs.records
    model = replace(ADDING.model, units=3, initialisation="forget_bias", forget_bias=2.5)
    optimiser = replace(ADDING.optimiser, rate=0.02, clip=None)
    assert jobs.records[run].settings == replace(ADDING, model=model, optimiser=optimiser)
    assert jobs.kept[run] is True


def test_a_choice_of_the_task_s_own_brings_what_the_network_needs(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.app.number_input(key="train_option_adding_steps").set_value(80).run()
    visitor.press("now")
    [record] = jobs.records.values()
    assert record.settings.option("steps", None) == 80
    assert record.settings.model.chrono_steps == 80


def test_nothing_is_trained_while_a_number_does_not_fit(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.app.number_input(key="train_set_units").set_value(500).run()
    visitor.app.number_input(key="train_option_adding_steps").set_value(5).run()
    assert visitor.app.number_input(key="train_set_units").value == 500, "it stays to be mended"
    visitor.press("now")
    visitor.press("all")
    said = visitor.said.replace("\\", "")
    assert "Not trained: “Units” can be from 1 to 256, not 500. “Steps” can be from 10 to 400, not 5." in said
    assert jobs.records == {}
    visitor.app.number_input(key="train_set_units").set_value(4).run()
    visitor.app.number_input(key="train_option_adding_steps").set_value(60).run()
    visitor.press("now")
    assert jobs.records["run-0"].settings.model.units == 4
    assert jobs.records["run-0"].settings.option("steps", None) == 60


def test_a_number_that_does_not_fit_goes_with_its_field(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.app.number_input(key="train_set_chrono_steps").set_value(1).run()
    visitor.app.selectbox(key="train_set_initialisation").set_value("default").run()
    visitor.press("now")
    assert len(jobs.records) == 1
    visitor.app.number_input(key="train_set_units").set_value(0).run()
    visitor.app.selectbox(key="train_task").set_value("recall").run()
    assert visitor.app.number_input(key="train_set_units").value == TASKS["recall"].defaults.model.units
    visitor.press("now")
    assert len(jobs.records) == 2


@pytest.mark.usefixtures("jobs")
def test_settings_that_mean_nothing_are_not_offered() -> None:
    visitor = Visitor(task="recall")
    offered = {each.key for each in visitor.app.number_input}
    assert {"train_set_forget_bias", "train_set_input_bias"} <= offered
    visitor.app.button_group(key="train_cell").set_value("rnn").run()
    offered = {each.key for each in visitor.app.number_input}
    assert not {"train_set_forget_bias", "train_set_input_bias", "train_set_chrono_steps"} & offered


def test_while_it_runs_film_curves_and_examples_show_what_was_reported(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.press("now")
    [run] = jobs.records
    jobs.records[run].change(Placed(3, 40.0))
    visitor.look()
    assert "with 2 other runs before it. It starts in about 40 s." in visitor.said
    jobs.begin(run)
    visitor.look()
    assert "Update 100 of 4,000 · 78 s left" in visitor.said or "1 min 18 s left" in visitor.said
    trace = run_layers(jobs.records[run].snapshots[-1].weights, ADDING.model)[0].forward
    shown = dict(zip("ifgoch", visitor.film["frames"][-1]["values"], strict=True))
    for key, values in shown.items():
        np.testing.assert_allclose(values, getattr(trace, key)[:, 0], atol=0.5e-4)
    loss = visitor.sent("loss")["figure"]
    np.testing.assert_allclose(loss["data"][0]["y"], jobs.records[run].losses)
    names = [shape["label"]["text"] for shape in visitor.sent("score")["figure"]["layout"]["shapes"]]
    assert names == ["guessing", "solved"]
    assert visitor.film["run"] == visitor.sent("loss")["run"], "the charts follow the film"
    assert "&lt;b&gt;0.5&lt;/b&gt; at step 1" in visitor.said


def test_from_the_press_on_everything_has_its_place(jobs: StandIn) -> None:
    visitor = Visitor()
    before = visitor.film
    visitor.press("now")
    assert visitor.film["frames"] == before["frames"], "the untrained film stays until there is a frame"
    assert "**untrained**" not in visitor.said
    assert (before["begun"], visitor.film["begun"]) == (None, "run-0")
    charts = {"loss", "score", "gates", "norm"}
    assert {key for key in charts if visitor.shows(key)} == charts
    jobs.begin("run-0")
    visitor.look()
    assert len(visitor.film["frames"]) == 2
    assert {key for key in charts if visitor.shows(key)} == charts


def test_the_score_stays_in_the_line_while_everything_held_back_is_answered(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.press("now")
    jobs.begin("run-0")
    jobs.tell("run-0", Preparing("Answering the sequences held back", 0.98))
    visitor.look()
    assert "mean squared error 0.167 · scoring 98%</p>" in visitor.said


def test_a_run_that_failed_before_it_began_is_its_message_and_a_way_on(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.press("now")
    jobs.end("run-0", end="failed", text=f"Get it in any other way and put it into {home()}/downloads.")
    visitor.look()
    assert "put it into LSTM_VIZ_HOME/downloads.</p>" in visitor.said
    assert 'style="width:0.0%' in visitor.said
    assert not any(visitor.shows(key) for key in ("film", "loss", "score", "norm"))
    [again] = [button for button in visitor.app.button if button.key == "train_go_on_0"]
    assert again.label == "Try again"


def test_what_to_try_fits_the_task(jobs: StandIn) -> None:
    visitor = Visitor(task="recall")
    assert "Double the steps" in visitor.said
    visitor.press("preset")
    title, preset = next(each for each in TASKS["recall"].presets.items() if "watch" in each[0])
    assert [record.settings for record in jobs.records.values()] == [preset]
    assert visitor.app.selectbox(key="train_start").value == title
    sine = Visitor(task="sine")
    assert "Double the steps" not in sine.said
    assert "running freely" in sine.said
    assert not [button for button in sine.app.button if button.key == "train_preset"]


def test_what_came_of_it_is_told_when_it_is_over(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.press("now")
    [run] = jobs.records
    jobs.begin(run)
    visitor.look()
    assert not visitor.app.get("download_button")
    measure = {"name": "Mean squared error on 100 steps", "value": 0.25, "note": "Never seen.", "good": False}
    jobs.end(run, text="Solved after 100 updates.", measures=[measure])
    visitor.look()
    assert "Solved after 100 updates. 3.0 s of training." in visitor.said
    assert "<td>Mean squared error on 100 steps</td>" in visitor.said
    assert '0.25 <span role="img" aria-label="wrong">✗</span>' in visitor.said
    assert "What it has learned" in visitor.said
    assert len(visitor.app.get("download_button")) == 3


def test_a_small_cell_opens_on_the_cell_page_number_for_number(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.press("now")
    [run] = jobs.records
    jobs.begin(run)
    jobs.end(run)
    visitor.look()
    opened = cell_link.from_query(visitor.link("Open on the Cell stage")).run()
    learned = run_layers(jobs.records[run].weights, ADDING.model)[0].forward
    np.testing.assert_array_equal(opened.x.astype(np.float32), learned.x, "the inputs that PyTorch reads")
    for key in ("i", "f", "g", "o", "c", "h"):
        np.testing.assert_allclose(getattr(opened, key), getattr(learned, key), atol=1e-6)
    assert max(len(number) for number in visitor.link("Open on the Cell stage")["x"].split("_")) < 16


def test_a_large_cell_is_shown_here_unit_by_unit(jobs: StandIn) -> None:
    visitor = Visitor(task="recall")
    visitor.press("now")
    [run] = jobs.records
    jobs.begin(run)
    jobs.end(run)
    visitor.look()
    visitor.app.selectbox(key="train_unit").set_value(5).run()
    record = visitor.sent("stage")
    trace = run_layers(jobs.records[run].weights, TASKS["recall"].defaults.model)[0].forward
    np.testing.assert_allclose(record["q"]["f"][0], trace.f[:, 5])
    assert record["editable"] is False
    assert record["units"] == 1


def test_three_cells_are_compared_with_one_press(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.press("all")
    assert [record.settings.model.cell for record in jobs.records.values()] == ["lstm", "gru", "rnn"]
    assert {record.settings.seed for record in jobs.records.values()} == {0}
    for run in jobs.records:
        jobs.begin(run)
    visitor.look()
    names = [trace["name"] for trace in visitor.sent("loss")["figure"]["data"]]
    assert [name.partition(",")[0] for name in names] == ["LSTM", "GRU", "plain RNN"]
    assert [row["key"] for row in visitor.film["rows"]] == [*"ifgoch"]
    visitor.press("film_1")
    assert [row["key"] for row in visitor.film["rows"]] == [*"runh"]


def test_another_seed_is_compared_with_the_first(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.press("now")
    visitor.press("seed")
    assert [record.settings for record in jobs.records.values()] == [ADDING, replace(ADDING, seed=1)]
    visitor.press("seed")
    assert [record.settings.seed for record in jobs.records.values()] == [0, 1, 2]


def test_the_same_settings_take_the_place_of_their_own_run_once_it_is_over(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.press("now")
    visitor.press("now")
    assert jobs.stopped == []
    assert visitor.query["run"] == "run-0", "it is being trained already"
    jobs.begin("run-0")
    jobs.end("run-0", end="stopped")
    visitor.look()
    visitor.press("now")
    assert visitor.query["run"] == "run-1"


def test_who_came_by_a_link_cannot_end_what_somebody_else_trains(jobs: StandIn) -> None:
    Visitor().press("now")
    jobs.begin("run-0")
    other = Visitor(run="run-0")
    assert other.query["run"] == "run-0"
    assert not [button for button in other.app.button if button.key == "train_stop_0"]
    other.press("remove_0")
    assert "run" not in other.query
    assert jobs.stopped == []


def test_the_oldest_run_that_is_over_makes_room_for_a_fifth(jobs: StandIn) -> None:
    visitor = Visitor()
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
    assert "“LSTM\\, 1 unit\\, seed 2” made way for what was begun last." in visitor.said
    assert "(?run=run-1)" in visitor.said
    jobs.begin("run-0")
    jobs.end("run-0")
    visitor.press("all")
    assert visitor.said.count(" made way") == 1
    assert "seed 1”" in visitor.said


def test_a_run_is_stopped_goes_on_and_is_removed(jobs: StandIn) -> None:
    visitor = Visitor()
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


def test_a_link_to_a_run_opens_it_in_any_session(jobs: StandIn) -> None:
    first = Visitor()
    first.press("all")
    for run in jobs.records:
        jobs.begin(run)
        jobs.end(run)
    first.look()
    second = Visitor(**first.query)
    assert second.query == first.query
    assert len(second.sent("loss")["figure"]["data"]) == 3
    assert second.film["frames"] == first.film["frames"]


@pytest.mark.usefixtures("jobs")
def test_a_link_to_a_run_that_is_not_here_says_so() -> None:
    visitor = Visitor(run="nobody-knows-it")
    [warning] = visitor.app.warning
    assert "not on this server" in warning.value
    assert "**untrained**" in visitor.said


def test_a_run_whose_file_is_damaged_leaves_the_rest_as_it_is(
    jobs: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_run: str) -> Any:
        raise ValueError("weights.safetensors of run abc is damaged: it is cut short")

    monkeypatch.setattr(jobs, "record", damaged)
    visitor = Visitor(run="abc")
    assert "is cut short" in visitor.said.replace("\\", "")
    assert visitor.shows("film")


def test_a_run_that_the_disk_hides_for_a_while_is_there_again(
    jobs: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor()
    visitor.press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    there = jobs.record
    monkeypatch.setattr(train_work, "AGAIN", 0.0)

    def hidden(_run: str) -> Any:
        raise StoreError(116, "cannot read the saved runs: Stale file handle")

    monkeypatch.setattr(jobs, "record", hidden)
    visitor.app.run()
    assert "**untrained**" in visitor.said
    monkeypatch.setattr(jobs, "record", there)
    visitor.app.run()
    assert "**untrained**" not in visitor.said
    assert visitor.query["run"] == "run-0"


@pytest.mark.usefixtures("jobs")
def test_a_teacher_s_link_opens_the_settings() -> None:
    settings = replace(good_settings(TASKS["recall"], {"steps": 40}), seed=7)
    visitor = Visitor(**training_link.to_query(settings))
    assert visitor.query == {"task": "recall", "task_steps": "40", "seed": "7"}
    assert visitor.app.number_input(key="train_option_recall_steps").value == 40
    assert visitor.app.number_input(key="train_set_seed").value == 7


@pytest.mark.usefixtures("jobs")
def test_a_damaged_link_is_told_and_opens_the_default() -> None:
    visitor = Visitor(task="adding", units="many")
    [warning] = visitor.app.warning
    assert "“many” in its part units is not a whole number" in warning.value.replace("\\", "")
    assert visitor.query["task"] == "adding"
    assert visitor.query["units"] == "1"


def test_a_seed_that_is_not_trained_is_not_chosen(jobs: StandIn) -> None:
    jobs.refusal = "One visitor can have 4 runs at once."
    visitor = Visitor()
    visitor.press("seed")
    assert "One visitor can have 4 runs at once" in visitor.said.replace("\\", "")
    assert visitor.app.number_input(key="train_set_seed").value == 0


def test_what_is_refused_is_said_beside_train_and_nothing_is_lost(jobs: StandIn) -> None:
    jobs.refusal = "One visitor can have 4 runs at once."
    visitor = Visitor()
    visitor.app.number_input(key="train_set_units").set_value(2).run()
    visitor.press("now")
    assert "One visitor can have 4 runs at once" in visitor.said.replace("\\", "")
    assert visitor.app.number_input(key="train_set_units").value == 2


def test_interruption_divergence_and_failure_are_told_calmly(jobs: StandIn) -> None:
    visitor = Visitor()
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
    assert "No scheduler can be reached" in visitor.said.replace("\\", "")


def test_a_run_that_the_server_left_behind_can_go_on(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.press("now")
    jobs.begin("run-0")
    jobs.records["run-0"].state = LEFT_BEHIND
    other = Visitor(run="run-0")
    assert sentence(LEFT_BEHIND) in other.said
    other.press("go_on_0")
    assert jobs.resumed == ["run-0"]


def test_a_run_of_another_server_is_watched_until_there_is_something_to_be_done_about_it(
    jobs: StandIn,
) -> None:
    def buttons(visitor: Visitor) -> set[str]:
        return {button.key for button in visitor.app.button} & {"train_stop_0", "train_go_on_0"}

    Visitor().press("now")
    jobs.begin("run-0")
    run = jobs.records["run-0"]
    run.state = Elsewhere()
    watching = Visitor(run="run-0")
    assert f"{sentence(Elsewhere())} It has come to update 100." in watching.said
    assert watching.film["frames"]
    assert buttons(watching) == set()
    assert train_page._pace({0: run}) == train_page.SLOW_PULSE
    run.state = LEFT_BEHIND
    watching.look()
    assert sentence(LEFT_BEHIND) in watching.said
    assert buttons(watching) == {"train_go_on_0"}
    run.state = Running()
    jobs.end("run-0", text="Solved after 100 updates.")
    watching.look()
    assert "Solved after 100 updates." in watching.said
    assert buttons(watching) == set()


def test_a_film_that_can_no_longer_be_read_is_said_to_be_gone(jobs: StandIn, tmp_path: Path) -> None:
    visitor = Visitor()
    visitor.press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    gone = tmp_path / "run-0" / "snapshots" / "0000100-0.safetensors"
    jobs.records["run-0"].snapshots = [SavedSnapshot(100, None, gone)]
    visitor.look()
    assert "0000100-0.safetensors of run run-0 is missing" in visitor.said.replace("\\", "")
    assert "**untrained** LSTM" in visitor.said


def upload(visitor: Visitor, name: str, content: bytes) -> None:
    [uploader] = visitor.app.get("file_uploader")
    uploader.set_value((name, content, "text/csv")).run()
    assert not visitor.app.exception


CSV = b"year,sheep\n" + b"".join(b"%d,%d\n" % (1900 + k, 50 + k % 7) for k in range(120))


def test_a_file_of_the_person_s_own_is_trained_on(jobs: StandIn) -> None:
    visitor = Visitor(task="csv")
    upload(visitor, "sheep.csv", CSV)
    visitor.press("now")
    [run] = jobs.records
    given = jobs.uploads[run]
    assert given is not None
    assert (given.name, given.content) == ("sheep.csv", CSV)
    assert jobs.records[run].settings.upload is not None


def test_a_file_that_cannot_be_read_is_told_beside_it(jobs: StandIn) -> None:
    visitor = Visitor(task="csv")
    upload(visitor, "sheep.csv", b"\x00\x01\x02 no table")
    assert "Your file “sheep.csv” cannot be trained on." in visitor.said.replace("\\", "")
    visitor.press("now")
    assert "Remove it to use the task's own example." in visitor.said.replace("\\", "")
    assert jobs.records == {}
    visitor.app.get("file_uploader")[0].set_value(None).run()
    assert "cannot be trained on" not in visitor.said
    visitor.press("now")
    [run] = jobs.records
    assert jobs.uploads[run] is None


def test_a_file_that_cannot_be_read_leaves_all_runs_as_they_are(jobs: StandIn) -> None:
    visitor = Visitor(task="csv")
    upload(visitor, "sheep.csv", CSV)
    visitor.press("now")
    upload(visitor, "goats.csv", b"no,table")
    for button in ("now", "seed", "all"):
        visitor.press(button)
        assert "Remove it to use sheep.csv." in visitor.said.replace("\\", "")
    assert visitor.query["run"] == "run-0"
    assert len(jobs.records) == 1
    assert visitor.app.number_input(key="train_set_seed").value == 0
    visitor.press("upload_none")
    assert "cannot be trained on" not in visitor.said
    assert visitor.app.get("file_uploader")[0].value is None, "no file stands there that is not used"


def test_runs_on_other_data_are_another_comparison(jobs: StandIn) -> None:
    visitor = Visitor(task="csv")
    visitor.press("now")
    upload(visitor, "sheep.csv", CSV)
    assert "**untrained** LSTM" in visitor.said
    visitor.press("now")
    assert visitor.query["run"] == "run-1"
    assert jobs.stopped == []
    visitor.press("upload_none")
    assert visitor.query["run"] == "run-0"


@pytest.mark.usefixtures("jobs")
def test_a_harder_task_is_compared_with_an_easier_one() -> None:
    visitor = Visitor(task="recall")
    visitor.press("now")
    visitor.app.number_input(key="train_option_recall_steps").set_value(20).run()
    visitor.press("now")
    assert visitor.query["run"] == "run-1~run-0"
    assert "steps to wait 20" in visitor.said


def test_each_line_of_guessing_says_whose_it_is(jobs: StandIn) -> None:
    visitor = Visitor(task="recall")
    visitor.press("now")
    visitor.app.number_input(key="train_option_recall_symbols").set_value(8).run()
    visitor.press("now")
    for run in jobs.records:
        jobs.begin(run)
    visitor.look()
    names = [shape["label"]["text"] for shape in visitor.sent("score")["figure"]["layout"]["shapes"]]
    assert names == ["guessing, symbols 4", "guessing, symbols 8", "solved"]


def test_pasted_text_that_is_too_short_stays_in_its_box(jobs: StandIn) -> None:
    visitor = Visitor(task="characters")
    visitor.app.text_area(key="train_paste_characters").set_value("Hi!").run()
    assert not visitor.app.exception
    assert ":red[" in visitor.said
    assert visitor.app.text_area(key="train_paste_characters").value == "Hi!"
    visitor.app.text_area(key="train_paste_characters").set_value("The cat sat on the mat. " * 40).run()
    assert ":red[" not in visitor.said
    visitor.press("now")
    [run] = jobs.records
    assert jobs.uploads[run] is not None


def test_somebody_else_s_upload_is_asked_for_again(jobs: StandIn) -> None:
    first = Visitor(task="csv")
    upload(first, "sheep.csv", CSV)
    first.press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    second = Visitor(run="run-0")
    assert "somebody's own data" in second.said
    second.press("now")
    assert len(jobs.records) == 1
    assert "needs data of your own" in second.said.replace("\\", "")


def test_a_dropped_connection_does_not_give_a_run_to_whoever_opens_its_link(
    jobs: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_presence, "_tabs", train_presence.Tabs(lambda _session: False, jobs.leave))
    monkeypatch.setattr(train_presence, "browser", lambda: "ann's")
    Visitor().press("now")
    name = jobs.owners["run-0"]
    monkeypatch.setattr(train_presence, "browser", lambda: "eve's")
    Visitor(run="run-0").look()
    assert jobs.owners["run-0"] == name
    # The page that began it is reloaded.
    monkeypatch.setattr(train_presence, "browser", lambda: "ann's")
    Visitor(run="run-0").look()
    assert jobs.owners["run-0"] != name


def test_going_on_can_be_chosen_while_it_runs(jobs: StandIn) -> None:
    visitor = Visitor()
    visitor.press("now")
    assert jobs.kept["run-0"] is False
    visitor.app.checkbox(key="train_keep").check().run()
    assert jobs.kept["run-0"] is True


def test_links_for_others_name_the_run_and_the_settings(jobs: StandIn) -> None:
    visitor = Visitor(task="recall", seed="3")
    visitor.press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    visitor.look()
    run, settings = (dict(parse_qsl(urlsplit(each.value).query)) for each in visitor.app.code)
    assert run == {"run": "run-0"}
    assert settings == {"task": "recall", "seed": "3"}
    assert "does not hold your data" not in visitor.said


def test_a_link_to_settings_says_that_a_file_is_not_in_it(jobs: StandIn) -> None:
    visitor = Visitor(task="csv")
    upload(visitor, "sheep.csv", CSV)
    visitor.press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    visitor.look()
    assert "does not hold your data" in visitor.said


def test_settings_changed_after_a_run_are_in_the_address_beside_it(jobs: StandIn) -> None:
    visitor = Visitor(task="recall")
    visitor.press("now")
    visitor.app.number_input(key="train_set_units").set_value(8).run()
    assert visitor.query == {"run": "run-0", "task": "recall", "units": "8"}
    other = Visitor(**visitor.query)
    assert other.app.number_input(key="train_set_units").value == 8
    assert isinstance(jobs.records["run-0"].settings, TrainingSettings)


def test_nothing_of_it_brings_pytorch_or_dask_into_the_web_process() -> None:
    code = """
import sys
from tests.pages.test_train import Visitor
from tests.pages.trainings import StandIn
from lstm_viz.app.train import controls as train_controls
from lstm_viz.app.train import page as train_page
from lstm_viz.app.train import presence as train_presence
from lstm_viz.app.train import state as train_work
jobs = StandIn()
for module in (train_controls, train_page, train_presence, train_work):
    module.jobs = lambda: jobs
visitor = Visitor(task="recall", units="4")
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
    visitor = Visitor(task="reber")
    visitor.press("now")
    jobs.begin("run-0")
    visitor.look()
    for key in ("film", "loss", "score", "norm"):
        assert json.dumps(visitor.sent(key))


def test_a_large_file_is_left_to_the_run_to_read(jobs: StandIn) -> None:
    visitor = Visitor(task="characters")
    visitor.app.text_area(key="train_paste_characters").input("Once upon a time. " * 60_000).run()
    visitor.look()
    assert "read when the run begins" in visitor.said
    visitor.press("now")
    assert jobs.uploads["run-0"] is not None
    assert len(jobs.uploads["run-0"].content) > 1_000_000
