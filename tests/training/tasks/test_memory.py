from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Array, Batch, TaskData
from lstm_viz.training.tasks import TASKS, adding, latch, order, parity, recall

Oracle = Callable[[Array], Array]


def prepared(settings: TrainingSettings) -> TaskData:
    return TASKS[settings.task].prepare(settings, None, lambda _text, _done: None)


def chosen(key: str, **options: float | str) -> TrainingSettings:
    return replace(TASKS[key].defaults, options=tuple(sorted(options.items())))


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


# What each task asks for, worked out once more, one sequence and one step at a time.


def named_first(x: Array) -> Array:
    return np.array([[float(column[0] == symbol) for symbol in range(4)] for column in x.T])


def added(x: Array) -> Array:
    return np.array([[sum(v for v, mark in x[:, n] if mark == 1)] for n in range(x.shape[1])])


def added_as_published(x: Array) -> Array:
    return 0.5 + added(x) / 4


def ordered(x: Array) -> Array:
    words = ["".join(order.LETTERS[symbol] for symbol in column) for column in x.T]
    kept = ["".join(letter for letter in word if letter in "XY") for word in words]
    return np.array([[float(each == one) for one in ("XX", "XY", "YX", "YY")] for each in kept])


def held(x: Array) -> Array:
    y = np.zeros((*x.shape[:2], 1))
    for n in range(x.shape[1]):
        last = 0.0
        for step, (value, flag) in enumerate(x[:, n]):
            last = value if flag == 1 else last
            y[step, n] = last
    return y


def odd(x: Array) -> Array:
    y = np.zeros(x.shape)
    for n in range(x.shape[1]):
        state = False
        for step in range(len(x)):
            state ^= bool(x[step, n, 0])
            y[step, n, 0] = 1 if state else -1
    return y


PUBLISHED = chosen("adding", definition=adding.PUBLISHED)
CASES: dict[str, tuple[TrainingSettings, Oracle]] = {
    "recall": (TASKS["recall"].defaults, named_first),
    "recall, blanks": (chosen("recall", between=recall.NONE), named_first),
    "recall, the same symbols": (chosen("recall", between=recall.SAME), named_first),
    "adding": (TASKS["adding"].defaults, added),
    "adding, published": (PUBLISHED, added_as_published),
    "order": (TASKS["order"].defaults, ordered),
    "latch": (TASKS["latch"].defaults, held),
    "parity": (TASKS["parity"].defaults, odd),
}
every_case = pytest.mark.parametrize(("settings", "oracle"), CASES.values(), ids=CASES.keys())


class Knowing:
    """A stand-in for a network that has learned everything."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle

    def __call__(self, x: Array, lengths: Array | None = None) -> Array:
        assert lengths is None
        return self.oracle(x)

    def step(self, x: Array, state: object = None) -> tuple[Array, object]:
        raise NotImplementedError


@every_case
def test_targets_are_what_the_card_says(settings: TrainingSettings, oracle: Oracle) -> None:
    data = prepared(settings)
    for batch in (data.batch(0), data.batch(41), data.test):
        right = oracle(batch.x)
        if data.loss == "cross_entropy":
            assert np.array_equal(right.argmax(axis=1), batch.y)
        else:
            wanted = batch.y if data.loss == "mse" else np.where(batch.y > 0.5, 1, -1)
            assert np.allclose(right, wanted, atol=1e-6)


@every_case
def test_who_knows_everything_solves_it_and_is_right_in_every_example(
    settings: TrainingSettings, oracle: Oracle
) -> None:
    data = prepared(settings)
    assert data.goal.reached(data.score(oracle(data.test.x), data.test))
    examples = data.examples(oracle(data.test.x), data.test, 6)
    assert len(examples) == 6
    assert all(example.right and example.target == example.answer for example in examples)
    assert all(measure.good for measure in data.measure(Knowing(oracle)))


@every_case
def test_who_is_always_wrong_does_not(settings: TrainingSettings, oracle: Oracle) -> None:
    data = prepared(settings)
    wrong = 3 - oracle(data.test.x) if data.loss == "mse" else -oracle(data.test.x)
    assert not data.goal.reached(data.score(wrong, data.test))
    examples = data.examples(wrong, data.test, 4)
    assert not any(example.right or example.target == example.answer for example in examples)
    assert not any(measure.good for measure in data.measure(Knowing(lambda x: 3 - oracle(x))))


def constant(value: float) -> Callable[[Batch], Array]:
    return lambda batch: np.full(batch.y.shape, value)


def first_class(classes: int) -> Callable[[Batch], Array]:
    return lambda batch: np.tile(np.eye(classes)[0], (len(batch.y), 1))


@pytest.mark.parametrize(
    ("settings", "guess"),
    [
        (TASKS["recall"].defaults, first_class(4)),
        (chosen("recall", symbols=10), first_class(10)),
        (TASKS["adding"].defaults, constant(1)),
        (PUBLISHED, constant(0.5)),
        (chosen("adding", definition=adding.PUBLISHED, steps=10), constant(0.5)),
        (TASKS["order"].defaults, first_class(4)),
        (chosen("order", relevant=3), first_class(8)),
        (TASKS["latch"].defaults, constant(0)),
        (TASKS["parity"].defaults, constant(1)),
    ],
    ids=lambda case: case.task if isinstance(case, TrainingSettings) else "",
)
def test_guessing_scores_what_the_line_in_the_plot_says(
    settings: TrainingSettings, guess: Callable[[Batch], Array]
) -> None:
    data = prepared(settings)
    batches = [data.batch(index) for index in range(1500)]
    score = np.mean([data.score(guess(batch), batch) for batch in batches])
    assert score == pytest.approx(data.goal.guessing, rel=0.03)


@given(steps=st.integers(5, 200), symbols=st.integers(2, 10))
def test_only_the_first_symbol_can_tell(steps: int, symbols: int) -> None:
    data = prepared(replace(chosen("recall", steps=steps, symbols=symbols), batch=4))
    x = data.batch(0).x
    assert x.shape == (steps + 1, 4)
    assert x[0].max() < symbols
    assert x[1:].min() >= symbols
    assert x.max() < data.inputs
    assert data.outputs == symbols == len(data.classes)


@given(steps=st.integers(10, 400), published=st.booleans())
def test_two_steps_are_marked(steps: int, published: bool) -> None:
    draw = adding.draw_published if published else adding.draw
    marks = draw(rng(), 50, steps).x[..., 1]
    assert marks.shape == (steps, 50)
    assert ((marks == 1).sum(axis=0) == 2).all()
    if published:
        assert (marks[-1] == -1).all()
        assert ((marks == 1)[: steps // 2 - 1].sum(axis=0) == 2).all()
        assert ((marks == 1)[:10].sum(axis=0) >= 1).all()
        assert set(marks[0]) <= {-1, 1}
    else:
        assert ((marks == 1)[: steps // 2].sum(axis=0) == 1).all()


def test_a_marked_first_step_counts_nothing_as_published() -> None:
    x = adding.draw_published(rng(), 2000, 100).x
    first = x[0, :, 1] == 1
    assert first.any()
    assert (x[0, first, 0] == 0).all()
    assert (x[0, ~first, 0] != 0).all()


@given(steps=st.integers(20, 200), relevant=st.integers(2, 3))
def test_symbols_that_matter_are_far_apart(steps: int, relevant: int) -> None:
    x = order.draw(rng(), 40, relevant, steps).x
    for column in x.T:
        letters = [order.LETTERS[symbol] for symbol in column]
        assert letters[0] == "E"
        assert letters[-1] == "B"
        places = [step for step, letter in enumerate(letters) if letter in "XY"]
        assert len(places) == relevant
        assert min(np.diff(places)) > steps / 10


def test_in_the_paper_the_second_symbol_comes_at_step_50_to_60() -> None:
    x = order.draw(rng(), 3000, 2, 100).x
    second = [int(np.flatnonzero((column == 4) | (column == 5))[1]) for column in x.T]
    assert (min(second), max(second)) == (50, 59)


@given(steps=st.integers(10, 200), gap=st.integers(2, 50))
def test_a_latch_is_written_at_the_first_step_and_as_often_as_asked(steps: int, gap: int) -> None:
    x = latch.draw(rng(), 500, steps, gap).x
    flags = x[..., 1]
    assert (flags[0] == 1).all()
    assert flags[1:].mean() == pytest.approx(1 / gap, abs=0.05)
    assert np.abs(x[..., 0]).max() <= 1


@given(steps=st.integers(10, 100))
def test_streams_held_back_are_never_trained_on(steps: int) -> None:
    trained = parity.draw(rng(), 500, steps).x[..., 0]
    kept = parity.draw_held_back(rng(), 50, steps).x[..., 0]
    assert kept.shape == (steps, 50)
    assert not {tuple(stream) for stream in trained.T} & {tuple(stream) for stream in kept.T}


@pytest.mark.parametrize("key", ["recall", "adding", "order"])
def test_a_longer_wait_asks_for_a_longer_memory(key: str) -> None:
    adapted = TASKS[key].adapt(chosen(key, steps=37))
    assert adapted.model.chrono_steps == 37
    assert replace(adapted, model=TASKS[key].defaults.model) == chosen(key, steps=37)


def test_the_probe_of_the_adding_problem_marks_what_is_added() -> None:
    probe = prepared(TASKS["adding"].defaults).probe
    assert probe.names == ("value", "mark")
    assert [step for step in range(100) if probe.x[step, 0, 1] == 1] == list(probe.marks)


def test_examples_of_the_adding_problem_name_the_steps_from_one() -> None:
    data = prepared(TASKS["adding"].defaults)
    x = np.zeros((100, 1, 2), np.float32)
    x[6, 0], x[70, 0] = (0.25, 1), (0.5, 1)
    (example,) = data.examples(np.array([[0.7]]), Batch(x, np.array([[0.75]])), 5)
    assert (example.shown, example.target, example.answer) == (
        "0.25 at step 7 and 0.50 at step 71",
        "0.75",
        "0.70",
    )
    assert example.right
