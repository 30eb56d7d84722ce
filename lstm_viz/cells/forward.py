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


class Layout:
    """A plan with the sizes of a cell: where each block lies. It knows no weights, and nothing of a run.

    Parameters
    ----------
    graph, plan
        Of the equations.
    sizes, dtype
        Of the cell.
    """

    def __init__(self, graph: Graph, plan: Plan, sizes: Mapping[str, int], dtype: np.dtype[Any]) -> None:
        self.graph, self.plan, self.dtype = graph, plan, dtype
        self._sizes = sizes
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
        self.constant = [(self._at[block], graph.nodes[block].parameters[0].name) for block in plan.constant]
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
        """Return a call with the places of its blocks, and its numbers or what its matrices are made of."""
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
            parts += [((self._stacked(rows, sources), self._span(sources)), out) for sources in call.sources]
        return Placed(None, parts, tuple(self.plan.block[at] for run in call.rows for at in run))

    def _stacked(self, rows: tuple[int, ...], sources: tuple[int, ...]) -> "Stack":
        """Return what a run of affine nodes multiplies a run of blocks by."""
        columns, width = self._laid(sources)
        pieces: list[tuple[slice, slice | int, str]] = []
        negated = []
        start = 0
        for at in rows:
            node = self.graph.nodes[at]
            own = slice(start, start + self._sizes[node.size])
            start = own.stop
            for parameter, argument in zip(node.parameters, node.arguments, strict=True):
                source = self.plan.block.get(argument, argument)
                if source in columns:
                    pieces.append((own, columns[source], parameter.name))
            if ONE in columns:
                pieces += [(own, columns[ONE].start, bias.name) for bias in node.biases]
            if at in self.plan.folded:
                negated.append(own)
        return Stack((start, width), self.dtype, pieces, negated)

    def _laid(self, blocks: tuple[int, ...]) -> tuple[dict[int, slice], int]:
        """Return where blocks lie one behind the other, and where they end."""
        widths = list(map(self._width, blocks))
        ends = list(accumulate(widths))
        places = {block: slice(end - width, end)
                  for block, end, width in zip(blocks, ends, widths, strict=True)}  # fmt: skip
        return places, ends[-1]


class Stack(NamedTuple):
    """How a matrix is put together from weights.

    Attributes
    ----------
    shape, dtype
        Of the matrix.
    pieces
        Which weight is added at which rows and columns.
    negated
        Rows whose sign is turned.
    """

    shape: tuple[int, int]
    dtype: np.dtype[Any]
    pieces: list[tuple[slice, slice | int, str]]
    negated: list[slice]

    def matrix(self, weights: Mapping[str, Array]) -> Array:
        """Return it, column by column: so BLAS multiplies a vector fastest."""
        matrix: Array = np.zeros(self.shape, self.dtype, order="F")
        for rows, columns, name in self.pieces:
            matrix[rows, columns] += weights[name]
        for rows in self.negated:
            matrix[rows] *= -1.0
        return matrix


class Program:
    """A layout with the weights of one cell: the matrices of each product.

    It holds nothing of a run, so that several can go on at once.
    """

    def __init__(self, layout: Layout, weights: Mapping[str, Array]) -> None:
        self.layout = layout
        self.constant = [(where, weights[name]) for where, name in layout.constant]
        self.calls = [
            call if call.write is not None else call.with_matrices(lambda stack: stack.matrix(weights))
            for call in layout.calls
        ]

    @cached_property
    def by_rows(self) -> list["Placed"]:
        """The calls for a batch, with matrices row by row: so BLAS multiplies a matrix fastest."""
        return [
            call if call.write is not None else call.with_matrices(np.ascontiguousarray)
            for call in self.calls
        ]


class Placed(NamedTuple):
    """A call of a program.

    Attributes
    ----------
    write
        The function; None for a product.
    parts
        What it is called with: operands, places or numbers, and the place of the result. Of a product a
        matrix, or the :class:`Stack` that it is made of, and what it multiplies; parts with the same result
        are added up.
    blocks
        What it computes.
    """

    write: Callable[..., object] | None
    parts: list[tuple[tuple[Any, ...], slice]]
    blocks: tuple[int, ...]

    def with_matrices(self, made: Callable[[Any], Array]) -> "Placed":
        """Return a product with matrices made of those that it has, or of what they are to be made of."""
        return self._replace(parts=[((made(matrix), seen), out) for (matrix, seen), out in self.parts])


def unroll(program: Program, setting: Setting) -> Log:
    """Run a cell over all steps of x and return what each step left behind."""
    graph, layout = setting.graph, program.layout
    # What leaves the range of the dtype is found by who calls this, and named.
    with np.errstate(all="ignore"):
        values = Values(setting, {})
        static = {at: values.array(at) for at in graph.lines.values() if graph.static[at]}
        log: Array = np.empty(
            (1 + len(setting.x), layout.kept.stop - layout.kept.start, *setting.batch), layout.dtype
        )
        if program.calls:
            _loop(program, setting, values, log)
        return Log(log, layout.rows, static)


def _loop(program: Program, setting: Setting, values: Values, log: Array) -> None:
    """Go through all steps in a place of this run's own, and write each down."""
    layout = program.layout
    place: Array = np.empty((layout.size, *setting.batch), layout.dtype)
    if layout.one is not None:
        place[layout.one] = 1.0
    for where, vector in program.constant:
        place[where] = vector[:, np.newaxis] if setting.batch else vector
    for name, where, row in layout.states:
        place[where] = log[0, row] = setting.starts[name]
    held = {layout.graph.lines[name]: clamp for name, clamp in setting.clamps.items()}
    calls = list(
        _bound(
            program, place, {at: clamp for at, clamp in held.items() if at in layout.lines}, len(setting.x)
        )
    )
    kept = place[layout.kept]
    feeds = [(place[at], _feed(values, run)) for run, at in layout.fed]
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
    for at in layout.plan.folded:
        # Not np.negative: in place, where numbers lie 64 bytes apart, NumPy 2.4 turns the first one alone.
        np.multiply(log[1:, layout.rows[at]], -1.0, out=log[1:, layout.rows[at]])


def _feed(values: Values, run: tuple[int, ...]) -> Array:
    """Return what is copied into a run of blocks, for all steps."""
    arrays = [values.array(at) for at in run]
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=1)


def _bound(program: Program, place: Array, held: Mapping[int, Clamp], steps: int) -> Iterator[Call]:
    """Yield the calls of a step, each with the views that it works on."""
    layout = program.layout
    for call in program.by_rows if place.ndim > 1 else program.calls:
        if call.write is None:
            yield from _products(call, place)
        else:
            ((operands, out),) = call.parts
            views = [place[part] if isinstance(part, slice) else part for part in operands]
            yield partial(call.write, *views, place[out])
        for block in call.blocks:
            if block in held:
                yield from _hold(place[layout.lines[block]], held[block], steps)


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
