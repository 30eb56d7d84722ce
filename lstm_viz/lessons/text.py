"""The text of a lesson: words with numbers in braces, which are computed from the run when it is shown.

``C has lost {1 - C[last] / C[1]:.0%}`` holds one number. After a colon stands how it is written: ``.2f`` with
two decimals, ``.1%`` as a percentage, ``.3g`` with three figures, which is how it is written without a colon,
too.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from lstm_viz.lessons.expressions import Expression, Scope, expression
from lstm_viz.notation import decimals, written

_HOLE: Final = re.compile(r"\{([^{}]*)\}")
_PARTS: Final = re.compile(r"(?P<expression>.+?)(?::\.(?P<digits>\d)(?P<kind>[f%g]))?")
_FIGURES: Final = 3


@dataclass(frozen=True, slots=True)
class _Number:
    """One number of a text: what it is, and how it is written."""

    expression: Expression
    digits: int
    kind: str

    @classmethod
    def read(cls, text: str) -> Self:
        parts = _PARTS.fullmatch(text)
        if parts is None:
            raise ValueError("a pair of braces holds no number")
        return cls(expression(parts["expression"]), int(parts["digits"] or _FIGURES), parts["kind"] or "g")

    def written(self, scope: Scope) -> str:
        value = float(self.expression.value(scope))
        if self.kind == "f":
            return decimals(value, self.digits)
        if self.kind == "%":
            return f"{decimals(100.0 * value, self.digits)}\N{NO-BREAK SPACE}%"
        return written(value, max(1, self.digits))


@dataclass(frozen=True, slots=True)
class Text:
    """Words and numbers in turn: first words, which may be empty, last words."""

    words: tuple[str, ...]
    numbers: tuple[_Number, ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a text.

        Raises
        ------
        ValueError
            If a brace stands alone, or holds what is not an expression.
        """
        pieces = _HOLE.split(text)
        words, numbers = tuple(pieces[::2]), tuple(pieces[1::2])
        if any(brace in each for each in words for brace in "{}"):
            raise ValueError("a brace has no partner")
        return cls(words, tuple(map(_Number.read, numbers)))

    def filled(self, scope: Scope) -> str:
        """Return the text with its numbers.

        Parameters
        ----------
        scope
            What the expressions may name; see :class:`~lstm_viz.lessons.expressions.Expression`.

        Raises
        ------
        ValueError
            If an expression asks for what is not there, or its result is not a finite number.
        """
        written = (number.written(scope) for number in self.numbers)
        return self.words[0] + "".join(
            number + after for number, after in zip(written, self.words[1:], strict=True)
        )


@lru_cache(1024)
def read_text(text: str) -> Text:
    """Read a text; see :meth:`Text.read`. A hand that drags has the same texts filled many times a second."""
    return Text.read(text)


def filled(text: str, scope: Scope) -> str:
    """Return a text with its numbers computed; see :meth:`Text.filled`."""
    return read_text(text).filled(scope)
