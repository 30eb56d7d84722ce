"""Sentences whose feeling a small word turns round: "the film was not really good".

All sentences of a small grammar are known, and some are kept back: what is right there was not learned by
heart.
"""

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

SUBJECTS: Final = ("the film", "this book", "the food", "our room")
VERBS: Final = ("was", "is")
NEGATIONS: Final = ("not", "never", "hardly")
DEGREES: Final = ("", "very", "really", "all that")
GOOD: Final = ("good", "great", "lovely", "fun")
BAD: Final = ("bad", "awful", "dull", "poor")
TAILS: Final = ("", "i think", "to be honest", "if you ask me")

NEGATIVE, POSITIVE = 0, 1
NAMES: Final = ("negative", "positive")


@dataclass(frozen=True, slots=True)
class Opinion:
    """A sentence in words, whether a word turns its feeling round, and what feeling it ends with."""

    words: tuple[str, ...]
    negated: bool
    feeling: int


@cache
def opinions() -> tuple[Opinion, ...]:
    """Return every sentence: as many negated as not, as many positive as negative."""
    made = []
    for subject, verb, degree, tail, feeling in product(
        SUBJECTS, VERBS, DEGREES, TAILS, (NEGATIVE, POSITIVE)
    ):
        for quality, negation in product((BAD, GOOD)[feeling], NEGATIONS):
            affirmed = f"{subject} {verb} {degree} {quality} {tail}"
            negated = f"{subject} {verb} {negation} {degree} {quality} {tail}"
            after = f"{quality} {subject} {verb} {negation} {tail}"
            made.append(Opinion(tuple(affirmed.split()), False, feeling))
            made.append(Opinion(tuple(negated.split()), True, 1 - feeling))
            if not degree:
                made.append(Opinion(tuple(after.split()), True, 1 - feeling))
                made.append(Opinion(tuple(f"{quality} {subject} {verb} {tail}".split()), False, feeling))
    return tuple(dict.fromkeys(made))
