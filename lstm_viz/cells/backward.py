"""Backpropagation through time, for any cell.

References
----------
Werbos (1990), "Backpropagation Through Time: What It Does and How to Do It", Proceedings of the IEEE 78(10).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any, Final, NamedTuple

import numpy as np

from lstm_viz.cells.backplan import Add, Back, Block, Spread, back_plan
from lstm_viz.cells.forward import average
from lstm_viz.cells.functions import Array
from lstm_viz.cells.graph import Graph
from lstm_viz.cells.slopes import Slopes, junctions, matrix_of
from lstm_viz.cells.values import Setting, Values, applied

Call = Callable[[], object]

_NEAR: Final = 2**16
"""Numbers that an array may have and stay in a cache close to the processor."""


@dataclass(frozen=True, eq=False)
class Gradients:
    """The derivative of one number L with respect to everything; the arrays are read-only.

    L is any scalar made of the lines of a run, summed over a batch if there is one.

    Attributes
    ----------
    weights
        By name, in the shapes of the cell's.
    x
        (time, [batch,] inputs), aligned with x.
    initial
        For each state, ([batch,] size): one for each sequence, even where one value was given for all.
    adjoint
        For each state and h: ∂L/∂ the line as a whole, (time, [batch,] size). It includes what L sees of the
        line itself, and what it sees through all that is computed later: of C_t, the h_t of the same step.
    """

    weights: Mapping[str, Array]
    x: Array
    initial: Mapping[str, Array]
    adjoint: Mapping[str, Array]


class BackProgram:
    """A plan to go back, with the sizes and weights of one cell: where blocks lie, and the matrices.

    It holds nothing of a run, so that several can go back at once.

    Parameters
    ----------
    graph, weights, sizes, dtype
        Of the cell.
    given
        The lines that L sees itself.
    """

    def __init__(
        self,
        graph: Graph,
        weights: Mapping[str, Array],
        sizes: Mapping[str, int],
        dtype: np.dtype[Any],
        given: frozenset[str],
    ) -> None:
        self.graph, self.plan = graph, back_plan(graph, given)
        self.ends = junctions(graph)
        self._weights, self._sizes, self._dtype = weights, sizes, dtype
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

    def _placed(self, call: Spread | Back | Add) -> Iterator["_Placed"]:
        """Yield a call with the places of its blocks."""
        match call:
            case Spread(junction=junction, edges=edges):
                slopes = self._span([("slope", edge) for edge in edges])
                yield _Placed(
                    np.multiply, (self._at[self.plan.total[junction]], slopes), self._span(edges), len(edges)
                )
            case Back(rows=rows, source=source, order=order):
                totals, out = (
                    self._span([self.plan.total[at] for at in rows]),
                    self._at["back", source, order],
                )
                if self.graph.nodes[rows[0]].kind == "mean":
                    yield _Placed(average, (totals,), out)
                else:
                    yield _Placed(None, (self.matrix(rows, source), totals), out)
            case Add(terms=terms, out=block):
                places, out = [self._at[term] for term in terms], self._at[block]
                if len(places) == 1:
                    yield _Placed(np.positive, (places[0],), out)
                elif places:
                    yield _Placed(np.add, (places[0], places[1]), out)
                    yield from (_Placed(np.add, (out, more), out) for more in places[2:])

    def matrix(self, rows: Sequence[int], source: int) -> Array:
        """Return the matrices of some affine maps for one source, one below the other: (rows, columns)."""
        parts = [matrix_of(self.graph, self._weights, self._sizes, self._dtype, at, source) for at in rows]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

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


def _add(found: dict[str, Array], name: str, part: Array) -> None:
    found[name] = found[name] + part if name in found else part


class _Placed(NamedTuple):
    """A call: a function, or None for the product with a transposed matrix, and where its blocks lie.

    ``many`` blocks of the second operand and of the result share the first operand.
    """

    write: Callable[..., object] | None
    operands: tuple[Any, ...]
    out: slice
    many: int = 0


class _Pass:
    """One pass back through a run.

    Parameters
    ----------
    program
        How to go through a step.
    setting, values
        Of the run.
    direct
        What L sees of lines itself, in running order, (time, size, [batch]).
    """

    def __init__(
        self, program: BackProgram, setting: Setting, values: Values, direct: Mapping[str, Array]
    ) -> None:
        self._program, self._setting, self._values, self._direct = program, setting, values, direct
        self._graph = setting.graph
        self._slopes = Slopes(program.ends, setting, values)
        self.initial: dict[str, Array] = {}
        self._log = self._loop()
        self._totals = {at: self._log[:, rows] for at, rows in program.totals.items()}

    # The loop

    def _loop(self) -> Array:
        """Go back through all steps, and return all blocks of each."""
        setting, program = self._setting, self._program
        place: Array = np.zeros((program.own.stop, *setting.batch), setting.x.dtype)
        fed_place, kept = place[program.fed], place[program.kept]
        log: Array = np.empty((len(setting.x), *kept.shape), setting.x.dtype)
        if len(place):
            fed = self._feed(fed_place)
            if setting.batch:
                # What is large is read where it is, once; what is small is quicker from one place.
                calls = [_bound(call, place, program.fed.stop, fed[::-1]) for call in program.calls]
                for log_t in log[::-1]:
                    for call in calls:
                        call()
                    log_t[...] = kept
            else:
                calls = [_bound(call, place) for call in program.calls]
                for fed_t, log_t in zip(fed[::-1], log[::-1], strict=True):
                    fed_place[...] = fed_t
                    for call in calls:
                        call()
                    log_t[...] = kept
        for name, (size, blocks) in program.arriving.items():
            nothing: Array = np.zeros((size, *setting.batch), setting.x.dtype)
            self.initial[name] = reduce(np.add, (place[where] for where in blocks), nothing)
        return log

    def _feed(self, place: Array) -> Array:
        """Return what each step needs from outside: what L sees itself, and the diagonals."""
        fed: Array = np.empty((len(self._setting.x), *place.shape), place.dtype)
        for where, name in self._program.directs:
            fed[:, where] = self._direct[name]
        for steps in self._portions():
            slopes = self._slopes
            if self._setting.batch:
                few = self._setting.over(steps), self._values.over(steps)
                slopes = Slopes(self._program.ends, *few)
            for junction, places in self._program.slopes.items():
                slopes.write(junction, {parent: fed[steps, where] for parent, where in places.items()})
        return fed

    def _portions(self) -> Iterator[slice]:
        """Yield the steps in portions: what is computed for a few of a large batch stays in a cache."""
        setting = self._setting
        together = len(setting.x)
        if setting.batch:
            together = max(1, _NEAR // (setting.sizes["H"] * setting.batch[0]))
        for first in range(0, len(setting.x), together):
            yield slice(first, first + together)

    # After the loop, for all steps at once

    def total(self, at: int) -> Array:
        """Return ∂L/∂ a junction or a leaf as a whole, (time, size, [batch]), in running order."""
        if at not in self._totals:
            self._totals[at] = self._gathered(at)
        return self._totals[at]

    def _gathered(self, at: int) -> Array:
        """Add up what comes back to what follows from x alone, to x itself, or to a vector."""
        node = self._graph.nodes[at]
        total: Array = np.zeros(self._setting.shape(node), self._setting.x.dtype)
        if node.kind == "line":
            if node.name in self._direct:
                total += self._direct[node.name]
            if node.name in self._graph.previous:
                # What comes back to its last value belongs to the step before.
                later = self.total(self._graph.previous[node.name])
                total[:-1] += later[1:]
                self.initial[node.name] = later[0]
        for child in self._program.ends.children[at]:
            total += self.total(child) * self._slopes[child].get(at, 0.0)
        for rows in self._program.runs[at]:
            if self._graph.nodes[rows[0]].kind == "mean":
                total += self.total(rows[0]).mean(axis=1, keepdims=True)
            else:
                total += applied(self._program.matrix(rows, at).T, self._of_run(rows))
        return total

    def _of_run(self, run: tuple[int, ...]) -> Array:
        """Return the totals of affine maps that lie side by side, in one piece."""
        if len(run) == 1:
            return self.total(run[0])
        totals = self._program.totals
        return self._log[:, totals[run[0]].start : totals[run[-1]].stop]

    def weights(self) -> dict[str, Array]:
        """Return ∂L/∂ each weight by its name."""
        found: dict[str, Array] = {}
        flat: dict[tuple[int, ...], Array] = {}
        for source, runs in self._program.runs.items():
            if not runs:
                continue
            seen = flattened(self._values.array(source)).T
            for rows in runs:
                if self._graph.nodes[rows[0]].kind == "affine":
                    # Σ δ_t seen_tᵀ over time and batch
                    self._of_matrices(rows, source, self._flat(rows, flat) @ seen, found)
        for rows in self._program.biased:
            gradient = summed(self._of_run(rows))
            for at, start, end in self._parts(rows):
                for bias in self._graph.nodes[at].biases:
                    _add(found, bias.name, gradient[start:end])
        for at in self._program.vectors:
            _add(found, self._graph.nodes[at].parameters[0].name, summed(self.total(at)))
        return {
            name: found[name] if name in found else np.zeros_like(array)
            for name, array in self._setting.weights.items()
        }

    def _flat(self, rows: tuple[int, ...], flat: dict[tuple[int, ...], Array]) -> Array:
        """Return the totals of affine maps, (size, time · batch); ``flat`` holds all those side by side."""
        base, start, _ = self._program.bases[rows[0]]
        if base not in flat:
            flat[base] = flattened(self._of_run(base))
        return flat[base][start : self._program.bases[rows[-1]][2]]

    def _parts(self, rows: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
        """Yield affine maps with where their rows start and end."""
        start = 0
        for at in rows:
            end = start + self._setting.sizes[self._graph.nodes[at].size]
            yield at, start, end
            start = end

    def _of_matrices(
        self, rows: tuple[int, ...], source: int, gradient: Array, found: dict[str, Array]
    ) -> None:
        """Add the parts of a stacked gradient to the matrices that they belong to."""
        for at, start, end in self._parts(rows):
            node = self._graph.nodes[at]
            for parameter, argument in zip(node.parameters, node.arguments, strict=True):
                if argument == source:
                    _add(found, parameter.name, gradient[start:end])


def _bound(call: _Placed, place: Array, end: int = 0, fed: Array | None = None) -> Call:
    """Return a call with the views that it works on; operands before ``end`` are taken from ``fed``."""
    out = place[call.out]
    if call.write is None:
        matrix, totals = call.operands
        # Its transpose lies as BLAS multiplies it fastest: see :mod:`lstm_viz.cells.forward`.
        matrix = np.ascontiguousarray(matrix.T) if place.ndim > 1 else matrix.T
        return partial(matrix.dot, place[totals], out)
    operands = [place[where] for where in call.operands]
    shape = (call.many, *operands[0].shape)
    if call.many:
        operands[1], out = operands[1].reshape(shape), out.reshape(shape)
    for at, where in enumerate(call.operands):
        if fed is not None and where.stop <= end:
            steps = fed[:, where]
            steps = steps.reshape(len(steps), *shape) if call.many else steps
            return partial(_with_next, call.write, operands, at, iter(steps), out)
    return partial(call.write, *operands, out)


def _with_next(
    write: Callable[..., object], operands: list[Array], at: int, steps: Iterator[Array], out: Array
) -> None:
    operands[at] = next(steps)
    write(*operands, out)


class Result(NamedTuple):
    """What a pass back has found, as the engine has it."""

    weights: dict[str, Array]
    x: Array
    initial: dict[str, Array]
    adjoint: dict[str, Array]


def backward(program: BackProgram, setting: Setting, values: Values, direct: Mapping[str, Array]) -> Result:
    """Return ∂L/∂ everything, in running order with features before the batch."""
    graph = setting.graph
    # A gradient may vanish or explode beyond the range of the dtype: it is then 0, or no finite number.
    with np.errstate(all="ignore"):
        back = _Pass(program, setting, values, direct)
        inputs = next((at for at, node in enumerate(graph.nodes) if node.kind == "input"), None)
        by_x = np.zeros_like(setting.x) if inputs is None else back.total(inputs)
        adjoint = {name: back.total(graph.lines[name]) for name in dict.fromkeys(("h", *graph.previous))}
        return Result(back.weights(), by_x, back.initial, adjoint)


def flattened(array: Array) -> Array:
    """Return all steps of all sequences side by side: (size, time · batch)."""
    turned: Array = array.swapaxes(0, 1)
    return turned.reshape(len(turned), -1)


def summed(totals: Array) -> Array:
    """Return the gradient of a vector, Σ δ_t over time and batch: (rows,)."""
    result: Array = totals.sum(axis=(0, *range(2, totals.ndim)))
    return result
