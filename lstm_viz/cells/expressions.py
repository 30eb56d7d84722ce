"""Equations as trees: what the text of a cell is read into, and what LaTeX and code are written from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from lstm_viz.cells.functions import OPERATORS, Function

INPUTS: Final = "D"
HIDDEN: Final = "H"


class Span(NamedTuple):
    """Where something stands in the text: line and columns count from 1, ``end`` is the column after it."""

    line: int
    column: int
    end: int


NOWHERE: Final = Span(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A matrix or a vector of weights: its letters as written, and the line that owns it."""

    letters: str
    line: str

    @property
    def name(self) -> str:
        """Its key among the weights of a cell: ``W_f``."""
        return f"{self.letters}_{self.line}"


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True, slots=True)
class Quantity:
    """x or a line, of this step or, where ``previous``, of the one before."""

    name: str
    previous: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector of weights."""

    parameter: Parameter


@dataclass(frozen=True, slots=True)
class Product:
    """A matrix of weights times something."""

    parameter: Parameter
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean over all units, once for each."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Apply:
    """A function or an operator, unit by unit."""

    function: Function
    arguments: tuple["Expression", ...]


Expression: TypeAlias = Number | Quantity | Vector | Product | Mean | Apply


def parts(expression: Expression) -> tuple[Expression, ...]:
    """Return what an expression is made of directly."""
    match expression:
        case Product() | Mean():
            return (expression.operand,)
        case Apply():
            return expression.arguments
    return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and all within it, from the outside inwards."""
    yield expression
    for part in parts(expression):
        yield from walk(part)


def terms(expression: Expression) -> Iterator[Expression]:
    """Yield what a sum adds up, in the order of the text; of what is no sum, itself."""
    match expression:
        case Apply(function=function, arguments=arguments) if function is OPERATORS["+"]:
            for argument in arguments:
                yield from terms(argument)
        case _:
            yield expression


@dataclass(frozen=True, slots=True)
class Line:
    """One equation.

    Attributes
    ----------
    name
        What it gives.
    size
        "H", the number of units, "D", the number of inputs, or a size that it declares.
    value
        Its right-hand side.
    span
        Where its name stands.
    """

    name: str
    size: str
    value: Expression
    span: Span
