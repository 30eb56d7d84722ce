"""The equations of any cell with the numbers of a run, in the parts that the stage fills in.

A line of the reading is ``{"key", "parts"}``. A part is a string, ``{"q": quantity}`` for a number of this
step, or ``{"terms": key}`` for a weighted sum. A term is ``[weight, quantity, index]``: index of the input
for x, of the unit otherwise; the bias has no quantity, and a sum over many has no weight.
"""

from collections.abc import Iterator
from typing import Any, Final

from lstm_viz.cells.cell import Cell
from lstm_viz.cells.functions import Array
from lstm_viz.cells.graph import Node
from lstm_viz.cells.run import Trace
from lstm_viz.views.diagram.parts import Diagram, canonical
from lstm_viz.views.stage import Symbols

MOST_TERMS: Final = 4
"""Of one matrix: beyond, its product is one number."""

_AROUND: Final = {
    "sigmoid": ("σ(", ")"),
    "log_sigmoid": ("log σ(", ")"),
    "hard_sigmoid": ("clip(0.2·(", ") + 0.5)"),
    "hard_sigmoid6": ("clip((", ")/6 + 0.5)"),
    "wide_sigmoid": ("(4σ(", ") − 2)"),
    "centred_sigmoid": ("(2σ(", ") − 1)"),
    "sqrt": ("√(", ")"),
    "abs": ("|", "|"),
    "square": ("(", ")²"),
    "negative": ("−(", ")"),
}
_BETWEEN: Final = {"+": " + ", "-": " − ", "*": "·", "/": " / "}
_BINDING: Final = {"+": 1, "-": 1, "*": 2, "/": 2}


class Reading:
    """Writes the lines of a cell in parts; ``symbols`` says with which letters.

    Attributes
    ----------
    terms
        Of each sum, unit by unit.
    sums
        What products with wide matrices amount to, (time, size), by key.
    lines
        The reading itself.
    """

    def __init__(self, cell: Cell, trace: Trace, diagram: Diagram, symbols: Symbols) -> None:
        self._cell, self._trace, self._diagram, self._symbols = cell, trace, diagram, symbols
        self._graph = diagram.graph
        self.terms: dict[str, list[list[list[Any]]]] = {}
        self.sums: dict[str, Array] = {}
        self.lines = [
            {"key": name, "parts": _joined(self._parts(self._graph.nodes[at].arguments[0]))}
            for name, at in self._graph.lines.items()
        ]

    def _parts(self, at: int, binding: int = 0) -> Iterator[object]:
        node = self._graph.nodes[at]
        match node.kind:
            case "line" | "previous" | "input":
                yield {"q": self._key(at)}
            case "number":
                yield f"{node.value:g}".replace("-", "−")
            case "vector" | "affine":
                yield {"terms": self._sum(at, node)}
            case "mean":
                self.sums[str(at)] = self._trace.outward(self._trace.values.array(at))
                yield {"q": str(at)}
            case "call":
                yield from self._call(node, binding)

    def _call(self, node: Node, binding: int) -> Iterator[object]:
        assert node.function is not None
        name = node.function.name
        if name in _BETWEEN:
            own = _BINDING[name]
            opens = own < binding
            yield "(" if opens else ""
            yield from self._parts(node.arguments[0], own)
            yield _BETWEEN[name]
            yield from self._parts(node.arguments[1], own + (name in "-/"))
            yield ")" if opens else ""
            return
        before, after = _AROUND.get(name, (f"{name}(", ")"))
        yield before
        for place, argument in enumerate(node.arguments):
            yield ", " if place else ""
            yield from self._parts(argument)
        yield after

    def _key(self, at: int) -> str:
        node = self._graph.nodes[at]
        if node.kind == "input":
            return "x"
        return f"{node.name}[t-1]" if node.kind == "previous" else node.name

    def _sum(self, at: int, node: Node) -> str:
        """Write the terms of a vector or an affine map down, and return their key."""
        key, weights = str(at), self._cell.weights
        units = range(self._cell.sizes[node.size])
        rows: list[list[list[Any]]] = [[] for _ in units]
        if node.kind == "vector":
            for unit, row in enumerate(rows):
                row.append([_told(weights[node.parameters[0].name][unit]), None, 0])
        else:
            for parameter, argument in zip(node.parameters, node.arguments, strict=True):
                self._product(rows, parameter.name, argument)
            for unit, row in enumerate(rows):
                row.extend([_told(weights[bias.name][unit]), None, 0] for bias in node.biases)
        self.terms[key] = rows
        return key

    def _product(self, rows: list[list[list[Any]]], matrix: str, argument: int) -> None:
        weights, value = self._cell.weights[matrix], self._value(argument)
        wide = weights.shape[1] > MOST_TERMS
        quantity = f"{matrix}:{argument}" if wide else self._quantity(argument)
        if wide:
            self.sums[quantity] = value @ weights.T
        for unit, row in enumerate(rows):
            row.extend([[None, quantity, unit]] if wide else
                       ([_told(weight), quantity, k] for k, weight in enumerate(weights[unit])))  # fmt: skip

    def _quantity(self, at: int) -> str:
        if self._graph.nodes[at].kind in ("line", "previous", "input"):
            return self._key(at)
        key = self._diagram.key(at)
        self.sums.setdefault(key, self._value(at))
        return key

    def _value(self, at: int) -> Array:
        return self._trace.outward(self._trace.values.array(at))

    def written(self, at: int, binding: int = 0) -> str:
        """Return how a value is made, in letters: f·cₜ₋₁."""
        node = self._graph.nodes[at]
        names = self._diagram.names
        if binding and canonical(self._graph, at) in names:
            name = names[canonical(self._graph, at)]
            return self._symbols[name.removesuffix("[t-1]")]["symbol"] + (
                "ₜ₋₁" if name.endswith("[t-1]") else ""
            )
        match node.kind:
            case "line":
                return self.written(node.arguments[0], binding)
            case "number":
                return f"{node.value:g}".replace("-", "−")
            case "vector":
                return node.parameters[0].letters
            case "affine":
                products = (
                    p.letters + self.written(a, 3)
                    for p, a in zip(node.parameters, node.arguments, strict=True)
                )
                text = " + ".join([*products, *(bias.letters for bias in node.biases)])
                return f"({text})" if binding > 1 else text
            case "mean":
                return f"mean({self.written(node.arguments[0], 1)})"
        assert node.function is not None
        name = node.function.name
        if name not in _BETWEEN:
            before, after = _AROUND.get(name, (f"{name}(", ")"))
            return before + ", ".join(self.written(argument, 1) for argument in node.arguments) + after
        own = _BINDING[name]
        one, other = node.arguments
        text = self.written(one, own) + _BETWEEN[name] + self.written(other, own + (name in "-/"))
        return f"({text})" if own < binding else text


def _joined(parts: Iterator[object]) -> list[object]:
    """Return parts with neighbouring texts put together."""
    joined: list[object] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return joined


def _told(weight: float) -> float:
    """Return a weight with three decimals, as it is shown."""
    return round(float(weight), 3)
