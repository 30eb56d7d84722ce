"""Which size every quantity and weight of a cell has, and where two sizes do not go together."""

from collections.abc import Sequence

from lstm_viz.cells.expressions import (
    HIDDEN,
    INPUTS,
    Expression,
    Line,
    Parameter,
    Product,
    Quantity,
    Span,
    Vector,
    parts,
    walk,
)
from lstm_viz.cells.language import Problem


class Sizes:
    """Finds the shape of every weight, and where two sizes do not go together."""

    def __init__(self, lines: Sequence[Line], problems: list[Problem]) -> None:
        self._sizes = {"x": INPUTS} | {line.name: line.size for line in lines}
        self._problems = problems
        self.shapes: dict[Parameter, tuple[str, ...]] = {}
        self.own: set[Parameter] = set()
        self.lent: dict[Parameter, Span] = {}
        self._uses: list[tuple[Parameter, tuple[str, ...], Span]] = []
        self.square = False
        for line in lines:
            self._line = line
            self._fit(line.value, line.size)
        if self.square:
            self.shapes = {parameter: _squared(shape) for parameter, shape in self.shapes.items()}
        for parameter, shape, span in self._uses:
            here, there = _squared(shape) if self.square else shape, self.shapes[parameter]
            if here != there:
                message = f"{parameter.name} is ({', '.join(there)}) and here ({', '.join(here)})"
                problems.append(Problem(span, f"{message}: give one of them a letter of its own"))

    def _fit(self, part: Expression, size: str) -> None:
        """Take ``part`` to be of ``size``: note the shapes that follow, or that it cannot be."""
        match part:
            case Quantity(name=name, previous=previous, span=span) if self._sizes[name] != size:
                if {self._sizes[name], size} == {INPUTS, HIDDEN}:
                    self.square = True
                else:
                    message = (
                        f"{name} has {self._sizes[name]} numbers where {size} are needed: write W@{name}"
                    )
                    # In brackets: a*W@x would be (a*W)@x.
                    instead = f"(W@{name}[t-1])" if previous else f"(W@{name})"
                    self._problems.append(Problem(span, message, instead))
            case Vector(parameter=parameter):
                self._shape(parameter, (size,))
            case Product(parameter=parameter, operand=operand):
                if not any(isinstance(inner, Quantity | Vector | Product) for inner in walk(operand)):
                    message = (
                        f"{parameter.letters}@ multiplies a number: write what it should multiply, such as h"
                    )
                    self._problems.append(Problem(self._line.span, message))
                inner = self._natural(operand) or HIDDEN
                self._shape(parameter, (size, inner))
                self._fit(operand, inner)
            case _:
                for argument in parts(part):
                    self._fit(argument, size)

    def _natural(self, part: Expression) -> str | None:
        """Return the size that the quantities in an expression give it; None if it has none of its own."""
        match part:
            case Quantity(name=name):
                return self._sizes[name]
            case Product():
                return None
        return next(filter(None, map(self._natural, parts(part))), None)

    def _shape(self, parameter: Parameter, shape: tuple[str, ...]) -> None:
        here = self._line.span
        if parameter.line == self._line.name:
            self.own.add(parameter)
        else:
            self.lent[parameter] = here
        self.shapes.setdefault(parameter, shape)
        self._uses.append((parameter, shape, here))


def _squared(shape: tuple[str, ...]) -> tuple[str, ...]:
    """Return a shape where there are as many inputs as units."""
    return tuple(HIDDEN if size == INPUTS else size for size in shape)
