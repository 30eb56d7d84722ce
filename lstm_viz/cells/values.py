"""Every value of a run, for all steps at once: what follows from x alone, and what was not written down.

Arrays are in the order in which the steps were run, with the features before the batch: (time, size,
[batch]).
"""

from collections.abc import Mapping
from typing import NamedTuple, Self

import numpy as np

from lstm_viz.cells.expressions import Parameter
from lstm_viz.cells.functions import Array
from lstm_viz.cells.graph import Graph, Node


class Clamp(NamedTuple):
    """What a line is held at; arrays broadcast to (time, size, [batch])."""

    value: Array
    free: Array | None
    """1 where it is not held, 0 where it is; None if it is held everywhere."""

    def over(self, computed: Array) -> Array:
        """Return the value of the line, where ``computed`` is what it would be."""
        if self.free is None:
            return np.broadcast_to(self.value, computed.shape)
        return np.where(self.free > 0.0, computed, self.value).astype(computed.dtype)


class Setting(NamedTuple):
    """What a run starts from, all in the dtype of the cell.

    Attributes
    ----------
    graph, weights
        The step, and its parameters by their names.
    x
        (time, inputs, [batch]).
    starts
        The first value of each state, (size, [batch]).
    clamps
        By line.
    sizes
        Of D, H and what else is declared.
    """

    graph: Graph
    weights: Mapping[str, Array]
    x: Array
    starts: Mapping[str, Array]
    clamps: Mapping[str, Clamp]
    sizes: Mapping[str, int]

    @property
    def batch(self) -> tuple[int, ...]:
        """(), or the number of sequences."""
        return self.x.shape[2:]

    def shape(self, node: Node) -> tuple[int, ...]:
        """Return the shape of a node over all steps."""
        return (len(self.x), self.sizes[node.size], *self.batch)

    def over(self, steps: slice) -> Self:
        """Return the same for some steps alone."""
        clamps = {
            name: Clamp(*(part if part is None or len(part) == 1 else part[steps] for part in clamp))  # type: ignore[arg-type]
            for name, clamp in self.clamps.items()
        }
        return self._replace(x=self.x[steps], clamps=clamps)

    def weight(self, parameter: Parameter) -> Array:
        """Return a matrix, or a vector that broadcasts over the batch."""
        array = self.weights[parameter.name]
        return array[:, np.newaxis] if array.ndim == 1 and self.batch else array


class Values:
    """Values of nodes by their place in the graph, computed where they are first asked for.

    Parameters
    ----------
    setting
        Of the run.
    known
        What is known already: that of lines with their clamps.
    """

    def __init__(self, setting: Setting, known: Mapping[int, Array]) -> None:
        self._setting = setting
        self._known: dict[int, Array | float] = dict(known)
        self._whole: tuple[Values, slice] | None = None

    def __getitem__(self, at: int) -> Array | float:
        if at not in self._known:
            node = self._setting.graph.nodes[at]
            if self._whole is not None and node.kind == "previous":
                whole, steps = self._whole
                self._known[at] = whole.array(at)[steps]
            else:
                self._known[at] = self._computed(node)
        return self._known[at]

    def over(self, steps: slice) -> "Values":
        """Return the values of some steps of a batch alone."""
        known = {
            at: value[steps]
            for at, value in self._known.items()
            if isinstance(value, np.ndarray) and value.ndim == 3
        }
        few = Values(self._setting.over(steps), known)
        # What was before the first of them is known here alone.
        few._whole = self, steps
        return few

    def array(self, at: int) -> Array:
        """Return the value of a node in its full shape, (time, size, [batch])."""
        return wide(self[at], self._setting.shape(self._setting.graph.nodes[at]))

    def _computed(self, node: Node) -> Array | float:
        setting = self._setting
        match node.kind:
            case "input":
                return setting.x
            case "number":
                return node.value
            case "vector":
                return setting.weight(node.parameters[0])
            case "previous":
                return shifted(self.array(setting.graph.lines[node.name]), setting.starts[node.name])
            case "affine":
                return self._affine(node)
            case "mean":
                value = self.array(node.arguments[0])
                return np.broadcast_to(value.mean(axis=1, keepdims=True), value.shape)
            case "line":
                return self._line(node)
        assert node.function is not None
        arguments = [np.asarray(self[argument], setting.x.dtype) for argument in node.arguments]
        shapes = {argument.shape for argument in arguments if argument.ndim}
        # To find out what shapes broadcast to takes NumPy longer than a small sum; most often there is one.
        shape = shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)
        out = np.empty(shape, setting.x.dtype)
        node.function.write(*arguments, out=out)
        return out

    def _line(self, node: Node) -> Array | float:
        value = self[node.arguments[0]]
        clamp = self._setting.clamps.get(node.name)
        if clamp is None:
            return value
        return clamp.over(
            np.broadcast_to(np.asarray(value, self._setting.x.dtype), self._setting.shape(node))
        )

    def _affine(self, node: Node) -> Array:
        terms = [
            applied(self._setting.weight(matrix), self.array(argument))
            for matrix, argument in zip(node.parameters, node.arguments, strict=True)
        ]
        return sum((self._setting.weight(bias) for bias in node.biases), start=sum(terms[1:], start=terms[0]))


def wide(value: Array | float, shape: tuple[int, ...]) -> Array:
    """Return a value in its full shape; most have it already, and broadcasting takes its time."""
    if isinstance(value, np.ndarray) and value.shape == shape:
        return value
    return np.broadcast_to(value, shape)


def applied(matrix: Array, value: Array) -> Array:
    """Return M v for every step: (time, rows, [batch])."""
    product: Array = value @ matrix.T if value.ndim == 2 else np.matmul(matrix, value)
    return product


def shifted(value: Array, start: Array) -> Array:
    """Return what a line was one step before, (time, size, [batch])."""
    before = np.empty_like(value)
    before[0], before[1:] = start, value[:-1]
    return before
