"""The sentiment of a sentence: generated sentences with negation, and a person's own labelled ones."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil
from typing import Final

import numpy as np

from lstm_viz.notation import counted
from lstm_viz.training.settings import Initialisation, ModelSettings, OptimiserSettings, TrainingSettings
from lstm_viz.training.task import (
    Array,
    Batch,
    Card,
    Goal,
    Measure,
    Option,
    Predictor,
    Preparing,
    Task,
    TaskData,
    Upload,
    generator,
)
from lstm_viz.training.tasks import negation
from lstm_viz.training.tasks.batches import HELD_BACK, TRAINING
from lstm_viz.training.tasks.csv_tables import BY_ITSELF, SEPARATORS
from lstm_viz.training.tasks.imdb_words import tokenise
from lstm_viz.training.tasks.labelled import Labelled, example_sentences, read_labelled, split
from lstm_viz.training.tasks.measures import beside_guessing, percent
from lstm_viz.training.tasks.options import read_options
from lstm_viz.training.tasks.scores import accuracy
from lstm_viz.training.tasks.sentences import Sentences, Vocabulary, probe_of, sentence_data

SHARE: Final = 0.2
"""Of the sentences are held back."""

_CLEARLY: Final = 2.0
"""Standard errors by which a network must be better than guessing before it counts as good."""

_PROBED: Final = ("this", "book", "was", "not", "really", "good", "if", "you", "ask", "me")
_SOLVED: Final = 0.99
_WANTED: Final = 0.98
"""Of each kind of sentence, where of both together ``_SOLVED`` are right."""

_EACH: Final = 200
"""Sentences held back with, and as many without, a word that turns the feeling round."""


def prepare_negation(settings: TrainingSettings, _upload: Upload | None, _report: Preparing) -> TaskData:
    """Return generated sentences; a fifth of all there are is held back."""
    made = negation.opinions()
    order = generator(settings.seed, HELD_BACK).permutation(len(made))
    cut = round(SHARE * len(made))
    vocabulary = Vocabulary.of([each.words for each in made], most=len(made))
    affirmed, negated = _by_kind(vocabulary, [made[place] for place in order[cut:]])
    tests = [kind.first(_EACH) for kind in _by_kind(vocabulary, [made[place] for place in order[:cut]])]
    learned = affirmed + negated

    def batch(index: int) -> Batch:
        rng = generator(settings.seed, TRAINING, index)
        half = settings.batch // 2
        without = rng.integers(len(affirmed), size=half)
        with_one = len(affirmed) + rng.integers(len(negated), size=settings.batch - half)
        return learned.batch(np.concatenate([without, with_one]))

    return sentence_data(
        vocabulary,
        negation.NAMES,
        Goal("accuracy", 0.5, _SOLVED, "higher"),
        batch,
        (tests[0] + tests[1]).batch(),
        probe=probe_of(vocabulary, _PROBED, negation.NEGATIONS),
        measure=lambda network: _measure_kinds(network, tests),
    )


def _by_kind(vocabulary: Vocabulary, made: Sequence[negation.Opinion]) -> list[Sentences]:
    """Return sentences without, and those with, a word that turns their feeling round."""
    kinds = [[each for each in made if each.negated is negated] for negated in (False, True)]
    return [
        Sentences.of(vocabulary, [each.words for each in kind], np.array([each.feeling for each in kind]))
        for kind in kinds
    ]


def _measure_kinds(network: Predictor, tests: Sequence[Sentences]) -> list[Measure]:
    measures = []
    for sentences, title in zip(tests, ("without", "with"), strict=True):
        batch = sentences.batch()
        share = accuracy(network(batch.x, batch.lengths), batch)
        note = f"{counted(len(sentences), 'sentence')} held back: never trained on."
        measures.append(beside_guessing(f"Right {title} a negation", share, 0.5, _WANTED, note))
    return measures


_OPEN: Final[Initialisation] = "forget_bias"
_NEGATION_DEFAULTS: Final = TrainingSettings(
    task="negation",
    model=ModelSettings(units=8, embedding=8, initialisation=_OPEN, forget_bias=2.0),
    optimiser=OptimiserSettings(rate=0.03),
    batch=64,
    updates=2000,
)


def _small(units: int) -> TrainingSettings:
    """Return a network small enough to be read, trained on after it is right."""
    model = replace(_NEGATION_DEFAULTS.model, units=units, embedding=units)
    slower = replace(_NEGATION_DEFAULTS.optimiser, rate=0.02)
    return replace(_NEGATION_DEFAULTS, model=model, optimiser=slower, updates=800, until_solved=False)


NEGATION: Final = Task(
    key="negation",
    card=Card(
        title="Negation",
        group="Text",
        goes_in="A sentence, word by word: “this book was not really good if you ask me”.",
        comes_out="Whether it is positive or negative, once it has been read.",
        loss="cross entropy of the two classes",
        solved="at least 99 % of held-back sentences right, half of them with “not”, “never” or “hardly”",
        guessing="half of the sentences are positive; who goes by “good” alone is right half of the time too",
        watch="At “not” the forget gate of at least one unit falls almost to 0. That unit may not be the one "
        "shown first. Its memory begins anew there, and holds from then on that the feeling is reversed.",
        source="Generated by a small grammar of our own.",
    ),
    options={},
    defaults=_NEGATION_DEFAULTS,
    prepare=prepare_negation,
    bidirectional=True,
    presets={
        "Four units: f falls at “not”": _small(4),
        "Two units: f falls at “not”": _small(2),
    },
)

LABELLED_OPTIONS: Final = {
    "text": Option("Column of the text", "", "Its name, or its number from 1; empty takes the longest."),
    "label": Option(
        "Column of the label", "", "Its name or number; empty takes the one with the fewest kinds."
    ),
    "separator": Option(
        "Separator", BY_ITSELF, "What separates the cells.", choices=(BY_ITSELF, *SEPARATORS)
    ),
    "words": Option(
        "Words known", 2000, "The most frequent of the training part, if there twice.", 50, 20_000
    ),
    "length": Option("Words read", 60, "Of each text, from its beginning.", 5, 400),
}


def prepare_labelled(settings: TrainingSettings, upload: Upload | None, _report: Preparing) -> TaskData:
    """Return a person's labelled sentences; a fifth of each class is held back, drawn by the seed."""
    chosen = read_options(LABELLED_OPTIONS, settings)
    given = (
        example_sentences()
        if upload is None
        else read_labelled(upload, chosen["text"], chosen["label"], chosen["separator"])
    )
    words = [tokenise(text)[: chosen["length"]] for text in given.texts]
    learned, tested = split(given.classes, SHARE, generator(settings.seed, HELD_BACK))
    vocabulary = Vocabulary.of([words[place] for place in learned], most=chosen["words"], seldom=2)
    everything = Sentences.of(vocabulary, words, given.classes)
    test = everything.batch(tested)
    guessing = _majority(given.classes[learned], test.y)
    epoch = ceil(len(learned) / settings.batch)
    return sentence_data(
        vocabulary,
        given.names,
        Goal("accuracy", guessing, None, "higher"),
        _epochs(everything, learned, settings.seed, epoch),
        test,
        probe=probe_of(vocabulary, _probed(words, tested)),
        measure=lambda network: _measure_labelled(network, test, guessing, given, vocabulary),
        epoch=epoch,
    )


def _epochs(sentences: Sentences, learned: Array, seed: int, batches: int) -> Callable[[int], Batch]:
    """Return what draws batches: every sentence once in each epoch, in another order each time."""

    def batch(index: int) -> Batch:
        epoch, place = divmod(index, batches)
        order = generator(seed, TRAINING, epoch).permutation(learned)
        return sentences.batch(np.array_split(order, batches)[place])

    return batch


def _majority(learned: Array, tested: Array) -> float:
    """Return how often the most frequent class of the training part is right on what is held back."""
    return float(np.mean(tested == np.bincount(learned).argmax()))


def _probed(words: Sequence[Sequence[str]], tested: Array) -> Sequence[str]:
    """Return the held-back sentence whose length is in the middle, with at least one word."""
    order = sorted((words[place] for place in tested), key=len)
    return order[len(order) // 2] or ["▢"]


def _measure_labelled(
    network: Predictor, test: Batch, guessing: float, given: Labelled, vocabulary: Vocabulary
) -> list[Measure]:
    answers = network(test.x, test.lengths).argmax(axis=-1)
    count = len(test.y)
    share = float(np.mean(answers == test.y))
    spread = 100.0 * np.sqrt(share * (1.0 - share) / count)
    measures = [
        Measure(
            "Right on held-back sentences (%)",
            percent(share),
            f"{counted(count, 'sentence')}, never trained on: another draw would give some {spread:.1f} "
            f"points more or less. Guessing gives {percent(guessing):g} %.",
            True if share - guessing > _CLEARLY * spread / 100.0 else None if share > guessing else False,
        )
    ]
    for number, name in enumerate(given.names):
        of_class = test.y == number
        right = percent(float(np.mean(answers[of_class] == number)))
        measures.append(
            Measure(
                f"Right where the label is {name} (%)", right, f"{counted(int(of_class.sum()), 'sentence')}."
            )
        )
    notes = " ".join(["Words known, from the training part alone.", *given.notes])
    return [*measures, Measure("Vocabulary", float(len(vocabulary.words) - 2), notes)]


LABELLED: Final = Task(
    key="labelled",
    card=Card(
        title="Labelled sentences of your own",
        group="Text",
        goes_in="A sentence of your file, word by word.",
        comes_out="Its label, once it has been read.",
        loss="cross entropy of the labels",
        solved="never; a thousand real sentences are few: of three such sets 71 to 84 % of those held back "
        "were right. Without a file it learns 600 sentences made "
        "from a few patterns and some thirty words, and gets 96 to 100 % right",
        guessing="always the most frequent label of the training part",
        watch="In the sentences made for the example C moves most at a word that turns the feeling round, "
        "“not”, “never” or “hardly”, and at the word of feeling.",
        source="Your file; one to try: Kotzias, Denil, De Freitas & Smyth (2015), “From Group to Individual "
        "Labels Using Deep Features”, KDD: 3 × 1,000 sentences.",
    ),
    options=LABELLED_OPTIONS,
    defaults=TrainingSettings(
        task="labelled",
        model=ModelSettings(units=32, embedding=32, dropout=0.5, readout="max"),
        optimiser=OptimiserSettings(rate=0.01),
        updates=150,
        until_solved=False,
    ),
    prepare=prepare_labelled,
    bidirectional=True,
    accepts=("csv", "tsv", "txt"),
)

TASKS: Final = (NEGATION, LABELLED)
