"""Equations of several cells side by side, with what differs from the plain LSTM marked."""

from dataclasses import dataclass
from typing import Final

from lstm_viz.settings.family import FAMILY, PLAIN, FamilyMember

_MISSING: Final = {"i": "i_t = 1", "f": "f_t = 1", "o": "o_t = 1"}
_NO_GATE: Final = {"i": "no input gate", "f": "no forget gate", "o": "no output gate"}


@dataclass(frozen=True, slots=True)
class Line:
    """One equation in LaTeX, marked, and a remark in words; the remark is empty where none is needed."""

    latex: str
    remark: str = ""


def lines(member: FamilyMember, colour: str) -> list[Line]:
    """Return the equations of a cell; what the plain LSTM does not have is underlined, and in ``colour``.

    A gate that is missing is named as missing in its place. The plain LSTM itself has no marks.

    Parameters
    ----------
    member
        The cell.
    colour
        A CSS colour ``#rrggbb`` that reads well on the page.
    """
    own = dict(member.equations)
    plain = dict(FAMILY[PLAIN].equations)
    if member.variant is None:
        return [Line(_marked(line, plain.get(key), colour)) for key, line in own.items()]
    order = [*own, *(key for key in _MISSING if key not in own)]
    order.sort(key=_READING.index)
    return [
        Line(_marked(own[key], plain[key], colour))
        if key in own
        else Line(_mark(_MISSING[key], colour), _NO_GATE[key])
        for key in order
    ]


_READING: Final = ("i", "f", "g", "c", "o", "h")
"""The order in which the lines of every cell stand, so that they can be compared."""


def _marked(line: str, plain: str | None, colour: str) -> str:
    """Mark the terms that the plain line does not have; of a line that it lacks altogether, the letter."""
    letter, right = line.split(" = ", 1)
    if plain is None:
        return f"{_mark(letter, colour)} = {right}"
    usual = plain.split(" = ", 1)[1].split(" + ")
    terms = right.split(" + ")
    if _outside(terms) != _outside(usual):
        # The function around it differs: that is the whole right-hand side.
        return f"{letter} = {_mark(right, colour)}"
    return f"{letter} = " + " + ".join(term if term in usual else _mark(term, colour) for term in terms)


def _outside(terms: list[str]) -> list[str]:
    """Return the terms in which a bracket opens or closes: they hold the function around all."""
    return [term for term in terms if term.count("(") != term.count(")")]


def _mark(latex: str, colour: str) -> str:
    return rf"\textcolor{{{colour}}}{{\underline{{{latex}}}}}"
