"""Training: what showing costs, and seconds until each task is solved: ``python -m benchmarks.training``.

Bare updates and whole runs (events, probes, snapshots, scores, checkpoints) take turns in this one process;
what showing costs is the ratio of the two. Times are of the processor, which training keeps busy on one
thread: what else runs on the machine disturbs them least.

The seconds of the tasks are held against those that were measured when the project began, on a machine whose
``nn.LSTM`` took ``REFERENCE_US`` for a small run. The same is measured here first, and scales the limits.
"""

import sys
import time
from dataclasses import dataclass, replace
from statistics import median

import torch
from torch import nn

from benchmarks.report import Fact, report
from lstm_viz.training.engine.devices import repeatable
from lstm_viz.training.engine.learner import Learner
from lstm_viz.training.engine.loop import train
from lstm_viz.training.headless import run
from lstm_viz.training.runs.events import Event, Started, to_message
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.tasks import TASKS

MOST_OVERHEAD = 0.05
ROUNDS = 7
SEEDS = 5
SLACK = 1.5
REFERENCE_US = 1_425
"""``nn.LSTM`` in float64, 200 steps, batch 1, 8 inputs, 32 units, forward."""


@dataclass(frozen=True, slots=True)
class Target:
    """How long a task took at most with an LSTM, in seconds of the reference machine."""

    task: str
    seconds: float


OVERHEAD = {"adding": 800, "recall": 800, "anbn": 1500}
"""Updates of a run, for tasks whose updates are dear and cheap."""

TARGETS = (
    Target("recall", 4.5),
    Target("adding", 1.5),
    Target("order", 0.5),
    Target("latch", 0.5),
    Target("parity", 0.3),
    Target("reber", 1.7),
    Target("anbn", 0.3),
    Target("anbncn", 0.4),
    Target("sine", 6.0),
    Target("negation", 0.1),
)


def main() -> int:
    """Print both tables; return the exit status."""
    torch.set_num_threads(1)
    shown = report("What showing costs, of bare updates", [overhead(*each) for each in OVERHEAD.items()])
    slower = slower_than_reference()
    scale = Fact("this machine's nn.LSTM, of the reference's", f"{slower:.2f} times as long")
    solved = report(
        f"Seconds of the processor until solved, {SEEDS} seeds",
        [scale, *(seconds(each, slower) for each in TARGETS)],
    )
    return 0 if shown and solved else 1


def overhead(task: str, updates: int) -> Fact:
    """Measure how much longer a whole run takes than its updates alone, by turns.

    Of each the fastest round counts: what else the machine does can only lengthen one.
    """
    settings = replace(TASKS[task].defaults, updates=updates, until_solved=False)
    pairs = [(bare(settings), whole(settings)) for _ in range(ROUNDS)]
    alone, shown = (min(times) for times in zip(*pairs, strict=True))
    ratio = shown / alone - 1
    found = f"{ratio:+.1%} of {alone / updates * 1e3:.2f} ms an update"
    return Fact(f"{task}, {updates:,} updates", found, f"at most {MOST_OVERHEAD:.0%}", ratio <= MOST_OVERHEAD)


def bare(settings: TrainingSettings) -> float:
    """Return the seconds of the updates alone."""
    device = torch.device("cpu")
    with repeatable(device):
        data = TASKS[settings.task].prepare(settings, None, lambda _text, _done: None)
        learner = Learner(settings, data, device)
        start = time.process_time()
        for _ in range(settings.updates):
            learner.step()
        return time.process_time() - start


def whole(settings: TrainingSettings) -> float:
    """Return the seconds of a run as a worker trains it, from its first event to its last.

    What a task measures once in the finished network is not of the training, and left out.
    """
    task = TASKS[settings.task]

    def prepare(*given: object) -> object:
        return replace(task.prepare(*given), measure=lambda _network: (), forecast=None)  # type: ignore[arg-type]

    begun = 0.0

    def emit(event: Event) -> None:
        nonlocal begun
        to_message(event)
        if isinstance(event, Started):
            begun = time.process_time()

    train(settings, replace(task, prepare=prepare), emit=emit, stop=lambda: False)  # type: ignore[arg-type]
    return time.process_time() - begun


def seconds(target: Target, slower: float) -> Fact:
    """Train a task by all seeds and hold the slowest of them against the target."""
    found = []
    solved = 0
    for seed in range(SEEDS):
        start = time.process_time()
        record = run(TASKS[target.task], replace(TASKS[target.task].defaults, seed=seed))
        found.append(time.process_time() - start)
        solved += record.end == "solved"
    limit = target.seconds * SLACK * slower
    return Fact(
        f"{target.task}: solved {solved} / {SEEDS}",
        f"median {median(found):.2f} s, slowest {max(found):.2f} s",
        f"median at most {limit:.2f} s",
        solved == SEEDS and median(found) <= limit,
    )


def slower_than_reference() -> float:
    """Return how much longer ``nn.LSTM`` takes here than it took on the reference machine."""
    module = nn.LSTM(8, 32).double()
    x = torch.randn(200, 1, 8, dtype=torch.float64)
    taken = []
    with torch.no_grad():
        for _ in range(300):
            start = time.process_time()
            module(x)
            taken.append(time.process_time() - start)
    return median(taken) * 1e6 / REFERENCE_US


if __name__ == "__main__":
    sys.exit(main())
