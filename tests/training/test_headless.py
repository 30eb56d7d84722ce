import json
import math
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from safetensors.numpy import load

from lstm_viz.training.__main__ import main
from lstm_viz.training.headless import changed, outcome, run, seed_lines, table
from lstm_viz.training.results_folder import OutputFolder
from lstm_viz.training.runs.events import End
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Ended
from lstm_viz.training.runs.weights import Shape
from lstm_viz.training.settings import ModelSettings, OptimiserSettings, TrainingSettings
from lstm_viz.training.task import Goal
from lstm_viz.training.tasks import TASKS
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
    assert first.startswith("mean: solved by 2 / 2 seeds; median ")
    assert first.endswith(" (guessing 0.06)")
    assert measured == "  answers: 5"
    found.runs[0].measures = [{**found.runs[1].measures[0], "value": 8.0}]
    assert list(found.lines())[1] == "  answers: median 6.5, from 5 to 8"
    assert [line.split()[0] for line in seed_lines(found.runs[1])] == ["seed", "answers:"]
    row = list(table([found]))[2]
    assert row.startswith("| Mean | LSTM, H 8 | 2 / 2 |")
    assert "| mean squared error 0.0" in row
    assert row.endswith(" | 0.06 |")


def test_the_line_of_a_seed_is_a_sentence() -> None:
    """It once began "seed 0: updates, 0.84 s."."""
    [found] = outcome(task(), changed(SETTINGS, ["updates=1"]), seeds=1).runs
    line = next(seed_lines(found))
    assert re.fullmatch(
        r"  seed 3 \(\d\.\d\d s of training\): Done after 1 update: mean .* on what is held back\..*", line
    )
    found.started, found.state = None, Ended("failed", "There is no column “cows”.")
    assert next(seed_lines(found)) == "  seed 3: There is no column “cows”."


def test_what_was_measured_is_told_although_the_first_seed_failed() -> None:
    found = outcome(task(), SETTINGS, seeds=3)
    found.runs[0].state, found.runs[0].measures = Ended("failed"), []
    assert list(found.lines())[1:] == ["  answers: 5"]


def test_a_task_without_a_goal_is_not_said_to_be_unsolved() -> None:
    found = outcome(task(goal=Goal("error", 0.06, None, "lower")), changed(SETTINGS, ["updates=5"]), seeds=1)
    assert found.verdict == "–"
    assert next(found.lines()).startswith("mean: no score counts as solved; median ")


def test_text_that_a_network_wrote_stays_below_its_seed() -> None:
    [found] = outcome(task(), changed(SETTINGS, ["updates=5"]), seeds=1).runs
    found.measures = [{"name": "Sampled", "value": 0.5, "note": "to be\nor not", "good": None}]
    assert "\n".join(seed_lines(found)).endswith("    Sampled: 0.5. to be\n      or not")


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
    assert text.index("seed 0") < text.index("seed 1") < text.index("csv: no score counts as solved")
    assert "3 updates, error one step ahead (NMSE) " in text


def test_the_command_trains_a_cell_by_its_equations(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.txt").write_text("f = sigmoid(W@x + U@h + b)\nh = f*h + (1 - f)*tanh(W@x + b)\n")
    short = ("--seeds", "1", "--set", "updates=2", "steps=10", "--out", str(tmp_path / "out"))
    code, text = printed(capsys, monkeypatch, "adding", "--cell", str(tmp_path / "mine.txt"), *short)
    assert code == 1, "not solved"
    assert "Done after 2 updates" in text
    saved = (tmp_path / "out" / "adding-seed-0.safetensors").read_bytes()
    shape = Shape.of(saved)
    assert shape.model.cell.startswith("f = sigmoid")
    assert shape.model.initialisation == "chrono", "its f keeps the memory"
    assert {"layers.0.W_f", "layers.0.U_f", "layers.0.b_h"} <= set(load(saved))


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["adding", "--cell", "minGRUU"], 2, "--cell must be one of lstm, gru, rnn, Elman, "),
        (["adding", "--cell", "FARM"], 2, "cell must be lstm, gru, rnn or by its equations"),
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


def test_the_command_saves_weights_and_scores_of_each_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "new" / "folder"
    words = ("parity", "--seeds", "2", "--set", "updates=3", "--out", str(out))
    code, text = printed(capsys, monkeypatch, *words)
    assert code == 1, "three updates do not solve it"
    assert sorted(path.name for path in out.iterdir()) == [
        f"parity-seed-{seed}.{ending}" for seed in (0, 1) for ending in ("json", "safetensors")
    ]
    weights = (out / "parity-seed-1.safetensors").read_bytes()
    assert Shape.of(weights).model == TASKS["parity"].defaults.model
    report = json.loads((out / "parity-seed-1.json").read_text())
    expected = replace(TASKS["parity"].defaults, updates=3, seed=1)
    assert TrainingSettings.from_dict(report["settings"]) == expected
    assert weights == run(TASKS["parity"], expected).weights
    assert [update for update, _score in report["scores"]] == [0, 3]
    assert report["text"] in text
    assert f"Saved as {out / 'parity-seed-1.json'}." in text


def test_the_command_overwrites_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "parity-seed-1.json").write_text("mine")
    code, text = printed(capsys, monkeypatch, "parity", "--seeds", "2", "--out", str(tmp_path))
    assert code == 2, "before anything is trained"
    assert "holds parity-seed-1.json already, and nothing is overwritten" in text
    assert "seed 0" not in text
    assert [path.name for path in tmp_path.iterdir()] == ["parity-seed-1.json"]
    assert (tmp_path / "parity-seed-1.json").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_refused_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    code, text = printed(capsys, monkeypatch, "parity", "--out", str(tmp_path / "file" / "below"))
    assert code == 2
    assert "cannot be written into: Not a directory" in text


def test_a_run_that_cannot_be_saved_is_reported_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lstm_viz.training.results_folder.Path.open", full)
    words = ("csv", "--seeds", "2", "--set", "updates=3", "--out", str(tmp_path / "out"))
    code, text = printed(capsys, monkeypatch, *words)
    assert code == 1
    assert text.count("csv-seed-0.safetensors cannot be written: No space left on device.") == 1
    assert "csv-seed-1.safetensors cannot be written" in text


def test_a_report_holds_no_number_that_json_lacks(tmp_path: Path) -> None:
    [found] = outcome(task(), changed(SETTINGS, ["updates=5"]), seeds=1).runs
    found.measures = [{"name": "gain", "value": float("-inf"), "note": "", "good": None}]
    *_, report = OutputFolder(tmp_path).save(found)
    assert json.loads(report.read_text())["measures"][0]["value"] is None


def test_a_failed_run_leaves_its_reason_and_no_weights(tmp_path: Path) -> None:
    failed = RunRecord("headless", SETTINGS, state=Ended("failed", "There is no column “cows”."))
    [report] = OutputFolder(tmp_path).save(failed)
    assert json.loads(report.read_text())["text"] == failed.text


@pytest.mark.parametrize(
    ("keep_best", "end", "better", "expected"),
    [
        (False, "updates", "lower", 0.3),
        (True, "updates", "lower", 0.2),
        (True, "updates", "higher", 0.3),
        (True, "solved", "lower", 0.3),
    ],
)
def test_the_score_of_a_run_is_that_of_the_weights_it_keeps(
    keep_best: bool, end: End, better: Literal["lower", "higher"], expected: float
) -> None:
    [found] = outcome(
        task(goal=Goal("error", 0.06, None, better)), changed(SETTINGS, ["updates=5"]), seeds=1
    ).runs
    found.settings = replace(found.settings, keep_best=keep_best)
    found.scores = [(0, 0.1), (5, 0.2), (10, 0.3)]
    found.state = Ended(end)
    assert found.score == expected
    found.scores = []
    assert math.isnan(found.score)
