import pytest

from lstm_viz.training.headless import changed, outcome, table
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
    lines = list(found.lines())
    assert lines[0].startswith("mean: solved 2 / 2; median ")
    assert len(lines) == 5, "one for each seed, each with its measure"
    row = list(table([found]))[2]
    assert row.startswith("| Mean | LSTM, H 8 | 2 / 2 |")
    assert row.endswith("(mean squared error) | 0.06 |")


def test_a_task_without_a_goal_is_not_said_to_be_unsolved() -> None:
    found = outcome(task(goal=Goal("error", 0.06, None, "lower")), changed(SETTINGS, ["updates=5"]), seeds=1)
    assert found.verdict == "–"
    assert next(found.lines()).startswith("mean: never solved, only better;")
