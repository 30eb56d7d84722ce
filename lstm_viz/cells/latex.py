"""Equations in LaTeX: as letters, and with the numbers of one step and unit filled in."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from lstm_viz.cells.expressions import (
    Apply,
    Expression,
    Line,
    Mean,
    Number,
    Parameter,
    Product,
    Quantity,
    Vector,
    walk,
)
from lstm_viz.cells.functions import OPERATORS, Array

if TYPE_CHECKING:
    from lstm_viz.cells.run import Trace

_GREEK: Final = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "rho",
        "sigma",
        "tau",
        "phi",
        "chi",
        "psi",
        "omega",
    ]
)
_SYMBOLS: Final = {"c": "C", "g": r"\tilde C"}
"""As everywhere else in the field: the memory is C, and its candidate C̃."""

_LOOSE: Final = ("+", "-", "wide_sigmoid", "centred_sigmoid")
"""What reads as a sum, and needs brackets within a product."""


class Letters:
    """Writes expressions with letters.

    Parameters
    ----------
    lines
        All of the cell. Where a single one has weights, these carry no index.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        owners = {part.parameter.line for line in lines for part in walk(line.value)
                  if isinstance(part, Product | Vector)}  # fmt: skip
        self._indexed = len(owners) > 1

    def write(self, part: Expression) -> str:
        """Return an expression in LaTeX."""
        match part:
            case Number(value=value):
                return number(value)
            case Quantity():
                return self.quantity(part)
            case Vector(parameter=parameter):
                return self.vector(parameter)
            case Product():
                return self.product(part)
            case Mean(operand=operand):
                return rf"\mathrm{{mean}}({self.write(operand)})"
            case Apply(function=function, arguments=arguments):
                written = [self._argument(part, place, argument) for place, argument in enumerate(arguments)]
                if function is OPERATORS["+"] and written[1].startswith("-"):
                    return f"{written[0]} - {written[1][1:].lstrip()}"
                return function.latex.format(*written)
        raise AssertionError(part)

    def _argument(self, whole: Apply, place: int, part: Expression) -> str:
        written, sign = self.write(part), whole.function.name
        needs = sign in ("*", "negative", "square") or (sign == "-" and place == 1)
        if (needs and self._loose(part)) or (sign == "square" and not isinstance(part, Quantity)):
            return f"({written})"
        if place == 1 and sign in ("*", "-") and written.startswith("-"):
            return f"({written})"
        return written

    def _loose(self, part: Expression) -> bool:
        return isinstance(part, Apply) and part.function.name in _LOOSE

    def quantity(self, quantity: Quantity) -> str:
        """Return a line, or x, with its step."""
        return symbol(quantity.name, "t-1" if quantity.previous else "t")

    def vector(self, parameter: Parameter) -> str:
        """Return a vector of weights with the line that it belongs to."""
        letter, index = parameter.letters[0], parameter.letters[1:]
        line = {"g": "C"}.get(parameter.line, parameter.line) if self._indexed else ""
        # Two letters stand side by side, R_{of}; a number is told apart: U_{1,f}.
        comma = "," if line and (index.isdigit() or len(line) > 1) and index else ""
        subscript = index + comma + line
        if not subscript:
            return letter
        return f"{letter}_{subscript}" if len(subscript) == 1 else f"{letter}_{{{subscript}}}"

    def product(self, product: Product) -> str:
        """Return a matrix and what it multiplies."""
        operand = self.write(product.operand)
        if not isinstance(product.operand, Quantity):
            operand = f"({operand})"
        space = r"\, " if len(product.parameter.letters) > 1 else " "
        return self.vector(product.parameter) + space + operand


def line(line: Line, lines: Sequence[Line]) -> str:
    """Return one equation of a cell in LaTeX, with letters."""
    return f"{symbol(line.name)} = {Letters(lines).write(line.value)}"


def symbol(name: str, step: str = "t") -> str:
    """Return a line or x in LaTeX: c is C_t, z1 is z_{1,t}."""
    match = re.fullmatch(r"([^\W\d_]+)(?:_?(\w+))?", name)
    letters, index = (match[1], match[2]) if match else (name, None)
    if len(letters) == 1:
        letters = _SYMBOLS.get(letters, letters)
    else:
        letters = rf"\{letters}" if letters in _GREEK else rf"\mathrm{{{letters}}}"
    subscript = f"{index},{step}".replace("_", r"\_") if index else step
    return f"{letters}_{subscript}" if len(subscript) == 1 else f"{letters}_{{{subscript}}}"


def number(value: float, figures: int = 12) -> str:
    r"""Return a number in LaTeX, with at most so many figures: 0.95, 10^{-5}, -\infty."""
    text = f"{value:.{figures}g}".replace("inf", r"\infty")
    if "e" not in text:
        return text
    digits, power = text.split("e")
    raised = f"10^{{{int(power)}}}"
    return raised if digits == "1" else rf"{digits} \times {raised}"


class _Numbers(Letters):
    """Writes expressions with the numbers of one step and unit; a product with a matrix is one number."""

    def __init__(self, lines: Sequence[Line], trace: "Trace", at: tuple[int, ...], unit: int) -> None:
        super().__init__(lines)
        self._trace, self._at, self._unit = trace, at, unit

    def quantity(self, quantity: Quantity) -> str:
        """Return what x or a line is."""
        return _signed(self._vector(quantity)[self._unit])

    def vector(self, parameter: Parameter) -> str:
        """Return what the unit's weight is."""
        return _signed(self._trace.cell.weights[parameter.name][self._unit])

    def product(self, product: Product) -> str:
        """Return what the matrix makes of it."""
        return _signed(self._vector(product)[self._unit])

    def _vector(self, part: Expression) -> Array:
        """Return the value of an expression for all units."""
        match part:
            case Number(value=value):
                return np.asarray(value)
            case Quantity(name=name, previous=previous):
                lines = self._trace.before(name) if previous else self._trace[name]
                of_step: Array = lines[self._at]
                return of_step
            case Vector(parameter=parameter):
                return self._trace.cell.weights[parameter.name]
            case Product(parameter=parameter, operand=operand):
                product: Array = self._trace.cell.weights[parameter.name] @ self._vector(operand)
                return product
            case Mean(operand=operand):
                vector = self._vector(operand)
                return np.full_like(vector, vector.mean())
            case Apply(function=function, arguments=arguments):
                values = [np.asarray(self._vector(argument)) for argument in arguments]
                out = np.empty(np.broadcast_shapes(*(value.shape for value in values)))
                with np.errstate(all="ignore"):
                    function.write(*values, out=out)
                return out
        raise AssertionError(part)


def _signed(value: float) -> str:
    """Return a number of a run with three figures, in brackets if it is negative."""
    text = number(float(value), 3)
    return f"({text})" if text.startswith("-") else text


def filled(trace: "Trace", at: tuple[int, ...], unit: int = 0) -> tuple[tuple[str, str], ...]:
    """Return each line of a run with the numbers of one step and unit filled in, by its name.

    Parameters
    ----------
    trace
        The run.
    at
        The step, (t,), or the step and the sequence of a batch, (t, b).
    unit
        Counted from 0.
    """
    lines = trace.cell.equations.lines
    numbers = _Numbers(lines, trace, at, unit)
    found = []
    for line in lines:
        result = number(float(trace[line.name][at][unit]), 3)
        found.append((line.name, f"{symbol(line.name)} = {numbers.write(line.value)} = {result}"))
    return tuple(found)
