"""Train without a page: ``python -m lstm_viz.training adding --seeds 5 --set model.units=16``.

``python -m lstm_viz.training --all`` trains every task with its page's settings and prints a table.
"""

import argparse
import sys
from pathlib import Path

from lstm_viz.training.headless import changed, outcome, table
from lstm_viz.training.task import Upload
from lstm_viz.training.tasks import TASKS


def main() -> int:
    """Train what was asked for; return 1 if any seed of a task with a goal did not reach it."""
    parser = argparse.ArgumentParser(prog="python -m lstm_viz.training", description=__doc__)
    parser.add_argument("tasks", nargs="*", metavar="task", help=f"one of: {', '.join(TASKS)}")
    parser.add_argument("--all", action="store_true", help="all tasks that need no file and no download")
    parser.add_argument("--seeds", type=int, default=5, help="how many, from 0 on (5)")
    parser.add_argument("--set", nargs="+", default=[], metavar="name=value", help="other settings")
    parser.add_argument("--file", type=Path, help="what to train on, for tasks that take a file")
    asked = parser.parse_args()
    keys = [key for key, task in TASKS.items() if task.quick] if asked.all else asked.tasks
    if unknown := [key for key in keys if key not in TASKS]:
        parser.error(f"task must be one of {', '.join(TASKS)}, got {', '.join(unknown)}")
    if not keys:
        parser.error("name a task, or say --all")
    outcomes = []
    for key in keys:
        try:
            settings = changed(TASKS[key].defaults, asked.set)
            upload = None if asked.file is None else Upload(asked.file.name, asked.file.read_bytes())
        except (ValueError, OSError) as error:
            parser.error(str(error))
        outcomes.append(outcome(TASKS[key], settings, asked.seeds, upload))
        sys.stdout.writelines(f"{line}\n" for line in outcomes[-1].lines())
        sys.stdout.flush()
    if asked.all:
        sys.stdout.writelines(f"{line}\n" for line in table(outcomes))
    missed = [each for each in outcomes if each.has_goal and len(each.solved) < len(each.runs)]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
