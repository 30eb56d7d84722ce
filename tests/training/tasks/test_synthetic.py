"""What holds for every task whose data are drawn: memory, grammar and counting."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from lstm_viz.analysis import most_selective_unit
from lstm_viz.cells import LSTMTrace
from lstm_viz.training.engine.loop import train
from lstm_viz.training.gate_traces import run_layers
from lstm_viz.training.headless import run
from lstm_viz.training.runs.events import Event, Finished
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Array, Batch, TaskData
from lstm_viz.training.tasks import TASKS

KEYS = ("recall", "adding", "order", "latch", "parity", "reber", "anbn", "anbncn")
every_task = pytest.mark.parametrize("key", KEYS)


def prepared(settings: TrainingSettings) -> TaskData:
    return TASKS[settings.task].prepare(settings, None, lambda _text, _done: None)


def same(one: Batch, other: Batch) -> bool:
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("x", "y", "weight", "lengths")]
    return all(np.array_equal(a, b) if a is not None else b is None for a, b in pairs)


def test_tasks_stand_in_the_order_of_the_page() -> None:
    assert tuple(TASKS)[: len(KEYS)] == KEYS


@every_task
def test_data_depend_on_the_seed_alone(key: str) -> None:
    one, again, other = (prepared(replace(TASKS[key].defaults, seed=seed)) for seed in (3, 3, 4))
    assert all(same(one.batch(index), again.batch(index)) for index in range(40))
    assert same(one.test, again.test)
    assert not same(one.batch(0), other.batch(0))
    assert not same(one.batch(0), one.batch(1))


@every_task
@pytest.mark.parametrize("size", [1, 7, 32, 512])
def test_any_batch_can_be_drawn_without_those_before_it(key: str, size: int) -> None:
    settings = replace(TASKS[key].defaults, batch=size)
    walked, jumped = prepared(settings), prepared(settings)
    batches = [walked.batch(index) for index in range(70)]
    for index in (69, 3, 31, 32, 0, 68):
        assert same(batches[index], jumped.batch(index))
        assert batches[index].x.shape[1] == size


@every_task
def test_batches_are_what_the_task_says_they_are(key: str) -> None:
    data = prepared(TASKS[key].defaults)
    for batch in (data.batch(0), data.test):
        steps, count = batch.x.shape[:2]
        if data.symbols:
            assert batch.x.dtype == np.int64
            assert batch.x.ndim == 2
            assert 0 <= batch.x.min() <= batch.x.max() < data.inputs
        else:
            assert batch.x.dtype == np.float32
            assert batch.x.shape == (steps, count, data.inputs)
        leading = (count,) if data.reads == "last" else (steps, count)
        classes = data.loss == "cross_entropy"
        assert batch.y.shape == (leading if classes else (*leading, data.outputs))
        assert batch.y.dtype == (np.int64 if classes else np.float32)
        assert batch.weight is None or batch.weight.dtype == np.float32
        assert batch.x.flags.c_contiguous
        assert batch.fresh


@every_task
def test_the_probe_is_the_same_for_every_seed_and_fits_the_network(key: str) -> None:
    data, other = (prepared(replace(TASKS[key].defaults, seed=seed)) for seed in (0, 9))
    assert np.array_equal(data.probe.x, other.probe.x)
    assert data.probe.x.shape[1:] == ((1,) if data.symbols else (1, data.inputs))
    assert data.probe.x.dtype == data.test.x.dtype
    assert len(data.probe.labels) == len(data.probe.x)
    assert data.probe.marks
    assert all(0 <= mark < len(data.probe.x) for mark in data.probe.marks)
    assert len(data.probe.names) == (0 if data.symbols else data.inputs)


@pytest.mark.parametrize("key", [key for key in KEYS if not key.startswith("anbn")])
def test_what_is_held_back_is_never_trained_on(key: str) -> None:
    data = prepared(TASKS[key].defaults)
    held = {data.test.x[:, column].tobytes() for column in range(data.test.x.shape[1])}
    trained = [data.batch(index).x for index in range(200)]
    # Words of a grammar differ in padding from batch to batch; their own tests compare letters.
    assert not any(x[:, column].tobytes() in held for x in trained for column in range(x.shape[1]))


@every_task
def test_guessing_is_not_solving(key: str) -> None:
    goal = prepared(TASKS[key].defaults).goal
    assert not goal.reached(goal.guessing)


@every_task
def test_cards_are_complete_sentences(key: str) -> None:
    card = TASKS[key].card
    assert card.title
    assert card.group in {"Memory", "Grammar and counting"}
    sentences = set(asdict(card).values()) - {card.title, card.group}
    assert all(sentence.endswith(".") for sentence in sentences)


OPTIONS = [(key, name) for key in KEYS for name in TASKS[key].options]


@pytest.mark.parametrize(("key", "name"), OPTIONS)
def test_an_option_that_is_not_allowed_is_named(key: str, name: str) -> None:
    option = TASKS[key].options[name]
    wrong: list[float | str] = ["something else"]
    if not option.choices:
        assert option.low is not None
        assert option.high is not None
        wrong = [option.low - 1, option.high + 1, 12.5, "many"]
    for value in wrong:
        settings = replace(TASKS[key].defaults, options=((name, value),))
        with pytest.raises(ValueError, match=f"“{option.label}” must be .*, got {value}"):
            prepared(settings)


@pytest.mark.parametrize(("key", "name"), OPTIONS)
def test_every_allowed_option_makes_data(key: str, name: str) -> None:
    option = TASKS[key].options[name]
    for value in option.choices or (option.low, option.default, option.high):
        assert value is not None
        data = prepared(replace(TASKS[key].defaults, options=((name, value),)))
        assert np.isfinite(data.batch(5).y).all()
        assert data.test.x.shape[1] >= 3


def test_an_unknown_option_is_named() -> None:
    with pytest.raises(ValueError, match="adding has the options steps, definition, got colour"):
        prepared(replace(TASKS["adding"].defaults, options=(("colour", "red"),)))


@every_task
def test_presets_and_adapted_settings_are_of_the_same_task_and_make_data(key: str) -> None:
    task = TASKS[key]
    assert task.defaults.task == key
    for title, preset in task.presets.items():
        assert preset.task == key
        assert preset != task.defaults, title
        assert prepared(preset).batch(0).x.size
        assert task.adapt(preset) == preset, title
    assert task.adapt(task.defaults) == task.defaults


@pytest.mark.parametrize(
    ("key", "options"),
    [("adding", (("steps", 50),)), ("recall", (("steps", 20),)), ("parity", (("steps", 40),))],
)
def test_pressing_train_solves_it_with_other_options_too(
    key: str, options: tuple[tuple[str, int], ...]
) -> None:
    task = TASKS[key]
    events: list[Event] = []
    train(task.adapt(replace(task.defaults, options=options)), task, emit=events.append, stop=lambda: False)
    end = events[-1]
    assert isinstance(end, Finished)
    assert end.end == "solved", end.text


def run_of(settings: TrainingSettings) -> tuple[RunRecord, LSTMTrace, LSTMTrace, Array]:
    """Train; return the run, its first layer before and after on the probe, and which steps are marked."""
    record = run(TASKS[settings.task], settings)
    assert record.started is not None
    assert record.started.probe is not None
    before, after = (
        run_layers(weights, settings.model)[0].forward
        for weights in (record.snapshots[0].weights, record.weights)
    )
    assert isinstance(before, LSTMTrace)
    assert isinstance(after, LSTMTrace)
    marked = np.isin(np.arange(len(after)), record.started.probe["marks"])
    return record, before, after, marked


@pytest.mark.parametrize("seed", range(3))
def test_one_unit_learns_to_write_at_a_flag_and_to_hold_elsewhere(seed: int) -> None:
    record, before, after, flagged = run_of(replace(TASKS["latch"].defaults, seed=seed))
    assert record.end == "solved"
    assert before.f[~flagged].mean() == pytest.approx(0.5, abs=0.1)
    assert after.f[~flagged].mean() > 0.95
    assert after.f[flagged].mean() < 0.4
    assert after.i[flagged].mean() > 4 * after.i[~flagged].mean()


@pytest.mark.parametrize(("key", "seed"), [("recall", 0), ("recall", 1), ("recall", 2), ("adding", 0)])
def test_the_forget_gate_learns_to_stay_open(key: str, seed: int) -> None:
    preset = TASKS[key].presets["From half open: watch f learn"]
    record, before, after, marked = run_of(replace(preset, seed=seed))
    assert record.solved_at is not None
    unit = most_selective_unit(after, np.flatnonzero(marked).tolist())
    assert before.f[~marked, unit].mean() == pytest.approx(0.5, abs=0.15)
    assert after.f[~marked, unit].mean() > 0.95


@every_task
def test_a_run_is_told_first_how_good_it_is_as_trained(key: str) -> None:
    settings = TASKS[key].defaults
    record = run(TASKS[key], settings)
    assert record.end == "solved", record.text
    first = record.measures[0]
    assert first["good"] is True
    if not key.startswith("anbn"):
        assert first["name"].endswith("(%)") == (prepared(settings).goal.better == "higher")
