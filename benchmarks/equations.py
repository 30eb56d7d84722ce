"""How fast a cell of its equations is, beside the same written out: ``python -m benchmarks.equations``.

Both run in float64 and on one thread, in turn. A trace is made anew for each measurement, for it keeps what
derivatives have computed. The targets are ratios within this one run.
"""

# First of all, for it sets the number of threads before NumPy and PyTorch are imported.
from benchmarks.cell import Size  # isort: skip

import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from lstm_viz import GRUCell, LSTMCell
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.cells.translation import to_cell

SIZES = (Size(50, 1, 1, 4), Size(200, 1, 8, 32), Size(1000, 1, 1, 16), Size(100, 32, 32, 128))
TRAINING = (Size(50, 16, 1, 8), Size(50, 32, 2, 32), Size(100, 32, 32, 128))
SECONDS = 2.0
MOST = 1.05


class Pair(NamedTuple):
    """One thing that both cells do: what comes before it, which is not timed, and the thing itself."""

    before: Callable[[], Any]
    timed: Callable[[Any], object]


def main() -> int:
    """Print the tables; return 1 if a target was missed."""
    torch.set_num_threads(1)
    met = [compare(kind, size) for kind in (LSTMCell, GRUCell) for size in SIZES]
    print("\ntraining, float32, forward and back: times of nn.LSTM\n")
    for size in TRAINING:
        medians = in_turn(training(size))
        ours, theirs = medians.values()
        print(f"{', '.join(map(str, size)):18} {ours / theirs:5.2f}   ({ours:,.0f} µs to {theirs:,.0f} µs)")
    print("\nmilliseconds to read and to plan a cell\n")
    for name in ("LSTM", "GRU", "sLSTM", "LSTM layer norm"):
        print(f"{name:16} {planning(name):6.2f}")
    return 0 if all(met) else 1


def compare(kind: Any, size: Size) -> bool:
    """Time a cell and its equations at one size, print a line, and return whether no ratio is too large."""
    written = kind.random(size.inputs, size.hidden)
    ours = to_cell(written)
    x = np.random.default_rng(0).standard_normal((size.time, size.batch, size.inputs))
    dh = np.ones((size.time, size.batch, size.hidden))
    ratios = {
        "run": ratio(Pair(lambda: None, lambda _: ours.run(x)), Pair(lambda: None, lambda _: written.run(x)))
    }
    ratios["backward"] = ratio(
        Pair(lambda: ours.run(x), lambda trace: ours.backward(trace, h=dh)),
        Pair(lambda: written.run(x), lambda trace: written.backward(trace, dh)),
    )
    if size.batch == 1:
        ratios["Jacobians"] = ratio(
            Pair(lambda: ours.run(x), ours.jacobians), Pair(lambda: written.run(x), written.jacobians)
        )
    met = max(ratios.values()) <= MOST
    told = "   ".join(f"{name} {times:4.2f}" for name, times in ratios.items())
    print(
        f"{'OK    ' if met else 'MISSED'} {kind.__name__:8} {', '.join(map(str, size)):18} {told}", flush=True
    )
    return met


def ratio(ours: Pair, theirs: Pair) -> float:
    """Return how many times as long ours takes."""
    medians = in_turn({"ours": ours, "theirs": theirs})
    return medians["ours"] / medians["theirs"]


def in_turn(pairs: dict[str, Pair]) -> dict[str, float]:
    """Return the median µs of each, all taking turns: of the processor, for others may use it, too."""
    timings: dict[str, list[float]] = {name: [] for name in pairs}
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(timings[next(iter(pairs))]) < 5:
        for name, pair in pairs.items():
            given = pair.before()
            start = time.process_time()
            pair.timed(given)
            timings[name].append(time.process_time() - start)
    return {name: median(seconds) * 1e6 for name, seconds in timings.items()}


def training(size: Size) -> dict[str, Pair]:
    """Return one step of training an LSTM by its equations, and by PyTorch, in float32."""
    module = nn.LSTM(size.inputs, size.hidden)
    cell = to_cell(LSTMCell.from_torch(module.state_dict()))
    cell = Cell(cell.equations, {name: array.astype(np.float32) for name, array in cell.weights.items()})
    x = np.random.default_rng(0).standard_normal((size.time, size.batch, size.inputs)).astype(np.float32)
    dh = np.ones((size.time, size.batch, size.hidden), np.float32)
    tensor = torch.tensor(x)

    def ours(_: None) -> object:
        return cell.backward(cell.run(x), h=dh)

    def theirs(_: None) -> object:
        return torch.autograd.grad(module(tensor)[0].sum(), list(module.parameters()))

    return {"ours": Pair(lambda: None, ours), "theirs": Pair(lambda: None, theirs)}


def planning(name: str) -> float:
    """Return the milliseconds in which a text is read, planned and drawn with weights."""
    text, timings = CATALOGUE[name].text, []
    for number in range(20):
        start = time.process_time()
        # A comment makes it a text that has not been read.
        equations = type(CATALOGUE[name])(f"{text}\n# {number}")
        Cell.random(equations, 2, 8).run(np.zeros((1, 2)))
        timings.append(time.process_time() - start)
    return median(timings) * 1e3


if __name__ == "__main__":
    sys.exit(main())
