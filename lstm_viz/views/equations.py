"""Equations of several cells side by side, with what differs from the plain LSTM marked."""

from dataclasses import dataclass
from typing import Final

from lstm_viz.cells.expressions import Apply, Expression, terms
from lstm_viz.cells.latex import Letters, symbol
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
    lines = member.equations.lines
    plain = {line.name: line.value for line in FAMILY[PLAIN].equations.lines}
    letters = Letters(lines)
    written = {
        line.name: Line(
            f"{symbol(line.name)} = {_marked(line.value, plain[line.name], letters, colour)}"
            if line.name in plain
            else f"{_mark(symbol(line.name), colour)} = {letters.write(line.value)}"
        )
        for line in lines
    }
    if member.variant is None:
        return list(written.values())
    for gate, remark in _NO_GATE.items():
        written.setdefault(gate, Line(_mark(_MISSING[gate], colour), remark))
    return [written[name] for name in _READING]


_READING: Final = ("i", "f", "g", "c", "o", "h")
"""The order in which the lines of every cell stand, so that they can be compared."""


def _marked(own: Expression, plain: Expression, letters: Letters, colour: str) -> str:
    """Write an expression, and mark the terms that the plain one does not have.

    Where the function around all differs, that is the whole of it.
    """
    match own, plain:
        case Apply(function, (inner,)), Apply(other, (usual,)) if function is other:
            return function.latex.format(_marked(inner, usual, letters, colour))
        case _, Apply(arguments=(_,)):
            return _mark(letters.write(own), colour)
    known = list(terms(plain))
    return " + ".join(
        letters.write(term) if term in known else _mark(letters.write(term), colour) for term in terms(own)
    )


def _mark(latex: str, colour: str) -> str:
    return rf"\textcolor{{{colour}}}{{\underline{{{latex}}}}}"
