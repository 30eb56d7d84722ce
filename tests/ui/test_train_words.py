from dataclasses import replace

from lstm_viz.training.settings import ModelSettings, TrainingSettings
from lstm_viz.ui.train_words import run_names

SETTINGS = TrainingSettings("adding", model=ModelSettings(units=8, initialisation="forget_bias"))


def with_model(**changes: float) -> TrainingSettings:
    return replace(SETTINGS, model=replace(SETTINGS.model, **changes))  # type: ignore[arg-type]


def test_runs_that_differ_in_their_seed_alone_are_named_by_it() -> None:
    assert run_names([SETTINGS, replace(SETTINGS, seed=1)]) == [
        "LSTM, 8 units, seed 0",
        "LSTM, 8 units, seed 1",
    ]


def test_what_else_tells_two_runs_apart_is_named_in_numbers_as_people_write_them() -> None:
    runs = [with_model(forget_bias=4, input_bias=-4), with_model(forget_bias=0.5, input_bias=0)]
    assert [name.partition("seed 0, ")[2] for name in run_names(runs)] == [
        "forget bias 4, input bias −4",
        "forget bias 0.5, input bias 0",
    ]
    rates = [replace(SETTINGS, optimiser=replace(SETTINGS.optimiser, rate=rate)) for rate in (1e-5, 0.01)]
    assert [name.rpartition(", ")[2] for name in run_names(rates)] == ["rate 1 × 10⁻⁵", "rate 0.01"]
