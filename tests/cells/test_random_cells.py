"""Cells drawn at random, against PyTorch's autograd of the same lines: all of the language at once.

``python -m tests.cells.test_random_cells 20000`` draws as many as it is told.
"""

import sys
from typing import Any

import numpy as np
import pytest

from tests.cells.random_cells import drawn_cell

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("first", range(0, 500, 50))
def test_runs_gradients_and_jacobians_are_those_of_autograd(first: Any) -> None:
    for seed in range(first, first + 50):
        compare(seed)


def compare(seed: Any) -> None:
    cell, arguments, random = drawn_cell(seed)
    trace = cell.run(**arguments)
    told = f"seed {seed}:\n{cell.equations.text}"
    order = slice(None, None, -1 if arguments["reverse"] else 1)
    module, x = cell.to_torch(), torch.tensor(arguments["x"], requires_grad=True)
    initial = initial_tensors(cell, arguments)
    lines = module(x.flip(0) if arguments["reverse"] else x, initial)
    for name, expected in lines.items():
        close(trace[name][order], expected, f"{told}\nline {name}")

    seen = {name: random.standard_normal(trace[name].shape) for name in {"h": 0} | initial}
    loss = sum((lines[name] * torch.tensor(part[order].copy())).sum() for name, part in seen.items())
    leaves: dict[str, Any] = {"x": x, **{f"{name}[0]": state for name, state in initial.items()}}
    leaves |= dict(module.named_parameters())
    found = (
        torch.autograd.grad(loss, list(leaves.values()), allow_unused=True) if loss.requires_grad else None
    )
    gradients = cell.backward(trace, seen)
    computed = {"x": gradients.x, **{f"{name}[0]": part for name, part in gradients.initial.items()}}
    computed |= gradients.weights
    for name, expected in zip(leaves, found or [None] * len(leaves), strict=True):
        close(computed[name], expected, f"{told}\n∂L/∂ {name}")
    compare_jacobians(cell, trace, module, random, told)


def initial_tensors(cell: Any, arguments: Any) -> Any:
    """Return the first value of every state, also of those that start where the text says."""
    batch = arguments["x"].shape[1:-1]
    starts = {
        name: np.full((*batch, cell.sizes[cell.equations.sizes[name]]), start)
        for name, start in cell.equations.starts.items()
    }
    return {
        name: torch.tensor(value, requires_grad=True)
        for name, value in (starts | arguments["initial"]).items()
    }


def compare_jacobians(cell: Any, trace: Any, module: Any, random: Any, told: Any) -> None:
    """Compare ∂s_t/∂s_{t-1} and ∂s_t/∂x_t of one step, and all linear steps."""
    t, states = int(random.integers(len(trace))), cell.equations.states
    at = (t, 0) if trace.batch else (t,)
    before = torch.tensor(np.concatenate([trace.before(name)[at] for name in states]))
    widths = [trace[name].shape[-1] for name in states]

    def step(state: Any, x_t: Any) -> Any:
        lines = module(x_t[None], dict(zip(states, state.split(widths), strict=True)))
        return torch.cat([lines[name][0] for name in states])

    exact = torch.autograd.functional.jacobian(step, (before, torch.tensor(trace["x"][at].copy())))
    jacobians, by_input = cell.jacobians(trace), cell.input_jacobians(trace)
    close(jacobians[at], exact[0], f"{told}\n∂s/∂s")
    close(by_input[at], exact[1], f"{told}\n∂s/∂x")
    if not trace.batch:
        order = slice(None, None, -1 if trace.reverse else 1)
        steps = zip(cell.linearised(trace), jacobians[order], by_input[order], strict=True)
        for linear, of_state, of_input in steps:
            close(whole(linear), torch.tensor(of_state.copy()), f"{told}\nlinear step")
            close(linear.by_x, torch.tensor(of_input.copy()), f"{told}\nlinear step, x")


def whole(linear: Any) -> Any:
    """Return ∂s_t/∂s_{t-1} of a linear step with its zeros."""
    if linear.by_c is None:
        return linear.by_h
    states, own = linear.by_c.shape
    units = len(linear.by_h) // states
    blocks = linear.by_c.reshape(states, own // units, units)
    return np.hstack([linear.by_h, np.block([[np.diag(block) for block in row] for row in blocks])])


def close(computed: Any, expected: Any, told: Any) -> None:
    expected = np.zeros_like(computed) if expected is None else expected.detach().numpy()
    scale = max(np.abs(expected).max(initial=0.0), 1.0)
    np.testing.assert_allclose(computed, expected, rtol=0, atol=1e-12 * scale, err_msg=told)


if __name__ == "__main__":
    for seed in range(int(sys.argv[1])):
        compare(seed)
