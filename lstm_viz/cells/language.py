"""The language of equations: the lines of a cell, read into trees, with every mistake at its place.

One line gives one quantity: ``f = sigmoid(W@x + U@h + b)``. Capitals are matrices, ``b`` and ``p`` vectors;
each line has its own; ``W_i`` in another line is the W of line i. A name read before its line has run, or as
``c[t-1]``, is its value at the step before. ``h: P = R@m`` gives a line a size of its own, ``m[0] = -inf`` a
state its first value. The text is read by Python's parser and never executed: what is not on the list of
:class:`_Reader` is refused.
"""

import ast
import difflib
import keyword
import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from lstm_viz.cells.expressions import (
    HIDDEN,
    NOWHERE,
    Apply,
    Expression,
    Line,
    Mean,
    Number,
    Parameter,
    Product,
    Quantity,
    Span,
    Vector,
)
from lstm_viz.cells.functions import FUNCTIONS, OPERATORS

MOST_CHARACTERS: Final = 4_000
MOST_LINES: Final = 40
DEEPEST: Final = 30
"""How deep expressions may be nested."""

MATRIX: Final = re.compile(r"([A-Z][a-z0-9]*)(?:_(\w+))?")
VECTOR: Final = re.compile(r"([bp]\d*)(?:_(\w+))?")
_SIZE: Final = re.compile(r"[A-Z]\d*")
_RESERVED: Final = frozenset({"x", "t", "x_t", "inf", "mean", "np", "torch", *FUNCTIONS})


class Problem(NamedTuple):
    """One mistake in a text of equations: where it is, in a sentence, and what could stand there instead.

    Without a suggestion ``instead`` is empty.
    """

    span: Span
    message: str
    instead: str = ""

    def __str__(self) -> str:
        return f"line {self.span.line}, column {self.span.column}: {self.message}"


class EquationError(ValueError):
    """The text is no cell. ``problems`` lists every mistake found, in the order of the text."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("equations: " + "; ".join(map(str, self.problems)))


def read(text: str) -> tuple[tuple[Line, ...], dict[str, float]]:
    """Return the lines of a text, and the first values that it declares, by line.

    Raises
    ------
    EquationError
        With every mistake in the text.
    """
    if len(text) > MOST_CHARACTERS:
        raise EquationError(
            [Problem(NOWHERE, f"expected at most {MOST_CHARACTERS:,} characters, got {len(text):,}")]
        )
    problems: list[Problem] = []
    given, starts = _statements(text, problems)
    if len(given) > MOST_LINES:
        problems.append(Problem(NOWHERE, f"expected at most {MOST_LINES} equations, got {len(given)}"))
    names = [statement.name for statement in given]
    lines = []
    for order, statement in enumerate(given):
        reader = _Reader(statement, names, order, problems)
        value = reader.expression(statement.value)
        if value is not None:
            lines.append(Line(statement.name, statement.size, value, statement.span))
    _check_names(given, starts, problems)
    if problems:
        raise EquationError(problems)
    return tuple(lines), {start.name: start.first for start in starts}


class _Statement(NamedTuple):
    name: str
    size: str
    value: ast.expr
    span: Span
    at: Callable[[ast.AST], Span]


class _Start(NamedTuple):
    name: str
    first: float
    span: Span


def _statements(text: str, problems: list[Problem]) -> tuple[list[_Statement], list[_Start]]:
    """Return the equations and first values, line by line, so that one mistake does not hide the others."""
    given: list[_Statement] = []
    starts: list[_Start] = []
    for number, written in enumerate(text.splitlines(), start=1):
        source = written.strip()
        if not source or source.startswith("#"):
            continue
        indent = len(written) - len(written.lstrip())

        def at(node: ast.AST, source: str = source, number: int = number, indent: int = indent) -> Span:
            # Python counts bytes; people count characters.
            begin, end = (
                len(source.encode()[:offset].decode())
                for offset in (getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0))
            )
            return Span(number, indent + begin + 1, indent + end + 1)

        try:
            found = ast.parse(source).body
        except SyntaxError as error:
            column = indent + (error.offset or 1)
            problems.append(Problem(Span(number, column, column + 1), _unreadable(error)))
            continue
        except (RecursionError, MemoryError, ValueError):
            problems.append(Problem(Span(number, indent + 1, indent + 2), _TOO_DEEP))
            continue
        if len(found) > 1:
            problems.append(Problem(at(found[1]), "expected one equation on each line"))
        _sort_in(found[0], at, given, starts, problems)
    return given, starts


_TOO_DEEP: Final = (
    f"expected at most {DEEPEST} brackets within each other, or operators in a row; give a part of it a "
    "line of its own"
)
_AN_EQUATION: Final = "expected an equation, such as f = sigmoid(W@x + U@h + b)"


def _unreadable(error: SyntaxError) -> str:
    if "was never closed" in error.msg or "unmatched" in error.msg:
        return f"the brackets do not match: {error.msg}"
    return "this cannot be read as an equation, such as f = sigmoid(W@x + U@h + b)"


def _sort_in(
    statement: ast.stmt,
    at: Callable[[ast.AST], Span],
    given: list[_Statement],
    starts: list[_Start],
    problems: list[Problem],
) -> None:
    """Take a statement as an equation, as a first value, or as a mistake."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
            given.append(_Statement(name, HIDDEN, value, at(target), at))
        case ast.AnnAssign(
            target=ast.Name(id=name) as target, annotation=ast.Name(id=size), value=ast.expr()
        ):
            if not _SIZE.fullmatch(size):
                message = f"expected a size, a capital letter such as P, got {size}"
                problems.append(Problem(at(statement.annotation), message))
            assert statement.value is not None
            given.append(_Statement(name, size, statement.value, at(target), at))
        case ast.Assign(
            targets=[ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=0)) as target],
            value=value,
        ):
            first = _constant(value)
            if first is None:
                problems.append(Problem(at(value), "expected a number or -inf as the first value"))
            else:
                starts.append(_Start(name, first, at(target)))
        case _:
            problems.append(Problem(at(statement), _AN_EQUATION))


def _constant(node: ast.expr) -> float | None:
    """Return the number, or ±inf, that a node stands for; None if it is something else."""
    sign = 1.0
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = -sign, node.operand
    match node:
        case ast.Name(id="inf"):
            return sign * math.inf
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return sign * _as_float(value)
    return None


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _check_names(given: Sequence[_Statement], starts: Sequence[_Start], problems: list[Problem]) -> None:
    seen: dict[str, int] = {}
    for name, _, _, span, _ in given:
        if name in _RESERVED or keyword.issoftkeyword(name):
            problems.append(Problem(span, f"{name} has a meaning of its own: call this line something else"))
        elif MATRIX.fullmatch(name) or VECTOR.fullmatch(name):
            message = f"{name} would be a weight: give a line a name in lower case, other than b and p"
            problems.append(Problem(span, message))
        elif name.startswith("_"):
            problems.append(Problem(span, f"{name}: a name starts with a letter"))
        elif name in seen:
            problems.append(Problem(span, f"{name} is already given by line {seen[name]}"))
        seen.setdefault(name, span.line)
    for name, _, span in starts:
        if name not in seen:
            near = _near(name, seen)
            message = f"there is no line {name}" + _guess(near)
            problems.append(Problem(span, message, f"{near}[0]" if near else ""))


def _near(name: str, known: Iterable[str]) -> str:
    """Return the name that was probably meant, or an empty text."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)), "")


def _guess(near: str) -> str:
    return f"; did you mean {near}?" if near else ""


_OPERATOR_SIGNS: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class _Reader:
    """Turns the right-hand side of one line into an expression: what is not named here is refused."""

    def __init__(
        self, statement: _Statement, names: Sequence[str], order: int, problems: list[Problem]
    ) -> None:
        self._line, self._at = statement.name, statement.at
        self._names, self._problems = names, problems
        self._done = set(names[:order])

    def expression(self, node: ast.expr, depth: int = 0) -> Expression | None:
        """Return what ``node`` means; None, with a problem noted, if it means nothing here."""
        if depth > DEEPEST:
            return self._refuse(node, _TOO_DEEP)
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                if math.isinf(number := _as_float(value)):
                    return self._refuse(node, "expected a number within the range of float64")
                return Number(number)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                return Number(-_as_float(value))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                inner = self.expression(operand, depth + 1)
                if inner is None or isinstance(sign, ast.UAdd):
                    return inner
                return Apply(OPERATORS["negative"], (inner,))
            case ast.BinOp():
                return self._binary(node, depth)
            case ast.Call():
                return self._call(node, depth)
            case ast.Name():
                return self._name(node)
            case ast.Subscript():
                return self._previous(node)
        return self._refuse(node, "this is not part of the language of equations")

    def _refuse(self, node: ast.AST, message: str, instead: str = "") -> Expression | None:
        self._problems.append(Problem(self._at(node), message, instead))
        return None

    def _binary(self, node: ast.BinOp, depth: int) -> Expression | None:
        if isinstance(node.op, ast.MatMult):
            return self._product(node, depth)
        if isinstance(node.op, ast.Pow):
            base = self.expression(node.left, depth + 1)
            if not (isinstance(node.right, ast.Constant) and node.right.value == 2):
                return self._refuse(node.right, "of powers there is only the square, **2")
            return None if base is None else Apply(FUNCTIONS["square"], (base,))
        left, right = self.expression(node.left, depth + 1), self.expression(node.right, depth + 1)
        sign = _OPERATOR_SIGNS.get(type(node.op))
        if sign is None:
            hint = "; a square is **2" if isinstance(node.op, ast.BitXor) else ""
            return self._refuse(node, "of operators there are + - * / and @" + hint)
        return None if left is None or right is None else Apply(OPERATORS[sign], (left, right))

    def _product(self, node: ast.BinOp, depth: int) -> Expression | None:
        operand = self.expression(node.right, depth + 1)
        matrix = MATRIX.fullmatch(node.left.id) if isinstance(node.left, ast.Name) else None
        if matrix is None:
            return self._refuse(node.left, "left of @ stands a matrix, a capital letter: W@x")
        if operand is None or not self._owner(node.left, *matrix.groups()):
            return None
        return Product(Parameter(matrix[1], matrix[2] or self._line), operand)

    def _owner(self, node: ast.AST, letters: str, line: str | None) -> bool:
        """Return whether the line that a weight says it belongs to is there, and note it if not."""
        if line is None or line in self._names:
            return True
        near = _near(line, self._names)
        message = f"there is no line {line} to share a weight with" + _guess(near)
        self._refuse(node, message, f"{letters}_{near}" if near else "")
        return False

    def _call(self, node: ast.Call, depth: int) -> Expression | None:
        if not isinstance(node.func, ast.Name):
            return self._refuse(node.func, "a function is called by its name, such as tanh(c)")
        name = {"σ": "sigmoid"}.get(node.func.id, node.func.id)
        if name != "mean" and name not in FUNCTIONS:
            known = [*FUNCTIONS, "mean"]
            near = _near(name, known)
            guess = _guess(near) or f"; there are {', '.join(known)}"
            return self._refuse(node.func, f"there is no function {name}" + guess, near)
        arity = 1 if name == "mean" else FUNCTIONS[name].arity
        if len(node.args) != arity or node.keywords:
            many = "one argument" if arity == 1 else "two arguments"
            return self._refuse(node, f"{name} takes {many}, got {len(node.args) + len(node.keywords)}")
        arguments = [self.expression(argument, depth + 1) for argument in node.args]
        read_well = tuple(argument for argument in arguments if argument is not None)
        if len(read_well) < arity:
            return None
        return Mean(read_well[0]) if name == "mean" else Apply(FUNCTIONS[name], read_well)

    def _name(self, node: ast.Name) -> Expression | None:
        name = node.id
        if name == "x":
            return Quantity("x", span=self._at(node))
        if name in self._names:
            return Quantity(name, name not in self._done, self._at(node))
        if vector := VECTOR.fullmatch(name):
            there = self._owner(node, *vector.groups())
            return Vector(Parameter(vector[1], vector[2] or self._line)) if there else None
        if MATRIX.fullmatch(name):
            return self._refuse(node, f"{name} is a matrix: write what it multiplies, such as {name}@h")
        if name in FUNCTIONS or name == "mean":
            return self._refuse(node, f"{name} is a function: write {name}(…)")
        near = _near(name, ["x", *self._names])
        hint = _guess(near) or f"; give it a line: {name} = …"
        return self._refuse(node, f"nothing is called {name}" + hint, near)

    def _previous(self, node: ast.Subscript) -> Expression | None:
        if not isinstance(node.value, ast.Name):
            return self._refuse(node, "only a line can be read at the step before, as in c[t-1]")
        name, match = node.value.id, node.slice
        before = (
            isinstance(match, ast.BinOp)
            and isinstance(match.left, ast.Name)
            and match.left.id == "t"
            and isinstance(match.op, ast.Sub)
            and isinstance(match.right, ast.Constant)
            and match.right.value == 1
        )
        if not before:
            return self._refuse(node, f"only the step before can be read: {name}[t-1]")
        if name == "x":
            return self._refuse(
                node, "to read the input of the step before, give it a line: y: D = x; then y[t-1]"
            )
        if name not in self._names:
            near = _near(name, self._names)
            message = f"there is no line {name}" + _guess(near)
            return self._refuse(node, message, f"{near}[t-1]" if near else "")
        return Quantity(name, previous=True, span=self._at(node))
