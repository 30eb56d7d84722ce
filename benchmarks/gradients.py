"""How fast exact gradients are beside PyTorch's autograd: ``python -m benchmarks.gradients``.

Both run the same network forward and back, in float64 and on one thread, down to the gradients of all
weights, inputs and initial states. The contestants take turns, and the targets are ratios within this one
run.
"""

# First of all, for it sets the number of threads before NumPy and PyTorch are imported.
from benchmarks.cell import SIZES, Size, medians_in_turn  # isort: skip

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from lstm_viz import GRUCell, LSTMCell, RNNCell
from lstm_viz.networks.random import draw_input
from lstm_viz.settings.gradients import GradientSettings
from lstm_viz.views.gradients import influence_of, measure, networks_of

TEACHING: tuple[Size, ...] = SIZES[:3]
PAIRS = Size(100, 1, 8, 32)
PAIRS_LIMIT_MS = 250.0
PAGE_LIMIT_MS = 400.0

KINDS: dict[str, tuple[Any, Any]] = {
    "LSTM": (LSTMCell, nn.LSTM),
    "GRU": (GRUCell, nn.GRU),
    "RNN": (RNNCell, nn.RNN),
}


def main() -> int:
    """Print the table and the verdicts; return the exit status."""
    torch.set_num_threads(1)
    met = [compare(kind, size) for kind in KINDS for size in TEACHING]
    met.append(limit("influence of all inputs on all states, LSTM, T = 100, H = 32", pairs(), PAIRS_LIMIT_MS))
    met.append(limit("three networks, 20 seeds, T = 100, H = 32: one move of a dial", page(), PAGE_LIMIT_MS))
    return 0 if all(met) else 1


def compare(kind: str, size: Size) -> bool:
    """Time both at one size, print a line, and return whether the library is not the slower one."""
    medians = medians_in_turn(contestants(kind, size))
    ours, theirs = medians.values()
    met = ours <= theirs
    shown = ", ".join(map(str, size))
    verdict = "OK    " if met else "MISSED"
    print(f"{verdict} {kind:5} {shown:15} ours {ours:8,.0f} µs, autograd {theirs:8,.0f} µs")
    return met


def contestants(kind: str, size: Size) -> dict[str, Callable[[], object]]:
    """Return both, after checking that they find the same gradients."""
    ours, theirs = KINDS[kind]
    torch.manual_seed(0)
    module = theirs(size.inputs, size.hidden).double()
    cell = ours.from_torch(module.state_dict())
    x = np.random.default_rng(0).standard_normal((size.time, size.batch, size.inputs))
    dh = np.ones((size.time, size.batch, size.hidden))
    x_torch, dh_torch = torch.tensor(x, requires_grad=True), torch.tensor(dh)
    state = torch.zeros(1, size.batch, size.hidden, dtype=torch.float64, requires_grad=True)
    start = (state, state.detach().clone().requires_grad_()) if kind == "LSTM" else state
    leaves = [x_torch, *(start if kind == "LSTM" else [state]), *module.parameters()]

    def numpy_gradients() -> Any:
        return cell.backward(cell.run(x), dh=dh)

    def autograd() -> Any:
        return torch.autograd.grad(module(x_torch, start)[0], leaves, dh_torch)

    np.testing.assert_allclose(numpy_gradients().x, autograd()[0].numpy(), rtol=1e-9, atol=1e-12)
    return {"NumPy": numpy_gradients, "autograd": autograd}


def pairs() -> float:
    """Return the milliseconds of the whole influence matrix, Jacobians included."""
    cell = LSTMCell.random(PAIRS.inputs, PAIRS.hidden, seed=0)
    x = draw_input(PAIRS.time, 1.0, 0)
    return medians_in_turn({"pairs": lambda: list(influence_of(cell, x))})["pairs"] / 1e3


def page() -> float:
    """Return the milliseconds of what the Gradients page measures for one setting."""
    settings = GradientSettings()

    def all_of_it() -> None:
        for network in networks_of(settings).values():
            for seed in range(settings.seeds):
                measure(network, settings.steps, settings.input_scale, seed)

    return medians_in_turn({"page": all_of_it})["page"] / 1e3


def limit(what: str, milliseconds: float, most: float) -> bool:
    """Print a line, and return whether the limit holds."""
    met = milliseconds <= most
    print(f"{'OK    ' if met else 'MISSED'} {what}: {milliseconds:.0f} ms; at most {most:.0f} wanted")
    return met


if __name__ == "__main__":
    sys.exit(main())
