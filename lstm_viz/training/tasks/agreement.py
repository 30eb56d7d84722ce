"""Sentences in which a verb agrees with a noun far before it, and how much there is to know about them.

A noun may be followed by a phrase with a noun of its own: "the dog near the cats runs". The verb agrees
with the first noun, so the last few letters do not tell its form: a memory must hold one bit across the
phrase. See Linzen, Dupoux & Goldberg (2016), "Assessing the Ability of LSTMs to Learn Syntax-Sensitive
Dependencies", TACL 4.
"""

from dataclasses import dataclass
from math import log2
from typing import Final

import numpy as np

NOUNS: Final = ("dog", "cat", "bird", "horse")
VERBS: Final = ("run", "sing", "sleep", "jump")
PLACES: Final = ("near", "behind")

PHRASES: Final = (0.3, 0.7)
"""How often a noun is followed by no phrase, and by one."""

SINGULAR, PLURAL = 0, 1
NOUN_ENDINGS: Final = ("", "s")
VERB_ENDINGS: Final = ("s", "")
END: Final = ". "

BEFORE: Final = "the cats sing. the dog runs. the bird near the dog sleeps. "
"""What is read before a sentence that is asked about: a network that reads a stream begins with a memory."""

PROBE: Final = "the cats sing. the dog near the birds sleeps. the dogs near the cat run. "
ASKED: Final = tuple(PROBE.index(stem) + len(stem) - 1 for stem in ("sing", "sleep", "run"))
"""Sentences to be watched, and the last letter of each verb's stem: what comes then tells the number."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence up to the ending of its verb, and what comes then.

    Parameters
    ----------
    start
        "the dog near the cats run".
    ending
        "s" or nothing.
    number, last
        SINGULAR or PLURAL: of the noun that counts, and of the noun nearest to the verb.
    """

    start: str
    ending: str
    number: int
    last: int

    @property
    def text(self) -> str:
        """The whole sentence and the blank after it."""
        return self.start + self.ending + END

    @property
    def following(self) -> str:
        """The letter that comes after ``start``: an ending, or the full stop."""
        return (self.ending + END)[0]


def sentence(rng: np.random.Generator) -> Sentence:
    """Draw a sentence."""
    number = last = int(rng.integers(2))
    words = ["the", _noun(rng, number)]
    for _phrase in range(int(rng.choice(len(PHRASES), p=PHRASES))):
        last = int(rng.integers(2))
        words += [PLACES[rng.integers(len(PLACES))], "the", _noun(rng, last)]
    words.append(VERBS[rng.integers(len(VERBS))])
    return Sentence(" ".join(words), VERB_ENDINGS[number], number, last)


def text(rng: np.random.Generator, letters: int) -> str:
    """Return sentences, one after another, of ``letters`` letters at least."""
    sentences: list[str] = []
    length = 0
    while length < letters:
        sentences.append(sentence(rng).text)
        length += len(sentences[-1])
    return "".join(sentences).rstrip()


def entropy() -> float:
    """Return the bits of a letter: what a sentence leaves open, over its mean length.

    No predictor stays below it in the long run, and whoever knows the grammar reaches it. Every sentence is
    drawn in one way only, so what it leaves open is what its draws leave open.
    """
    phrases = sum(count * share for count, share in enumerate(PHRASES))
    bits = sum(share * _bits(count) for count, share in enumerate(PHRASES))
    noun_letters = _mean(NOUNS) + 0.5
    letters = (
        len("the ") + noun_letters
        + phrases * (len(" ") + _mean(PLACES) + len(" the ") + noun_letters)
        + len(" ") + _mean(VERBS) + 0.5 + len(END)
    )  # fmt: skip
    return bits / letters


def surprise(text: str) -> float:
    """Return the bits of a letter that whoever knows the grammar needs for the whole sentences of a text."""
    sentences = text.split(END)[1:-1]  # the first and the last may be cut
    counts = [sum(word in PLACES for word in sentence.split()) for sentence in sentences]
    return sum(map(_bits, counts)) / sum(len(sentence) + len(END) for sentence in sentences)


def _bits(phrases: int) -> float:
    """Return what is open in a sentence with so many phrases."""
    noun = 1 + log2(len(NOUNS))
    return noun - log2(PHRASES[phrases]) + phrases * (log2(len(PLACES)) + noun) + log2(len(VERBS))


def _noun(rng: np.random.Generator, number: int) -> str:
    return NOUNS[rng.integers(len(NOUNS))] + NOUN_ENDINGS[number]


def _mean(words: tuple[str, ...]) -> float:
    return sum(map(len, words)) / len(words)
