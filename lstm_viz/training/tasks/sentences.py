"""Sentences as batches: words as numbers, padded at the end, one class each."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from lstm_viz.training.task import Array, Batch, Example, Goal, Measure, Predictor, Probe, TaskData
from lstm_viz.training.tasks.scores import accuracy

PADDING: Final = 0
UNKNOWN: Final = 1
_RESERVED: Final = ("", "▢")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words by number; the first two stand for padding, and for every word that it does not hold."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, training: Sequence[Sequence[str]], most: int, seldom: int = 1) -> Self:
        """Return the words of the training part, the most frequent first.

        Parameters
        ----------
        training
            Sentences in words.
        most
            Words kept, at most.
        seldom
            How often a word must occur to be kept.
        """
        counts = Counter(word for sentence in training for word in sentence)
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        return cls((*_RESERVED, *[word for word in ranked if counts[word] >= seldom][:most]))

    def encode(self, sentences: Sequence[Sequence[str]]) -> list[Array]:
        """Return the numbers of each sentence's words, at least one for each sentence."""
        numbers = {word: number for number, word in enumerate(self.words)}
        return [
            np.array([numbers.get(word, UNKNOWN) for word in sentence] or [UNKNOWN], dtype=np.int64)
            for sentence in sentences
        ]

    def decode(self, numbers: Array) -> tuple[str, ...]:
        """Return the words of some numbers."""
        return tuple(self.words[number] for number in numbers)


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences as numbers, and the class of each."""

    rows: tuple[Array, ...]
    classes: Array

    @classmethod
    def of(cls, vocabulary: Vocabulary, words: Sequence[Sequence[str]], classes: Array) -> Self:
        """Return sentences in words as numbers."""
        return cls(tuple(vocabulary.encode(words)), classes.astype(np.int64))

    def __len__(self) -> int:
        return len(self.rows)

    def __add__(self, other: Self) -> Self:
        """Return these sentences and the others after them."""
        return type(self)(self.rows + other.rows, np.concatenate([self.classes, other.classes]))

    def first(self, count: int) -> Self:
        """Return the first ones, ``count`` at most."""
        return type(self)(self.rows[:count], self.classes[:count])

    def batch(self, places: Array | None = None) -> Batch:
        """Return some of the sentences, or all, as a batch padded to the longest among them."""
        chosen = np.arange(len(self.rows)) if places is None else places
        lengths = np.array([len(self.rows[place]) for place in chosen], dtype=np.int64)
        x = np.full((int(lengths.max()), len(chosen)), PADDING, dtype=np.int64)
        for column, place in enumerate(chosen):
            x[: lengths[column], column] = self.rows[place]
        return Batch(x, self.classes[chosen], lengths=lengths)


def sentence_data(
    vocabulary: Vocabulary,
    names: Sequence[str],
    goal: Goal,
    batch: Callable[[int], Batch],
    test: Batch,
    *,
    probe: Probe,
    measure: Callable[[Predictor], Sequence[Measure]],
    epoch: int | None = None,
) -> TaskData:
    """Return the data of a run that reads words and answers a class at the end."""
    return TaskData(
        inputs=len(vocabulary.words),
        outputs=len(names),
        symbols=True,
        reads="last",
        loss="cross_entropy",
        goal=goal,
        batch=batch,
        test=test,
        score=accuracy,
        probe=probe,
        examples=lambda outputs, of, most: _examples(outputs, of, most, vocabulary, names),
        measure=measure,
        classes=tuple(names),
        words=vocabulary.words,
        epoch=epoch,
    )


def probe_of(vocabulary: Vocabulary, words: Sequence[str], marked: Sequence[str] = ()) -> Probe:
    """Return a sentence as a probe, with the steps of ``marked`` words."""
    row = vocabulary.encode([words])[0]
    marks = tuple(place for place, word in enumerate(words) if word in marked)
    return Probe(row[:, None], tuple(words), marks)


def _examples(
    outputs: Array, batch: Batch, most: int, vocabulary: Vocabulary, names: Sequence[str]
) -> list[Example]:
    """Return sentences with their classes, spread over a batch."""
    count = len(batch.y)
    lengths = np.full(count, len(batch.x)) if batch.lengths is None else batch.lengths
    examples = []
    for column in np.linspace(0, count - 1, min(most, count)).astype(int):
        words = vocabulary.decode(batch.x[: lengths[column], column])
        target, answer = int(batch.y[column]), int(outputs[column].argmax())
        examples.append(Example(" ".join(words), names[target], names[answer], target == answer))
    return examples
