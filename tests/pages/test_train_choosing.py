"""What is chosen on the Train page: the task, its choices, the network, all settings."""

from dataclasses import replace

import pytest

from lstm_viz.app.train.state import OPENING
from lstm_viz.training.tasks import TASKS
from tests.pages.train_visitor import TrainVisitor
from tests.pages.trainings import StandIn

ADDING = TASKS[OPENING[0]].presets[OPENING[1]]


def test_it_opens_on_a_network_that_has_learned_nothing(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    assert not visitor.app.exception
    assert not visitor.app.warning
    card = TASKS[OPENING[0]].card
    assert card.watch in visitor.said
    assert "**untrained** LSTM" in visitor.said
    [frame] = visitor.timeline["frames"]
    assert frame["update"] == 0
    assert [row["symbol"] for row in visitor.timeline["rows"]] == ["i", "f", "C̃", "o", "C", "h"]
    assert len(visitor.timeline["labels"]) == visitor.timeline["steps"] == 50
    assert jobs.warmed > 0, "what trains is woken before Train is pressed"
    assert jobs.records == {}


@pytest.mark.parametrize("key", TASKS)
@pytest.mark.usefixtures("jobs")
def test_every_task_can_be_chosen(key: str) -> None:
    visitor = TrainVisitor()
    visitor.pick("task", key)
    assert not visitor.app.exception
    task = TASKS[key]
    assert task.card.goes_in in visitor.said
    assert task.card.source in visitor.said
    assert visitor.shows("timeline") == task.quick
    assert visitor.query["task"] == key


def test_train_asks_for_what_is_set(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.enter("set_units", 3)
    visitor.enter("set_rate", 0.02)
    visitor.enter("set_clip", "")
    visitor.pick("set_initialisation", "forget_bias")
    visitor.enter("set_forget_bias", 2.5)
    visitor.tick("keep")
    visitor.press("now")
    [run] = jobs.records
    model = replace(ADDING.model, units=3, initialisation="forget_bias", forget_bias=2.5)
    optimiser = replace(ADDING.optimiser, rate=0.02, clip=None)
    assert jobs.records[run].settings == replace(ADDING, model=model, optimiser=optimiser)
    assert jobs.kept[run] is True


def test_a_choice_of_the_task_s_own_brings_what_the_network_needs(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.enter("option_adding_steps", 80)
    visitor.press("now")
    [record] = jobs.records.values()
    assert record.settings.option("steps", None) == 80
    assert record.settings.model.chrono_steps == 80


def test_nothing_is_trained_while_a_number_does_not_fit(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.enter("set_units", 500)
    visitor.enter("option_adding_steps", 5)
    assert visitor.entered("set_units") == "500", "it stays to be mended"
    visitor.press("now")
    visitor.press("all")
    said = visitor.said
    assert "Not trained: “Units” can be from 1 to 256, not 500. “Steps” can be from 10 to 400, not 5." in said
    assert jobs.records == {}
    visitor.enter("set_units", 4)
    visitor.enter("option_adding_steps", 60)
    visitor.press("now")
    assert jobs.records["run-0"].settings.model.units == 4
    assert jobs.records["run-0"].settings.option("steps", None) == 60


def test_a_number_that_does_not_fit_goes_with_its_field(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.enter("set_chrono_steps", 1)
    visitor.pick("set_initialisation", "default")
    visitor.press("now")
    assert len(jobs.records) == 1
    visitor.enter("set_units", 0)
    visitor.pick("task", "recall")
    assert visitor.entered("set_units") == str(TASKS["recall"].defaults.model.units)
    visitor.press("now")
    assert len(jobs.records) == 2


@pytest.mark.usefixtures("jobs")
def test_settings_that_mean_nothing_are_not_offered() -> None:
    visitor = TrainVisitor(task="recall")
    offered = visitor.controls("text_input")
    assert {"set_forget_bias", "set_input_bias"} <= offered
    visitor.pick_cell("rnn")
    offered = visitor.controls("text_input")
    assert not {"set_forget_bias", "set_input_bias", "set_chrono_steps"} & offered


def test_what_to_try_fits_the_task(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="recall")
    assert "Double the steps" in visitor.said
    visitor.press("preset")
    title, preset = next(each for each in TASKS["recall"].presets.items() if "watch" in each[0])
    assert [record.settings for record in jobs.records.values()] == [preset]
    assert visitor.picked("start") == title
    sine = TrainVisitor(task="sine")
    assert "Double the steps" not in sine.said
    assert "running freely" in sine.said
    assert not [button for button in sine.app.button if button.key == "train_preset"]


def test_a_seed_that_is_not_trained_is_not_chosen(jobs: StandIn) -> None:
    jobs.refusal = "One visitor can have 4 runs at once."
    visitor = TrainVisitor()
    visitor.press("seed")
    assert "One visitor can have 4 runs at once" in visitor.said
    assert visitor.entered("set_seed") == "0"


def test_what_is_refused_is_said_beside_train_and_nothing_is_lost(jobs: StandIn) -> None:
    jobs.refusal = "One visitor can have 4 runs at once."
    visitor = TrainVisitor()
    visitor.enter("set_units", 2)
    visitor.press("now")
    assert "One visitor can have 4 runs at once" in visitor.said
    assert visitor.entered("set_units") == "2"


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("2.5", "“Units” can only be a whole number, not 2.5."),
        ("", "“Units” is empty: it can be from 1 to 256."),
        ("1e309", "“Units” can be from 1 to 256, not 1e309."),
        ("8e", "“Units” can be from 1 to 256, not 8e."),
    ],
)
def test_what_a_field_cannot_be_is_said_and_not_trained(jobs: StandIn, entry: str, why: str) -> None:
    visitor = TrainVisitor()
    visitor.enter("set_units", 2)
    visitor.enter("set_units", entry)
    visitor.press("now")
    assert f"Not trained: {why}" in visitor.said
    assert visitor.entered("set_units") == entry, "it stays to be mended"
    assert jobs.records == {}


def test_whole_numbers_are_read_as_people_write_them(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.enter("set_updates", "1e5")
    visitor.enter("set_seed", " 7 ")
    assert visitor.entered("set_updates") == "1e5", "the hand stays in the field"
    visitor.press("now")
    settings = jobs.records["run-0"].settings
    assert (settings.updates, settings.seed) == (100_000, 7)


@pytest.mark.parametrize("entry", ["1e309", "inf", "nan", "0"])
def test_no_limit_is_an_empty_field_and_no_number(jobs: StandIn, entry: str) -> None:
    visitor = TrainVisitor()
    visitor.enter("set_clip", entry)
    visitor.press("now")
    assert "Not trained: “Clip the gradient at” can be from" in visitor.said
    visitor.enter("set_clip", "")
    visitor.press("now")
    assert jobs.records["run-0"].settings.optimiser.clip is None


def test_a_seed_set_by_the_page_stands_in_its_field(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    under_way = visitor.app._tree.get_widget_states()
    visitor.press("seed")
    assert visitor.entered("set_seed") == "1"
    visitor.app._run(under_way)  # as the page was before the press
    assert not visitor.app.exception
    assert visitor.entered("set_seed") == "1"
    assert jobs.records["run-0"].settings.seed == 1


@pytest.mark.usefixtures("jobs")
def test_a_series_keeps_its_best_weights_unless_somebody_says_otherwise() -> None:
    visitor = TrainVisitor(task="csv")
    switch = visitor.control("checkbox", "set_keep_best")
    assert (switch.label, switch.value) == ("Keep the best weights", True)
    switch.uncheck().run()
    assert not visitor.app.exception
    assert visitor.query["keep_best"] == "no"
    assert not TrainVisitor(task="adding").control("checkbox", "set_keep_best").value
