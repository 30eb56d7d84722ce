"""Derivatives within a step: from junction to junction, one number a unit, for all steps at once.

Between affine maps everything works unit by unit. So what a *junction* (a state, an output, an affine map, or
what one multiplies) does to the next is a diagonal, found by reverse differentiation of the few operations
between them. These diagonals, and the matrices of the affine maps, are all that derivatives of a run are made
of.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from lstm_viz.cells.functions import Array, Slope
from lstm_viz.cells.graph import Graph
from lstm_viz.cells.tapes import Held, Tape, held_in, tape
from lstm_viz.cells.values import Setting, Values

_LEAVES = ("input", "previous", "vector")
MIXING = ("affine", "mean")
"""Kinds of nodes in which units meet."""


class Junctions:
    """The junctions of a graph, and which of them are seen by which without another in between.

    Attributes
    ----------
    parents
        For each junction that is made unit by unit: the junctions and leaves (x, last values, vectors) that
        it is made of.
    children
        The same the other way round.
    readers
        For each junction and leaf the affine maps and means that see it.
    between
        For each junction that is made unit by unit what it is made of down to its parents, last first.
    """

    def __init__(self, graph: Graph, lines: frozenset[str]) -> None:
        self._graph = graph
        self._ends = {graph.lines[name] for name in lines}
        for at, node in enumerate(graph.nodes):
            if node.kind in MIXING:
                self._ends |= {at, *node.arguments}
            elif node.kind in _LEAVES:
                self._ends.add(at)
        kinds = {at: graph.nodes[at].kind for at in self._ends}
        made = [at for at in sorted(self._ends) if kinds[at] in ("line", "call")]
        self.between = {at: self._below(at) for at in made}
        self.parents = {at: tuple(sorted(self._ends.intersection(self.between[at]))) for at in made}
        self._tapes: dict[tuple[int, Held], Tape] = {}
        self.children: dict[int, list[int]] = {at: [] for at in self._ends}
        self.readers: dict[int, list[int]] = {at: [] for at in self._ends}
        for at, parents in self.parents.items():
            for parent in parents:
                self.children[parent].append(at)
        for at in sorted(self._ends):
            if kinds[at] in MIXING:
                for argument in dict.fromkeys(graph.nodes[at].arguments):
                    self.readers[argument].append(at)

    def __contains__(self, at: int) -> bool:
        return at in self._ends

    def tape(self, junction: int, held: Held) -> Tape:
        """Return how the diagonals of a junction made unit by unit are computed, where lines are held."""
        if (junction, held) not in self._tapes:
            inner = (at for at in self.between[junction] if at not in self._ends)
            self._tapes[junction, held] = tape(self._graph, junction, inner, held)
        return self._tapes[junction, held]

    def _below(self, at: int) -> tuple[int, ...]:
        found: set[int] = set()
        waiting = list(self._graph.nodes[at].arguments)
        while waiting:
            node = waiting.pop()
            if node not in found and self._graph.nodes[node].kind != "number":
                found.add(node)
                if node not in self._ends:
                    waiting += self._graph.nodes[node].arguments
        return tuple(sorted(found, reverse=True))


@lru_cache(maxsize=512)
def junctions(graph: Graph, *, every_line: bool = False) -> Junctions:
    """Return the junctions of a graph: states and h, or ``every_line``, and what affine maps are and see."""
    return Junctions(graph, frozenset(graph.lines if every_line else {"h", *graph.previous}))


class Slopes:
    """The diagonals of one run, (time, size, [batch]) or what broadcasts to it, in running order.

    Parameters
    ----------
    ends
        Where a diagonal ends.
    setting, values
        Of the run.
    """

    def __init__(self, ends: Junctions, setting: Setting, values: Values) -> None:
        self._ends, self._setting, self._values = ends, setting, values
        self._held = held_in(setting)
        self._found: dict[int, Mapping[int, Slope]] = {}

    def __getitem__(self, at: int) -> Mapping[int, Slope]:
        """Return what each parent does to a junction; a parent that does nothing may be left out."""
        if at not in self._found:
            self._found[at] = self._played(at, {})
        return self._found[at]

    def write(self, junction: int, into: Mapping[int, Array]) -> None:
        """Write the diagonals of a junction into arrays, by parent."""
        found = self._found[junction] = self._played(junction, into)
        for parent, place in into.items():
            if found.get(parent) is not place:
                place[...] = found.get(parent, 0.0)
                found[parent] = place

    def _played(self, junction: int, into: Mapping[int, Array]) -> dict[int, Slope]:
        return self._ends.tape(junction, self._held).play(self._setting, self._values, into)


def times(one: Slope, other: Slope) -> Slope:
    """Return the product of two diagonals; 1.0 costs nothing."""
    # By class, for this is asked often: arrays have one of their own.
    if one.__class__ is float and one == 1.0:
        return other
    if other.__class__ is float and other == 1.0:
        return one
    return one * other


def matrix_of(
    graph: Graph,
    weights: Mapping[str, Array],
    sizes: Mapping[str, int],
    dtype: np.dtype[Any],
    reader: int,
    source: int,
) -> Array:
    """Return what an affine map or a mean multiplies one of its arguments by: (rows, columns)."""
    node = graph.nodes[reader]
    if node.kind == "mean":
        size = sizes[node.size]
        return np.full((size, size), 1.0 / size, dtype)
    found = [weights[parameter.name] for parameter, argument in
             zip(node.parameters, node.arguments, strict=True) if argument == source]  # fmt: skip
    return found[0] if len(found) == 1 else np.sum(found, axis=0)
