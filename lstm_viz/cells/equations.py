"""A cell as the lines that a paper would print: its text, checked, and what follows from the text alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from functools import cached_property, lru_cache
from math import inf
from types import MappingProxyType
from typing import NamedTuple

from lstm_viz.cells import latex
from lstm_viz.cells.expressions import HIDDEN, INPUTS, Line
from lstm_viz.cells.functions import Interval
from lstm_viz.cells.graph import Graph, build
from lstm_viz.cells.language import read
from lstm_viz.cells.plan import plan
from lstm_viz.cells.steps import Plan


class _Step(NamedTuple):
    lines: tuple[Line, ...]
    starts: Mapping[str, float]
    graph: Graph


@lru_cache(maxsize=512)
def _step(text: str) -> _Step:
    lines, starts = read(text)
    return _Step(lines, MappingProxyType(starts), build(lines))


@lru_cache(maxsize=512)
def _plan(text: str) -> Plan:
    return plan(_step(text).graph)


@dataclass(frozen=True)
class Equations:
    """The equations of a cell, in the language of :mod:`lstm_viz.cells.language`.

    Parameters
    ----------
    text
        One line a quantity; there must be an ``h``, the output, and something that is remembered.
    name, title
        As in the literature, and in words.
    year, source
        When and by whom it was published.
    purpose
        What it is for, in a sentence.
    note
        What differs here from the source, if anything does.
    parent
        The cell of the catalogue that it changes; empty where that is not in the catalogue.

    Raises
    ------
    EquationError
        If the text is no cell: a ``ValueError`` that lists every mistake with its line and column.
    """

    text: str
    _: KW_ONLY
    name: str = ""
    title: str = ""
    year: int | None = None
    source: str = ""
    purpose: str = ""
    note: str = ""
    parent: str = ""

    def __post_init__(self) -> None:
        _step(self.text)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The equations, in the order of the text."""
        return _step(self.text).lines

    @property
    def graph(self) -> Graph:
        """One step, as a graph."""
        return _step(self.text).graph

    @property
    def plan(self) -> Plan:
        """How a step is computed."""
        return _plan(self.text)

    @cached_property
    def states(self) -> tuple[str, ...]:
        """The lines whose last value is read, in the order in which they are first read; s stacks them."""
        return self.graph.states

    @cached_property
    def starts(self) -> Mapping[str, float]:
        """The first value of each state: 0, or what the text declares."""
        declared = _step(self.text).starts
        return MappingProxyType({name: declared.get(name, 0.0) for name in self.states})

    @cached_property
    def sizes(self) -> Mapping[str, str]:
        """Of x and of each line: "D", "H", or a size that the text declares."""
        return MappingProxyType({"x": INPUTS} | {line.name: line.size for line in self.lines})

    @cached_property
    def declared_sizes(self) -> tuple[str, ...]:
        """The sizes besides D and H."""
        return tuple(dict.fromkeys(s for s in self.sizes.values() if s not in (INPUTS, HIDDEN)))

    @cached_property
    def shapes(self) -> Mapping[str, tuple[str, ...]]:
        """Of each weight by its name, as sizes: ("H", "D")."""
        return MappingProxyType({parameter.name: shape for parameter, shape in self.graph.shapes.items()})

    @cached_property
    def parameter_formula(self) -> str:
        """How many numbers can be learned, as a formula of the sizes: "4H(D+H+1)"."""
        by_rows: dict[str, list[str]] = {}
        for shape in self.shapes.values():
            by_rows.setdefault(shape[0], []).append(shape[1] if len(shape) > 1 else "1")
        terms = [_factored(rows, Counter(columns)) for rows, columns in by_rows.items()]
        return " + ".join(terms) or "0"

    @cached_property
    def diagonal(self) -> bool:
        """Whether each unit sees, of the step before, itself alone: no matrix multiplies a state of the loop.

        Then the direct route is the whole gradient. What a state is that follows from x alone, as y[t-1] of a
        convolution, does not matter here.
        """
        static = self.graph.static
        mixing = (node for node in self.graph.nodes if node.kind in ("affine", "mean"))
        return all(static[argument] for node in mixing for argument in node.arguments)

    def bounds(self, name: str) -> Interval:
        """Return an interval in which a line lies whatever its inputs: (0, 1) for a gate."""
        return self._bounds[name]

    @cached_property
    def _bounds(self) -> dict[str, Interval]:
        found: list[Interval] = []
        for node in self.graph.nodes:
            match node.kind:
                case "number":
                    found.append((node.value, node.value))
                case "call":
                    assert node.function is not None
                    found.append(node.function.bounds(*(found[argument] for argument in node.arguments)))
                case "line" | "mean":
                    found.append(found[node.arguments[0]])
                case _:
                    found.append((-inf, inf))
        return {name: found[at] for name, at in self.graph.lines.items()}

    def latex(self) -> tuple[tuple[str, str], ...]:
        """Return each line in LaTeX, by its name, in the order of the text."""
        return tuple((line.name, latex.line(line, self.lines)) for line in self.lines)


def _factored(rows: str, columns: Counter[str]) -> str:
    """Return the weights of all lines of a size, by their columns: what all have in common in one bracket."""
    # Vectors, of column "1", stand last in a bracket and first behind it.
    order = sorted(columns, key=lambda size: (size == "1", size))
    common = min(columns.values()) if len(order) > 1 else 0
    terms = [f"{_times(common)}{rows}({'+'.join(order)})"] if common else []
    rest = ((size, columns[size] - common) for size in order[::-1])
    powers = {"1": rows, rows: f"{rows}²"}
    terms += [_times(count) + powers.get(size, f"{rows}{size}") for size, count in rest if count]
    return " + ".join(terms)


def _times(count: int) -> str:
    return "" if count == 1 else str(count)
