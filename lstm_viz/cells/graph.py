"""One step of a cell as a graph: every value once, in an order in which they can be computed.

Nodes are in static single assignment form. ``W@x + U@h + b`` is one affine node, a function or an operator is
a call, and every line is a node of its own, so that it can be held at a value.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np

from lstm_viz.cells.expressions import (
    INPUTS,
    NOWHERE,
    Apply,
    Expression,
    Line,
    Mean,
    Number,
    Parameter,
    Product,
    Quantity,
    Vector,
    terms,
    walk,
)
from lstm_viz.cells.functions import OPERATORS, Function
from lstm_viz.cells.language import EquationError, Problem
from lstm_viz.cells.sizes import Sizes

MOST_NODES: Final = 400
"""Operations in one step."""

Kind = Literal["input", "previous", "number", "vector", "affine", "mean", "call", "line"]


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a step.

    Attributes
    ----------
    kind
        What it is. An "affine" is a sum of matrices times its arguments, and of bias vectors; a "line" is its
        one argument by name.
    size
        "H", "D" or a declared size; empty for a number, which has none.
    arguments
        Places of other nodes in the graph.
    function
        Of a call.
    parameters
        The matrices of an affine node, one an argument, or the parameter of a vector.
    biases
        The vectors of an affine node.
    name
        Of a line, or of the line whose last value a "previous" is.
    value
        Of a number.
    """

    kind: Kind
    size: str = ""
    arguments: tuple[int, ...] = ()
    function: Function | None = None
    parameters: tuple[Parameter, ...] = ()
    biases: tuple[Parameter, ...] = ()
    name: str = ""
    value: float = 0.0


@dataclass(frozen=True, eq=False)
class Graph:
    """All nodes of a step, arguments before what is made of them.

    Attributes
    ----------
    nodes
        Each once.
    lines
        The node of each line, in the order of the text.
    shapes
        Of each parameter, as sizes: ("H", "D") for W, ("H",) for b. In the order of the text.
    square
        Whether x is used unit by unit, so that there must be as many inputs as units.
    states
        The lines whose last value is read, in the order in which the text first reads them.
    """

    nodes: tuple[Node, ...]
    lines: Mapping[str, int]
    shapes: Mapping[Parameter, tuple[str, ...]]
    square: bool
    states: tuple[str, ...]

    @cached_property
    def previous(self) -> Mapping[str, int]:
        """The node of each value of the step before, by line, in the order of ``states``."""
        places = {node.name: at for at, node in enumerate(self.nodes) if node.kind == "previous"}
        return {name: places[name] for name in self.states}

    @cached_property
    def readers(self) -> tuple[tuple[int, ...], ...]:
        """For each node those that have it among their arguments."""
        readers: list[list[int]] = [[] for _ in self.nodes]
        for at, node in enumerate(self.nodes):
            for argument in dict.fromkeys(node.arguments):
                readers[argument].append(at)
        return tuple(map(tuple, readers))

    @cached_property
    def static(self) -> tuple[bool, ...]:
        """For each node whether it follows from x and the weights alone, for all steps at once."""
        fixed = [node.kind != "previous" for node in self.nodes]
        while True:
            for at, node in enumerate(self.nodes):
                if node.kind != "previous":
                    fixed[at] = all(fixed[argument] for argument in node.arguments)
            # The last value of such a line is known ahead, too.
            known = [at for name, at in self.previous.items() if fixed[self.lines[name]] and not fixed[at]]
            if not known:
                return tuple(fixed)
            for at in known:
                fixed[at] = True

    @cached_property
    def owner(self) -> Mapping[int, str]:
        """The line in whose equation each computed node stands: the first, where several share it."""
        owner: dict[int, str] = {}
        for name, at in self.lines.items():
            waiting = [at]
            while waiting:
                node = waiting.pop()
                if node not in owner and self.nodes[node].kind in ("affine", "mean", "call", "line"):
                    owner[node] = self.nodes[node].name or name
                    waiting.extend(a for a in self.nodes[node].arguments if self.nodes[a].kind != "line")
        return owner

    def activated(self, name: str) -> int | None:
        """Return the node that the outermost function of a line is applied to.

        Of a line that is an affine map it is that; None if it is neither.
        """
        (value,) = self.nodes[self.lines[name]].arguments
        node = self.nodes[value]
        if node.kind == "affine":
            return value
        if node.kind == "call" and node.function is not None and node.function.arity == 1:
            return node.arguments[0]
        return None


def build(lines: Sequence[Line]) -> Graph:
    """Return the graph of a text's lines.

    Raises
    ------
    EquationError
        If sizes do not fit, a shared weight is not there, there is no state or no h, or there are too many
        operations.
    """
    problems: list[Problem] = []
    sizes = Sizes(lines, problems)
    _check_whole(lines, sizes, problems)
    if problems:
        raise EquationError(problems)
    builder = _Builder(lines, sizes.shapes)
    if len(builder.nodes) > MOST_NODES:
        here = NOWHERE
        message = f"expected at most {MOST_NODES} operations in a step, got {len(builder.nodes)}"
        raise EquationError([Problem(here, message)])
    return Graph(tuple(builder.nodes), builder.lines, sizes.shapes, sizes.square, _read_before(lines))


def _read_before(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the names of which the text reads the last value, each once."""
    read = (part for line in lines for part in walk(line.value) if isinstance(part, Quantity))
    return tuple(dict.fromkeys(part.name for part in read if part.previous))


def _check_whole(lines: Sequence[Line], sizes: Sizes, problems: list[Problem]) -> None:
    here = lines[-1].span if lines else NOWHERE
    if not lines:
        problems.append(Problem(here, "expected equations, one on each line, got none"))
        return
    names = {line.name for line in lines}
    if "h" not in names:
        problems.append(Problem(here, "expected a line h, the output of the cell"))
    if not _read_before(lines):
        message = "this cell has no memory: nothing reads what the step before left, such as h[t-1]"
        problems.append(Problem(here, message))
    for parameter, span in sizes.lent.items():
        if parameter not in sizes.own:
            message = f"line {parameter.line} has no {parameter.letters} to share"
            problems.append(Problem(span, message))


class _Builder:
    """Turns expressions into nodes, each value once."""

    def __init__(self, lines: Sequence[Line], shapes: Mapping[Parameter, tuple[str, ...]]) -> None:
        self.nodes: list[Node] = []
        self.lines: dict[str, int] = {}
        self._places: dict[Node, int] = {}
        self._sizes = {"x": INPUTS} | {line.name: line.size for line in lines}
        self._shapes = shapes
        for line in lines:
            value = self._place(line.value, line.size)
            self.lines[line.name] = self._add(Node("line", line.size, (value,), name=line.name))

    def _add(self, node: Node) -> int:
        if node not in self._places:
            self._places[node] = len(self.nodes)
            self.nodes.append(node)
        return self._places[node]

    def _place(self, part: Expression, size: str) -> int:
        """Return where the node of an expression of this size is."""
        match part:
            case Number(value=value):
                return self._add(Node("number", value=value))
            case Quantity(name="x"):
                return self._add(Node("input", INPUTS))
            case Quantity(name=name, previous=True):
                return self._add(Node("previous", self._sizes[name], name=name))
            case Quantity(name=name):
                return self.lines[name]
            case Vector(parameter=parameter):
                return self._add(Node("vector", size, parameters=(parameter,)))
            case Mean(operand=operand):
                place = self._place(operand, size)
                number = self.nodes[place].kind == "number"
                return place if number else self._add(Node("mean", size, (place,)))
            case Apply(function=function, arguments=arguments) if function is not OPERATORS["+"]:
                places = tuple(self._place(argument, size) for argument in arguments)
                return self._call(function, places, size)
        return self._sum(part, size)

    def _call(self, function: Function, places: tuple[int, ...], size: str) -> int:
        if all(self.nodes[place].kind == "number" for place in places):
            result = np.empty(())
            with np.errstate(all="ignore"):
                function.write(*(np.asarray(self.nodes[place].value) for place in places), out=result)
            return self._add(Node("number", value=float(result)))
        return self._add(Node("call", size, places, function))

    def _sum(self, part: Expression, size: str) -> int:
        """Return the node of a sum: its matrices and biases are one affine node, the rest is added to it."""
        added = list(terms(part))
        products = [term for term in added if isinstance(term, Product)]
        biases = [term for term in added if isinstance(term, Vector)] if products else []
        places = []
        for term in added:
            if products and term is products[0]:
                places.append(self._affine(products, biases, size))
            elif not (isinstance(term, Product) or (products and isinstance(term, Vector))):
                places.append(self._place(term, size))
        total = places[0]
        for place in places[1:]:
            total = self._call(OPERATORS["+"], (total, place), size)
        return total

    def _affine(self, products: Iterable[Product], biases: Iterable[Vector], size: str) -> int:
        factors = [(product.parameter, self._operand(product)) for product in products]
        return self._add(
            Node(
                "affine",
                size,
                tuple(place for _, place in factors),
                parameters=tuple(parameter for parameter, _ in factors),
                biases=tuple(bias.parameter for bias in biases),
            )
        )

    def _operand(self, product: Product) -> int:
        return self._place(product.operand, self._shapes[product.parameter][1])
