"""Thirty people press Train at once: ``python -m benchmarks.crowd``.

The same runs are trained twice: one after another in this process, which is the bare training time of all,
and then by the jobs of a web process, with as many workers as a server starts by itself. Thirty pages look at
their runs as often as the Train page does. Measured are when the last run ends, and how far the waits that
people were told were from the waits that they had. On a busy machine seconds say little; the processor time
of both is there to compare, too.
"""

import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Final

import psutil
import torch

from benchmarks.report import Fact, report
from lstm_viz.training.headless import run
from lstm_viz.training.jobs import Jobs
from lstm_viz.training.jobs.cluster import Cluster
from lstm_viz.training.runs.state import Waiting
from lstm_viz.training.runs.store import RunStore
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.tasks import TASKS

PEOPLE: Final = 30
TASK: Final = "adding"
MOST: Final = 1.3
"""Times the bare training time of all until the last run ends."""

MOST_ERROR: Final = 0.35
"""Of the wait that was left, the median error of an estimate."""

LOOK_SECONDS: Final = 0.2
"""Between two looks of a page at its run."""

PATIENCE: Final = 1800.0


@dataclass(slots=True)
class Page:
    """What one person sees: places and estimates with their times, and when the run began and ended."""

    id: str
    places: list[tuple[float, int]] = field(default_factory=list)
    estimates: list[tuple[float, float]] = field(default_factory=list)
    begun: float | None = None
    ended: float | None = None

    def look(self, jobs: Jobs) -> None:
        """Look at the run as the page does."""
        record, now = jobs.record(self.id), time.monotonic()
        if isinstance(record.state, Waiting):
            if record.state.place is not None:
                self.places.append((now, record.state.place))
            if record.state.seconds is not None:
                self.estimates.append((now, record.state.seconds))
        elif self.begun is None:
            self.begun = now
        if record.has_ended:
            self.ended = now

    def first_error(self) -> float | None:
        """Return by how much the first estimate was wrong, as a share of the wait that was left."""
        if not self.estimates or self.begun is None:
            return None
        told_at, told = self.estimates[0]
        left = self.begun - told_at
        return abs(told - left) / left if left > LOOK_SECONDS else None


def main() -> int:
    """Print the table; return the exit status."""
    torch.set_num_threads(1)
    settings = [replace(TASKS[TASK].defaults, seed=seed) for seed in range(PEOPLE)]
    worked = time.process_time()
    bare = sum(seconds_of(each) for each in settings)
    worked = time.process_time() - worked
    pages, seconds, below = crowd(settings)
    errors = [error for page in pages if (error := page.first_error()) is not None]
    placed = sum(bool(page.places) for page in pages)
    told = sum(bool(page.estimates) for page in pages)
    met = report(
        f"{PEOPLE} people train “{TASK}” at once, one run each",
        [
            Fact("bare training time of all", f"{bare:.1f} s"),
            Fact(
                "until the last run has ended",
                f"{seconds:.1f} s, {seconds / bare:.2f} times that",
                f"at most {MOST} times",
                seconds <= MOST * bare,
            ),
            Fact("processor time of scheduler and worker, of the bare runs'", f"{below / worked:.2f} times"),
            Fact(
                "people who saw their place",
                str(placed),
                f"all but the first: {PEOPLE - 1}",
                placed >= PEOPLE - 1,
            ),
            Fact("people who were told how long they wait", str(told)),
            Fact(
                "median error of the first estimate",
                f"{median(errors):.0%} of the wait" if errors else "no estimate",
                f"at most {MOST_ERROR:.0%}",
                bool(errors) and median(errors) <= MOST_ERROR,
            ),
        ],
    )
    return 0 if met else 1


def seconds_of(settings: TrainingSettings) -> float:
    """Train a run in this process, and return the seconds that it took."""
    start = time.monotonic()
    run(TASKS[TASK], settings)
    return time.monotonic() - start


def crowd(settings: list[TrainingSettings]) -> tuple[list[Page], float, float]:
    """Have all runs trained at once.

    Returns
    -------
    list of Page, float, float
        What people saw, the seconds until the last run had ended, and the processor time below this one.
    """
    with tempfile.TemporaryDirectory() as home:
        jobs = Jobs(RunStore(Path(home)), Cluster)
        try:
            jobs.warm_up()
            wait_for_worker(jobs)
            start, before = time.monotonic(), processor_seconds()
            pages = [Page(jobs.submit(each, None, f"person {n}")) for n, each in enumerate(settings)]
            while any(page.ended is None for page in pages) and time.monotonic() < start + PATIENCE:
                for page in pages:
                    if page.ended is None:
                        page.look(jobs)
                time.sleep(LOOK_SECONDS)
            return pages, time.monotonic() - start, processor_seconds() - before
        finally:
            jobs.close()


def processor_seconds() -> float:
    """Return the processor time of all processes below this one."""
    times = (each.cpu_times() for each in psutil.Process().children(recursive=True))
    return sum(each.user + each.system for each in times)


def wait_for_worker(jobs: Jobs) -> None:
    """Wait until a run would begin at once."""
    deadline = time.monotonic() + PATIENCE
    while jobs.status != "ready":
        if time.monotonic() > deadline:
            raise RuntimeError(f"No worker has come: {jobs.trouble or jobs.status}.")
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
