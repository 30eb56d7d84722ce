"""How fast the cells are beside those that were written out by hand: ``python -m benchmarks.equations``.

The cells of the last commit before a cell was its equations are taken from the history. Both run in float64
and on one thread, in processes of their own that take turns. The targets are ratios within this one run.
"""

# First of all, for it sets the number of threads before NumPy and PyTorch are imported.
from benchmarks.cell import Size  # isort: skip

import io
import os
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np
import torch
from torch import nn

from lstm_viz import LSTMCell
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from tools.serving import ROOT

BEFORE: Final = "2b6af82344e71b4d0fe38e42f623f572e6b12212"
"""The last commit in which LSTM, GRU and RNN were written out by hand alone."""

SIZES: Final = (Size(50, 1, 1, 4), Size(200, 1, 8, 32), Size(1000, 1, 1, 16), Size(100, 32, 32, 128))
TRAINING: Final = (Size(50, 16, 1, 8), Size(50, 32, 2, 32), Size(100, 32, 32, 128))
TURNS: Final = 5
SECONDS: Final = 2.0
MOST: Final = 1.05
MEASURED: Final = ("run", "backward", "Jacobians", "influence", "routes", "drawn")
HELD: Final = ("run", "backward", "Jacobians")
"""What must not be slower, of LSTM and GRU."""


def main() -> int:
    """Print the tables; return 1 if a target was missed."""
    torch.set_num_threads(1)
    print("times of the cells written out by hand; drawn: draw, run and go back\n")
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(
            ["git", "archive", BEFORE, "lstm_viz"], cwd=ROOT, check=True, capture_output=True
        )
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
            tar.extractall(folder, filter="data")
        with Timer(ROOT) as now, Timer(Path(folder)) as before:
            met = [compare(now, before, kind, size) for kind in ("LSTM", "GRU", "RNN") for size in SIZES]
    print("\ntraining, float32, forward and back: times of nn.LSTM\n")
    for size in TRAINING:
        ours, theirs = in_turn(*training(size))
        print(f"{', '.join(map(str, size)):18} {ours / theirs:5.2f}   ({ours:,.0f} µs to {theirs:,.0f} µs)")
    print("\nmilliseconds to read and to plan a cell\n")
    for name in ("LSTM", "GRU", "sLSTM", "LSTM layer norm"):
        print(f"{name:16} {planning(name):6.2f}")
    return 0 if all(met) else 1


class Timer:
    """A process that times the cells of one commit: see :mod:`benchmarks.cells_timer`."""

    def __init__(self, tree: Path) -> None:
        # -S: the package as it is installed must not come before that of the tree.
        command = [sys.executable, "-S", str(ROOT / "benchmarks" / "cells_timer.py")]
        path = os.pathsep.join([str(tree), sysconfig.get_path("purelib")])
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": path},
        )

    def __enter__(self) -> "Timer":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def median(self, kind: str, size: Size, what: str) -> float:
        """Return the median of a tenth of a second of measurements, in µs."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(kind, *size, what, file=self._process.stdin, flush=True)
        return float(self._process.stdout.readline())


def compare(now: Timer, before: Timer, kind: str, size: Size) -> bool:
    """Time a cell at one size, print a line, and return whether no ratio that counts is too large."""
    ratios = {}
    for what in MEASURED:
        if not possible(kind, size, what):
            continue
        turns = [(now.median(kind, size, what), before.median(kind, size, what)) for _ in range(TURNS)]
        # Of each turn, for other programs slow both down.
        ratios[what] = median(ours / theirs for ours, theirs in turns)
    met = kind == "RNN" or max(ratio for what, ratio in ratios.items() if what in HELD) <= MOST
    told = "   ".join(f"{name} {ratio:4.2f}" for name, ratio in ratios.items())
    print(f"{'OK    ' if met else 'MISSED'} {kind:4} {', '.join(map(str, size)):18} {told}", flush=True)
    return met


def possible(kind: str, size: Size, what: str) -> bool:
    """Return whether both have it, in a time in which it can be measured."""
    if what in ("influence", "routes"):
        return size.time * size.batch <= 200 and (what == "influence" or kind == "LSTM")
    return what in ("run", "backward", "drawn") or size.batch == 1


def in_turn(*functions: Callable[[], object]) -> list[float]:
    """Return the median µs of each, all taking turns: of the processor, for others may use it, too."""
    timings: list[list[float]] = [[] for _ in functions]
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(timings[0]) < 5:
        for function, found in zip(functions, timings, strict=True):
            start = time.process_time()
            function()
            found.append(time.process_time() - start)
    return [median(seconds) * 1e6 for seconds in timings]


def training(size: Size) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return one step of training an LSTM by its equations, and by PyTorch, in float32."""
    module = nn.LSTM(size.inputs, size.hidden)
    cell = LSTMCell.from_torch(module.state_dict()).cell
    x = np.random.default_rng(0).standard_normal((size.time, size.batch, size.inputs)).astype(np.float32)
    dh = np.ones((size.time, size.batch, size.hidden), np.float32)
    tensor = torch.tensor(x)
    return (
        lambda: cell.backward(cell.run(x), h=dh),
        lambda: torch.autograd.grad(module(tensor)[0].sum(), list(module.parameters())),
    )


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
