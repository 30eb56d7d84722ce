"""Texts of anybody on the Train page: files, columns, what is in them, and what a run reports."""

import json
from dataclasses import replace

import pytest

from lstm_viz.markdown import plain
from lstm_viz.training.runs.events import Started
from tests.pages.train_visitor import TrainVisitor
from tests.pages.trainings import StandIn

HOSTILE = "$x$ **b** <i>h</i> ![p](http://e.vil/p.png)"
MARKUP = ("$x$", "**b**", "<i>", "![p]")
"""What must not be left of it: a formula, bold letters, HTML, a picture that somebody else's server sends."""

pytestmark = pytest.mark.usefixtures("jobs")


def farm(column: str, time: str = "day") -> bytes:
    rows = [f"{time} {k},{50 + k % 7}.5,{k * k % 11}.25" for k in range(120)]
    return "\n".join([f"{time},{column},goats", *rows]).encode()


def assert_harmless(visitor: TrainVisitor) -> None:
    """Nothing that a browser would render holds the text as it was; somewhere it is shown."""
    for markup in MARKUP:
        assert markup not in visitor.markdown
    assert "<i>" not in visitor.html
    assert plain("$x$") in visitor.markdown or "&lt;i&gt;" in visitor.html


def test_the_name_of_a_file(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload(f"{HOSTILE}.csv", farm("sheep"))
    visitor.press("now")
    assert_harmless(visitor)
    jobs.begin("run-0")
    visitor.press("upload_none")
    assert f"Show the runs on {plain(HOSTILE)}" in visitor.markdown
    assert_harmless(visitor)


def test_the_name_of_a_file_that_cannot_be_read() -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload(f"{HOSTILE}.csv", b"day,mood\nMonday,good\n")
    visitor.press("now")
    assert f"Your file “{HOSTILE}.csv” cannot be trained on." in visitor.said
    assert_harmless(visitor)


def test_the_name_of_a_column() -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("farm.csv", farm(HOSTILE))
    visitor.press("now")
    assert f"column {HOSTILE}" in visitor.said
    assert_harmless(visitor)


def test_the_name_of_a_column_that_another_file_lacks() -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("farm.csv", farm(HOSTILE, time="t"))
    visitor.pick("option_csv_column", "goats")
    visitor.upload("other.csv", farm(HOSTILE).replace(b"goats", b"geese"))
    assert f"“{HOSTILE}” is taken instead." in visitor.said
    assert_harmless(visitor)


def test_what_stands_in_the_cells() -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("farm.csv", farm("sheep", time="<a href='http://e.vil'>$x$"))
    figure = visitor.sent("series")["figure"]
    drawn = json.dumps([figure["data"], figure["layout"]["xaxis"]])
    assert "&lt;a href" in drawn
    assert "<a href" not in drawn


def test_a_text_of_one_s_own(jobs: StandIn) -> None:
    """The steps of the example sequence are letters of the text."""
    visitor = TrainVisitor(task="characters")
    visitor.paste("$_*<`[" * 200)
    visitor.press("now")
    jobs.begin("run-0")
    visitor.look()
    sentences = [each.value for each in visitor.app.markdown if "What its gates do" in each.value]
    assert sentences
    letters = {part[0] for text in sentences for part in text.replace("(step", "").split("“")[1:]}
    assert letters == {"\\"}, "every letter of the text is escaped"


def test_what_a_run_reports(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="recall")
    visitor.press("now")
    jobs.begin("run-0")
    jobs.records["run-0"].examples[0]["answer"] = HOSTILE
    measure = {"name": HOSTILE, "value": 0.5, "note": HOSTILE, "good": True}
    jobs.end("run-0", text=HOSTILE, measures=[measure])
    visitor.look()
    assert_harmless(visitor)
    jobs.trouble = jobs.refusal = HOSTILE
    visitor.press("seed")
    assert visitor.said.count(HOSTILE) >= 2
    assert_harmless(visitor)


def test_what_the_steps_of_a_run_are_called(jobs: StandIn) -> None:
    """The labels come back from the worker."""
    visitor = TrainVisitor(task="negation")
    visitor.press("now")
    jobs.begin("run-0")
    started = jobs.records["run-0"].started
    assert isinstance(started, Started)
    assert started.probe is not None
    words = [HOSTILE] * len(started.probe["labels"])
    jobs.records["run-0"].started = replace(started, probe={**started.probe, "labels": words, "marks": []})
    visitor.look()
    assert HOSTILE in visitor.said
    assert_harmless(visitor)


def test_a_forecast_s_name_and_times(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="csv")
    visitor.press("now")
    jobs.begin("run-0")
    lines = {name: [1.0, 2.0] for name in ("truth", "one_step", "free", "persistence", "free_persistence")}
    lines |= {"seasonal": [], "free_seasonal": []}
    jobs.end("run-0", forecast={"name": HOSTILE, "labels": [HOSTILE] * 2, "period": 0, **lines})
    visitor.look()
    figure = json.dumps(visitor.sent("forecast")["figure"])
    assert "&lt;i&gt;" in figure
    assert "<i>" not in figure


def test_a_damaged_link() -> None:
    visitor = TrainVisitor(task=HOSTILE[:30])
    assert_harmless(visitor)
    visitor = TrainVisitor(task="adding", units=HOSTILE)
    assert_harmless(visitor)
