import sys
from pathlib import Path

import pytest

from lstm_viz.training.__main__ import main
from lstm_viz.training.headless import changed, outcome, seed_lines, table
from lstm_viz.training.settings import ModelSettings, OptimiserSettings, TrainingSettings
from lstm_viz.training.task import Goal
from tests.training.small import SETTINGS, task


def test_settings_are_changed_by_name() -> None:
    found = changed(
        SETTINGS,
        [
            "model.units=3",
            "model.bidirectional=true",
            "optimiser.clip=none",
            "batch=4",
            "steps=50",
            "column=price",
        ],
    )
    assert found == TrainingSettings(
        "mean",
        (("column", "price"), ("steps", 50)),
        ModelSettings(units=3, bidirectional=True),
        OptimiserSettings(rate=0.01, clip=None),
        batch=4,
        updates=400,
        seed=3,
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("batch", "name=value"),
        ("batch=0", "batch must be from 1"),
        ("model.size=3", "settings must be those of a training"),
        ("network.units=3", "of the model or the optimiser"),
    ],
)
def test_what_is_no_setting_is_refused(change: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        changed(SETTINGS, [change])


def test_what_came_of_several_seeds_is_told_in_lines_and_as_a_row() -> None:
    found = outcome(task(), SETTINGS, seeds=2)
    assert [run.settings.seed for run in found.runs] == [3, 4]
    assert found.verdict == "2 / 2"
    first, measured = found.lines()
    assert first.startswith("mean: solved 2 / 2; median ")
    assert first.endswith(" (guessing 0.06)")
    assert measured == "  answers: 5"
    found.runs[0].measures = [{**found.runs[1].measures[0], "value": 8.0}]
    assert list(found.lines())[1] == "  answers: median 6.5, from 5 to 8"
    assert [line.split(":")[0] for line in seed_lines(found.runs[1])] == ["  seed 4", "    answers"]
    row = list(table([found]))[2]
    assert row.startswith("| Mean | LSTM, H 8 | 2 / 2 |")
    assert "| mean squared error 0.0" in row
    assert row.endswith(" | 0.06 |")


def test_what_was_measured_is_told_although_the_first_seed_failed() -> None:
    found = outcome(task(), SETTINGS, seeds=3)
    found.runs[0].end, found.runs[0].measures = "failed", []
    assert list(found.lines())[1:] == ["  answers: 5"]


def test_a_task_without_a_goal_is_not_said_to_be_unsolved() -> None:
    found = outcome(task(goal=Goal("error", 0.06, None, "lower")), changed(SETTINGS, ["updates=5"]), seeds=1)
    assert found.verdict == "–"
    assert next(found.lines()).startswith("mean: never solved, only better;")


def test_text_that_a_network_wrote_stays_below_its_seed() -> None:
    [run] = outcome(task(), changed(SETTINGS, ["updates=5"]), seeds=1).runs
    run.measures = [{"name": "Sampled", "value": 0.5, "note": "to be\nor not", "good": None}]
    assert "\n".join(seed_lines(run)).endswith("    Sampled: 0.5. to be\n      or not")


CSV = "day,sheep,goats\n" + "".join(f"{k},{50 + k % 7},{k % 5}\n" for k in range(120))


def printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str
) -> tuple[int, str]:
    """What the command returns and prints."""
    monkeypatch.setattr(sys, "argv", ["training", *words])
    try:
        code = main()
    except SystemExit as left:
        code = int(str(left.code))
    told = capsys.readouterr()
    return code, told.out + told.err


def test_the_command_trains_on_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "farm.csv").write_text(CSV)
    code, text = printed(
        capsys, monkeypatch, "csv", "--file", str(tmp_path / "farm.csv"), "--seeds", "2",
        "--set", "column=goats", "--set", "updates=3",
    )  # fmt: skip
    assert code == 0
    assert "In the units of “goats”." in text
    assert text.index("seed 0") < text.index("seed 1") < text.index("csv: never solved, only better")
    assert "3 updates, error one step ahead (NMSE) " in text


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["csv", "--file", "FARM", "--set", "column=cows"], 1, "There is no column “cows”"),
        (["csv", "--file", "FARM", "--set", "colum=goats"], 1, "got colum"),
        (["csv", "--file", "NONE"], 2, "cannot be read: No such file"),
        (["adding", "--file", "FARM"], 2, "adding: no file can be given"),
        (["adding", "--seeds", "0"], 2, "at least 1"),
        (["adding", "--set", "batch=0"], 2, "batch must be"),
        (["addition"], 2, "task must be one of"),
        ([], 2, "name a task"),
    ],
)
def test_the_command_says_what_is_wrong(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
    says: str,
) -> None:
    (tmp_path / "farm.csv").write_text(CSV)
    places = {"FARM": str(tmp_path / "farm.csv"), "NONE": str(tmp_path / "none.csv")}
    returned, text = printed(capsys, monkeypatch, *(places.get(word, word) for word in words))
    assert (returned, says in text) == (code, True), text
    assert "Traceback" not in caplog.text
    assert text.count("seed ") <= 1, "another seed would not help"
