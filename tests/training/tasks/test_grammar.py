from collections.abc import Callable
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Array, Batch, TaskData
from lstm_viz.training.tasks import TASKS, counting, reber
from lstm_viz.training.tasks.batches import MEASURED

REBER = {
    ("start", "B"): "one",
    ("one", "T"): "two",
    ("one", "P"): "three",
    ("two", "S"): "two",
    ("two", "X"): "four",
    ("three", "T"): "three",
    ("three", "V"): "five",
    ("four", "X"): "three",
    ("four", "S"): "six",
    ("five", "P"): "four",
    ("five", "V"): "six",
    ("six", "E"): "done",
}
"""Reber's grammar as a picture of it shows it, every arrow by itself."""


def prepared(settings: TrainingSettings) -> TaskData:
    return TASKS[settings.task].prepare(settings, None, lambda _text, _done: None)


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def after(prefix: str) -> set[str]:
    """Return which letters may follow the beginning of a word of the embedded grammar."""
    if len(prefix) < 2:
        return set("B") if not prefix else set("TP")
    state = "start"
    for place, letter in enumerate(prefix[2:], start=2):
        if state == "done":
            assert letter == prefix[1]
            assert place == len(prefix) - 1
            return {"E"}
        state = REBER[state, letter]
    return {prefix[1]} if state == "done" else {letter for at, letter in REBER if at == state}


def letters_of(batch: Batch, column: int, names: str) -> str:
    assert batch.lengths is not None
    return "".join(names[symbol] for symbol in batch.x[: batch.lengths[column], column])


def possible(batch: Batch, column: int, step: int, names: tuple[str, ...]) -> set[str]:
    return {name for name, yes in zip(names, batch.y[step, column], strict=True) if yes}


@pytest.mark.parametrize("held", [False, True])
def test_words_and_what_may_follow_are_those_of_the_embedded_reber_grammar(held: bool) -> None:
    words = reber.draw(rng(), 400, held)
    assert words.lengths is not None
    for column in range(400):
        word = letters_of(words, column, reber.LETTERS)
        assert word[0] == "B"
        for step in range(len(word)):
            follows = after(word[: step + 1])
            assert possible(words, column, step, tuple(reber.LETTERS)) == follows
            assert (word[step + 1 :][:1] or "E") in follows
        assert after(word) == {"E"}
        assert len(word) >= 8
    assert words.weight is not None
    assert np.array_equal(words.weight.sum(axis=0), words.lengths)


def test_every_arrow_of_the_grammar_is_taken_as_often_as_the_other() -> None:
    words = reber.draw(rng(), 4000)
    assert (words.x[1] == reber.LETTERS.index("T")).mean() == pytest.approx(0.5, abs=0.03)
    # Two of the four ways out of the first two states lead straight through: a quarter of all words, and a
    # little more of those for training, for only longer ones are held back.
    assert words.lengths is not None
    assert (words.lengths == 8).mean() == pytest.approx(0.25 / 0.934, abs=0.03)


def test_reber_words_held_back_are_never_trained_on() -> None:
    def seen(batch: Batch) -> set[str]:
        return {letters_of(batch, column, reber.LETTERS) for column in range(batch.x.shape[1])}

    data = prepared(TASKS["reber"].defaults)
    trained = set().union(*(seen(data.batch(index)) for index in range(100)))
    assert len(trained) > 200
    assert not trained & seen(data.test)


@cache
def language(letters: int) -> list[str]:
    return ["".join(letter * n for letter in "abc"[:letters]) for n in range(1, 14)]


def following(prefix: str, letters: int) -> set[str]:
    words = language(letters)
    return {word[len(prefix)] for word in words if word.startswith(prefix) and word != prefix} | (
        {"the end"} if prefix in words else set()
    )


@pytest.mark.parametrize("letters", [2, 3])
@given(counts=st.lists(st.integers(1, 10), min_size=1, max_size=6))
def test_what_may_follow_is_what_some_word_of_the_language_goes_on_with(
    letters: int, counts: list[int]
) -> None:
    batch = counting.words(np.array(counts), letters)
    assert batch.weight is not None
    assert batch.x.shape == (letters * max(counts), len(counts))
    for column, n in enumerate(counts):
        word = letters_of(batch, column, "abc")
        assert word == language(letters)[n - 1]
        assert batch.weight[:, column].sum() == len(word)
        for step in range(len(word)):
            names = (*"abc"[:letters], "the end")
            assert possible(batch, column, step, names) == following(word[: step + 1], letters)


@pytest.mark.parametrize("key", ["anbn", "anbncn"])
def test_one_word_in_three_is_held_back_and_two_that_are_longer(key: str) -> None:
    data = prepared(TASKS[key].defaults)
    letters = data.inputs
    counts = np.concatenate([data.batch(index).lengths for index in range(30)]) // letters
    assert set(counts) == {1, 3, 4, 6, 7, 9, 10}
    assert data.test.lengths is not None
    assert list(data.test.lengths // letters) == list(range(1, 13))
    shown = [example.shown.partition(",")[0] for example in data.examples(knowing(data.test), data.test, 9)]
    assert [len(word) // letters for word in shown] == [12, 11, 8, 5, 2]


class CountingTo:
    """A stand-in for a network that is right for words up to some n, and then ends a word too early."""

    def __init__(self, most: int, letters: int) -> None:
        self.most = most
        self.letters = letters

    def __call__(self, x: Array, lengths: Array | None = None) -> Array:
        assert lengths is not None
        outputs = 2 * counting.words(lengths // self.letters, self.letters).y - 1
        too_long = np.flatnonzero(lengths // self.letters > self.most)
        if len(too_long):
            outputs[self.letters * self.most, too_long, -1] = 1
        assert outputs.shape[:2] == x.shape
        return outputs

    def step(self, x: Array, state: object = None) -> tuple[Array, object]:
        raise NotImplementedError


@pytest.mark.parametrize(("key", "letters"), [("anbn", 2), ("anbncn", 3)])
@pytest.mark.parametrize(
    ("most", "right", "good"),
    [
        (1, 0.0, (None, False)),
        (10, 60.0, (None, None)),
        (12, 100.0, (True, True)),
        (150, 100.0, (True, True)),
    ],
)
def test_how_far_a_network_counts_is_measured(
    key: str, letters: int, most: int, right: float, good: tuple[bool | None, bool | None]
) -> None:
    network = CountingTo(most, letters)
    reached, words = prepared(TASKS[key].defaults).measure(network)
    assert (reached.value, words.value) == (most, right)
    assert (reached.good, words.good) == good


def knowing(batch: Batch) -> Array:
    return np.where(batch.y > 0.5, 1.0, -1.0)


def expecting_one_letter_of_each(batch: Batch) -> Array:
    """Answer as somebody does who knows the language and does not count: the end of each letter at once."""
    letters = batch.y.shape[-1] - 1
    outputs = np.full(batch.y.shape, -1.0)
    for step, column in product(range(len(batch.x)), range(batch.x.shape[1])):
        symbol = batch.x[step, column]
        outputs[step, column, symbol + 1] = 1
        outputs[step, column, 0] = 1 if symbol == 0 else -1
    assert letters >= 2
    return outputs


def forgetting_the_second_letter(batch: Batch) -> Array:
    """Answer as somebody does who knows the grammar, and says T where the second letter is asked for."""
    assert batch.lengths is not None
    outputs = knowing(batch)
    outputs[batch.lengths - 2, np.arange(len(batch.lengths))] = [
        1 if letter == "T" else -1 for letter in reber.LETTERS
    ]
    return outputs


@pytest.mark.parametrize(
    ("key", "guess"),
    [
        ("reber", forgetting_the_second_letter),
        ("anbn", expecting_one_letter_of_each),
        ("anbncn", expecting_one_letter_of_each),
    ],
)
def test_guessing_scores_what_the_line_in_the_plot_says(key: str, guess: Callable[[Batch], Array]) -> None:
    data = prepared(TASKS[key].defaults)
    assert data.score(guess(data.test), data.test) == pytest.approx(data.goal.guessing, abs=0.1)


@pytest.mark.parametrize("key", ["reber", "anbn", "anbncn"])
def test_one_slip_makes_a_word_wrong(key: str) -> None:
    data = prepared(TASKS[key].defaults)
    outputs = knowing(data.test)
    assert data.score(outputs, data.test) == 1
    assert data.goal.reached(1)
    outputs[2, 4] *= -1
    count = data.test.x.shape[1]
    assert data.score(outputs, data.test) == pytest.approx(1 - 1 / count)
    assert not data.goal.reached(1 - 1 / count)


@pytest.mark.parametrize("key", ["reber", "anbn", "anbncn"])
def test_padding_counts_nothing(key: str) -> None:
    data = prepared(TASKS[key].defaults)
    outputs = knowing(data.test)
    assert data.test.weight is not None
    padded = data.test.weight == 0
    assert padded.any()
    outputs[padded] = 7
    assert data.score(outputs, data.test) == 1


def test_examples_show_the_step_that_was_wrong_or_else_the_one_that_decides() -> None:
    data = prepared(TASKS["anbn"].defaults)
    outputs = knowing(data.test)
    longest = data.examples(outputs, data.test, 3)[0]
    assert longest.right
    assert longest.shown == "a" * 12 + "b" * 12 + ", after step 24"
    assert longest.target == longest.answer == "the end"
    outputs[15, -1] = [-1, 1, 1]
    longest = data.examples(outputs, data.test, 3)[0]
    assert not longest.right
    assert longest.shown.endswith("after step 16")
    assert (longest.target, longest.answer) == ("b", "b or the end")
    outputs[15, -1] = -1
    assert data.examples(outputs, data.test, 3)[0].answer == "nothing"


def test_examples_of_the_reber_grammar_decide_at_the_last_letter_but_one() -> None:
    data = prepared(TASKS["reber"].defaults)
    for example in data.examples(knowing(data.test), data.test, 20):
        word, step = example.shown.split(", after step ")
        assert int(step) == len(word) - 1
        assert example.target == example.answer == word[1] == word[-1]


def test_what_a_network_that_forgets_does_not_get_right_is_measured() -> None:
    class Forgetful:
        def __call__(self, x: Array, lengths: Array | None = None) -> Array:
            assert lengths is not None
            y = np.zeros((*x.shape, 7), np.float32)
            for column, length in enumerate(lengths):
                word = "".join(reber.LETTERS[symbol] for symbol in x[:length, column])
                for step in range(length):
                    y[step, column] = [float(letter in after(word[: step + 1])) for letter in reber.LETTERS]
            return forgetting_the_second_letter(Batch(x, y, lengths=lengths))

        def step(self, x: Array, state: object = None) -> tuple[Array, object]:
            raise NotImplementedError

    words, memory, long = prepared(TASKS["reber"].defaults).measure(Forgetful())
    assert words.value == memory.value == pytest.approx(50, abs=5)
    assert 0 < long.value < 99
    assert not any(each.good for each in (words, memory, long))


def test_one_word_in_thousands_that_is_wrong_is_not_lost_in_the_table() -> None:
    class Nearly:
        def __call__(self, x: Array, lengths: Array | None = None) -> Array:
            words = reber.draw(np.random.default_rng((0, MEASURED)), x.shape[1], held=True)
            assert lengths is not None
            assert np.array_equal(words.x, x)
            outputs = knowing(words)
            outputs[1, 0] *= -1
            return outputs

        def step(self, x: Array, state: object = None) -> tuple[Array, object]:
            raise NotImplementedError

    words, memory, _long = prepared(TASKS["reber"].defaults).measure(Nearly())
    assert (words.value, words.good) == (99.9, True)
    assert (memory.value, memory.good) == (100.0, True)


def test_the_probe_of_the_reber_grammar_marks_the_letter_and_where_it_is_asked_for() -> None:
    probe = prepared(TASKS["reber"].defaults).probe
    stored, asked = probe.marks
    assert stored == 1
    assert after("".join(probe.labels[: asked + 1])) == {probe.labels[1]}
    assert len(probe.labels) > 12
