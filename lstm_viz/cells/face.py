"""What the cells with a name of their own share: each is a face of a :class:`~lstm_viz.cells.cell.Cell`.

A face has the arrays and the names of its framework; what it computes is said by its equations, and computed
by the cell that these make.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, get_args

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import checks
from lstm_viz.cells.functions import Array
from lstm_viz.cells.linear_step import LinearStep

if TYPE_CHECKING:
    # Loaded with the first run, so that the package alone is imported in no time.
    from lstm_viz.cells.cell import Cell
    from lstm_viz.cells.equations import Equations
    from lstm_viz.cells.routes import Routes
    from lstm_viz.cells.run import Trace

GateActivation = Literal["sigmoid", "hard_sigmoid"]
GATE_ACTIVATIONS: Final[tuple[GateActivation, ...]] = get_args(GateActivation)
"""For gates, into [0, 1]."""

CellActivation = Literal["tanh", "sigmoid"]
CELL_ACTIVATIONS: Final[tuple[CellActivation, ...]] = get_args(CellActivation)
"""For the candidate, and for the memory on its way out."""


class FaceTrace(Protocol):
    """The trace of a face: a view of the run of its cell."""

    @property
    def run(self) -> "Trace":
        """Every line by its name in the equations."""


class Face(ABC):
    """A cell with arrays of its own, in front of the cell of its equations."""

    bias: Array

    @property
    @abstractmethod
    def text(self) -> str:
        """Its equations, in the language of :mod:`lstm_viz.cells.language`."""

    @property
    @abstractmethod
    def inputs(self) -> int:
        """How many numbers the cell reads at each step."""

    @property
    @abstractmethod
    def hidden(self) -> int:
        """How many units it has."""

    @property
    def outputs(self) -> int:
        """How many numbers h has: as many as there are units, unless there is a projection."""
        return self.hidden

    @abstractmethod
    def _named_weights(self) -> dict[str, Array]:
        """Return each weight by its name in the equations, as a view."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """float64 or float32: what the cell computes in."""
        return self.bias.dtype

    @cached_property
    def equations(self) -> "Equations":
        """What the cell computes."""
        from lstm_viz.cells.equations import Equations

        return Equations(self.text)

    @cached_property
    def cell(self) -> "Cell":
        """The same cell by its equations: its lines, gradients and routes by their names there."""
        from lstm_viz.cells.cell import Cell

        sizes = {"D": self.inputs, "H": self.hidden}
        declared = dict.fromkeys(self.equations.declared_sizes, self.outputs)
        return Cell.of_kept(self.equations, self._named_weights(), sizes | declared)

    @property
    def parameters(self) -> int:
        """How many numbers can be learned: :attr:`parameter_formula` worked out."""
        return self.cell.parameters

    @property
    def parameter_formula(self) -> str:
        """The count as a formula of D inputs, H units and P projected outputs, with one bias a line."""
        return self.equations.parameter_formula

    def jacobians(self, trace: FaceTrace) -> Array:
        """Return A_t = ∂s_t/∂s_{t-1}, aligned with x: (time, [batch,] state, state).

        s stacks the states in the order of ``equations.states``, h first: [h; C] of an LSTM.

        Raises
        ------
        ValueError
            If it would be too large to be kept.
        """
        return self.cell.jacobians(trace.run)

    def input_jacobians(self, trace: FaceTrace) -> Array:
        """Return B_t = ∂s_t/∂x_t, s as in :meth:`jacobians`: (time, [batch,] state, inputs)."""
        return self.cell.input_jacobians(trace.run)

    def linearised(self, trace: FaceTrace) -> Iterator[LinearStep]:
        """Yield every step as a linear map, in running order; the run is of one sequence, without a batch.

        Raises
        ------
        ValueError
            If the run is a batch.
        """
        return self.cell.linearised(trace.run)

    def routes(self, trace: FaceTrace, state: str, at_end: npt.ArrayLike | None = None) -> "Routes":
        """Take the gradient of a state's last value apart: see :meth:`lstm_viz.cells.cell.Cell.routes`."""
        return self.cell.routes(trace.run, state, at_end)

    def _unrolled(
        self,
        x: npt.ArrayLike,
        states: Mapping[str, npt.ArrayLike | None],
        clamp: Mapping[Any, npt.ArrayLike] | None = None,
        *,
        reverse: bool = False,
    ) -> "Trace":
        """Return the run of the cell over x; ``states`` are h0, c0 by these names, None for zeros."""
        sequence = checks.features("x", x, self.inputs, self.dtype, leading="time, ")
        return self.cell.unroll(sequence, self._starts(states, sequence), clamp or {}, reverse=reverse)

    def _stepped(self, x_t: npt.ArrayLike, states: Mapping[str, npt.ArrayLike | None]) -> "Trace":
        """Return the run of one step; ``states`` are h, c by these names."""
        sequence = checks.features("x_t", x_t, self.inputs, self.dtype)[np.newaxis]
        return self.cell.unroll(sequence, self._starts(states, sequence), {})

    def _starts(self, states: Mapping[str, npt.ArrayLike | None], x: Array) -> dict[str, Array]:
        return {
            name[0]: checks.state(
                name, value, self.outputs if name[0] == "h" else self.hidden, x.shape[1:-1], self.dtype
            )
            for name, value in states.items()
        }


def rows(at: int, hidden: int) -> slice:
    """Return where block ``at`` lies in anything that stacks blocks of so many rows."""
    return slice(at * hidden, (at + 1) * hidden)


def named(weights: Mapping[str, Array], lines: Iterable[str], hidden: int) -> dict[str, Array]:
    """Return the blocks of stacked weights by their names in the equations.

    Parameters
    ----------
    weights
        By letter: ``{"W": (lines*hidden, inputs)}``.
    lines
        Those that they belong to, in the order of the blocks.
    hidden
        Rows of a block.
    """
    return {
        f"{letter}_{line}": stacked[rows(at, hidden)]
        for letter, stacked in weights.items()
        for at, line in enumerate(lines)
    }


def stacked(found: Mapping[str, Array], letter: str, lines: Iterable[str]) -> Array:
    """Return the blocks that :func:`named` has taken apart, together again."""
    return np.concatenate([found[f"{letter}_{line}"] for line in lines])
