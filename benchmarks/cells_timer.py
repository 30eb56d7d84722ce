"""Times the cells of the ``lstm_viz`` on its path: :mod:`benchmarks.equations` starts one for each commit.

Each line that comes in asks for one measurement, ``kind time batch inputs hidden what``; what goes out is the
median in µs of processor time.
"""

import sys
import time
from collections.abc import Callable
from functools import cache
from statistics import median
from typing import Any

import numpy as np

from lstm_viz import GRUCell, LSTMCell, RNNCell
from lstm_viz.analysis import influence, routes

KINDS: dict[str, Any] = {"LSTM": LSTMCell, "GRU": GRUCell, "RNN": RNNCell}
SECONDS = 0.1


@cache
def prepared(kind: str, steps: int, batch: int, inputs: int, hidden: int) -> dict[str, Callable[[], float]]:
    """Return what can be timed of a cell: each takes one measurement and returns its seconds."""
    draw = KINDS[kind].random
    cell = draw(inputs, hidden)
    x = np.random.default_rng(0).standard_normal((steps, batch, inputs))
    dh = np.ones((steps, batch, hidden))

    def timed(function: Callable[[Any], object], given: Callable[[], Any] = lambda: None) -> float:
        value = given()
        start = time.process_time()
        function(value)
        return time.process_time() - start

    def drawn(_: None) -> object:
        new = draw(inputs, hidden)
        return new.backward(new.run(x), dh)

    def spread(trace: Any) -> object:
        return list(influence(cell.linearised(trace)))

    # A trace is made anew for each measurement, for it may keep what derivatives have computed.
    return {
        "run": lambda: timed(lambda _: cell.run(x)),
        "backward": lambda: timed(lambda trace: cell.backward(trace, dh), lambda: cell.run(x)),
        "Jacobians": lambda: timed(cell.jacobians, lambda: cell.run(x)),
        "influence": lambda: timed(spread, lambda: cell.run(x[:, 0])),
        "routes": lambda: timed(lambda trace: routes(cell, trace), lambda: cell.run(x[:, 0])),
        "drawn": lambda: timed(drawn),
    }


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        kind, *numbers, what = line.split()
        measure = prepared(kind, *map(int, numbers))[what]
        timings, end = [measure()], time.perf_counter() + SECONDS
        while time.perf_counter() < end or len(timings) < 4:
            timings.append(measure())
        # The first warms up.
        print(median(timings[1:]) * 1e6, flush=True)


if __name__ == "__main__":
    main()
