"""A run of any cell walked backward: what a loss at its end asks of every value of every step."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.cells.functions import Array
from lstm_viz.cells.graph import Node
from lstm_viz.cells.run import Trace


@dataclass(frozen=True, slots=True)
class WalkBack:
    """The gradient of one unit's last output.

    Attributes
    ----------
    value
        What the output is.
    of
        For each node of the graph that it depends on ∂L/∂ its value as a whole, (time, size).
    """

    value: float
    of: Mapping[int, Array]


def walk_back(cell: Cell, trace: Trace, unit: int) -> WalkBack:
    """Walk a run backward from L = h of one unit at its last step.

    Parameters
    ----------
    cell, trace
        A cell and its run of one sequence, forward and without a batch.
    unit
        The unit, counted from 0.
    """
    graph = cell.equations.graph
    seen = np.zeros(trace["h"].shape)
    seen[-1, unit] = 1.0
    states = cell.backward(trace, h=seen).adjoint
    # States hold all that later steps see of them. What else there is, this step alone sees.
    found: dict[int, Array] = {graph.lines[name]: adjoint for name, adjoint in states.items()}
    with np.errstate(all="ignore"):
        for at in reversed(range(len(graph.nodes))):
            if at in found:
                for argument, part in _passed(cell, trace, at, found[at]):
                    if graph.nodes[argument].name not in states or graph.nodes[argument].kind != "line":
                        found[argument] = found.get(argument, 0.0) + part
    return WalkBack(float(trace["h"][-1, unit]), found)


def _passed(cell: Cell, trace: Trace, at: int, total: Array) -> list[tuple[int, Array]]:
    """Return what a node passes on to each of its arguments, (time, size)."""
    node: Node = cell.equations.graph.nodes[at]
    match node.kind:
        case "affine":
            matrices = (cell.weights[parameter.name] for parameter in node.parameters)
            return [(a, total @ matrix) for a, matrix in zip(node.arguments, matrices, strict=True)]
        case "mean":
            mean = total.mean(axis=1, keepdims=True)
            return [(node.arguments[0], np.broadcast_to(mean, total.shape))]
        case "line":
            return [(node.arguments[0], total)]
        case "call":
            assert node.function is not None
            values = [np.asarray(trace.values[argument]) for argument in node.arguments]
            slopes = node.function.slopes(np.asarray(trace.values[at]), *values)
            return [(a, total * slope) for a, slope in zip(node.arguments, slopes, strict=True)]
    return []
