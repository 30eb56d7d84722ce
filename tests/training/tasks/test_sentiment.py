import gzip
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.cells import LSTMTrace
from lstm_viz.training.gate_traces import run_layers
from lstm_viz.training.headless import run
from lstm_viz.training.task import Array, Task, TaskData, Upload, generator
from lstm_viz.training.tasks import TASKS, negation
from lstm_viz.training.tasks.batches import HELD_BACK
from lstm_viz.training.tasks.labelled import FEWEST, FEWEST_OF_A_CLASS, MOST_CLASSES, read_labelled, split
from lstm_viz.training.tasks.sentences import UNKNOWN, Sentences, Vocabulary
from lstm_viz.training.tasks.sentiment import LABELLED, NEGATION, SHARE

BOTH = (NEGATION, LABELLED)


def quiet(_text: str, _done: float | None) -> None:
    pass


def data_of(task: Task, content: str | bytes | None = None, seed: int = 0, **options: Any) -> TaskData:
    content = content.encode() if isinstance(content, str) else content
    upload = None if content is None else Upload("mine.csv", content)
    settings = replace(task.defaults, seed=seed, options=tuple(sorted(options.items())))
    return task.prepare(settings, upload, quiet)


def sentences_of(data: TaskData, batches: int) -> set[tuple[int, ...]]:
    drawn = (data.batch(index) for index in range(batches))
    return {
        tuple(batch.x[: batch.lengths[row], row].tolist())
        for batch in drawn
        for row in range(batch.x.shape[1])
        if batch.lengths is not None
    }


TABLE = "text,label\n" + "".join(
    f"this is {'good' if k % 3 else 'bad'} number{k % 20} and word{k},{'yes' if k % 3 else 'no'}\n"
    for k in range(120)
)


@dataclass
class Always:
    """A network that always answers one class."""

    number: int
    classes: int = 2

    def __call__(self, x: Array, _lengths: Array | None = None) -> Array:
        return np.tile(np.eye(self.classes)[self.number], (x.shape[1], 1))

    def step(self, x: Array, state: Any = None) -> tuple[Array, Any]:
        raise NotImplementedError


@pytest.mark.parametrize("task", BOTH, ids=lambda task: task.key)
class TestBoth:
    def test_it_is_registered(self, task: Task) -> None:
        assert TASKS[task.key] is task
        assert task.card.group == "Text"

    def test_batches_depend_on_seed_and_number_alone(self, task: Task) -> None:
        first, again, other = data_of(task), data_of(task), data_of(task, seed=1)
        for index in (30, 0, 7):
            np.testing.assert_array_equal(first.batch(index).x, again.batch(index).x)
            np.testing.assert_array_equal(first.batch(index).y, again.batch(index).y)
        np.testing.assert_array_equal(first.test.x, again.test.x)
        assert not np.array_equal(first.batch(0).x, other.batch(0).x)

    def test_what_is_held_back_is_never_learned(self, task: Task) -> None:
        data = data_of(task)
        held_back = sentences_of(replace(data, batch=lambda _index: data.test), 1)
        assert not sentences_of(data, 200) & held_back

    def test_lengths_are_those_of_the_sentences(self, task: Task) -> None:
        batch = data_of(task).batch(3)
        assert batch.lengths is not None
        steps = np.arange(len(batch.x))[:, None]
        assert (
            batch.x[steps < batch.lengths] if False else np.where(steps < batch.lengths, batch.x, 1)
        ).all()
        assert not np.where(steps >= batch.lengths, batch.x, 0).any()

    def test_one_class_for_all_scores_as_the_classes_are_shared_out(self, task: Task) -> None:
        data = data_of(task)
        for number in (0, 1):
            score = data.score(Always(number)(data.test.x), data.test)
            assert score == pytest.approx(np.mean(data.test.y == number))

    def test_examples_are_sentences_in_words(self, task: Task) -> None:
        data = data_of(task)
        for example in data.examples(np.eye(2)[data.test.y], data.test, 3):
            assert example.right
            assert example.target in data.classes
            assert 2 <= len(example.shown.split()) <= 12


# Negation


def test_the_feeling_follows_from_the_words() -> None:
    for made in negation.opinions():
        good = bool(set(made.words) & set(negation.GOOD))
        turned = bool(set(made.words) & set(negation.NEGATIONS))
        assert made.negated == turned
        assert made.feeling == (negation.POSITIVE if good != turned else negation.NEGATIVE)


def test_batches_and_what_is_held_back_are_balanced() -> None:
    data = data_of(NEGATION)
    assert np.mean(data.test.y) == pytest.approx(0.5, abs=0.08)
    words = [example.shown for example in data.examples(np.eye(2)[data.test.y], data.test, 400)]
    assert sum(bool(set(text.split()) & set(negation.NEGATIONS)) for text in words) == len(words) / 2
    # Whoever goes by the quality alone is right without a negation, and wrong with one.
    vocabulary = data.probe.labels
    assert "not" in vocabulary
    assert [vocabulary[mark] for mark in data.probe.marks] == ["not"]


def test_measures_tell_sentences_with_and_without_a_negation_apart() -> None:
    data = data_of(NEGATION)
    without, with_one = data.measure(Always(negation.POSITIVE))
    assert 100 * np.mean(data.test.y) == pytest.approx((without.value + with_one.value) / 2)


# Vocabulary


def test_the_most_frequent_words_are_known() -> None:
    vocabulary = Vocabulary.of([["b", "a", "a"], ["a", "c", "b"], ["d"]], most=3, seldom=2)
    assert vocabulary.words[2:] == ("a", "b")
    assert [row.tolist() for row in vocabulary.encode([["a", "z", "b"], []])] == [[2, UNKNOWN, 3], [UNKNOWN]]


def test_sentences_can_be_put_together() -> None:
    vocabulary = Vocabulary.of([["a", "b", "c"]], most=9)
    first = Sentences.of(vocabulary, [["a"], ["b", "c"]], np.array([0, 1]))
    both = first + first.first(1)
    assert len(both) == 3
    batch = both.batch(np.array([1, 2]))
    assert batch.lengths is not None
    assert (batch.x.tolist(), batch.lengths.tolist(), batch.y.tolist()) == ([[3, 2], [4, 0]], [2, 1], [1, 0])


# Labelled sentences


def test_text_and_label_are_found_whatever_their_order() -> None:
    swapped = "stars;words;day\n" + "".join(f"{k % 2};some words {k};{k}\n" for k in range(60))
    given = read_labelled(Upload("x", swapped.encode()), "", "")
    assert given.names == ("0", "1")
    assert given.texts[3] == "some words 3"
    named = read_labelled(Upload("x", swapped.encode()), "words", "stars")
    assert named.texts == given.texts
    assert named.classes.tolist() == [k % 2 for k in range(60)]


def test_lines_without_a_text_or_a_label_are_left_out_and_it_is_said() -> None:
    given = read_labelled(Upload("x", (TABLE + "no label,\n,yes\n").encode()), "text", "label")
    assert len(given.texts) == 120
    assert given.notes == ("2 lines without a text or a label were left out.",)


@given(st.lists(st.integers(0, 4), min_size=20, max_size=200), st.integers(0, 100))
def test_every_class_is_held_back_in_its_share(classes: list[int], seed: int) -> None:
    numbers = np.array(classes)
    learned, tested = split(numbers, 0.2, np.random.default_rng(seed))
    assert sorted([*learned, *tested]) == list(range(len(classes)))
    for kind, count in Counter(classes).items():
        assert np.sum(numbers[tested] == kind) == max(1, round(0.2 * count))


def test_words_of_the_held_back_part_alone_are_unknown() -> None:
    data = data_of(LABELLED, TABLE)
    held_back = {example.shown for example in data.examples(np.eye(2)[data.test.y], data.test, 99)}
    assert all("▢" in text for text in held_back)  # each has a word of its own
    assert not any("word" in text.replace("number", "") for text in held_back)


def test_what_is_held_back_has_no_say_in_what_is_learned() -> None:
    names, *lines = TABLE.splitlines()
    classes = np.array([line.endswith("yes") for line in lines])
    _learned, tested = split(classes, SHARE, generator(0, HELD_BACK))
    for row in tested:
        lines[row] = lines[row].replace("this is", "quite other words make this")
    mine, theirs = data_of(LABELLED, TABLE), data_of(LABELLED, "\n".join([names, *lines]))
    assert mine.inputs == theirs.inputs
    for index in range(4):
        np.testing.assert_array_equal(mine.batch(index).x, theirs.batch(index).x)


def test_guessing_is_the_majority_of_the_training_part() -> None:
    data = data_of(LABELLED, TABLE)
    assert data.goal.guessing == pytest.approx(2 / 3)
    assert data.goal.solved is None
    right, first, second, words = data.measure(Always(1))
    assert (right.value, first.value, second.value) == (66.7, 0.0, 100.0)
    assert right.good is False, "no better than guessing"
    assert "Words known" in words.note


def test_an_epoch_shows_every_sentence_once() -> None:
    data = data_of(LABELLED, TABLE)
    assert data.epoch == 3
    for epoch in (0, 4):
        shown = [data.batch(epoch * 3 + k) for k in range(3)]
        assert sum(len(batch.y) for batch in shown) == 96
        assert sum(int(batch.y.sum()) for batch in shown) == 64


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (b"", {}, "empty"),
        (gzip.compress(b"a,b\n" * 99, mtime=0), {}, "compressed"),
        (b"PK\x03\x04" + bytes(99), {}, "Excel"),
        (bytes(range(256)) * 9, {}, "no text"),
        (b"words\n" + b"good\nbad\n" * 50, {}, "one column"),
        (b"a,b\n" * (FEWEST - 1), {}, f"at least {FEWEST}"),
        (b"some text,yes\n" * 99, {}, "“yes”: there is nothing to tell apart"),
        (TABLE.encode() + b"x,maybe\n", {}, f"Only 1 lines.*at least {FEWEST_OF_A_CLASS}"),
        (TABLE.encode(), {"label": "text", "text": "label"}, f"at most {MOST_CLASSES}"),
        (TABLE.encode(), {"label": "text", "text": "text"}, "cannot both"),
        (TABLE.encode(), {"label": "stars"}, "no column “stars”. The columns are: text, label"),
        (TABLE.encode(), {"length": 1}, "“Words read” must be"),
    ],
)
def test_what_cannot_be_learned_is_refused_in_plain_words(content: bytes, options: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        data_of(LABELLED, content, **options)


@pytest.mark.parametrize("file", ["amazon_cells", "imdb", "yelp"])
def test_published_sentences_are_all_there(shared: Path, file: str) -> None:
    path = shared / "data" / "sentiment_labelled_sentences" / f"{file}_labelled.txt"
    given = read_labelled(Upload(path.name, path.read_bytes()), "", "")
    assert Counter(given.classes.tolist()) == {0: 500, 1: 500}
    assert given.names == ("0", "1")
    data = data_of(LABELLED, path.read_bytes())
    assert data.test.x.shape[1] == 200
    assert data.goal.guessing == 0.5


# Training


def test_negation_is_learned() -> None:
    record = run(NEGATION, NEGATION.defaults)
    assert record.end == "solved"
    assert all(each["value"] >= 98 for each in record.measures)


@pytest.mark.parametrize("title", NEGATION.presets)
def test_in_small_networks_the_forget_gate_falls_at_not(title: str) -> None:
    settings = NEGATION.presets[title]
    record = run(NEGATION, settings)
    assert record.started is not None
    assert record.started.probe is not None
    assert record.scores[-1][1] > 0.99
    (layer,) = run_layers(record.weights, settings.model)
    assert isinstance(layer.forward, LSTMTrace)
    (step,) = record.started.probe["marks"]
    assert record.started.probe["labels"][step] == "not"
    unit = layer.forward.f[step].argmin()
    assert layer.forward.f[step, unit] < 0.1
    assert np.delete(layer.forward.f[:, unit], step).max() > 0.9


def test_labelled_sentences_are_learned() -> None:
    record = run(LABELLED, replace(LABELLED.defaults, updates=120))
    assert record.started is not None
    assert record.scores[-1][1] > record.started.guessing + 0.2
