"""Numbers in the text of a lesson: small expressions over a run, read as Python and never executed.

``C[last] / C[1]`` is a share, ``prod(f[2:last])`` a product over steps, ``tanh(value[3])`` what the candidate
could make of an input. Steps are counted from 1, as on the screens, and both ends of ``f[2:5]`` belong to it;
``C[0]`` is the memory before the first step. Python's own parser reads the text, and what it finds must be on
the list below: numbers, names, ``+ - * / **``, comparisons, ``and or not``, ``a if b else c``, and a few
functions. Nothing is handed to ``eval``.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

LONGEST: Final = 200
"""Characters of an expression."""
MOST_PARTS: Final = 120
"""Nodes of what Python's parser makes of it: so deep, and no deeper, the functions here call each other."""

Array: TypeAlias = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """One quantity over the steps of a run.

    Parameters
    ----------
    values
        After each step: (time,), or (time, batch) for many sequences at once.
    initial
        Before the first step; None where the quantity has no such value.
    """

    values: Array
    initial: Array | float | None = None

    def at(self, step: float) -> Any:
        """Return the value at a step, counted from 1; 0 is before the first.

        Raises
        ------
        ValueError
            If there is no such step.
        """
        lowest = 0 if self.initial is not None else 1
        if not (float(step).is_integer() and lowest <= step <= len(self.values)):
            raise ValueError(f"steps are whole numbers from {lowest} to {len(self.values)}, got {step:g}")
        return self.values[int(step) - 1] if step else self.initial

    def between(self, first: float, last: float) -> Array:
        """Return the values from one step to another, both included; none where the last is before the first.

        Raises
        ------
        ValueError
            If there is no such step.
        """
        if last < first:
            return self.values[:0]
        self.at(max(first, 1)), self.at(last)
        if first < 1:
            raise ValueError(f"a range of steps begins at 1 or later, got {first:g}")
        return self.values[int(first) - 1 : int(last)]


Scope: TypeAlias = Mapping[str, Any]
"""What an expression may name: numbers, lines, and scopes for names with a dot (``start.C``)."""

_Node: TypeAlias = Callable[[Scope], Any]

_BINARY: Final[Mapping[type, Callable[[Any, Any], Any]]] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: np.divide,
        ast.Pow: np.power,
        ast.Lt: operator.lt,
        ast.LtE: operator.le,
        ast.Gt: operator.gt,
        ast.GtE: operator.ge,
        ast.Eq: operator.eq,
        ast.NotEq: operator.ne,
        ast.And: np.logical_and,
        ast.Or: np.logical_or,
    }
)
_UNARY: Final[Mapping[type, Callable[[Any], Any]]] = MappingProxyType(
    {ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: np.logical_not}
)


def _over_steps(function: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda values: function(values, axis=0)


FUNCTIONS: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "abs": np.abs,
        "exp": np.exp,
        "log": np.log,
        "sqrt": np.sqrt,
        "tanh": np.tanh,
        "sigmoid": lambda z: 0.5 * (1.0 + np.tanh(0.5 * z)),
        "sum": _over_steps(np.sum),
        "prod": _over_steps(np.prod),
        "min": _over_steps(np.min),
        "max": _over_steps(np.max),
        "mean": _over_steps(np.mean),
    }
)
"""What may be called. Those from ``sum`` on take a range of steps, such as ``f[2:5]``, or a whole line."""

_REDUCING: Final = ("sum", "prod", "min", "max", "mean")


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that has been read: its text, and what it computes."""

    text: str
    _compute: _Node

    def value(self, scope: Scope) -> Any:
        """Return what the expression comes to.

        Parameters
        ----------
        scope
            What its names stand for.

        Returns
        -------
        float or ndarray
            A number; (batch,) where the lines are (time, batch).

        Raises
        ------
        ValueError
            If a name or a step is not there, or the result is not a finite number.
        """
        try:
            with np.errstate(all="ignore"):
                value = np.asarray(_plain(self._compute(scope)), dtype=np.float64)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{self.text}: {error}") from None
        if not np.isfinite(value).all():
            raise ValueError(f"{self.text}: the result is not a finite number")
        return value if value.ndim else float(value)


@lru_cache(1024)
def expression(text: str) -> Expression:
    """Read an expression.

    Parameters
    ----------
    text
        At most :data:`LONGEST` characters.

    Raises
    ------
    ValueError
        If it is too long, is not an expression, or holds anything that is not on the list.
    """
    if len(text) > LONGEST:
        raise ValueError(f"expression must have at most {LONGEST} characters, got {len(text)}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError):
        raise ValueError(f"“{text}” is not an expression") from None
    if sum(1 for _ in ast.walk(tree)) > MOST_PARTS:
        raise ValueError(f"“{text}” has more than {MOST_PARTS} parts")
    return Expression(text.strip(), _Reader(text).read(tree))


class _Reader:
    """Turns what Python's parser has found into functions, if each part of it is on the list."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, node: ast.AST | None) -> _Node:
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self._number(float(value) if abs(value) < 1e300 else math.inf)
            case ast.Name(id=name):
                return self._name((name,))
            case ast.Attribute() if path := _dotted(node):
                return self._name(path)
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
                return self._applied(_UNARY[type(op)], operand)
            case ast.BinOp(left=left, op=binary, right=right) if type(binary) in _BINARY:
                return self._applied(_BINARY[type(binary)], left, right)
            case ast.Compare(left=left, ops=[comparison], comparators=[right]) if type(comparison) in _BINARY:
                return self._applied(_BINARY[type(comparison)], left, right)
            case ast.BoolOp(op=joint, values=[first, *others]):
                return self._joined(_BINARY[type(joint)], first, others)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._applied(np.where, test, body, orelse)
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
                return self._call(name, argument)
            case ast.Subscript(value=value, slice=ast.Slice(lower=lower, upper=upper, step=None)):
                return self._applied(_between, value, lower, upper)
            case ast.Subscript(value=value, slice=step):
                return self._applied(_at, value, step)
        raise ValueError(f"“{self.text}” holds what an expression may not hold: {_named(node)}")

    def _number(self, value: float) -> _Node:
        number = np.float64(value)
        return lambda _scope: number

    def _name(self, path: tuple[str, ...]) -> _Node:
        name = ".".join(path)

        def find(scope: Scope) -> Any:
            found: Any = scope
            for part in path:
                if not isinstance(found, Mapping) or part not in found:
                    raise ValueError(f"nothing is called {name} here")
                found = found[part]
            return found

        return find

    def _applied(self, function: Callable[..., Any], *parts: ast.AST | None) -> _Node:
        read = [self.read(part) for part in parts]
        keep = function in (_at, _between)
        return lambda scope: function(*(each(scope) if keep else _plain(each(scope)) for each in read))

    def _joined(self, function: Callable[..., Any], first: ast.AST, others: list[ast.expr]) -> _Node:
        joined = self.read(first)
        for other in others:
            joined = _both(function, joined, self.read(other))
        return joined

    def _call(self, name: str, argument: ast.AST) -> _Node:
        read = self.read(argument)
        if name not in _REDUCING:
            return self._applied(FUNCTIONS[name], argument)

        def reduced(scope: Scope) -> Any:
            value = read(scope)
            values = value.values if isinstance(value, Line) else value
            if np.ndim(values) == 0:
                raise ValueError(f"{name} takes a range of steps")
            if not len(values):
                return {"sum": 0.0, "prod": 1.0}[name] if name in ("sum", "prod") else math.nan
            return FUNCTIONS[name](values)

        return reduced


def _dotted(node: ast.AST) -> tuple[str, ...]:
    """Return the names of ``start.weight.f_b``; none where something else than names has dots."""
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=value, attr=name) if before := _dotted(value):
            return (*before, name)
    return ()


def _both(function: Callable[..., Any], first: _Node, second: _Node) -> _Node:
    return lambda scope: function(_plain(first(scope)), _plain(second(scope)))


def _at(line: Any, step: Any) -> Any:
    return _line(line).at(float(step))


def _between(line: Any, first: Any, last: Any) -> Any:
    return _line(line).between(float(first), float(last))


def _line(value: Any) -> Line:
    if not isinstance(value, Line):
        raise ValueError("only a quantity of the run has steps")
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Line):
        raise ValueError("a quantity needs the step it is taken at, such as C[1]")
    if isinstance(value, Mapping):
        raise ValueError("a scope is no number")
    return value


def _named(node: ast.AST | None) -> str:
    return "an open range" if node is None else ast.unparse(node)[:40]
