"""What a diagram of a cell consists of: boxes, operators and belts, found in the graph of its equations.

A *box* is an affine map with the function that is applied to it. A *belt* is the way of a state from one step
to the next: the operators of its own line, from its last value to its new one. What depends on one value
alone is a function, however many operations it takes, so that a layer normalisation is one box.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Literal

from lstm_viz.cells.equations import Equations
from lstm_viz.cells.graph import Graph, Node

Kind = Literal["box", "matrix", "operator", "function"]

_TEXTS: Final = {
    "sigmoid": "σ",
    "hard_sigmoid": "hard σ",
    "hard_sigmoid6": "hard σ",
    "wide_sigmoid": "4σ − 2",
    "centred_sigmoid": "2σ − 1",
    "log_sigmoid": "log σ",
    "sqrt": "√",
    "square": "²",
    "abs": "|·|",
    "negative": "−",
    "*": "×",
    "/": "÷",
    "-": "−",
}
"""Functions and operators as they stand in a diagram, where it is not by their names."""

_MOST_LETTERS: Final = 11
"""Of a function that is written out."""


@dataclass(frozen=True, slots=True)
class Part:
    """A box, an operator or a function.

    Attributes
    ----------
    at
        The node of the graph whose value it gives.
    kind
        "box", "matrix" (an affine map without a line of its own), "operator" or "function".
    text
        What is written on it.
    operands
        Nodes of the values that it is made of.
    mixed
        Those of them that reach it through a matrix.
    weighted
        Those of them that a vector of weights multiplies on the way into a box: peepholes.
    activated
        The node that the function of a box is applied to; None where there is none.
    """

    at: int
    kind: Kind
    text: str
    operands: tuple[int, ...]
    mixed: tuple[int, ...] = ()
    weighted: tuple[int, ...] = ()
    activated: int | None = None


@dataclass(frozen=True, eq=False)
class Diagram:
    """The diagram of one cell, without places.

    Attributes
    ----------
    graph
        One step of the cell.
    parts
        By their nodes, operands before what is made of them.
    belts
        By state the operators on its way, in order.
    """

    graph: Graph
    parts: Mapping[int, Part]
    belts: Mapping[str, tuple[int, ...]]

    @cached_property
    def names(self) -> Mapping[int, str]:
        """The name of each value that has one: x, the first line that gives it, ``h[t-1]``."""
        names = {at: "x" for at, node in enumerate(self.graph.nodes) if node.kind == "input"}
        names |= {at: f"{name}[t-1]" for name, at in self.graph.previous.items()}
        for name, at in self.graph.lines.items():
            names.setdefault(canonical(self.graph, at), name)
        return names

    def key(self, at: int) -> str:
        """Return the name of a value, or its number."""
        return self.names.get(at, str(at))

    @cached_property
    def sources(self) -> tuple[int, ...]:
        """X and the last values of states, as far as they are read, in the order in which they are."""
        read = (operand for part in self.parts.values() for operand in part.operands)
        ends = (*read, self.output, *(self.graph.previous[state] for state in self.belts))
        kinds = {at: self.graph.nodes[at].kind for at in ends}
        return tuple(at for at, kind in kinds.items() if kind in ("input", "previous"))

    @property
    def output(self) -> int:
        """The node of h."""
        return canonical(self.graph, self.graph.lines["h"])

    @cached_property
    def readers(self) -> Mapping[int, tuple[int, ...]]:
        """For each value the parts that it is an operand of."""
        return {
            at: tuple(part.at for part in self.parts.values() if at in part.operands)
            for at in (*self.sources, *self.parts)
        }


def canonical(graph: Graph, at: int) -> int:
    """Return the node that first has a value: a line gives what its expression does."""
    while graph.nodes[at].kind == "line":
        (at,) = graph.nodes[at].arguments
    return at


@lru_cache(maxsize=256)
def diagram(equations: Equations) -> Diagram:
    """Return the parts of a cell and its belts."""
    return _Finder(equations.graph).found()


class _Finder:
    """Finds parts in a graph. ``self.inner`` has the nodes that are drawn within a part."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.ends = {canonical(graph, graph.lines[name]) for name in ("h", *graph.previous)}
        self.constant = self._constants()
        self.live = self._live()
        self.readers = self._readers()
        self.inner: set[int] = set()
        self.parts: dict[int, Part] = {}

    def found(self) -> Diagram:
        for at in self.live:
            self._activation(at)
        belts = self._belts()
        on_belts = {at for path in belts.values() for at in path}
        for at in reversed(self.live):
            if at not in self.parts and at not in self.inner:
                self._function(at, on_belts)
        for at in self.live:
            if at not in self.parts and at not in self.inner:
                self.parts[at] = self._alone(at)
        return Diagram(self.graph, {at: self.parts[at] for at in sorted(self.parts)}, belts)

    def _node(self, at: int) -> Node:
        return self.graph.nodes[at]

    def _constants(self) -> set[int]:
        constant: set[int] = set()
        for at, node in enumerate(self.graph.nodes):
            if node.kind in ("number", "vector") or (node.arguments and constant.issuperset(node.arguments)):
                constant.add(at)
        return constant

    def _operands(self, at: int) -> tuple[int, ...]:
        """Return the values that a node is made of, each once, without constants."""
        arguments = (canonical(self.graph, argument) for argument in self._node(at).arguments)
        return tuple(dict.fromkeys(argument for argument in arguments if argument not in self.constant))

    def _live(self) -> tuple[int, ...]:
        """Return the nodes that h or a state needs, without sources and constants, in order."""
        live, waiting = set[int](), [*self.ends]
        while waiting:
            at = waiting.pop()
            if at in live or at in self.constant or self._node(at).kind in ("input", "previous"):
                continue
            live.add(at)
            waiting.extend(self._operands(at))
        return tuple(sorted(live))

    def _readers(self) -> dict[int, set[int]]:
        """Return for each node those that are made of it, as far as they are needed."""
        readers: dict[int, set[int]] = {at: set() for at in range(len(self.graph.nodes))}
        for at in self.live:
            for operand in self._operands(at):
                readers[operand].add(at)
        return readers

    def _only_within(self, at: int, region: set[int]) -> bool:
        return at not in self.ends and at in self.live and self.readers[at] <= region

    def _activation(self, at: int) -> None:
        """Make a box of a function of a sum in which there is an affine map."""
        node = self._node(at)
        if node.kind != "call" or node.function is None or node.function.arity != 1:
            return
        summed, terms = self._terms(at)
        maps = [
            term for term in terms if self._node(term).kind == "affine" and self._only_within(term, summed)
        ]
        if not maps:
            return
        weighted = {term: source for term in terms if (source := self._peephole(term, summed)) is not None}
        mixed = tuple(dict.fromkeys(operand for term in maps for operand in self._operands(term)))
        beside = (weighted.get(term, term) for term in terms if term not in maps)
        self.inner |= (summed - {at}) | {*maps, *weighted}
        operands = tuple(dict.fromkeys((*mixed, *beside)))
        (activated,) = self._operands(at)
        text = _TEXTS.get(node.function.name, node.function.name)
        self.parts[at] = Part(at, "box", text, operands, mixed, tuple(weighted.values()), activated)

    def _terms(self, at: int) -> tuple[set[int], list[int]]:
        """Return a function with the sums within it, and what these add up."""
        summed, terms, waiting = {at}, list[int](), [*self._operands(at)]
        while waiting:
            term = waiting.pop(0)
            function = self._node(term).function
            if function is not None and function.name == "+" and self._only_within(term, summed):
                summed.add(term)
                waiting = [*self._operands(term), *waiting]
            else:
                terms.append(term)
        return summed, terms

    def _peephole(self, at: int, readers: set[int]) -> int | None:
        """Return what a vector of weights multiplies here, if that is all that a term is."""
        node = self._node(at)
        if node.function is None or node.function.name != "*" or not self._only_within(at, readers):
            return None
        operands = self._operands(at)
        weights = any(self._node(argument).kind == "vector" for argument in node.arguments)
        return operands[0] if weights and len(operands) == 1 else None

    def _belts(self) -> dict[str, tuple[int, ...]]:
        belts: dict[str, tuple[int, ...]] = {}
        for state, start in self.graph.previous.items():
            taken = {at for path in belts.values() for at in path}
            end = canonical(self.graph, self.graph.lines[state])
            own = {at for at in self.live if self.graph.owner.get(at) == state}
            path = self._path(start, end, own - taken) or self._path(start, end, {*self.live} - taken)
            if path:
                belts[state] = path[::-1]
        return belts

    def _path(self, start: int, end: int, allowed: set[int]) -> tuple[int, ...]:
        """Return the operators on the way back from a value to another; empty if there is no such way.

        What has been looked at is taken out of ``allowed``.
        """
        if end not in allowed or end in self.parts or end in self.inner or self._node(end).kind != "call":
            return ()
        allowed.discard(end)  # from here there is a way or none: a second look would find no other
        for operand in self._operands(end):
            if operand == start:
                return (end,)
            if rest := self._path(start, operand, allowed):
                return (end, *rest)
        return ()

    def _function(self, at: int, on_belts: set[int]) -> None:
        """Draw what depends on one value alone as a function of it, as far back as it is so."""
        if self._node(at).kind not in ("call", "mean"):
            return
        region, front = {at}, set(self._operands(at))
        best: tuple[set[int], int] | None = None
        while front:
            top = max(front)
            if len(front) == 1:
                best = set(region), top
            whole = top in on_belts or top in self.parts or self._node(top).kind == "affine"
            if whole or not self._only_within(top, region):
                break
            region.add(top)
            front = (front - {top}) | set(self._operands(top))
        if best is None:
            return
        region, source = best
        if self._boxed(at, region, source):
            return
        self.inner |= region - {at}
        self.parts[at] = Part(at, "function", self._text(at, region, source), (source,))

    def _boxed(self, at: int, region: set[int], source: int) -> bool:
        """Put an affine map and the function of it into one box, where nothing else sees the map."""
        if self._node(source).kind != "affine" or not self._only_within(source, region):
            return False
        mixed = self._operands(source)
        function = self._node(at).function
        single = function is not None and function.arity == 1
        activated = canonical(self.graph, self._node(at).arguments[0]) if single else source
        self.inner |= (region - {at}) | {source}
        self.parts[at] = Part(at, "box", self._text(at, region, source), mixed, mixed, (), activated)
        return True

    def _alone(self, at: int) -> Part:
        node, operands = self._node(at), self._operands(at)
        if node.kind == "affine":
            named = any(canonical(self.graph, line) == at for line in self.graph.lines.values())
            letters = "+".join(parameter.letters for parameter in node.parameters)
            if named:
                return Part(at, "box", "linear", operands, operands, (), at)
            return Part(at, "matrix", letters, operands, operands)
        assert node.function is not None
        return Part(at, "operator", _TEXTS.get(node.function.name, node.function.name), operands)

    def _text(self, at: int, region: set[int], source: int) -> str:
        """Return what is written on a function: its name, or how it is made of its operand."""
        function = self._node(at).function
        name = "mean" if function is None else _TEXTS.get(function.name, function.name)
        if function is not None and any(self._node(node).kind == "mean" for node in region):
            return f"norm, {name}" if function.arity == 1 else "norm"
        if region == {at} and (function is None or function.arity == 1):
            return name
        # Each operation is at least one letter, and a value is written out wherever it is used.
        if len(region) <= _MOST_LETTERS and len(text := self._written(at, source)) <= _MOST_LETTERS:
            return text
        return f"{name}(…)" if function is not None and function.arity == 1 else "f(…)"

    def _written(self, at: int, source: int) -> str:
        at = canonical(self.graph, at)
        if at == source:
            names = [name for name, line in self.graph.lines.items() if canonical(self.graph, line) == at]
            node = self._node(at)
            return names[0] if names else node.name or ("x" if node.kind == "input" else "z")
        node = self._node(at)
        if node.kind == "number":
            return f"{node.value:g}".replace("-", "−")
        if node.kind == "vector":
            return node.parameters[0].letters
        name = "mean" if node.function is None else node.function.name
        written = [
            f"({text})" if self._loose(argument, name, place) else text
            for place, argument in enumerate(node.arguments)
            for text in [self._written(argument, source)]
        ]
        return _SPELLED.get(name, name + "({0})").format(*written)

    def _loose(self, at: int, sign: str, place: int) -> bool:
        """Return whether a value needs brackets as an argument of an operator: a·(b + c), a / (b·c)."""
        function = self._node(canonical(self.graph, at)).function
        inner = "" if function is None else function.name
        second = place == 1 and sign in ("-", "/")
        if inner in ("+", "-"):
            return sign in ("*", "/", "square", "negative") or second
        return inner in ("*", "/") and (sign == "square" or (sign == "/" and second))


_SPELLED: Final = {
    "+": "{0} + {1}",
    "-": "{0} − {1}",
    "*": "{0}·{1}",
    "/": "{0} / {1}",
    "negative": "−{0}",
    "sigmoid": "σ({0})",
    "log_sigmoid": "log σ({0})",
    "sqrt": "√({0})",
    "square": "{0}²",
    "abs": "|{0}|",
    "max": "max({0}, {1})",
    "min": "min({0}, {1})",
}


def depths(diagram: Diagram) -> Mapping[int, int]:
    """Return for each part how many others lie on the longest way to it."""
    found: dict[int, int] = {}
    for at, part in diagram.parts.items():
        found[at] = 1 + max((found.get(operand, 0) for operand in part.operands), default=0)
    return found
