"""The same lines by PyTorch and its autograd, to see with one's own eyes that the engine is right."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells.cell import Cell
from lstm_viz.exchange.torch_check import TOLERANCE

Array = NDArray[np.floating[Any]]

SEED: Final = 0
"""Draws the numbers by which the states and h enter the loss of the check."""


@dataclass(frozen=True, slots=True)
class AutogradCheck:
    """How far the engine is from PyTorch, for the same lines, weights and input.

    Attributes
    ----------
    lines, gradient
        The largest absolute difference in any line at any step, and in the derivative of a sum over all h by
        any weight.
    largest_line, largest_slope
        The largest magnitudes that were compared, which rounding grows with.
    steps
        Steps compared.
    torch_version
        The PyTorch that ran.
    """

    lines: float
    gradient: float
    largest_line: float
    largest_slope: float
    steps: int
    torch_version: str

    @property
    def agrees(self) -> bool:
        """Whether both differences are nothing but rounding: within ``TOLERANCE`` times what is compared."""
        pairs = (self.lines, self.largest_line), (self.gradient, self.largest_slope)
        return all(difference <= TOLERANCE * max(1.0, largest) for difference, largest in pairs)


def compare_with_autograd(cell: Cell, x: Array) -> AutogradCheck:
    """Run the lines of a cell in PyTorch in float64, and differentiate them by autograd.

    L is the sum of all h, each times a number drawn by a seed, so that no two of them cancel.

    Parameters
    ----------
    cell
        In float64.
    x
        (time, inputs).

    Raises
    ------
    ImportError
        If PyTorch is not installed.
    """
    import torch

    trace = cell.run(x)
    share = np.random.default_rng(SEED).uniform(-1.0, 1.0, trace["h"].shape)
    module = cell.to_torch()
    found = module(torch.tensor(x))
    (found["h"] * torch.tensor(share)).sum().backward()
    slopes = {
        name: np.zeros(weight.shape) if weight.grad is None else weight.grad.numpy()
        for name, weight in module.named_parameters()
    }
    values = [(trace[name], value.detach().numpy()) for name, value in found.items()]
    gradients = cell.backward(trace, h=share).weights
    return AutogradCheck(
        lines=_difference(values),
        gradient=_difference((array, slopes[name]) for name, array in gradients.items()),
        largest_line=_largest(array for array, _ in values),
        largest_slope=_largest(gradients.values()),
        steps=len(trace),
        torch_version=torch.__version__,
    )


def _difference(pairs: Iterable[tuple[Array, Array]]) -> float:
    return _largest(ours - theirs for ours, theirs in pairs)


def _largest(arrays: Iterable[Array]) -> float:
    return max((float(np.abs(array).max()) for array in arrays), default=0.0)
