"""How a step of backpropagation is computed with few calls, as :mod:`lstm_viz.cells.plan` does forward.

For each junction, last first: what comes back to it is added up; then one call multiplies that by all its
diagonals, which are copied in with the step. Affine maps whose diagonals lie side by side pass on what they
got in one product. What follows from x alone is left for after the loop, when it is done for all steps at
once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from lstm_viz.cells.graph import Graph
from lstm_viz.cells.slopes import MIXING, Junctions, junctions

Edge = tuple[int, int]
"""A junction, and a parent of it."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Multiply the total of a junction by its diagonals."""

    junction: int
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Back:
    """Multiply the totals of affine maps by their matrices: what they pass on to one source."""

    rows: tuple[int, ...]
    source: int
    order: int
    """Which of the parts for this source it is."""


@dataclass(frozen=True, slots=True)
class Add:
    """Add up blocks, or copy the one that there is, into another."""

    terms: tuple["Block", ...]
    out: "Block"


Block: TypeAlias = tuple[Any, ...]
"""An edge, ``("total", junction)``, ``("back", source, order)``, ``("direct", line)``, ``("kept", edge)``."""


@dataclass(frozen=True, slots=True)
class BackPlan:
    """A step of backpropagation, planned.

    Attributes
    ----------
    calls
        What is done, in order.
    fed
        Blocks copied in: what L sees itself, then diagonals.
    order
        All other blocks as they lie in memory.
    total
        Where each junction's total lies.
    arriving
        For each state what must be added up after the first step to have ∂L/∂ its first value.
    """

    calls: tuple[Spread | Back | Add, ...]
    fed: tuple[Block, ...]
    order: tuple[Block, ...]
    total: dict[int, Block]
    arriving: dict[str, tuple[Block, ...]] = field(default_factory=dict)


@lru_cache(maxsize=512)
def back_plan(graph: Graph, given: frozenset[str]) -> BackPlan:
    """Return how to go back through one step, where L sees the lines ``given`` itself."""
    return _BackPlanner(graph, junctions(graph), given).plan()


class _BackPlanner:
    def __init__(self, graph: Graph, ends: Junctions, given: frozenset[str]) -> None:
        self._graph, self._ends = graph, ends
        self._given = {
            graph.lines[name]: name for name in sorted(given) if not graph.static[graph.lines[name]]
        }
        self._dynamic = [at for at in (*ends.parents, *self._mixing()) if self._in_loop(at)]
        self._dynamic.sort(reverse=True)
        self._parents = {
            at: tuple(p for p in ends.parents[at] if self._in_loop(p))
            for at in self._dynamic if at in ends.parents
        }  # fmt: skip
        self._regions = self._laid_out()
        self._total: dict[int, Block] = {}

    def _in_loop(self, at: int) -> bool:
        """Return whether what comes back to a node is found in the loop.

        It must be for what depends on the step before, and is for an affine map of x that the loop alone
        sees: so it lies beside the others.
        """
        if not self._graph.static[at]:
            return True
        alone = self._graph.nodes[at].kind == "affine" and not self._ends.readers[at]
        return alone and not any(self._graph.static[child] for child in self._ends.children[at])

    def _mixing(self) -> Iterator[int]:
        return (at for at, node in enumerate(self._graph.nodes) if node.kind in MIXING)

    def _laid_out(self) -> dict[int, list[Edge]]:
        """Return for each junction its edges in the order of memory: affine maps of two neighbours meet."""

        def sees_states(at: int) -> tuple[bool, tuple[int, ...]]:
            arguments = tuple(a for a in self._graph.nodes[at].arguments if not self._graph.static[a])
            return all(self._graph.nodes[a].kind == "previous" for a in arguments), arguments

        regions: dict[int, list[Edge]] = {}
        turned = False
        for at, parents in self._parents.items():
            mixing = sorted((p for p in parents if self._is_mixing(p)), key=sees_states)
            others = [p for p in parents if not self._is_mixing(p)]
            regions[at] = [(at, p) for p in ((*mixing[::-1], *others) if turned else (*others, *mixing))]
            turned = bool(mixing) and not turned
        return regions

    def _is_mixing(self, at: int) -> bool:
        return self._graph.nodes[at].kind in MIXING

    def plan(self) -> BackPlan:
        calls: list[Spread | Back | Add] = []
        early = self._early()
        calls += [Add((edge,), ("kept", edge)) for edge in early]
        for at in self._dynamic:
            terms = list(self._terms(at, early))
            if len(terms) == 1 and self._lasts(terms[0]):
                self._total[at] = terms[0]
            else:
                self._total[at] = ("total", at)
                calls.append(Add(tuple(terms), ("total", at)))
            if self._regions.get(at):
                calls.append(Spread(at, tuple(self._regions[at])))
            calls += [back for source in self._passed_on(at) for back in self._backs(source)]
        for at in self._graph.previous.values():
            if at in self._ends and not self._graph.static[at]:
                calls += self._backs(at)
        return BackPlan(
            tuple(calls),
            (*(("direct", name) for name in self._given.values()),
             *(("slope", edge) for region in self._regions.values() for edge in region)),
            tuple(self._order(calls)),
            self._total,
            {name: tuple(self._carried(at)) for name, at in self._graph.previous.items()
             if not self._graph.static[at]},
        )  # fmt: skip

    def _lasts(self, block: Block) -> bool:
        """Return whether a block holds its value until the step is over: an edge of this step does."""
        return isinstance(block[0], int) and not self._is_previous(block[1])

    def _is_previous(self, at: int) -> bool:
        return self._graph.nodes[at].kind == "previous"

    def _terms(self, at: int, early: list[Edge]) -> Iterator[Block]:
        """Yield what comes back to a junction: from L itself, from the step after, from this one."""
        if at in self._given:
            yield ("direct", self._given[at])
        name = self._graph.nodes[at].name
        if self._graph.nodes[at].kind == "line" and name in self._graph.previous:
            for block in self._carried(self._graph.previous[name]):
                yield ("kept", block) if block in early else block
        yield from self._carried(at)

    def _carried(self, at: int) -> Iterator[Block]:
        """Yield what comes back to a junction or to a last value from within a step."""
        for child in self._ends.children.get(at, ()):
            if not self._graph.static[child]:
                yield (child, at)
        for back in self._backs(at):
            yield ("back", at, back.order)

    def _early(self) -> list[Edge]:
        """Return the edges to last values that are overwritten before they have been read."""
        return [
            (child, at)
            for name, at in self._graph.previous.items()
            if not self._graph.static[at]
            for child in self._ends.children.get(at, ())
            if not self._graph.static[child] and child > self._graph.lines[name]
        ]

    def _passed_on(self, at: int) -> list[int]:
        """Return the junctions of this step whose affine readers have all been passed once ``at`` has."""
        if not self._is_mixing(at):
            return []
        arguments = dict.fromkeys(self._graph.nodes[at].arguments)
        return [a for a in arguments if not self._graph.static[a] and not self._is_previous(a)
                and min(self._readers(a)) == at]  # fmt: skip

    def _readers(self, source: int) -> list[int]:
        return [at for at in self._ends.readers.get(source, ()) if not self._graph.static[at]]

    def _backs(self, source: int) -> list[Back]:
        """Return the products that pass on to one source: one for each run of totals side by side."""
        means = [at for at in self._readers(source) if self._graph.nodes[at].kind == "mean"]
        readers = {at for at in self._readers(source) if at not in means}
        runs = [run for run in self._runs(readers) if run]
        return [Back(tuple(run), source, order) for order, run in enumerate([*runs, *([at] for at in means)])]

    def _runs(self, readers: set[int]) -> Iterator[list[int]]:
        run: list[int] = []
        for block in self._edges_in_order():
            at = block[1]
            if at in readers and self._single(at) == block:
                run.append(at)
            elif run:
                yield run
                run = []
        yield run
        # Those with several children have a block of their own.
        yield from ([at] for at in sorted(readers) if self._single(at) is None)

    def _edges_in_order(self) -> Iterable[Edge]:
        return (edge for region in self._regions.values() for edge in region)

    def _single(self, at: int) -> Edge | None:
        """Return the one edge by which something comes back to a junction, if it is the only one."""
        children = [c for c in self._ends.children[at] if not self._graph.static[c]]
        return (
            (children[0], at)
            if len(children) == 1 and at not in self._given and not self._readers(at)
            else None
        )

    def _order(self, calls: list[Spread | Back | Add]) -> Iterator[Block]:
        yield from self._edges_in_order()
        seen: dict[Block, None] = {}
        for call in calls:
            if isinstance(call, Add):
                seen[call.out] = None
            elif isinstance(call, Back):
                seen[("back", call.source, call.order)] = None
        yield from seen
