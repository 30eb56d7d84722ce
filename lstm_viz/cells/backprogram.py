"""A plan to go back, with the sizes and then the weights of one cell: where blocks lie, and the matrices."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from lstm_viz.cells.backplan import Add, Back, Block, Spread, back_plan
from lstm_viz.cells.forward import average
from lstm_viz.cells.functions import Array
from lstm_viz.cells.graph import Graph
from lstm_viz.cells.slopes import junctions, matrix_of


class PlacedBack(NamedTuple):
    """A call: a function, or None for the product with a transposed matrix, and where its blocks lie.

    Of a product the first operand is that matrix, or the affine maps and the source that it is of.

    ``many`` blocks of the second operand and of the result share the first operand; 0 for one, which is
    quicker without an axis of its own.
    """

    write: Callable[..., object] | None
    operands: tuple[Any, ...]
    out: slice
    many: int = 0


class BackLayout:
    """A plan to go back, with the sizes of a cell: where blocks lie. It knows no weights and no run.

    Parameters
    ----------
    graph, sizes
        Of the cell.
    given
        The lines that L sees itself.
    """

    def __init__(self, graph: Graph, sizes: Mapping[str, int], given: frozenset[str]) -> None:
        self.graph, self.plan = graph, back_plan(graph, given)
        self.ends = junctions(graph)
        self._sizes = sizes
        self._at: dict[Block, slice] = {}
        fed = self._lay(self.plan.fed, 0)
        rows = self._lay(self.plan.order, fed)
        self.fed, self.own = slice(0, fed), slice(fed, rows)
        self.directs = [(self._at[block], block[1]) for block in self.plan.fed if block[0] == "direct"]
        self.slopes: dict[int, dict[int, slice]] = {}
        for block in self.plan.fed:
            if block[0] == "slope":
                junction, parent = block[1]
                self.slopes.setdefault(junction, {})[parent] = self._at[block]
        logged = [self._at[block] for block in self.plan.total.values() if block in self._at]
        starts, ends = [where.start for where in logged], [where.stop for where in logged]
        self.kept = slice(min(starts, default=rows), max(ends, default=rows))
        self.calls = [placed for call in self.plan.calls for placed in self._placed(call)]
        self.totals = {at: self._logged(block) for at, block in self.plan.total.items() if block in self._at}
        self.arriving = {
            name: (sizes[graph.nodes[graph.lines[name]].size], [self._at[block] for block in blocks])
            for name, blocks in self.plan.arriving.items()
        }
        self.runs = {source: list(self._runs(readers)) for source, readers in self.ends.readers.items()}
        self.bases = self._bases()
        affine = [at for at, node in enumerate(graph.nodes) if node.kind == "affine" and node.biases]
        self.biased = list(self._runs(affine))
        self.vectors = [at for at, node in enumerate(graph.nodes) if node.kind == "vector"]

    def _bases(self) -> dict[int, tuple[tuple[int, ...], int, int]]:
        """Return for each affine map those side by side with it, and the rows in these that are its own."""
        affine = [at for at, node in enumerate(self.graph.nodes) if node.kind == "affine"]
        found = {}
        for rows in self._runs(affine):
            start = 0
            for at in rows:
                end = start + self._sizes[self.graph.nodes[at].size]
                found[at] = (rows, start, end)
                start = end
        return found

    def _lay(self, blocks: tuple[Block, ...], start: int) -> int:
        """Give each block its place, one behind the other, and return where they end."""
        for block in blocks:
            end = start + self._width(block)
            self._at[block] = slice(start, end)
            start = end
        return start

    def _width(self, block: Block) -> int:
        match block:
            case ("direct", str(name)):
                at = self.graph.lines[name]
            case ("slope" | "kept", (int(at), int())) | ("back", int(at), int()) | ("total", int(at)):
                pass
            case (int(at), int()):
                pass
            case _:
                raise AssertionError(block)
        return self._sizes[self.graph.nodes[at].size]

    def _span(self, blocks: Sequence[Block]) -> slice:
        return slice(self._at[blocks[0]].start, self._at[blocks[-1]].stop)

    def _logged(self, block: Block) -> slice:
        where = self._at[block]
        return slice(where.start - self.kept.start, where.stop - self.kept.start)

    def _placed(self, call: Spread | Back | Add) -> Iterator["PlacedBack"]:
        """Yield a call with the places of its blocks."""
        match call:
            case Spread(junction=junction, edges=edges):
                slopes = self._span([("slope", edge) for edge in edges])
                yield PlacedBack(
                    np.multiply,
                    (self._at[self.plan.total[junction]], slopes),
                    self._span(edges),
                    len(edges) if len(edges) > 1 else 0,
                )
            case Back(rows=rows, source=source, order=order):
                totals, out = (
                    self._span([self.plan.total[at] for at in rows]),
                    self._at["back", source, order],
                )
                if self.graph.nodes[rows[0]].kind == "mean":
                    yield PlacedBack(average, (totals,), out)
                else:
                    yield PlacedBack(None, ((rows, source), totals), out)
            case Add(terms=terms, out=block):
                places, out = [self._at[term] for term in terms], self._at[block]
                if len(places) == 1:
                    yield PlacedBack(np.positive, (places[0],), out)
                elif places:
                    yield PlacedBack(np.add, (places[0], places[1]), out)
                    yield from (PlacedBack(np.add, (out, more), out) for more in places[2:])

    def _runs(self, readers: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """Yield affine maps and means, those side by side in the log together."""
        logged = [at for at in readers if at in self.totals]
        logged.sort(key=lambda at: self.totals[at].start)
        run: list[int] = []
        for at in logged:
            kinds = {self.graph.nodes[other].kind for other in (*run[-1:], at)}
            if run and (self.totals[run[-1]].stop != self.totals[at].start or kinds != {"affine"}):
                yield tuple(run)
                run = []
            run.append(at)
        if run:
            yield tuple(run)
        yield from ((at,) for at in readers if at not in self.totals)


class BackProgram:
    """A layout with the weights of one cell. It holds nothing of a run, so that several can go back at once.

    Parameters
    ----------
    layout
        Of cells of these sizes.
    weights, sizes, dtype
        Of the cell.
    """

    def __init__(
        self,
        layout: BackLayout,
        weights: Mapping[str, Array],
        sizes: Mapping[str, int],
        dtype: np.dtype[Any],
    ) -> None:
        self.layout = layout
        self._weights, self._sizes, self._dtype = weights, sizes, dtype
        self._matrices: dict[tuple[tuple[int, ...], int], Array] = {}
        self.calls = [call if call.write is not None else self._with_matrix(call) for call in layout.calls]

    def _with_matrix(self, call: PlacedBack) -> PlacedBack:
        (rows, source), totals = call.operands
        return call._replace(operands=(self.matrix(rows, source), totals))

    def matrix(self, rows: tuple[int, ...], source: int) -> Array:
        """Return the matrices of some affine maps for one source, one below the other: (rows, columns)."""
        found = self._matrices.get((rows, source))
        if found is None:
            found = self._matrices[rows, source] = self._stacked(rows, source)
        return found

    def _stacked(self, rows: tuple[int, ...], source: int) -> Array:
        graph = self.layout.graph
        parts = [matrix_of(graph, self._weights, self._sizes, self._dtype, at, source) for at in rows]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)
