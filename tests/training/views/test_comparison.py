from dataclasses import replace

from lstm_viz.training.runs.events import Started
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Ended, Running
from lstm_viz.training.settings import CellKind, ModelSettings, TrainingSettings
from lstm_viz.training.task import Goal
from lstm_viz.training.views.comparison import comparison_text, plotted_updates

ERROR = Goal("mean squared error", guessing=1 / 6, solved=0.005, better="lower")
ACCURACY = Goal("accuracy", guessing=0.25, solved=0.99, better="higher")


def run(
    cell: CellKind,
    updates: int,
    score: float,
    solved_at: int | None = None,
    goal: Goal = ERROR,
    seed: int = 0,
) -> RunRecord:
    """Return a run that is over."""
    settings = TrainingSettings("adding", model=ModelSettings(cell=cell), seed=seed)
    return RunRecord(
        f"{cell}-{seed}",
        settings,
        state=Ended("solved" if solved_at else "updates"),
        started=Started(0, 1, "cpu", goal.guessing, goal.solved, goal.better, goal.name, {}),
        update=updates,
        scores=[(updates, score)],
        solved_at=solved_at,
    )


LSTM, GRU, RNN = run("lstm", 336, 0.004, 336), run("gru", 280, 0.003, 280), run("rnn", 4000, 0.166)


def test_who_solved_it_is_told_in_their_order_and_who_did_not_after_them() -> None:
    assert comparison_text([LSTM, GRU, RNN]) == (
        "The GRU solved it after 280 updates, the LSTM after 336; the plain RNN had not by 4,000, and is no "
        "better than guessing (mean squared error 0.166)."
    )


def test_who_came_some_way_is_not_called_guessing() -> None:
    halfway = run("rnn", 4000, 0.6, goal=ACCURACY)
    assert comparison_text([run("gru", 280, 1.0, 280, goal=ACCURACY), halfway]) == (
        "The GRU solved it after 280 updates; the plain RNN had not by 4,000 (accuracy 60.0 %)."
    )
    lost = run("lstm", 500, 0.2, goal=ACCURACY)
    assert comparison_text([halfway, lost]) == (
        "None of them solved it: the plain RNN came to accuracy 60.0 % after 4,000 updates; the LSTM is no "
        "better than guessing after 500 updates (accuracy 20.0 %)."
    )


def test_one_that_went_astray_is_said_to_have() -> None:
    astray = replace(run("rnn", 12, 0.2), state=Ended("diverged"))
    assert comparison_text([LSTM, astray]).endswith("; the plain RNN went astray after 12.")


def test_where_nothing_counts_as_solved_the_best_comes_first() -> None:
    goal = Goal("error beside persistence", 1.0, None, "lower")
    runs = [run("lstm", 100, 0.5, goal=goal), run("lstm", 100, 0.25, goal=goal, seed=1)]
    assert (
        comparison_text(runs)
        == "Lowest error beside persistence first: seed 1 0.25, seed 0 0.5; guessing has 1."
    )


def test_nothing_is_told_before_all_are_over_nor_of_one_alone() -> None:
    assert comparison_text([LSTM]) == ""
    assert comparison_text([LSTM, replace(GRU, state=Running())]) == ""
    assert comparison_text([LSTM, replace(GRU, started=None, scores=[])]) == ""


def test_the_plots_open_on_what_the_solvers_did() -> None:
    assert plotted_updates([LSTM, GRU, RNN], LSTM) == 3 * 336
    assert plotted_updates([LSTM, GRU, RNN], RNN) is None, "its film ends at its last update"
    assert plotted_updates([LSTM, GRU], LSTM) is None
    assert plotted_updates([RNN], RNN) is None
    assert plotted_updates([LSTM, replace(RNN, state=Running())], LSTM) is None


def test_a_single_update_is_one() -> None:
    runs = [run("lstm", 1, 0.001, 1), run("gru", 1, 0.004, 1)]
    assert comparison_text(runs) == "The LSTM solved it after 1 update, the GRU after 1."
    assert comparison_text([run("lstm", 1, 0.16), run("gru", 1, 0.16)]).startswith(
        "None of them solved it: the LSTM is no better than guessing after 1 update (mean"
    )
