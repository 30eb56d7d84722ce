"""Train without a page: ``python -m lstm_viz.training adding --seeds 5 --set model.units=16``.

``python -m lstm_viz.training csv --file prices.csv --set column=close`` trains on a file of your own;
``python -m lstm_viz.training adding --cell minGRU`` trains another cell, ``--cell my-cell.txt`` one of your
own, by its equations (docs/cells.md);
``python -m lstm_viz.training --all`` trains every task with its page's settings and prints a table;
``--out FOLDER`` writes the weights of each seed (safetensors) and its settings and scores (JSON).
"""

import argparse
import logging
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.language import MOST_CHARACTERS
from lstm_viz.training.cell_settings import with_cell
from lstm_viz.training.headless import changed, outcome, seed_lines, table
from lstm_viz.training.results_folder import OutputError, OutputFolder
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.settings import CellKind, TrainingSettings
from lstm_viz.training.task import Upload
from lstm_viz.training.tasks import TASKS


def main() -> int:
    """Train what was asked for; return 1 if a seed failed or missed its goal, or could not be saved."""
    parser = _parser()
    asked = parser.parse_args()
    keys = [key for key, task in TASKS.items() if task.quick] if asked.all else asked.tasks
    upload = _refuse_or_read(parser, asked, keys)
    try:
        settings = {key: changed(_start(asked.cell, key), asked.set) for key in keys}
        folder = _output_folder(asked, settings)
    except (ValueError, OutputError) as error:
        parser.error(str(error))
    # The line of the seed says what is wrong with a file or a choice; where in the code is left out.
    logging.getLogger("lstm_viz.training.engine.loop").addFilter(_is_fault_of_the_program)
    finished = _Finished(folder)
    outcomes = []
    for key in keys:
        outcomes.append(outcome(TASKS[key], settings[key], asked.seeds, upload, finished))
        _print(outcomes[-1].lines())
    if asked.all:
        _print(table(outcomes))
    failed = any(run.end == "failed" for each in outcomes for run in each.runs)
    missed = any(each.has_goal and len(each.solved) < len(each.runs) for each in outcomes)
    return 1 if failed or missed or finished.unsaved else 0


class _Finished:
    """Prints each run when it is over, and saves it where a folder is given.

    A run that cannot be saved is reported, and the others go on: ``unsaved`` is True from then on.
    """

    def __init__(self, folder: OutputFolder | None) -> None:
        self._folder = folder
        self.unsaved = False

    def __call__(self, run: RunRecord) -> None:
        _print(seed_lines(run))
        if self._folder is None:
            return
        try:
            _print(f"    Saved as {path}." for path in self._folder.save(run))
        except OutputError as error:
            self.unsaved = True
            _print([f"    {error}."])


def _start(asked: str | None, task: str) -> TrainingSettings:
    """Return the settings of a task, with the cell that was asked for."""
    start = TASKS[task].defaults
    return start if asked is None else with_cell(start, _cell(asked))


def _cell(asked: str) -> str:
    """Return the cell that was asked for: its name, or the text of the file that bears it.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if asked in get_args(CellKind) or asked in CATALOGUE:
        return asked
    try:
        with Path(asked).open(encoding="utf-8") as file:
            return file.read(MOST_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join([*get_args(CellKind), *CATALOGUE])
        raise ValueError(f"--cell must be one of {known}, or a text file, got {asked!r}: {error}") from error


def _output_folder(
    asked: argparse.Namespace, settings: Mapping[str, TrainingSettings]
) -> OutputFolder | None:
    if asked.out is None:
        return None
    folder = OutputFolder(asked.out)
    for key, each in settings.items():
        folder.prepare(key, range(each.seed, each.seed + asked.seeds))
    return folder


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
    parser.add_argument(
        "--cell",
        metavar="NAME_OR_FILE",
        help="lstm, gru or rnn of PyTorch, a name of the catalogue, or a text file of equations",
    )
    parser.add_argument("--file", type=Path, help=f"what to train on, for {', '.join(_with_files(TASKS))}")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="write TASK-seed-N.safetensors (weights) and TASK-seed-N.json (settings, scores, measurements) "
        "into this folder; nothing is overwritten",
    )
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


def _is_fault_of_the_program(record: logging.LogRecord) -> bool:
    return record.exc_info is None or not isinstance(record.exc_info[1], ValueError)


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
