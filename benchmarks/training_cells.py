"""How long a training step of a cell by its equations takes: ``python -m benchmarks.training_cells``.

Forward and backward through one layer, float32, one thread, in turn: the layer of the training engine, which
runs and differentiates in NumPy, beside PyTorch's own module where there is one, and beside a loop over the
steps in PyTorch with autograd, which is what somebody would write for a cell that PyTorch has not.
"""

# First of all, for it sets the number of threads before NumPy and PyTorch are imported.
from benchmarks.cell import Size  # isort: skip

import sys
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.equations import TRAINING, in_turn
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.training.engine.equations_layer import EquationsLayer

MODULES = {"LSTM": nn.LSTM, "GRU": nn.GRU, "Elman": nn.RNN}
CELLS = ("LSTM", "GRU", "V", "minGRU", "sLSTM")
MOST = 2.8
"""Times of ``nn.LSTM``, at any size; what makes the layer of new weights is in it."""


def main() -> int:
    """Print the table; return 1 if the LSTM takes longer than it may."""
    torch.set_num_threads(1)
    print("| time, batch, inputs, units | cell | engine, ms | times of PyTorch's module | of a loop |")
    print("|---|---|---|---|---|")
    met = [line(name, size) for size in TRAINING for name in CELLS]
    return 0 if all(met) else 1


def line(name: str, size: Size) -> bool:
    """Time one cell at one size, print a line, and return whether it is as fast as it has to be."""
    ours = EquationsLayer(CATALOGUE[name], size.inputs, size.hidden)
    weights = {key: value.detach().numpy() for key, value in ours.named_parameters()}
    loop = Cell(CATALOGUE[name], weights, sizes=ours.sizes).to_torch()
    x = torch.randn(size.time, size.batch, size.inputs)
    steps = [_step(ours, x, lambda out: out[0]), _step(loop, x, lambda out: out["h"])]
    if name in MODULES:
        steps.append(_step(MODULES[name](size.inputs, size.hidden), x, lambda out: out[0]))
    taken, of_loop, *of_module = in_turn(*steps)
    times = [taken / each for each in of_module]
    beside = f"{times[0]:.1f}" if times else "–"
    shape = ", ".join(map(str, size))
    print(f"| {shape} | {name} | {taken / 1e3:.2f} | {beside} | {taken / of_loop:.2f} |", flush=True)
    return name != "LSTM" or times[0] <= MOST


def _step(module: nn.Module, x: Tensor, output: Callable[[Any], Tensor]) -> Callable[[], object]:
    weights = list(module.parameters())
    return lambda: torch.autograd.grad(output(module(x)).sum(), weights, allow_unused=True)


if __name__ == "__main__":
    sys.exit(main())
