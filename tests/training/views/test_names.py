from dataclasses import replace
from typing import Any

from lstm_viz.training.settings import ModelSettings, TrainingSettings
from lstm_viz.training.views.names import run_names, short_names

SETTINGS = TrainingSettings("adding", model=ModelSettings(units=8, initialisation="forget_bias"))


def with_model(**changes: Any) -> TrainingSettings:
    return replace(SETTINGS, model=replace(SETTINGS.model, **changes))


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


def test_a_name_has_no_empty_part_and_says_what_was_chosen_of_the_task() -> None:
    orthogonal = with_model(initialisation="orthogonal")
    rnn = replace(orthogonal, model=replace(orthogonal.model, cell="rnn", initialisation="default"))
    assert run_names([SETTINGS, orthogonal, rnn, replace(rnn, seed=1)])[2:] == [
        "plain RNN, 8 units, seed 0",
        "plain RNN, 8 units, seed 1",
    ]
    longer = replace(SETTINGS, options=(("steps", 200),))
    assert run_names([SETTINGS, longer]) == [
        "LSTM, 8 units, seed 0, steps 100",
        "LSTM, 8 units, seed 0, steps 200",
    ]
    assert run_names([SETTINGS, with_model(initialisation="default")]) == [
        "LSTM, 8 units, seed 0, gates' biases set, forget bias 1, input bias 0",
        "LSTM, 8 units, seed 0, weights as PyTorch draws them",
    ]


def test_in_a_sentence_a_run_is_called_by_what_tells_it_from_the_others() -> None:
    gru = replace(SETTINGS, model=replace(SETTINGS.model, cell="gru"))
    assert short_names([SETTINGS, gru]) == ["the LSTM", "the GRU"]
    assert short_names([SETTINGS, replace(SETTINGS, seed=1)]) == ["seed 0", "seed 1"]
    assert short_names([SETTINGS, with_model(units=4)]) == [
        "“LSTM, 8 units, seed 0”",
        "“LSTM, 4 units, seed 0”",
    ]


def test_a_cell_by_its_equations_is_called_by_its_name_and_ones_own_by_what_is_different() -> None:
    leaky, tied = (with_model(cell=f"# <b>{k}</b>\nf = sigmoid(W@x + b)\nh = {k}*h + f") for k in (0.5, 0.9))
    assert short_names([SETTINGS, with_model(cell="minGRU"), leaky]) == [
        "the LSTM",
        "the minGRU",
        "the own cell",
    ]
    assert run_names([leaky, tied, with_model(cell="minGRU")]) == [
        "own cell, 8 units, seed 0, h = 0.5*h + f",
        "own cell, 8 units, seed 0, h = 0.9*h + f",
        "minGRU, 8 units, seed 0",
    ]
    long = with_model(cell="h = 0.5*h + " + " + ".join(["W@x"] * 20))
    assert len(run_names([leaky, long])[1]) < 80
