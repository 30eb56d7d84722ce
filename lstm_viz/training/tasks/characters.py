"""The next character of a text: a stream that is read on and on, its gradient cut every so often."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from lstm_viz.notation import counted
from lstm_viz.training.settings import ModelSettings, OptimiserSettings, TrainingSettings
from lstm_viz.training.task import (
    Array,
    Batch,
    Card,
    Example,
    Goal,
    Measure,
    Option,
    Predictor,
    Preparing,
    Probe,
    Task,
    TaskData,
    Upload,
    generator,
)
from lstm_viz.training.tasks import agreement
from lstm_viz.training.tasks.alphabet import MOST_SYMBOLS, Alphabet, shown
from lstm_viz.training.tasks.batches import MEASURED, TRAINING
from lstm_viz.training.tasks.measures import beside_guessing, percent
from lstm_viz.training.tasks.options import read_options
from lstm_viz.training.tasks.uploads import text_of

FEWEST: Final = 20
MOST: Final = 2_000_000
TRAINING_SHARE: Final = 0.9
TRUNCATE: Final = 50
SOLVED: Final = 1.03
"""Of the bits per character that whoever knows the grammar needs: then it is learned."""

_ROWS: Final = 32
_LONGEST: Final = 256
_WARM: Final = 64
"""Characters at the start of each held-back row that are read only: nothing is known before them."""

_PROBED: Final = 60
_SAMPLED: Final = 300
_SENTENCES: Final = 400
_AGREEING: Final = 0.9
"""Of the verbs must agree to be good: whoever goes by the last noun has half of them right."""


class Stream:
    """A text as a task.

    Parameters
    ----------
    text
        The text.
    rows
        Places of the training part that are read side by side.
    truncate
        Characters after which the gradient is cut.

    Attributes
    ----------
    training, held_back
        Symbol numbers of the first 90 % of the text, and of the rest.
    """

    def __init__(self, text: str, rows: int, truncate: int) -> None:
        cut = min(int(TRAINING_SHARE * len(text)), len(text) - 2)
        self.alphabet = Alphabet.of(text[:cut])
        self.training = self.alphabet.encode(text[:cut])
        self.held_back = self.alphabet.encode(text[cut:])
        self.steps = min(truncate, len(self.training) - 1)
        rows = max(1, min(rows, (len(self.training) - 1) // self.steps))
        length = (len(self.training) - 1) // rows
        self.epoch = length // self.steps
        self._reads = self.training[: rows * length].reshape(rows, length).T
        self._answers = self.training[1 : rows * length + 1].reshape(rows, length).T

    def batch(self, index: int) -> Batch:
        """Return batch ``index``: it goes on where the one before it ended, until the text begins anew."""
        place = index % self.epoch
        part = slice(place * self.steps, (place + 1) * self.steps)
        return Batch(
            np.ascontiguousarray(self._reads[part]),
            np.ascontiguousarray(self._answers[part]),
            fresh=place == 0,
        )

    def test(self) -> Batch:
        """Return the held-back text, in rows side by side that each begin without a memory."""
        count = len(self.held_back) - 1
        length = min(count, _LONGEST)
        rows = min(_ROWS, count // length)
        firsts = np.arange(rows) * length
        read = firsts + np.arange(length)[:, None]
        weight = np.ones(read.shape, dtype=np.float32)
        weight[: min(_WARM, length // 4)] = 0.0
        return Batch(self.held_back[read], self.held_back[read + 1], weight)

    def guessing(self, test: Batch) -> float:
        """Return the bits per character of who knows how frequent symbols are in the training part."""
        counts = np.bincount(self.training, minlength=len(self.alphabet.symbols)) + 1.0
        costs = -np.log2(counts / counts.sum())[test.y]
        return float(np.average(costs, weights=test.weight))

    def probe(self, generated: bool) -> Probe:
        """Return the beginning of the held-back text, or sentences of the grammar with their verbs marked."""
        numbers = self.alphabet.encode(agreement.PROBE) if generated else self.held_back[:_PROBED]
        labels = tuple(map(shown, self.alphabet.decode(numbers)))
        return Probe(numbers[:, None], labels, agreement.ASKED if generated else ())

    def examples(self, outputs: Array, batch: Batch, most: int) -> Sequence[Example]:
        """Return next characters of the held-back text, spread over it."""
        weight = np.ones(batch.x.shape) if batch.weight is None else batch.weight
        asked = np.argwhere(weight > 0)
        chosen = asked[np.linspace(0, len(asked) - 1, min(most, len(asked))).astype(int)]
        examples = []
        for step, row in chosen:
            before = self.alphabet.decode(batch.x[max(0, step - 29) : step + 1, row])
            target, answer = int(batch.y[step, row]), int(outputs[step, row].argmax())
            wanted, answered = (shown(self.alphabet.symbols[symbol]) for symbol in (target, answer))
            examples.append(Example(shown(before), wanted, answered, target == answer))
        return examples

    def sample(self, network: Predictor, rng: np.random.Generator, length: int) -> str:
        """Return text that the network goes on with, after the beginning of the held-back text."""
        outputs, state = network.step(self.held_back[:_PROBED, None])
        numbers = []
        for _letter in range(length):
            chances = np.exp(log_softmax(outputs[-1, 0].astype(np.float64)))
            numbers.append(int(rng.choice(len(chances), p=chances / chances.sum())))
            outputs, state = network.step(np.array([[numbers[-1]]]), state)
        return self.alphabet.decode(np.array(numbers))


def log_softmax(outputs: Array) -> Array:
    """Return natural logarithms of the chances of each class, along the last axis."""
    shifted = outputs - outputs.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def bits(outputs: Array, batch: Batch) -> float:
    """Return the bits per character of the answers that count."""
    chances = log_softmax(outputs.astype(np.float64))
    costs = -np.take_along_axis(chances, batch.y[:, :, None], 2)[:, :, 0] / np.log(2.0)
    return float(np.average(costs, weights=batch.weight))


def agreeing(network: Predictor, alphabet: Alphabet, rng: np.random.Generator) -> tuple[float, float]:
    """Return how often the likelier form of a verb is the right one, and the chance given to the wrong one.

    Sentences with a phrase alone, as often with a last noun of the other number as of the same: whoever goes
    by the last noun is right half of the time. The chance is a mean over all of them.
    """
    sentences = _with_phrases(rng)
    forms = alphabet.encode("s" + agreement.END[0])
    right, wrong = 0, 0.0
    for length in sorted({len(each.start) for each in sentences}):
        alike = [each for each in sentences if len(each.start) == length]
        x = np.array([alphabet.encode(agreement.BEFORE + each.start) for each in alike]).T
        chances = np.exp(log_softmax(network(np.ascontiguousarray(x))[-1].astype(np.float64)))[:, forms]
        meant = np.array([0 if each.following == "s" else 1 for each in alike])
        right += int((chances.argmax(axis=1) == meant).sum())
        wrong += float(chances[np.arange(len(alike)), 1 - meant].sum())
    return right / len(sentences), wrong / len(sentences)


def _with_phrases(rng: np.random.Generator) -> list[agreement.Sentence]:
    """Return sentences with a phrase, half of them with a last noun of the same number as the first."""
    drawn: dict[bool, list[agreement.Sentence]] = {True: [], False: []}
    while any(len(each) < _SENTENCES // 2 for each in drawn.values()):
        sentence = agreement.sentence(rng)
        if any(f" {place} " in sentence.start for place in agreement.PLACES):
            drawn[sentence.number == sentence.last].append(sentence)
    return [each for same in drawn.values() for each in same[: _SENTENCES // 2]]


OPTIONS: Final = {
    "letters": Option("Characters of the generated text", 200_000, "If no text is given.", 20_000, 500_000),
}


def prepare(settings: TrainingSettings, upload: Upload | None, _report: Preparing) -> TaskData:
    """Return a text of the person's, or generated sentences, as a stream."""
    chosen = read_options(OPTIONS, settings)
    generated = upload is None
    if upload is None:
        text = agreement.text(generator(settings.seed, TRAINING), chosen["letters"])
    else:
        text = text_of(upload).strip("\n")
        _refuse_length(upload, text)
    stream = Stream(text, settings.batch, settings.truncate or TRUNCATE)
    test = stream.test()
    solved = SOLVED * agreement.surprise(stream.alphabet.decode(stream.held_back)) if generated else None
    goal = Goal("bits per character", stream.guessing(test), solved, "lower")
    symbols = len(stream.alphabet.symbols)
    return TaskData(
        inputs=symbols,
        outputs=symbols,
        symbols=True,
        reads="every",
        loss="cross_entropy",
        goal=goal,
        batch=stream.batch,
        test=test,
        score=bits,
        probe=stream.probe(generated),
        examples=stream.examples,
        measure=lambda network: _measure(network, stream, settings.seed, goal, generated),
        classes=tuple(map(shown, stream.alphabet.symbols)),
        stream=True,
        epoch=stream.epoch,
    )


def _refuse_length(upload: Upload, text: str) -> None:
    if not FEWEST <= len(text) <= MOST:
        raise ValueError(
            f"{upload.name} has {len(text):,} characters; a text needs from {FEWEST} to {MOST:,}."
        )


def _measure(network: Predictor, stream: Stream, seed: int, goal: Goal, generated: bool) -> list[Measure]:
    rng = generator(seed, MEASURED)
    test = stream.test()
    outputs = network(test.x)
    found = bits(outputs, test)
    hits = np.average(outputs.argmax(-1) == test.y, weights=test.weight)
    measures = [
        Measure(
            "Bits per character",
            found,
            "On text held back: how many yes-or-no questions a character is still worth to the network, on "
            f"average. Guessing needs {goal.guessing:.3g}. {_symbols(stream.alphabet)}",
            True if goal.reached(found) else None if found < goal.guessing else False,
        )
    ]
    if generated:
        measures += _measure_grammar(network, stream, rng)
    measures.append(
        Measure("Next character right (%)", percent(float(hits)), "The likeliest symbol is the right one.")
    )
    return [*measures, _sampled(network, stream, rng)]


def _measure_grammar(network: Predictor, stream: Stream, rng: np.random.Generator) -> list[Measure]:
    share, wrong = agreeing(network, stream.alphabet, rng)
    note = (
        "The right form is the likelier one, where other nouns stand between; by the last noun it is so in "
        f"half of the sentences. The wrong form keeps a chance of {100 * wrong:.2g} %: a text that is drawn "
        "by chance, as below, has it now and then."
    )
    return [
        Measure(
            "Bits per character that the grammar leaves open",
            agreement.surprise(stream.alphabet.decode(stream.held_back)),
            "What is left to whoever knows the grammar, on the same text; "
            f"{agreement.entropy():.4f} in the long run.",
        ),
        beside_guessing("Verbs that agree with their noun", share, 0.5, _AGREEING, note),
    ]


def _sampled(network: Predictor, stream: Stream, rng: np.random.Generator) -> Measure:
    """Return how much of what the network writes by itself are words of the text, with what it wrote."""
    text = stream.sample(network, rng, _SAMPLED)
    known = set(stream.alphabet.decode(stream.training).split())
    words = text.split()[1:-1]  # the first and the last may be cut
    share = sum(word in known for word in words) / max(1, len(words))
    note = f"Written by the network, each character drawn by its chance: “{text}”"
    return Measure("Sampled words that the text has (%)", percent(share), note)


def _symbols(alphabet: Alphabet) -> str:
    text = f"{counted(len(alphabet.symbols), 'symbol')}."
    if alphabet.merged:
        text += f" The {alphabet.merged} rarest were merged into one: at most {MOST_SYMBOLS} are told apart."
    return text


TASK: Final = Task(
    key="characters",
    card=Card(
        title="The next character",
        group="Text",
        goes_in="A text, one character at a time: yours, or generated sentences.",
        comes_out="The next character, at every step.",
        loss="cross entropy of the next character; in bits per character, how many yes-or-no questions are "
        "left open about it on average",
        solved="generated sentences: at most 3 % more bits per character than whoever knows their grammar "
        "needs; a text of your own is never solved, only better than guessing",
        guessing="knowing how frequent each character is, and nothing of what came before",
        watch="In the generated sentences a unit remembers whether the first noun is plural, across other "
        "nouns, until the verb: bits per character hardly show it, the count of verbs that agree does.",
        source="Elman (1990), “Finding Structure in Time”; Linzen, Dupoux & Goldberg (2016), TACL 4; "
        "Karpathy, Johnson & Li (2015), arXiv:1506.02078.",
    ),
    options=OPTIONS,
    defaults=TrainingSettings(
        task="characters",
        model=ModelSettings(units=64, initialisation="forget_bias"),
        optimiser=OptimiserSettings(rate=0.005),
        updates=3000,
    ),
    prepare=prepare,
    accepts=("txt", "md", "text"),
)
