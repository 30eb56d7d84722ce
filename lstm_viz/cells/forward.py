"""Running a cell: a plan bound to sizes and weights, and the loop over the steps."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from lstm_viz.cells.functions import Array
from lstm_viz.cells.graph import Graph
from lstm_viz.cells.steps import ONE, Apply, Average, Multiply, Plan
from lstm_viz.cells.values import Clamp, Setting, Values

Call = Callable[[], object]


class Log(NamedTuple):
    """What a run has written down, in running order.

    Attributes
    ----------
    steps
        (1 + time, rows, [batch]): entry 0 holds the first values of the states and nothing else of use.
    rows
        Where each node of the loop lies in it.
    static
        (time, size, [batch]) of each line that follows from x alone.
    """

    steps: Array
    rows: Mapping[int, slice]
    static: Mapping[int, Array]

    def known(self, graph: Graph) -> dict[int, Array]:
        """Return the value of every node that was written down, (time, size, [batch])."""
        known = {at: self.steps[1:, rows] for at, rows in self.rows.items()}
        for name, at in graph.previous.items():
            if graph.lines[name] in self.rows:
                known[at] = self.steps[:-1, self.rows[graph.lines[name]]]
        return known | dict(self.static)


class Program:
    """A plan with the sizes and weights of one cell: where each block lies, and the matrices of each product.

    It holds nothing of a run, so that several can go on at once.
    """

    def __init__(
        self,
        graph: Graph,
        plan: Plan,
        weights: Mapping[str, Array],
        sizes: Mapping[str, int],
        dtype: np.dtype[Any],
    ) -> None:
        self.graph, self.plan, self.dtype = graph, plan, dtype
        self._weights, self._sizes = weights, sizes
        widths = [self._width(block) for block in plan.order]
        ends = list(accumulate(widths))
        self._at = {block: slice(end - width, end)
                    for block, end, width in zip(plan.order, ends, widths, strict=True)}  # fmt: skip
        self.size = ends[-1] if ends else 0
        self.kept = (
            slice(self._at[plan.kept[0]].start, self._at[plan.kept[1]].stop) if plan.order else slice(0, 0)
        )
        self.rows = {at: self._row(block) for at, block in plan.block.items() if self._is_kept(at, block)}
        self.fed = [(run, self._span(run)) for run in plan.fed]
        self.calls = [self._placed(call) for call in plan.calls]
        self.lines = {at: self._at[at] for at in graph.lines.values() if at in plan.block}
        self.constant = [
            (self._at[block], weights[graph.nodes[block].parameters[0].name]) for block in plan.constant
        ]
        self.one = self._at.get(ONE)
        self.states = [
            (name, self._at[block], self.rows[graph.lines[name]]) for name, block in plan.states.items()
        ]

    def _width(self, block: int) -> int:
        return 1 if block == ONE else self._sizes[self.graph.nodes[block].size]

    def _row(self, block: int) -> slice:
        return slice(self._at[block].start - self.kept.start, self._at[block].stop - self.kept.start)

    def _is_kept(self, at: int, block: int) -> bool:
        where = self._at[block]
        inside = self.kept.start <= where.start and where.stop <= self.kept.stop
        return inside and self.graph.nodes[at].kind != "previous"

    def _span(self, run: tuple[int, ...]) -> slice:
        return slice(self._at[run[0]].start, self._at[run[-1]].stop)

    def _placed(self, call: Apply | Multiply | Average) -> "Placed":
        """Return a call with the places of its blocks, and its matrices or numbers."""
        match call:
            case Apply():
                operands = tuple(
                    np.asarray(part, self.dtype) if isinstance(part, float) else self._span(part)
                    for part in call.operands
                )
                return Placed(call.write, [(operands, self._span(call.out))], call.out)
            case Average():
                return Placed(average, [((self._at[call.operand],), self._at[call.out])], (call.out,))
        parts = []
        for rows in call.rows:
            out = self._span(tuple(self.plan.block[at] for at in rows))
            parts += [((self._matrix(rows, sources), self._span(sources)), out) for sources in call.sources]
        return Placed(None, parts, tuple(self.plan.block[at] for run in call.rows for at in run))

    def _matrix(self, rows: tuple[int, ...], sources: tuple[int, ...]) -> Array:
        """Return what a run of affine nodes multiplies a run of blocks by."""
        widths = list(map(self._width, sources))
        ends = dict(zip(sources, accumulate(widths), strict=True))
        blocks = []
        for at in rows:
            node = self.graph.nodes[at]
            block = np.zeros((self._sizes[node.size], sum(widths)), self.dtype)
            for parameter, argument in zip(node.parameters, node.arguments, strict=True):
                source = self.plan.block.get(argument, argument)
                if source in ends:
                    block[:, ends[source] - self._width(source) : ends[source]] += self._weights[
                        parameter.name
                    ]
            for bias in node.biases if ONE in ends else ():
                block[:, ends[ONE] - 1] += self._weights[bias.name]
            blocks.append(np.negative(block, out=block) if at in self.plan.folded else block)
        # Column by column: so BLAS multiplies a vector fastest.
        return np.asfortranarray(np.concatenate(blocks))

    @cached_property
    def by_rows(self) -> list["Placed"]:
        """The calls for a batch, with matrices row by row: so BLAS multiplies a matrix fastest."""
        return [
            call if call.write is not None else Placed(None, [((np.ascontiguousarray(m), seen), out) for (m,
            seen), out in call.parts], call.blocks) for call in self.calls
        ]  # fmt: skip


class Placed(NamedTuple):
    """A call of a program.

    Attributes
    ----------
    write
        The function; None for a product.
    parts
        What it is called with: operands, places or numbers, and the place of the result. Of a product a
        matrix and what it multiplies; parts with the same result are added up.
    blocks
        What it computes.
    """

    write: Callable[..., object] | None
    parts: list[tuple[tuple[Any, ...], slice]]
    blocks: tuple[int, ...]


def unroll(program: Program, setting: Setting) -> Log:
    """Run a cell over all steps of x and return what each step left behind."""
    graph = setting.graph
    # What leaves the range of the dtype is found by who calls this, and named.
    with np.errstate(all="ignore"):
        values = Values(setting, {})
        static = {at: values.array(at) for at in graph.lines.values() if graph.static[at]}
        log: Array = np.empty(
            (1 + len(setting.x), program.kept.stop - program.kept.start, *setting.batch), program.dtype
        )
        if program.calls:
            _loop(program, setting, values, log)
        return Log(log, program.rows, static)


def _loop(program: Program, setting: Setting, values: Values, log: Array) -> None:
    """Go through all steps in a place of this run's own, and write each down."""
    place: Array = np.empty((program.size, *setting.batch), program.dtype)
    if program.one is not None:
        place[program.one] = 1.0
    for where, vector in program.constant:
        place[where] = vector[:, np.newaxis] if setting.batch else vector
    for name, where, row in program.states:
        place[where] = log[0, row] = setting.starts[name]
    held = {program.graph.lines[name]: clamp for name, clamp in setting.clamps.items()}
    calls = list(
        _bound(
            program, place, {at: clamp for at, clamp in held.items() if at in program.lines}, len(setting.x)
        )
    )
    kept = place[program.kept]
    feeds = [(place[at], _feed(values, run)) for run, at in program.fed]
    if len(feeds) == 1:
        fed_place, fed = feeds[0]
        for fed_t, log_t in zip(fed, log[1:], strict=True):
            fed_place[...] = fed_t
            for call in calls:
                call()
            log_t[...] = kept
    else:
        calls = [*(partial(_copy_next, fed_place, iter(fed)) for fed_place, fed in feeds), *calls]
        for log_t in log[1:]:
            for call in calls:
                call()
            log_t[...] = kept
    for at in program.plan.folded:
        # Not np.negative: in place, where numbers lie 64 bytes apart, NumPy 2.4 turns the first one alone.
        np.multiply(log[1:, program.rows[at]], -1.0, out=log[1:, program.rows[at]])


def _feed(values: Values, run: tuple[int, ...]) -> Array:
    """Return what is copied into a run of blocks, for all steps."""
    arrays = [values.array(at) for at in run]
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=1)


def _bound(program: Program, place: Array, held: Mapping[int, Clamp], steps: int) -> Iterator[Call]:
    """Yield the calls of a step, each with the views that it works on."""
    for call in program.by_rows if place.ndim > 1 else program.calls:
        if call.write is None:
            yield from _products(call, place)
        else:
            ((operands, out),) = call.parts
            views = [place[part] if isinstance(part, slice) else part for part in operands]
            yield partial(call.write, *views, place[out])
        for block in call.blocks:
            if block in held:
                yield from _hold(place[program.lines[block]], held[block], steps)


def _products(call: Placed, place: Array) -> Iterator[Call]:
    done = set()
    for (matrix, seen), out in call.parts:
        if out.start not in done:
            yield partial(matrix.dot, place[seen], place[out])
        else:
            part = np.empty_like(place[out])
            yield partial(matrix.dot, place[seen], part)
            yield partial(np.add, place[out], part, place[out])
        done.add(out.start)


def _hold(view: Array, clamp: Clamp, steps: int) -> Iterator[Call]:
    """Yield what holds a line at its values after it has been computed."""
    values = np.broadcast_to(clamp.value, (steps, *view.shape))
    if len(clamp.value) == 1 and clamp.free is None:
        yield partial(np.copyto, view, values[0])
    elif clamp.free is None:
        yield partial(_copy_next, view, iter(values))
    else:
        held = np.broadcast_to(clamp.free == 0.0, values.shape)
        yield partial(_copy_some, view, zip(values, held, strict=True))


def average(value: Array, out: Array) -> None:
    """Write the mean of all units of ``value`` into every unit of ``out``."""
    np.copyto(out, np.add.reduce(value, 0, keepdims=True) * (1.0 / len(value)))


def _copy_next(place: Array, steps: Iterator[Array]) -> None:
    place[...] = next(steps)


def _copy_some(place: Array, steps: Iterator[tuple[Array, Array]]) -> None:
    value, held = next(steps)
    np.copyto(place, value, where=held)
