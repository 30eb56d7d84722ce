"""The LSTM's family trained, each member by the same seeds: ``python -m benchmarks.family``.

Greff et al. (2017) took one thing at a time away from the LSTM with peepholes (V), or added one, and found
that no variant does better. Here the same nine, and the GRU, learn to add two marked values (T = 50) and to
recall one (T = 100), with the settings of the Train page. Runs that are in the file of results are not made
again: it can be stopped, go on, and run in parts, as by ``--cells V NIG --tasks adding --minutes 9``.
"""

# First of all, for it sets the number of threads before NumPy and PyTorch are imported.
import benchmarks.cell  # isort: skip # noqa: F401

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median

import torch

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.training.cell_settings import with_cell
from lstm_viz.training.engine.devices import repeatable
from lstm_viz.training.engine.learner import Learner
from lstm_viz.training.headless import run
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.options import good_settings

CELLS = ("V", "LSTM", "NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "FGR", "GRU")
STEPS = {"adding": 50, "recall": 100}
SEEDS = 5
UPDATES = 2_000
"""At most; the LSTM needs a few hundred."""

TIMED = 30
"""Updates by which one is timed."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one run; ``updates`` until it was solved, or until it was given up."""

    task: str
    cell: str
    seed: int
    solved: bool
    updates: int
    score: float
    parameters: int


def main() -> int:
    """Make the runs that are not in the file of results, and print the table of all."""
    asked = _asked()
    results = _read(asked.results)
    done = {(each.task, each.cell, each.seed) for each in results}
    end = time.monotonic() + 60 * asked.minutes
    wanted = [(t, c, s) for s in range(SEEDS) for t in asked.tasks for c in asked.cells]
    for task, cell, seed in wanted:
        if (task, cell, seed) in done or time.monotonic() > end:
            continue
        results.append(_result(task, cell, seed))
        print(results[-1], file=sys.stderr, flush=True)
        with asked.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(results[-1])) + "\n")
    print("\n".join(_table(results)))
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.family", description=__doc__)
    parser.add_argument("--cells", nargs="+", choices=CELLS, default=CELLS)
    parser.add_argument("--tasks", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no run after so many")
    parser.add_argument(
        "--results", type=Path, default=Path("family.jsonl"), help="a line of JSON for each run"
    )
    return parser.parse_args()


def _read(path: Path) -> list[Result]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Result(**json.loads(line)) for line in lines]


def settings_of(task: str, cell: str, seed: int) -> TrainingSettings:
    """Return the settings of the Train page for the task and the cell."""
    good = good_settings(TASKS[task], {"steps": STEPS[task]})
    return replace(with_cell(good, cell), seed=seed, updates=UPDATES, minutes=30.0)


def _result(task: str, cell: str, seed: int) -> Result:
    record = run(TASKS[task], settings_of(task, cell, seed))
    return Result(
        task,
        cell,
        seed,
        solved=record.end == "solved",
        updates=record.update,
        score=record.score,
        parameters=record.started.parameters if record.started else 0,
    )


def _table(results: Sequence[Result]) -> Iterator[str]:
    """Yield a table in Markdown: solved by how many seeds, after how many updates and seconds; parameters."""
    yield (
        "| cell | " + " | ".join(f"{task}, T = {steps} | updates | s" for task, steps in STEPS.items()) + " |"
    )
    yield "|---|" + "---|---|---|" * len(STEPS)
    for cell in CELLS:
        parts = [
            _cells([each for each in results if (each.task, each.cell) == (task, cell)]) for task in STEPS
        ]
        yield f"| {cell}: {CATALOGUE[cell].title} | " + " | ".join(parts) + " |"


def _cells(results: Sequence[Result]) -> str:
    """Return how many seeds solved a task, their updates (median, fewest and most), and their seconds."""
    solved = sorted(each.updates for each in results if each.solved)
    told = f"{len(solved)} / {len(results)}"
    if not solved:
        return f"{told} | – | –"
    middle = median(solved)
    seconds = middle * seconds_of_update(results[0].task, results[0].cell)
    return f"{told} | {middle:,.0f} ({solved[0]:,}–{solved[-1]:,}) | {seconds:.1f}"


def seconds_of_update(task: str, cell: str) -> float:
    """Return how long the processor takes for one update: measured apart, whatever else the machine does."""
    settings, taken = settings_of(task, cell, 0), []
    device = torch.device("cpu")
    with repeatable(device):
        learner = Learner(settings, TASKS[task].prepare(settings, None, lambda _text, _done: None), device)
        for _ in range(TIMED):
            start = time.process_time()
            learner.step()
            taken.append(time.process_time() - start)
    return median(taken)


if __name__ == "__main__":
    sys.exit(main())
