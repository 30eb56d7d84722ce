"""The Jacobian of every step of any cell: ∂s_t/∂s_{t-1} and ∂s_t/∂x_t, whole or step by step.

For a junction made unit by unit of affine maps M_k q and of the leaves themselves ::

    ∂b/∂q = Σ diag(∂b/∂z_k) M_k + diag(∂b/∂q)

with diagonals that are chained first, so that the matrices are multiplied once. What an affine map sees may
itself be made of q, as r h_{t-1} is in a GRU; then its Jacobian is one factor more.
"""

from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import Final, TypeAlias

import numpy as np

from lstm_viz.cells.functions import Array, Slope
from lstm_viz.cells.linear_step import LinearStep
from lstm_viz.cells.slopes import MIXING, Slopes, junctions, matrix_of, times
from lstm_viz.cells.values import Setting, Values, wide

_TOGETHER: Final = 16
"""Steps whose matrices are made at once: enough to be quick, and few enough for little memory."""


Constants: TypeAlias = dict[tuple[object, ...], Array | None]


class Jacobians:
    """The derivatives of a run's states by the states before, or by x, in running order.

    Parameters
    ----------
    setting, values
        Of the run.
    constants
        Matrices that depend on the weights alone, kept from one run of a cell to the next.
    """

    def __init__(self, setting: Setting, values: Values, constants: Constants) -> None:
        self._setting, self._graph, self.constants = setting, setting.graph, constants
        with np.errstate(all="ignore"):
            self._slopes = Slopes(junctions(setting.graph), setting, values)
            self._chained: dict[int, Mapping[int, Slope]] = {}
            self._states = [setting.graph.lines[name] for name in setting.graph.previous]
            for at in self._states:
                self.chain(at)

    def chain(self, at: int) -> Mapping[int, Slope]:
        """Return the diagonals of a junction by the affine maps and leaves that it is made of in the end."""
        if at not in self._chained:
            found: dict[int, Slope] = {}
            for parent, slope in self._slopes[at].items():
                direct = self._graph.nodes[parent].kind not in ("line", "call")
                for end, further in ({parent: 1.0} if direct else self.chain(parent)).items():
                    part = times(slope, further)
                    found[end] = found[end] + part if end in found else part
            self._chained[at] = found
        return self._chained[at]

    def by_state(self, steps: slice = slice(None), own: tuple[str, ...] = ()) -> Array:
        """Return ∂s_t/∂s_{t-1} of some steps, without the columns of ``own``: (time, [batch,] state, …)."""
        previous = {at: name for name, at in self._graph.previous.items() if name not in own}
        return self._stacked(tuple(previous), sum(map(self.size, previous)), steps)

    def by_input(self, steps: slice = slice(None)) -> Array:
        """Return ∂s_t/∂x_t of some steps: (time, [batch,] state, inputs)."""
        inputs = tuple(at for at, node in enumerate(self._graph.nodes) if node.kind == "input")
        return self._stacked(inputs, self._setting.x.shape[1], steps)

    def size(self, at: int) -> int:
        """Return how many numbers a node has."""
        return self._setting.sizes[self._graph.nodes[at].size]

    def _stacked(self, leaves: tuple[int, ...], columns: int, steps: slice) -> Array:
        some = range(len(self._setting.x))[steps]
        result: Array = np.empty(
            (len(some), *self._setting.batch, sum(map(self.size, self._states)), columns),
            self._setting.x.dtype,
        )
        block = _Block(self, self._setting, leaves, steps, columns)
        start = 0
        with np.errstate(all="ignore"):
            for at in self._states:
                block.write(at, result[..., start : start + self.size(at), :])
                start += self.size(at)
        return result

    def own_states(self) -> tuple[str, ...]:
        """Return the last states that no matrix sees, if all have one size: each unit keeps its own."""
        graph = self._graph
        mixed = {argument for node in graph.nodes if node.kind in MIXING for argument in node.arguments}
        for at in range(len(graph.nodes))[::-1]:
            if at in mixed:
                mixed.update(graph.nodes[at].arguments)
        own: list[str] = []
        for name, at in list(graph.previous.items())[::-1]:
            if at in mixed:
                break
            own.insert(0, name)
        return tuple(own) if len({self.size(at) for at in self._states}) == 1 else ()

    def _rows_of_h(self) -> slice:
        if "h" not in self._graph.previous:
            return slice(None)
        at = list(self._graph.previous).index("h")
        start = sum(map(self.size, self._states[:at]))
        return slice(start, start + self.size(self._states[at]))

    def diagonals(self, own: tuple[str, ...]) -> Array:
        """Return ∂s_t/∂ of own states, unit by unit: (time, states, units of all)."""
        parts = [
            np.broadcast_to(self.chain(at).get(self._graph.previous[name], 0.0),
                            self._setting.shape(self._graph.nodes[at]))
            for at in self._states for name in own
        ]  # fmt: skip
        return np.stack(parts, axis=1).reshape(len(self._setting.x), len(self._states), -1)

    def linearised(self) -> Iterator[LinearStep]:
        """Yield every step as a linear map, in running order; the run is of one sequence, without a batch."""
        own, h = self.own_states(), self._rows_of_h()
        diagonals = self.diagonals(own) if own else None
        for first in range(0, len(self._setting.x), _TOGETHER):
            steps = slice(first, first + _TOGETHER)
            by_h, by_x = self.by_state(steps, own), self.by_input(steps)
            by_c = [None] * len(by_h) if diagonals is None else list(diagonals[steps])
            yield from map(LinearStep, by_h, by_c, by_x, repeat(h))


class _Block:
    """The rows of a Jacobian for some leaves and steps, each made once."""

    def __init__(
        self, jacobians: Jacobians, setting: Setting, leaves: tuple[int, ...], steps: slice, columns: int
    ) -> None:
        self._all, self._setting, self._graph = jacobians, setting, setting.graph
        self._steps, self._columns = steps, columns
        self._start: dict[int, int] = {}
        start = 0
        for at in leaves:
            self._start[at] = start
            start += jacobians.size(at)
        self._made: dict[int, Array | None] = {}
        self._shapes: dict[str, tuple[int, ...]] = {}

    def write(self, at: int, out: Array) -> None:
        """Write the Jacobian of a junction made unit by unit into ``out``."""
        maps: dict[int, tuple[Array, Array]] = {}
        for end, slope in self._all.chain(at).items():
            kind = self._graph.nodes[end].kind
            if kind in MIXING:
                matrix = self._mixed(end)
                if matrix is not None:
                    maps[end] = (self._diagonal(at, slope), matrix)
        constant = {end: pair for end, pair in maps.items() if pair[1].ndim == 2}
        if len(constant) == 1:
            ((by, matrix),) = constant.values()
            np.multiply(by[..., np.newaxis], matrix, out=out)
        elif constant:
            _combine([by for by, _ in constant.values()], self._by_unit(constant), out)
        else:
            out[...] = 0.0
        for by, matrix in maps.values():
            if matrix.ndim > 2:
                out += by[..., np.newaxis] * matrix
        for end, slope in self._all.chain(at).items():
            if end in self._start:
                start = self._start[end]
                diagonal = np.einsum("...ii->...i", out[..., start : start + out.shape[-2]])
                diagonal += self._diagonal(at, slope)

    def _diagonal(self, at: int, slope: Slope) -> Array:
        """Return a diagonal of the wanted steps, (time, [batch,] size)."""
        size = self._graph.nodes[at].size
        if size not in self._shapes:
            self._shapes[size] = self._setting.shape(self._graph.nodes[at])
        of_steps = wide(slope, self._shapes[size])[self._steps]
        return of_steps.swapaxes(1, 2) if of_steps.ndim > 2 else of_steps

    def _by_unit(self, maps: Mapping[int, tuple[Array, Array]]) -> Array:
        """Return the rows of constant matrices, unit by unit: (rows, maps, columns)."""
        key = (*maps, "by unit", *self._start)
        rows = self._all.constants.get(key)
        if rows is None:
            rows = self._all.constants[key] = np.stack([matrix for _, matrix in maps.values()], axis=1)
        return rows

    def _mixed(self, at: int) -> Array | None:
        """Return the Jacobian of an affine map or a mean: (rows, columns), with steps if it depends on them.

        None if it is 0.
        """
        key = (at, *self._start)
        if key in self._all.constants:
            return self._all.constants[key]
        if at not in self._made:
            matrix = self._made[at] = self._multiplied(at)
            if matrix is None or matrix.ndim == 2:
                self._all.constants[key] = matrix
        return self._made[at]

    def _multiplied(self, at: int) -> Array | None:
        node, dtype = self._graph.nodes[at], self._setting.x.dtype
        total: Array | None = None
        for source in dict.fromkeys(node.arguments):
            matrix = matrix_of(self._graph, self._setting.weights, self._setting.sizes, dtype, at, source)
            if source in self._start:
                part: Array = np.zeros((len(matrix), self._columns), dtype)
                part[:, self._start[source] :][:, : matrix.shape[1]] = matrix
            else:
                inner = self._inner(source)
                if inner is None:
                    continue
                part = matrix @ inner
            total = part if total is None else total + part
        return total

    def _inner(self, source: int) -> Array | None:
        """Return the Jacobian of what an affine map sees, None if it is 0."""
        kind = self._graph.nodes[source].kind
        if kind in MIXING:
            return self._mixed(source)
        if kind not in ("line", "call"):
            return None
        if source not in self._made:
            steps = len(range(len(self._setting.x))[self._steps])
            shape = (steps, *self._setting.batch, self._all.size(source), self._columns)
            out: Array = np.empty(shape, self._setting.x.dtype)
            self.write(source, out)
            self._made[source] = out
        return self._made[source]


def _combine(diagonals: list[Array], rows: Array, out: Array) -> None:
    """Write Σ diag(by_k) M_k into ``out``, (time, [batch,] rows, columns); ``rows`` holds the M_k by unit.

    Unit by unit this is a product of (time, maps) with (maps, columns), which BLAS does in one pass.
    """
    *steps, units = diagonals[0].shape
    by_unit = np.empty((units, *steps, len(diagonals)), out.dtype)
    for at, diagonal in enumerate(diagonals):
        by_unit[..., at] = diagonal.transpose(-1, *range(len(steps)))
    if len(steps) > 1:
        # The same for every step, each of which is then a product of (batch, maps) with (maps, columns).
        rows = rows[:, np.newaxis]
    np.matmul(by_unit, rows, out=out.transpose(-2, *range(len(steps)), -1))
