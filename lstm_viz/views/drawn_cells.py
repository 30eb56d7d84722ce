"""Cells by their equations, drawn by a seed and measured as the networks of the Gradients page are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstm_viz.analysis import gate_biases, memory_gates
from lstm_viz.cells import LinearStep
from lstm_viz.cells.cell import Cell
from lstm_viz.cells.equations import Equations
from lstm_viz.cells.routes import Routes
from lstm_viz.cells.run import Trace
from lstm_viz.networks.random import APART, INPUTS, Initialisation, chrono_bias, orthogonal

Array = NDArray[np.floating[Any]]

_GATE: Final = 1.0


class StateGradients(NamedTuple):
    """∂L/∂ the state that the loss looks at: before the first step, (units,), and at each, (time, units)."""

    h0: Array
    h: Array


@dataclass(frozen=True, eq=False)
class DrawnCell:
    """A cell, and the state that the loss looks at: its output, or its memory where h is no state."""

    cell: Cell
    state: str

    @property
    def hidden(self) -> int:
        """Units of the state."""
        return self.size_of(self.state)

    def size_of(self, state: str) -> int:
        """Return how many numbers a state has."""
        return self.cell.sizes[self.cell.equations.sizes[state]]

    @property
    def part(self) -> slice:
        """Where the state stands in s."""
        equations, start = self.cell.equations, 0
        for name in equations.states[: equations.states.index(self.state)]:
            start += self.size_of(name)
        return slice(start, start + self.hidden)

    def run(self, x: Array) -> Trace:
        """Run over (time, inputs)."""
        return self.cell.run(x)

    def backward(self, trace: Trace, dh: Array) -> StateGradients:
        """Backpropagate a loss on the state."""
        found = self.cell.backward(trace, {self.state: dh})
        return StateGradients(found.initial[self.state], found.adjoint[self.state])

    def jacobians(self, trace: Trace) -> Array:
        """Return ∂s_t/∂s_{t-1}, (time, state, state)."""
        return self.cell.jacobians(trace)

    def routes(self, trace: Trace, state: str, at_end: ArrayLike | None = None) -> Routes:
        """Take a gradient apart by the lines through which it comes back."""
        return self.cell.routes(trace, state, at_end)

    def linearised(self, trace: Trace) -> Iterator[LinearStep]:
        """Yield every step as a linear map."""
        return self.cell.linearised(trace)


@dataclass(frozen=True, slots=True)
class CellSettings:
    """A cell to be drawn.

    Parameters
    ----------
    equations
        What it computes.
    hidden
        Units; half as many for each size that the equations declare besides, such as a projection.
    initialisation
        "default" is PyTorch's. With "orthogonal" square matrices are orthogonal, and biases are zero but for
        that of the gate that keeps the memory.
    keep_bias
        Added to the drawn bias of that gate, or all of it with "orthogonal". Without effect where there is no
        such gate.
    chrono
        As in :class:`lstm_viz.networks.random.LSTMSettings`, for the gates that keep and write.
    """

    equations: Equations
    hidden: int
    initialisation: Initialisation = "default"
    keep_bias: float = 0.0
    chrono: int | None = None

    @property
    def inputs(self) -> int:
        """Numbers read at each step: as many as there are units, where x is used unit by unit."""
        return self.hidden if self.equations.graph.square else INPUTS

    @property
    def state(self) -> str:
        """The state that the loss looks at."""
        return "h" if "h" in self.equations.states else self.memory

    @property
    def memory(self) -> str:
        """The state that is kept: the one that gates decide over, or the first."""
        states, graph = self.equations.states, self.equations.graph
        if gates := memory_gates(self.equations):
            return gates.memory
        # What follows from x alone, such as the input of the step before, is no memory.
        return next((name for name in states if not graph.static[graph.previous[name]]), states[0])

    def draw(self, seed: int) -> DrawnCell:
        """Return the network of one seed.

        Raises
        ------
        ValueError
            If a size or the seed is out of range.
        """
        half = dict.fromkeys(self.equations.declared_sizes, max(1, self.hidden // 2))
        cell = Cell.random(self.equations, self.inputs, self.hidden, seed, sizes=half)
        weights: dict[str, Array] = {name: array.copy() for name, array in cell.weights.items()}
        if self.initialisation == "orthogonal":
            weights |= _orthogonal(weights, seed)
        for name, bias in self._biases(seed).items():
            weights[name] = np.asarray(bias + (0.0 * weights[name] if self.chrono else weights[name]))
        return DrawnCell(Cell(self.equations, weights, sizes=cell.sizes), self.state)

    @property
    def has_keep_gate(self) -> bool:
        """Whether there is a gate whose bias says how much of the memory is kept."""
        return any(gate_biases(self.equations, _GATE, 0.0).values())

    def _biases(self, seed: int) -> dict[str, Array | float]:
        """Return the biases of the gates of the memory: whole ones with chrono, otherwise what is added."""
        if self.chrono is None:
            return dict(gate_biases(self.equations, self.keep_bias, 0.0))
        keeps = chrono_bias(self.hidden, self.chrono, seed)
        return dict(gate_biases(self.equations, keeps, -keeps))


def _orthogonal(weights: dict[str, Array], seed: int) -> dict[str, Array]:
    """Return square matrices, each by a seed of its own, and biases of zero."""
    square = [name for name, array in weights.items() if array.ndim == 2 and len(set(array.shape)) == 1]
    drawn = {name: orthogonal(len(weights[name]), seed + k * APART) for k, name in enumerate(square)}
    biases = {name: np.zeros_like(array) for name, array in weights.items() if name.startswith("b")}
    return drawn | biases
