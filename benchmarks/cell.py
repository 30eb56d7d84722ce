"""How fast the reference cell is beside PyTorch and plain NumPy: ``python -m benchmarks.cell``.

All columns run the same network on the same input, in float64, on one thread. Machines differ and drift, so
the contestants take turns, and the targets are ratios of their medians within this one run.
"""

import os

# Before NumPy and PyTorch are imported: afterwards their thread pools exist. Two pools slow each other down.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from lstm_viz import LSTMCell

Array = npt.NDArray[np.float64]

SECONDS_PER_SIZE = 5.0


class Size(NamedTuple):
    """Of one row of the table."""

    time: int
    batch: int
    inputs: int
    hidden: int


class Target(NamedTuple):
    """``contestant`` must take at least ``times`` as long as the reference cell."""

    size: Size
    contestant: str
    times: float


SMALL = Size(50, 1, 1, 4)
SIZES = (Size(10, 1, 1, 1), SMALL, Size(200, 1, 8, 32), Size(1000, 1, 1, 16), Size(100, 32, 32, 128))
TARGETS = (
    Target(SMALL, "nn.LSTM", 2.2),
    Target(SMALL, "torch, gates kept", 5.0),
    *(Target(size, "nn.LSTM", 1 / 1.25) for size in SIZES if size != SMALL),
)


def main() -> int:
    """Print the table and the verdicts; return the exit status."""
    torch.set_num_threads(1)
    medians = {}
    for size in SIZES:
        medians[size] = medians_in_turn(contestants(size))
        if size == SIZES[0]:
            print("median, µs".ljust(22) + "".join(name.rjust(20) for name in medians[size]))
        print(", ".join(map(str, size)).ljust(22) + "".join(f"{m:20,.0f}" for m in medians[size].values()))
    print("\nsizes: time, batch, inputs, hidden\n")
    met = [verdict(target, medians[target.size]) for target in TARGETS]
    return 0 if all(met) else 1


def verdict(target: Target, medians: dict[str, float]) -> bool:
    """Print one line, and return whether the target is met."""
    ratio = medians[target.contestant] / medians["LSTMCell.run"]
    met = ratio >= target.times
    size = ", ".join(map(str, target.size))
    print(
        f"{'OK    ' if met else 'MISSED'} {size:18} {target.contestant} takes {ratio:.2f} times as long as "
        f"LSTMCell.run; at least {target.times:.2f} wanted"
    )
    return met


def medians_in_turn(functions: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median µs of each, all taking turns; the first call of a turn warms up and is not timed."""
    timings: dict[str, list[float]] = {name: [] for name in functions}
    end = time.perf_counter() + SECONDS_PER_SIZE
    while time.perf_counter() < end:
        for name, function in functions.items():
            function()
            start = time.perf_counter()
            function()
            timings[name].append(time.perf_counter() - start)
    return {name: median(seconds) * 1e6 for name, seconds in timings.items()}


def contestants(size: Size) -> dict[str, Callable[[], object]]:
    """Return what is timed at one size, after checking that all of them compute the same h."""
    torch.manual_seed(0)
    lstm = nn.LSTM(size.inputs, size.hidden).double()
    step = nn.LSTMCell(size.inputs, size.hidden).double()
    step.load_state_dict({key.removesuffix("_l0"): value for key, value in lstm.state_dict().items()})
    cell = LSTMCell.from_torch(lstm.state_dict())
    x = np.random.default_rng(0).standard_normal((size.time, size.batch, size.inputs))
    x_torch = torch.from_numpy(x)

    results: dict[str, Callable[[], Any]] = {
        "LSTMCell.run": lambda: cell.run(x).h,
        "nn.LSTM": torch.no_grad()(lambda: lstm(x_torch)[0]),
        "nn.LSTMCell, loop": torch.no_grad()(lambda: torch_cell_loop(step, x_torch)),
        "torch, gates kept": torch.no_grad()(lambda: torch_gate_loop(step, x_torch)["h"]),
        "NumPy, gate by gate": lambda: numpy_gate_loop(cell, x)["h"],
    }
    expected = results["nn.LSTM"]()
    for result in results.values():
        np.testing.assert_allclose(result(), expected, atol=1e-12)
    return {**results, "bare NumPy calls": bare_calls(size)}


def torch_cell_loop(cell: nn.LSTMCell, x: Tensor) -> Tensor:
    """PyTorch step by step: h and C can be seen, the gates cannot."""
    h = c = x.new_zeros(x.shape[1], cell.hidden_size)
    hs = []
    for x_t in x:
        h, c = cell(x_t, (h, c))
        hs.append(h)
    return torch.stack(hs)


def torch_gate_loop(cell: nn.LSTMCell, x: Tensor) -> dict[str, Tensor]:
    """PyTorch with the equations written out, and every gate kept."""
    h = c = x.new_zeros(x.shape[1], cell.hidden_size)
    kept: dict[str, list[Tensor]] = {name: [] for name in "ifgoch"}
    for x_t in x:
        z = nn.functional.linear(x_t, cell.weight_ih, cell.bias_ih)
        z = z + nn.functional.linear(h, cell.weight_hh, cell.bias_hh)
        z_i, z_f, z_g, z_o = z.chunk(4, dim=-1)
        i, f, g, o = z_i.sigmoid(), z_f.sigmoid(), z_g.tanh(), z_o.sigmoid()
        c = f * c + i * g
        h = o * c.tanh()
        for name, value in zip("ifgoch", (i, f, g, o, c, h), strict=True):
            kept[name].append(value)
    return {name: torch.stack(values) for name, values in kept.items()}


def numpy_gate_loop(cell: LSTMCell, x: Array) -> dict[str, Array]:
    """NumPy as tutorials write it: one gate after the other."""

    def sigmoid(z: Array) -> Array:
        return 1 / (1 + np.exp(-z))

    weights = [cell.gate_weights(gate) for gate in ("i", "f", "g", "o")]
    (w_i, u_i, b_i), (w_f, u_f, b_f), (w_g, u_g, b_g), (w_o, u_o, b_o) = weights
    h = c = np.zeros((x.shape[1], cell.hidden))
    kept: dict[str, list[Array]] = {name: [] for name in "ifgoch"}
    for x_t in x:
        i = sigmoid(x_t @ w_i.T + h @ u_i.T + b_i)
        f = sigmoid(x_t @ w_f.T + h @ u_f.T + b_f)
        g = np.tanh(x_t @ w_g.T + h @ u_g.T + b_g)
        o = sigmoid(x_t @ w_o.T + h @ u_o.T + b_o)
        c = f * c + i * g
        h = o * np.tanh(c)
        for name, value in zip("ifgoch", (i, f, g, o, c, h), strict=True):
            kept[name].append(value)
    return {name: np.stack(values) for name, values in kept.items()}


def bare_calls(size: Size) -> Callable[[], None]:
    """Return the NumPy calls of the reference cell and nothing else, always on the same arrays."""
    batch = (size.batch,) if size.batch > 1 else ()
    hidden = size.hidden
    weights = np.zeros((4 * hidden, hidden + size.inputs + 1), order="C" if batch else "F")
    reading = np.zeros((weights.shape[1], *batch))
    z, gates = np.zeros((2, 4 * hidden, *batch))
    pair, products = np.zeros((2, 2 * hidden, *batch))
    one, other = np.zeros((2, hidden, *batch))
    i_f = gates[: 2 * hidden]

    def run() -> None:
        for _ in range(size.time):
            np.dot(weights, reading, z)
            np.exp(z, gates)
            np.add(gates, 1.0, gates)
            np.reciprocal(gates, gates)
            np.tanh(one, other)
            np.multiply(i_f, pair, products)
            np.add(one, one, other)
            np.tanh(one, other)
            np.multiply(one, one, other)

    return run


if __name__ == "__main__":
    sys.exit(main())
