"""A web process without pages: it takes calls from its standard input, a line each, and answers them.

``python -m tests.training.jobs.web HOME [SCHEDULER]``
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from lstm_viz.training.jobs import Jobs, writer
from lstm_viz.training.runs.store import RunStore
from tests.training.jobs.standin import ask, train
from tests.training.jobs.waiting import until

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


class Web:
    """The other end of it: what a test talks to."""

    def __init__(self, home: Path, scheduler: str = "") -> None:
        command = [sys.executable, "-m", "tests.training.jobs.web", str(home), scheduler]
        self.process = psutil.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=ENVIRONMENT
        )

    def call(self, name: str, *arguments: Any) -> Any:
        print(json.dumps([name, *arguments]), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def submit(self, owner: str, gate: Path) -> str:
        return str(self.call("submit", owner, str(gate)))

    def look(self, id: str) -> dict[str, Any]:
        """Return the state of a run by its name, its place, and what else is known of it."""
        return dict(self.call("look", id))

    def reach(self, id: str, **wanted: Any) -> dict[str, Any]:
        """Wait until a run is as wanted, and return what is known of it then."""

        def seen() -> dict[str, Any] | None:
            known = self.look(id)
            return known if all(known[name] == value for name, value in wanted.items()) else None

        return until(seen, f"a run with {wanted}")

    def close(self) -> None:
        """End it as a server is ended, unless that has been done."""
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


def serve(jobs: Jobs) -> None:
    calls: dict[str, Callable[..., Any]] = {
        "submit": lambda owner, gate: jobs.submit(ask(gate=Path(gate)), None, owner),
        "look": lambda id: look(jobs, id),
        "resume": jobs.resume,
        "refusal": lambda id: refusal(jobs, id),
        "status": lambda: [jobs.status, jobs.trouble],
        "warm_up": jobs.warm_up,
    }
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(calls[name](*arguments)), flush=True)  # noqa: T201


def refusal(jobs: Jobs, id: str) -> str:
    """Have a run go on, or return why it cannot."""
    try:
        jobs.resume(id)
    except ValueError as error:
        return str(error)
    return ""


def look(jobs: Jobs, id: str) -> dict[str, Any]:
    record = jobs.record(id)
    names = ("update", "losses", "end", "text", "attempt")
    state = {"state": type(record.state).__name__, "place": getattr(record.state, "place", None)}
    return {**{name: getattr(record, name) for name in names}, **state}


def main() -> None:
    from lstm_viz.training.jobs.cluster import Cluster

    pytest.MonkeyPatch().setattr(writer, "PAUSE_SECONDS", 0.0)
    home, scheduler = sys.argv[1:]
    jobs = Jobs(
        RunStore(Path(home)),
        lambda on_message: Cluster(on_message, scheduler or None, trainer=train, preload=()),
    )
    serve(jobs)
    jobs.close()


if __name__ == "__main__":
    main()
