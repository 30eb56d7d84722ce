"""Train without a page: ``python -m lstm_viz.training adding --seeds 5 --set model.units=16``.

``python -m lstm_viz.training csv --file prices.csv --set column=close`` trains on a file of your own;
``python -m lstm_viz.training --all`` trains every task with its page's settings and prints a table.
"""

import argparse
import logging
import sys
from collections.abc import Iterable
from pathlib import Path

from lstm_viz.training.headless import changed, outcome, seed_lines, table
from lstm_viz.training.task import Upload
from lstm_viz.training.tasks import TASKS


def main() -> int:
    """Train what was asked for; return 1 if a seed failed or missed the goal of its task."""
    parser = _parser()
    asked = parser.parse_args()
    keys = [key for key, task in TASKS.items() if task.quick] if asked.all else asked.tasks
    upload = _refuse_or_read(parser, asked, keys)
    # What a person's file or choice lacks is told with its seed, without where in the code it was noticed.
    logging.getLogger("lstm_viz.training.engine.loop").addFilter(_is_no_plain_word)
    outcomes = []
    for key in keys:
        try:
            settings = changed(TASKS[key].defaults, asked.set)
        except ValueError as error:
            parser.error(str(error))
        outcomes.append(
            outcome(TASKS[key], settings, asked.seeds, upload, told=lambda run: _print(seed_lines(run)))
        )
        _print(outcomes[-1].lines())
    if asked.all:
        _print(table(outcomes))
    failed = any(run.end == "failed" for each in outcomes for run in each.runs)
    missed = any(each.has_goal and len(each.solved) < len(each.runs) for each in outcomes)
    return 1 if failed or missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lstm_viz.training",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("tasks", nargs="*", metavar="task", help=f"one of: {', '.join(TASKS)}")
    parser.add_argument("--all", action="store_true", help="all tasks that need no file and no download")
    parser.add_argument("--seeds", type=int, default=5, help="how many, from 0 on (5)")
    parser.add_argument(
        "--set",
        nargs="+",
        default=[],
        action="extend",
        metavar="name=value",
        help="other settings, such as updates=500 or model.units=16, and the task's own choices",
    )
    parser.add_argument("--file", type=Path, help=f"what to train on, for {', '.join(_with_files(TASKS))}")
    return parser


def _refuse_or_read(
    parser: argparse.ArgumentParser, asked: argparse.Namespace, keys: list[str]
) -> Upload | None:
    """Return the file to train on, if any; end the program where what was asked for makes no sense."""
    if unknown := [key for key in keys if key not in TASKS]:
        parser.error(f"task must be one of {', '.join(TASKS)}, got {', '.join(unknown)}")
    if not keys:
        parser.error("name a task, or say --all")
    if asked.seeds < 1:
        parser.error(f"seeds must be at least 1, got {asked.seeds}")
    if asked.file is None:
        return None
    if without := sorted(set(keys) - set(_with_files(keys))):
        parser.error(f"{', '.join(without)}: no file can be given for this")
    try:
        return Upload(asked.file.name, asked.file.read_bytes())
    except OSError as error:
        parser.error(f"{asked.file} cannot be read: {error.strerror}")


def _with_files(keys: Iterable[str]) -> list[str]:
    return [key for key in keys if TASKS[key].accepts]


def _is_no_plain_word(record: logging.LogRecord) -> bool:
    return record.exc_info is None or not isinstance(record.exc_info[1], ValueError)


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
