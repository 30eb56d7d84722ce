"""Any cell as code that anybody can paste: its lines as a function of x, in NumPy or PyTorch, in float64."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from lstm_viz.cells.expressions import (
    Apply,
    Expression,
    Line,
    Mean,
    Number,
    Product,
    Quantity,
    Vector,
    parts,
    walk,
)
from lstm_viz.cells.functions import Array

if TYPE_CHECKING:
    from lstm_viz.cells.cell import Cell

Library = Literal["numpy", "torch"]

_INDENT: Final = " " * 4


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How one library says what the equations do not."""

    opening: str
    array: str
    full: str
    stack: str
    mean: str
    infinity: str
    which: int
    """Where a function record keeps its definition for this library."""


_DIALECTS: Final = {
    "numpy": _Dialect(
        "import numpy as np",
        "np.array({})",
        "np.full({}, {})",
        "np.stack({})",
        "np.full_like(v, np.mean(v))",
        "np.inf",
        0,
    ),
    "torch": _Dialect(
        "import torch",
        "torch.tensor({}, dtype=torch.float64)",
        "torch.full(({},), {}, dtype=torch.float64)",
        "torch.stack({})",
        "torch.mean(v).expand_as(v)",
        "torch.inf",
        1,
    ),
}


def code(cell: "Cell", library: Library) -> str:
    """Return a program that defines the weights of a cell and ``run(x)``.

    ``run`` takes x, (time, inputs), and returns h of every step, (time, outputs).

    Raises
    ------
    ValueError
        If ``library`` is neither "numpy" nor "torch".
    """
    if library not in _DIALECTS:
        raise ValueError(f"library: expected 'numpy' or 'torch', got {library!r}")
    return _Writer(cell, library).program()


class _Writer:
    def __init__(self, cell: "Cell", library: Library) -> None:
        self._cell, self._equations = cell, cell.equations
        self._library, self._dialect = library, _DIALECTS[library]
        self._done: set[str] = set()

    def program(self) -> str:
        """Return the whole program."""
        blocks = [self._dialect.opening, *self._definitions()]
        weights = [f"{name} = {self._array(array)}" for name, array in self._cell.weights.items()]
        if weights:
            blocks.append("\n".join(weights))
        return "\n\n".join([*blocks, self._function()]) + "\n"

    def _definitions(self) -> Iterator[str]:
        """Yield the functions of the equations that the library does not have."""
        everything = [part for line in self._equations.lines for part in walk(line.value)]
        functions = {part.function.name: part.function for part in everything if isinstance(part, Apply)}
        for name, function in functions.items():
            if body := function.defined[self._dialect.which]:
                yield f"def {name}(z):\n{_INDENT}return {body}"
        if any(isinstance(part, Mean) for part in everything):
            yield f"def mean(v):\n{_INDENT}return {self._dialect.mean}"

    def _array(self, array: Array) -> str:
        return self._dialect.array.format(array.astype(np.float64).tolist())

    def _function(self) -> str:
        body = [f"{name} = {self._start(name)}" for name in self._equations.states]
        loop = [f"{self._kept(name)} = {name}" for name in self._read_late()]
        for line in self._equations.lines:
            loop.append(f"{line.name} = {self._line(line)}")
            self._done.add(line.name)
        loop.append("outputs.append(h)")
        body += ["outputs = []", "for x_t in x:", textwrap.indent("\n".join(loop), _INDENT)]
        body.append(f"return {self._dialect.stack.format('outputs')}")
        return "def run(x):\n" + textwrap.indent("\n".join(body), _INDENT)

    def _start(self, name: str) -> str:
        size = self._cell.sizes[self._equations.sizes[name]]
        return self._dialect.full.format(size, self._number(self._equations.starts[name]))

    def _read_late(self) -> list[str]:
        """Return the states whose last value is read when their line has already run."""
        late: dict[str, None] = {}
        done: set[str] = set()
        for line in self._equations.lines:
            for part in walk(line.value):
                if isinstance(part, Quantity) and part.previous and part.name in done:
                    late[part.name] = None
            done.add(line.name)
        return list(late)

    def _kept(self, name: str) -> str:
        """Return a name for the last value of a state that no line has."""
        kept = f"{name}_before"
        while kept in self._equations.sizes:
            kept += "_"
        return kept

    def _line(self, line: Line) -> str:
        written = self._write(line.value)
        if _depends(line.value):
            return written
        return self._dialect.full.format(self._cell.sizes[line.size], written)

    def _write(self, part: Expression) -> str:
        if isinstance(part, Apply) and not _depends(part):
            return self._number(_constant(part))
        match part:
            case Number(value=value):
                return self._number(value)
            case Quantity(name="x"):
                return "x_t"
            case Quantity(name=name, previous=previous):
                return self._kept(name) if previous and name in self._done else name
            case Vector(parameter=parameter):
                return parameter.name
            case Product(parameter=parameter, operand=operand):
                return f"{parameter.name} @ {self._bracketed(operand, True)}"
            case Mean(operand=operand):
                return f"mean({self._write(operand)})" if _depends(operand) else self._write(operand)
            case Apply(function=function, arguments=arguments):
                template = function.numpy if self._library == "numpy" else function.torch
                written = [self._argument(part, place) for place in range(len(arguments))]
                return template.format(*written)
        raise AssertionError(part)

    def _argument(self, whole: Apply, place: int) -> str:
        part, sign = whole.arguments[place], whole.function.name
        if sign in ("max", "min") and self._library == "torch" and not _depends(part):
            return self._dialect.array.format(self._write(part))
        binds = sign in ("*", "/", "negative") or (sign == "-" and place == 1)
        return self._bracketed(part, binds)

    def _bracketed(self, part: Expression, binds: bool) -> str:
        written = self._write(part)
        operator = isinstance(part, Product) or (
            isinstance(part, Apply) and not part.function.name.isidentifier()
        )
        negative = written.startswith("-")
        return f"({written})" if binds and (operator or negative) and not written.isidentifier() else written

    def _number(self, value: float) -> str:
        return repr(value).replace("inf", self._dialect.infinity)


def _depends(part: Expression) -> bool:
    """Return whether there is anything but numbers in an expression."""
    return any(isinstance(inner, Quantity | Vector | Product) for inner in walk(part))


def _constant(part: Expression) -> float:
    """Return what an expression of numbers alone comes to."""
    if isinstance(part, Number):
        return part.value
    values = [np.asarray(_constant(inner)) for inner in parts(part)]
    if isinstance(part, Mean):
        return float(values[0])
    assert isinstance(part, Apply)
    out = np.empty(())
    with np.errstate(all="ignore"):
        part.function.write(*values, out=out)
    return float(out)
