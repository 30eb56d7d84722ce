"""Backpropagation through time, for any cell.

References
----------
Werbos (1990), "Backpropagation Through Time: What It Does and How to Do It", Proceedings of the IEEE 78(10).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial, reduce
from typing import Final, NamedTuple

import numpy as np

from lstm_viz.cells.backprogram import BackProgram, PlacedBack
from lstm_viz.cells.functions import Array
from lstm_viz.cells.slopes import Slopes
from lstm_viz.cells.values import Setting, Values, applied, wide

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


def _add(found: dict[str, Array], name: str, part: Array) -> None:
    found[name] = found[name] + part if name in found else part


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
        self._program, self._layout = program, program.layout
        self._setting, self._values, self._direct = setting, values, direct
        self._graph = setting.graph
        self._slopes = Slopes(self._layout.ends, setting, values)
        self.initial: dict[str, Array] = {}
        self._log = self._loop()
        self._totals = {at: self._log[:, rows] for at, rows in self._layout.totals.items()}

    # The loop

    def _loop(self) -> Array:
        """Go back through all steps, and return all blocks of each."""
        setting, layout, calls = self._setting, self._layout, self._program.calls
        place: Array = np.zeros((layout.own.stop, *setting.batch), setting.x.dtype)
        fed_place, kept = place[layout.fed], place[layout.kept]
        log: Array = np.empty((len(setting.x), *kept.shape), setting.x.dtype)
        if len(place):
            fed = self._feed(fed_place)
            if setting.batch:
                # What is large is read where it is, once; what is small is quicker from one place.
                bound = [_bound(call, place, layout.fed.stop, fed[::-1]) for call in calls]
                for log_t in log[::-1]:
                    for call in bound:
                        call()
                    log_t[...] = kept
            else:
                bound = [_bound(call, place) for call in calls]
                for fed_t, log_t in zip(fed[::-1], log[::-1], strict=True):
                    fed_place[...] = fed_t
                    for call in bound:
                        call()
                    log_t[...] = kept
        for name, (size, blocks) in layout.arriving.items():
            nothing: Array = np.zeros((size, *setting.batch), setting.x.dtype)
            self.initial[name] = reduce(np.add, (place[where] for where in blocks), nothing)
        return log

    def _feed(self, place: Array) -> Array:
        """Return what each step needs from outside: what L sees itself, and the diagonals."""
        fed: Array = np.empty((len(self._setting.x), *place.shape), place.dtype)
        for where, name in self._layout.directs:
            fed[:, where] = self._direct[name]
        for steps in self._portions():
            slopes = self._slopes
            if self._setting.batch:
                few = self._setting.over(steps), self._values.over(steps)
                slopes = Slopes(self._layout.ends, *few)
            for junction, places in self._layout.slopes.items():
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
        parts = list(self._parts_of(at))
        if not parts:
            return np.zeros(self._setting.shape(self._graph.nodes[at]), self._setting.x.dtype)
        total = parts[0] if len(parts) > 1 else wide(parts[0], self._setting.shape(self._graph.nodes[at]))
        for part in parts[1:]:
            total = total + part
        return total

    def _parts_of(self, at: int) -> Iterator[Array]:
        node, layout = self._graph.nodes[at], self._layout
        if node.kind == "line":
            if node.name in self._direct:
                yield self._direct[node.name]
            if node.name in self._graph.previous:
                # What comes back to its last value belongs to the step before.
                later = self.total(self._graph.previous[node.name])
                self.initial[node.name] = later[0]
                yield np.concatenate([later[1:], np.zeros_like(later[:1])])
        for child in layout.ends.children[at]:
            yield self.total(child) * self._slopes[child].get(at, 0.0)
        for rows in layout.runs[at]:
            if self._graph.nodes[rows[0]].kind == "mean":
                yield wide(self.total(rows[0]).mean(axis=1, keepdims=True), self._setting.shape(node))
            else:
                yield applied(self._program.matrix(rows, at).T, self._of_run(rows))

    def _of_run(self, run: tuple[int, ...]) -> Array:
        """Return the totals of affine maps that lie side by side, in one piece."""
        if len(run) == 1:
            return self.total(run[0])
        totals = self._layout.totals
        return self._log[:, totals[run[0]].start : totals[run[-1]].stop]

    def weights(self) -> dict[str, Array]:
        """Return ∂L/∂ each weight by its name."""
        found: dict[str, Array] = {}
        flat: dict[tuple[int, ...], Array] = {}
        for source, runs in self._layout.runs.items():
            if not runs:
                continue
            seen = flattened(self._values.array(source)).T
            for rows in runs:
                if self._graph.nodes[rows[0]].kind == "affine":
                    # Σ δ_t seen_tᵀ over time and batch
                    self._of_matrices(rows, source, self._flat(rows, flat) @ seen, found)
        for rows in self._layout.biased:
            gradient = summed(self._of_run(rows))
            for at, start, end in self._parts(rows):
                for bias in self._graph.nodes[at].biases:
                    _add(found, bias.name, gradient[start:end])
        for at in self._layout.vectors:
            _add(found, self._graph.nodes[at].parameters[0].name, summed(self.total(at)))
        return {
            name: found[name] if name in found else np.zeros_like(array)
            for name, array in self._setting.weights.items()
        }

    def _flat(self, rows: tuple[int, ...], flat: dict[tuple[int, ...], Array]) -> Array:
        """Return the totals of affine maps, (size, time · batch); ``flat`` holds all those side by side."""
        base, start, _ = self._layout.bases[rows[0]]
        if base not in flat:
            flat[base] = flattened(self._of_run(base))
        return flat[base][start : self._layout.bases[rows[-1]][2]]

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


def _bound(call: PlacedBack, place: Array, end: int = 0, fed: Array | None = None) -> Call:
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
