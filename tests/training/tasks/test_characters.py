from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise, product
from math import e, log2
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.training.headless import run
from lstm_viz.training.settings import ModelSettings
from lstm_viz.training.task import Array, TaskData, Upload
from lstm_viz.training.tasks import TASKS, agreement
from lstm_viz.training.tasks.alphabet import MOST_SYMBOLS, OTHER, Alphabet
from lstm_viz.training.tasks.characters import FEWEST, MOST, TASK, Stream, agreeing, bits


def quiet(_text: str, _done: float | None) -> None:
    pass


def data_of(text: str | bytes | None = None, seed: int = 0, **settings: Any) -> TaskData:
    content = text.encode() if isinstance(text, str) else text
    upload = None if content is None else Upload("mine.txt", content)
    return TASK.prepare(replace(TASK.defaults, seed=seed, **settings), upload, quiet)


ALPHABET = "abcdefghij .\n"
TEXTS = st.text(alphabet=ALPHABET, min_size=30, max_size=600).filter(lambda text: len(text.strip()) >= FEWEST)


# The grammar


def every_sentence() -> list[tuple[str, float]]:
    """All sentences, by loops of their own, each with its chance."""
    nouns = [(noun + ending, number) for noun in agreement.NOUNS for number, ending in enumerate(("", "s"))]
    made = []
    for (noun, number), verb in product(nouns, agreement.VERBS):
        says = verb + ("s" if number == 0 else "")
        made.append((f"the {noun} {says}. ", agreement.PHRASES[0] / (8 * 4)))
        made += [
            (f"the {noun} {place} the {other} {says}. ", agreement.PHRASES[1] / (8 * 4 * 2 * 8))
            for place, (other, _number) in product(agreement.PLACES, nouns)
        ]
    return made


def test_sentences_are_drawn_as_often_as_the_grammar_says() -> None:
    rng = np.random.default_rng(0)
    drawn = Counter(agreement.sentence(rng).text for _draw in range(20_000))
    assert set(drawn) <= set(dict(every_sentence()))
    for text, chance in every_sentence():
        expected = 20_000 * chance
        assert abs(drawn[text] - expected) < 6 * np.sqrt(expected), text


def test_the_entropy_is_that_of_all_sentences_over_their_mean_length() -> None:
    sentences = every_sentence()
    assert sum(chance for _text, chance in sentences) == pytest.approx(1.0)
    open_ = -sum(chance * log2(chance) for _text, chance in sentences)
    letters = sum(chance * len(text) for text, chance in sentences)
    assert agreement.entropy() == pytest.approx(open_ / letters)


def test_a_long_text_surprises_as_much_as_the_entropy_says() -> None:
    text = agreement.text(np.random.default_rng(1), 300_000)
    assert agreement.surprise(text) == pytest.approx(agreement.entropy(), rel=0.01)


def test_the_verb_agrees_with_the_first_noun() -> None:
    rng = np.random.default_rng(2)
    mixed = 0
    for _draw in range(500):
        made = agreement.sentence(rng)
        words = made.text.rstrip(". ").split()
        assert words[1].endswith("s") != words[-1].endswith("s")
        assert words[-2].endswith("s") == (made.last == agreement.PLURAL)
        assert made.text.startswith(made.start + made.following)
        mixed += made.number != made.last
    assert 120 < mixed < 230


# The alphabet


@given(st.text(max_size=300), st.text(max_size=50))
def test_what_the_training_part_holds_is_kept(training: str, other: str) -> None:
    alphabet = Alphabet.of(training)
    if len(set(training)) < MOST_SYMBOLS:
        assert alphabet.decode(alphabet.encode(training)) == training
        assert alphabet.merged == 0
    decoded = alphabet.decode(alphabet.encode(other))
    assert all(sign in (was, OTHER) for was, sign in zip(other, decoded, strict=True))
    assert len(alphabet.symbols) <= MOST_SYMBOLS


def test_the_rarest_signs_are_merged_and_it_is_said() -> None:
    frequent = "".join(chr(0x4E00 + k) * 5 for k in range(MOST_SYMBOLS - 1))
    rare = "".join(chr(0x5E00 + k) for k in range(30))
    text = (rare + frequent) * 2 + frequent[:300]
    data = data_of(text)
    assert (data.inputs, len(data.classes)) == (MOST_SYMBOLS, MOST_SYMBOLS)
    note = data.measure(Uniform(MOST_SYMBOLS))[0].note
    assert "30 rarest" in note


# The stream


@dataclass
class Uniform:
    """A network that finds all symbols equally likely."""

    symbols: int

    def __call__(self, x: Array, _lengths: Array | None = None) -> Array:
        return np.zeros((*x.shape, self.symbols), np.float32)

    def step(self, x: Array, state: Any = None) -> tuple[Array, Any]:
        return self(x), state


@given(text=TEXTS, rows=st.integers(1, 40), truncate=st.integers(1, 80))
def test_batches_go_on_from_one_another_and_answer_with_the_next_sign(
    text: str, rows: int, truncate: int
) -> None:
    stream = Stream(text, rows, truncate)
    batches = [stream.batch(index) for index in range(stream.epoch)]
    assert [batch.fresh for batch in batches] == [True] + [False] * (stream.epoch - 1)
    read = np.concatenate([batch.x for batch in batches])
    wanted = np.concatenate([batch.y for batch in batches])
    np.testing.assert_array_equal(read[1:], wanted[:-1])
    whole = "".join(map(chr, stream.training))
    for row in range(read.shape[1]):
        assert "".join(map(chr, [*read[:, row], wanted[-1, row]])) in whole
    again = stream.batch(stream.epoch)
    np.testing.assert_array_equal(again.x, batches[0].x)
    assert again.fresh


@given(text=TEXTS)
def test_what_is_held_back_is_the_end_of_the_text_and_has_no_say(text: str) -> None:
    cut = min(int(0.9 * len(text)), len(text) - 2)
    stream, other = Stream(text, 4, 8), Stream(text[:cut] + "?" * (len(text) - cut), 4, 8)
    assert stream.alphabet == other.alphabet
    np.testing.assert_array_equal(stream.training, other.training)
    assert stream.alphabet.encode(text)[cut:].tolist() == stream.held_back.tolist()
    test = stream.test()
    assert test.weight is not None
    assert test.weight.any()


def test_guessing_is_the_cross_entropy_of_the_training_parts_frequencies() -> None:
    text = "aab" * 600
    data = data_of(text)
    counts = {"a": 1080 + 1, "b": 540 + 1, OTHER: 1}
    total = sum(counts.values())
    weight = data.test.weight
    assert weight is not None
    wanted = np.array(data.classes)[data.test.y[weight > 0]]
    costs = [-log2(counts[sign] / total) for sign in wanted]
    assert data.goal.guessing == pytest.approx(np.mean(costs))
    assert data.goal.solved is None


def test_bits_of_chance_and_of_certainty() -> None:
    data = data_of("abcd" * 300)
    assert bits(Uniform(5)(data.test.x), data.test) == pytest.approx(log2(5))
    certain = 100.0 * np.eye(5)[data.test.y]
    assert bits(certain, data.test) == pytest.approx(0, abs=1e-9)
    assert data.score(certain, data.test) == pytest.approx(0, abs=1e-9)


def test_examples_show_what_came_before_and_what_was_meant() -> None:
    data = data_of("abcd" * 300)
    right = data.examples(np.eye(5)[data.test.y], data.test, 4)
    assert len(right) == 4
    for example in right:
        assert example.right
        assert example.target == example.answer
        assert (example.shown[-1] + example.target) in "abcda"
    wrong = data.examples(np.eye(5)[(data.test.y + 1) % 4], data.test, 4)
    assert not any(example.right for example in wrong)


def test_the_probe_marks_where_the_number_of_the_noun_must_be_known() -> None:
    probe = data_of().probe
    text = "".join(probe.labels).replace("␣", " ")
    assert OTHER not in text
    assert [text[: mark + 1].split()[-1] for mark in probe.marks] == ["sing", "sleep", "run"]
    assert [text[mark + 1] for mark in probe.marks] == [".", "s", "."]


def test_the_same_seed_makes_the_same_sentences_and_another_seed_others() -> None:
    first, again, other = data_of(), data_of(), data_of(seed=1)
    np.testing.assert_array_equal(first.batch(5).x, again.batch(5).x)
    assert not np.array_equal(first.batch(5).x, other.batch(5).x)
    assert first.goal.solved is not None
    assert first.goal.solved < first.goal.guessing


def test_who_goes_by_the_last_noun_agrees_half_of_the_time_and_who_goes_by_the_first_always() -> None:
    alphabet = Alphabet.of(agreement.text(np.random.default_rng(0), 5000))

    class Grammar(Uniform):
        def __init__(self, noun: int) -> None:
            super().__init__(len(alphabet.symbols))
            self.noun = noun

        def __call__(self, x: Array, _lengths: Array | None = None) -> Array:
            outputs = super().__call__(x)
            for row in range(x.shape[1]):
                words = alphabet.decode(x[:, row]).split(". ")[-1].split()
                nouns = [word for before, word in pairwise(words) if before == "the"]
                sign = "." if nouns[self.noun].endswith("s") else "s"
                outputs[-1, row, alphabet.encode(sign)[0]] = 1.0
            return outputs

    rng = np.random.default_rng(3)
    # One output is 1 and all others are 0: both forms keep a chance.
    chance = 1 / (len(alphabet.symbols) - 1 + e)
    assert agreeing(Grammar(0), alphabet, rng) == pytest.approx((1.0, chance))
    assert agreeing(Grammar(-1), alphabet, rng) == pytest.approx((0.5, chance * (1 + e) / 2))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"too short", f"has 9 characters; a text needs from {FEWEST}"),
        (b"ab" * (MOST // 2 + 1), "2,000,002 characters"),
        (b"PK\x03\x04" + bytes(100), "zip"),
        (bytes(range(100)) * 10, "no text"),
    ],
)
def test_a_text_that_cannot_be_learned_is_refused_in_plain_words(content: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        data_of(content)


@given(TEXTS)
def test_any_text_that_is_long_enough_can_be_learned(text: str) -> None:
    data = data_of(text)
    assert np.isfinite(data.goal.guessing)
    assert np.isfinite(data.score(Uniform(data.inputs)(data.test.x), data.test))
    assert data.probe.x.shape == (len(data.probe.labels), 1)
    assert data.test.x.max() < data.inputs
    assert all(measure.name for measure in data.measure(Uniform(data.inputs)))


def test_a_play_is_taken_as_it_is(shared: Path) -> None:
    data = data_of((shared / "data" / "tiny_shakespeare.txt").read_bytes())
    assert data.inputs == 65 + 1
    assert 4 < data.goal.guessing < 5
    assert data.stream
    assert data.epoch is not None
    assert data.epoch > 500


def test_it_is_registered() -> None:
    assert TASKS["characters"] is TASK


def test_a_small_network_learns_a_short_text_by_heart() -> None:
    upload = Upload("mine.txt", b"the quick brown fox jumps over the lazy dog. " * 40)
    record = run(TASK, replace(TASK.defaults, model=ModelSettings(units=32), updates=150), upload)
    assert record.scores[-1][1] < 0.5
    sampled = next(each for each in record.measures if each["name"].startswith("Sampled"))
    assert sampled["value"] > 80
