from dataclasses import replace

import orjson
import pytest

from lstm_viz.app.path.guide import STOPS, Guide, Progress
from lstm_viz.app.path.record import fits, is_within, judged, run_record
from lstm_viz.app.start.view import belt, coach_record
from lstm_viz.lessons.play import run_of
from lstm_viz.lessons.tasks import Do
from lstm_viz.settings.presets import random_run

ON_CELL = [number for number, stop in enumerate(STOPS, 1) if stop.page == "cell"]
TO_DO = [number for number in ON_CELL if isinstance(STOPS[number - 1].task, Do)]


def at(number: int) -> Guide:
    return Guide(number, False, Progress())


@pytest.mark.parametrize("number", ON_CELL)
def test_every_stop_opens_undone_with_all_its_numbers_filled_in(number: int) -> None:
    guide = at(number)
    record = run_record(guide, run_of(guide.stop.link))
    assert not record["passed"]
    assert record["fits"]
    assert b"{" not in orjson.dumps([record[name] for name in ("text", "task", "done", "why", "hints")])
    assert [dial["key"] for dial in record["dials"]] == list(guide.stop.controls)


@pytest.mark.parametrize("number", TO_DO)
def test_the_dials_lead_to_a_solution_that_passes(number: int) -> None:
    guide = at(number)
    run = run_of(guide.stop.link)
    for dial in run_record(guide, run)["dials"]:
        cell = run.cell.with_weight(dial["gate"], 0, dial["column"], dial["solution"])
        run = replace(run, cell=cell)
    assert run_record(guide, run)["passed"]


def test_the_numbers_of_the_third_stop_are_those_of_the_run() -> None:
    guide = at(3)
    run = run_of(guide.stop.link)
    record = run_record(guide, replace(run, cell=run.cell.with_weight("f", 0, 3, 7.0)))
    assert "0.9991 taken 13 times leaves 98.8\N{NO-BREAK SPACE}%" in record["done"]
    assert "only 7.3\N{NO-BREAK SPACE}% was left" in record["done"]


def test_of_another_run_the_coach_says_nothing_and_judges_nothing() -> None:
    guide = at(3)
    other = random_run(0, 2, 1)
    assert not fits(guide, other)
    assert not judged(guide, other)
    record = run_record(guide, other)
    assert (record["fits"], record["dials"], record["passed"]) == (False, [], False)


@pytest.mark.parametrize("number", ON_CELL)
def test_the_run_of_a_stop_is_told_from_others_whatever_its_controls_are_set_to(number: int) -> None:
    guide = at(number)
    run = run_of(guide.stop.link)
    for dial in run_record(guide, run)["dials"]:
        run = replace(run, cell=run.cell.with_weight(dial["gate"], 0, dial["column"], 1.25))
    assert is_within(guide, run)
    assert not is_within(guide, replace(run, cell=run.cell.with_weight("g", 0, 0, 0.5)))
    assert not is_within(guide, random_run(0))


def test_what_has_been_done_once_stays_done() -> None:
    guide = at(3)
    guide.progress.done.add(guide.stop.key)
    record = run_record(guide, run_of(guide.stop.link))
    assert record["passed"]
    assert [stop["done"] for stop in record["stops"]] == [k == 2 for k in range(len(STOPS))]


def test_on_start_the_positions_that_flip_the_answer_and_no_others_are_noticed() -> None:
    record = coach_record(at(1))
    flipped = [float(reading.yes[-1]) > 0.5 for reading in belt().positions]
    assert [bool(said) for said in record["notices"]] == flipped
    assert record["notices"][0].endswith("it gives “yes” 91\N{NO-BREAK SPACE}%.")


def test_a_prediction_is_judged_in_words() -> None:
    guide = at(5)
    guide.answer({"value": 0.4})
    shown = run_record(guide, run_of(guide.stop.link))["prediction"]["shown"]
    assert (shown["step"], shown["said"], shown["truth"], shown["close"]) == (2, "0.40", "0.64", False)
    assert shown["mistake"].startswith("If you said about 0.39: that adds old and new")
