import math
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.exchange.links.training import KEYS, from_query, to_query
from lstm_viz.training.settings import ModelSettings, OptimiserSettings, TrainingSettings
from lstm_viz.training.task import Option
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.options import good_settings, without_usual_options

FINE = {"allow_nan": False, "allow_infinity": False}


@pytest.mark.parametrize("key", TASKS)
def test_good_settings_are_the_name_of_the_task_alone(key: str) -> None:
    settings = good_settings(TASKS[key], {})
    assert to_query(settings) == {"task": key}
    assert from_query({"task": key}) == settings


@pytest.mark.parametrize("key", TASKS)
def test_presets_come_back_as_they_are(key: str) -> None:
    for preset in TASKS[key].presets.values():
        assert from_query(to_query(preset)) == without_usual_options(TASKS[key], preset)


def values(option: Option) -> st.SearchStrategy[Any]:
    if option.choices:
        return st.sampled_from(option.choices)
    if isinstance(option.default, str):
        return st.sampled_from(["", "temperature", "a column"])
    low, high = option.low, option.high
    assert low is not None
    assert high is not None
    if isinstance(option.default, int):
        return st.integers(int(low), int(high))
    return st.floats(low, high, **FINE)  # type: ignore[arg-type]


@st.composite
def settings(draw: st.DrawFn) -> TrainingSettings:
    """Any settings that the page can be brought to."""
    task = TASKS[draw(st.sampled_from([*TASKS]))]
    options = {name: draw(values(option)) for name, option in task.options.items() if draw(st.booleans())}
    try:
        base = good_settings(task, options)
    except ValueError:
        base = good_settings(task, {})
    model = draw(
        st.builds(
            ModelSettings,
            cell=st.sampled_from(["lstm", "gru", "rnn", "minGRU", "h = 0.9*h + W@x  # ~ 10 %25"]),
            units=st.integers(1, 256),
            layers=st.integers(1, 3),
            bidirectional=st.booleans() if task.bidirectional else st.just(False),
            dropout=st.floats(0, 0.9),
            residual=st.booleans(),
            embedding=st.integers(0, 256),
            readout=st.sampled_from(["last", "mean", "max"]),
            initialisation=st.sampled_from(["default", "forget_bias", "orthogonal", "chrono"]),
            forget_bias=st.floats(-10, 10),
            input_bias=st.floats(-10, 10),
            chrono_steps=st.integers(3, 10_000),
        )
    )
    optimiser = draw(
        st.builds(
            OptimiserSettings,
            method=st.sampled_from(["adam", "rmsprop", "sgd"]),
            rate=st.floats(1e-7, 10),
            output_rate=st.none() | st.floats(1e-7, 10),
            clip=st.none() | st.floats(1e-6, 1e6),
        )
    )
    return replace(
        base,
        model=draw(st.sampled_from([base.model, model])),
        optimiser=draw(st.sampled_from([base.optimiser, optimiser])),
        seed=draw(st.integers(0, 2**31 - 1)),
        batch=draw(st.integers(1, 512)),
        updates=draw(st.integers(1, 200_000)),
        until_solved=draw(st.booleans()),
        keep_best=draw(st.booleans()),
        truncate=draw(st.integers(0, 1000)),
        minutes=draw(st.floats(0.01, 60)),
    )


@given(settings())
def test_everything_that_is_learned_from_comes_back_to_the_bit(given_settings: TrainingSettings) -> None:
    query = to_query(given_settings)
    back = from_query(query)
    assert back.model == given_settings.model
    assert back.optimiser == given_settings.optimiser
    wanted = replace(given_settings, model=back.model, optimiser=back.optimiser, options=back.options)
    assert back == wanted
    assert to_query(back) == query
    assert set(query) <= set(KEYS)


def test_a_person_can_read_it_and_write_one() -> None:
    settings = replace(good_settings(TASKS["adding"], {"steps": 60}), seed=3)
    settings = replace(settings, model=replace(settings.model, cell="gru", units=4))
    assert to_query(settings) == {
        "task": "adding",
        "task_steps": "60",
        "cell": "gru",
        "units": "4",
        "seed": "3",
    }


def test_what_belongs_to_the_sender_is_left_out() -> None:
    settings = replace(good_settings(TASKS["csv"], {}), upload="ab" * 32, device="cpu")
    assert to_query(settings) == {"task": "csv"}


def test_keys_of_others_are_passed_over() -> None:
    assert from_query({"task": "recall", "step": "4", "preset": "latch"}) == good_settings(
        TASKS["recall"], {}
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "a task “”, which does not exist"),
        ({"task": "chess"}, "a task “chess”, which does not exist"),
        ({"task": "adding", "units": "many"}, "“many” in its part units is not a whole number"),
        ({"task": "adding", "units": "1_6"}, "“1_6” in its part units is not a whole number"),
        ({"task": "adding", "units": "-3"}, "units must be from 1 to 256"),
        (
            {"task": "adding", "cell": "transformer"},
            "“transformer” in its part cell is no cell of the catalogue",
        ),
        ({"task": "adding", "rate": "nan"}, "rate must be from"),
        ({"task": "adding", "residual": "perhaps"}, "“perhaps” in its part residual is none of yes, no"),
        (
            {"task": "adding", "task_steps": "100000"},
            "“Steps” must be a whole number from 10 to 400",
        ),
        ({"task": "adding", "task_steps": "nan"}, "“nan” in its part steps is not a whole number"),
        ({"task": "adding", "task_period": "3"}, "has no such choice"),
        (
            {"task": "adding", "task_definition": "mine"},
            "in its part definition is none of the sum itself, as published",
        ),
        ({"task": "x" * 5000}, "which does not exist"),
    ],
)
def test_a_damaged_link_is_told_in_plain_words(query: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        from_query(query)
    assert str(caught.value).startswith("The link ")
    assert len(str(caught.value)) < 300


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=60)))
def test_no_link_does_worse_than_be_refused(query: dict[str, str]) -> None:
    said = "The link "
    try:
        from_query({**query, "task": query.get("task") or "adding"})
    except ValueError as error:
        said = str(error)
    assert said.startswith("The link ")


def test_a_link_cannot_have_a_task_read_from_the_end_where_its_answer_is() -> None:
    with pytest.raises(ValueError, match="both ends"):
        from_query({"task": "characters", "bidirectional": "yes"})


def test_the_name_of_a_column_is_not_cut_short() -> None:
    name = "Mean monthly temperature of the air, two metres above the ground"
    settings = good_settings(TASKS["csv"], {"column": name})
    assert from_query(to_query(settings)).option("column", "") == name


def test_minus_zero_is_not_the_default() -> None:
    good = good_settings(TASKS["adding"], {})
    settings = replace(good, model=replace(good.model, input_bias=-0.0))
    assert math.copysign(1.0, from_query(to_query(settings)).model.input_bias) == -1.0


def test_the_longest_cell_fits_and_no_other_part_may_be_as_long() -> None:
    longest = "h = 0.9*h + W@x\n#".ljust(4_000, "~")
    settings = TrainingSettings("adding", model=ModelSettings(cell=longest))
    assert from_query(to_query(settings)).model.cell == longest
    with pytest.raises(ValueError, match="part units is 300 characters long"):
        from_query({"task": "adding", "units": "9" * 300})


def test_a_cell_that_does_not_exist_is_refused_with_its_mistake() -> None:
    with pytest.raises(ValueError, match="no function sigmod"):
        from_query({"task": "adding", "cell": "h = sigmod(h)"})
