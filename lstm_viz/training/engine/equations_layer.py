"""A recurrent layer of any cell, given by its equations: PyTorch's weights, run and differentiated in NumPy.

Forward and backward take an eighth to three quarters of the time of a loop over the steps in PyTorch
(``python -m benchmarks.training_cells``). To the rest of a network it is a module as all others.
"""

from typing import Any, Final, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from lstm_viz.cells.cell import Cell
from lstm_viz.cells.equations import Equations
from lstm_viz.cells.run import OutOfRangeError, Trace
from lstm_viz.training.engine.not_finite import NotFiniteError
from lstm_viz.training.task import Array

States: TypeAlias = tuple[Tensor, ...]
"""The states of a cell after a step, (batch, size) each, in the order of ``equations.states``."""

_CPU: Final = torch.device("cpu")


class EquationsLayer(nn.Module):
    """A recurrent layer. Its parameters bear the names of the cell's weights: ``W_f``.

    Parameters
    ----------
    equations
        What it computes; all its lines have D or H numbers.
    inputs, units
        D and H.
    bidirectional
        Whether another cell, ``reverse``, reads from the end.

    Raises
    ------
    ValueError
        If the equations do not fit these sizes.
    """

    def __init__(self, equations: Equations, inputs: int, units: int, *, bidirectional: bool = False) -> None:
        super().__init__()
        self.bidirectional = bidirectional
        # A cell of these sizes says what is wrong with them.
        self.equations, self.sizes = equations, dict(Cell.random(equations, inputs, units).sizes)
        bound = units**-0.5
        for name, shape in equations.shapes.items():
            weight = torch.empty([self.sizes[size] for size in shape]).uniform_(-bound, bound)
            self.register_parameter(name, nn.Parameter(weight))
        self.reverse = EquationsLayer(equations, inputs, units) if bidirectional else None

    def forward(self, x: Tensor, state: States | None = None) -> tuple[Tensor, States]:
        """Return h of the forward direction at every step, and the states after the last.

        No gradient passes through the states: along a stream it is cut between two calls.

        Parameters
        ----------
        x
            (time, batch, inputs), on the CPU.
        state
            What an earlier call returned; None: where the equations start.

        Raises
        ------
        NotFiniteError
            If the run leaves the range of its numbers while gradients are wanted. Without them h is NaN then,
            as that of PyTorch's modules.
        """
        if x.device != _CPU:
            raise ValueError(f"x must be on the CPU, where a cell is run by its equations, got {x.device}")
        weights = [self.get_parameter(name) for name in self.equations.shapes]
        try:
            h, *after = _Run.apply(self, state, x, *weights)  # type: ignore[no-untyped-call]
        except NotFiniteError:
            if torch.is_grad_enabled():
                raise
            return self._lost(x)
        return h, tuple(after)

    def _lost(self, x: Tensor) -> tuple[Tensor, States]:
        """Return h and the states of a run that has left the range of its numbers."""
        steps, batch, _ = x.shape
        sizes = [self.sizes[self.equations.sizes[name]] for name in self.equations.states]
        h = x.new_full((steps, batch, self.sizes["H"]), torch.nan)
        return h, tuple(x.new_full((batch, size), torch.nan) for size in sizes)

    def run(self, x: Tensor, state: States | None, weights: tuple[Tensor, ...]) -> Trace:
        """Return a run of the cell that has these weights, in the order of ``equations.shapes``."""
        if not all(torch.isfinite(given).all() for given in (x, *(state or ()), *weights)):
            raise NotFiniteError("The cell was given numbers that are not finite.")
        arrays = {name: _array(value) for name, value in zip(self.equations.shapes, weights, strict=True)}
        before = zip(self.equations.states, map(_array, state), strict=True) if state else ()
        try:
            return Cell(self.equations, arrays, sizes=self.sizes).run(_array(x), dict(before))
        except OutOfRangeError as error:
            where = f"Line {error.line} left the range of its numbers at step {error.step + 1}."
            raise NotFiniteError(where) from None


class _Run(torch.autograd.Function):
    """The cell's own run and backward, as one operation of PyTorch's graph."""

    @staticmethod
    def forward(ctx: Any, layer: EquationsLayer, state: States | None, x: Tensor, *weights: Tensor) -> States:
        ctx.trace = layer.run(x, state, weights)
        after = tuple(_tensor(ctx.trace[name][-1]) for name in layer.equations.states)
        ctx.mark_non_differentiable(*after)
        return _tensor(ctx.trace["h"]), *after

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        dh = gradients[0]
        if not torch.isfinite(dh).all():
            raise NotFiniteError("The gradient of the loss is not a finite number.")
        found = ctx.trace.cell.backward(ctx.trace, h=_array(dh))
        by_weight = [_tensor(array) for array in found.weights.values()]
        return None, None, _tensor(found.x), *by_weight


def _array(tensor: Tensor) -> Array:
    array: Array = tensor.detach().numpy()
    return array


def _tensor(array: Array) -> Tensor:
    # A copy: what a trace keeps is read-only, and strided as PyTorch does not like it.
    return torch.from_numpy(np.array(array, order="C"))
