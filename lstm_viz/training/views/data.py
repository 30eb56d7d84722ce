"""What runs are trained on: which share their data, what the data are called, and an example of them."""

from contextlib import suppress
from functools import lru_cache
from typing import Final, TypeAlias

from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import TaskData, Upload
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.columns import Measured, Series, measured_columns, series_from_table
from lstm_viz.training.tasks.options import with_options
from lstm_viz.training.tasks.series import CSV
from lstm_viz.training.tasks.sources import example_table

MOST_AT_ONCE: Final = 1_000_000
"""Bytes of an upload that the web process reads itself. A larger one would hold up everybody's dragging hand:
it is read by the run, which says what is wrong."""

COLUMN: Final = "column"
"""The choice of a task that names a column of a table."""

SEPARATOR: Final = "separator"
AUTOMATIC: Final = "by itself"

_HEAD: Final = 200_000
"""Bytes of a large file in which its columns are looked for: all of it is read by the run alone."""

_ALIKE: Final = frozenset({"between", "read", "keep"})
"""Choices in words that leave a task's runs comparable: they have the same score, of the same data."""

DataKey: TypeAlias = tuple[str, str | None, tuple[tuple[str, str], ...]]
"""What runs that share a plot have in common: see :func:`data_of`."""


def data_of(settings: TrainingSettings) -> DataKey:
    """Return what the data of a run are: runs on other data have another score of guessing.

    Numbers among its choices make a task harder or easier, which is worth comparing: they are left out.
    """
    return settings.task, settings.upload, tuple(_data_options(settings).items())


def data_name(settings: TrainingSettings, upload: Upload | None) -> str:
    """Return what a run is trained on, in words: a file's name and column, or a choice of the task's."""
    words = _data_options(settings)
    if settings.task == CSV.key:
        with suppress(ValueError):
            columns = columns_of(settings, upload)
            words[COLUMN] = columns.usual if columns and not words[COLUMN] else words[COLUMN]
        words[COLUMN] = words[COLUMN] and f"column {words[COLUMN]}"
    whose = upload.name if upload else "somebody's own data" if settings.upload else "the task's own data"
    chosen = [value for value in words.values() if value and value != AUTOMATIC]
    return ", ".join([whose, *chosen] if TASKS[settings.task].accepts else chosen)


def task_data(settings: TrainingSettings, upload: Upload | None) -> TaskData | None:
    """Return a task's data where they are made in a moment; None where they are not.

    Raises
    ------
    ValueError
        In the person's words, if their file or a choice of theirs does not fit.
    """
    task = TASKS[settings.task]
    if (not task.quick or settings.upload) and upload is None:
        return None
    if upload is not None and len(upload.content) > MOST_AT_ONCE:
        return None
    alone = TrainingSettings(
        settings.task, settings.options, batch=settings.batch, seed=settings.seed, upload=settings.upload
    )
    return _task_data(alone, upload)


def columns_of(settings: TrainingSettings, upload: Upload | None) -> Measured | None:
    """Return which columns can be chosen; None where the table is somebody else's, who has not sent it along.

    Raises
    ------
    ValueError
        If there is nothing that can be chosen.
    """
    if settings.upload and upload is None:
        return None
    file = upload or example_table()
    if len(file.content) > MOST_AT_ONCE:
        head = file.content[:_HEAD]
        lines = max(head.rfind(end) for end in (b"\n", b"\r"))
        file = Upload(file.name, head[:lines] if lines > 0 else head)
    columns = _columns(file, _separator(settings))
    if isinstance(columns, str):
        raise ValueError(columns)
    return columns


def columns_offered(settings: TrainingSettings, upload: Upload | None) -> tuple[dict[str, str], str]:
    """Return what can be chosen as a column, by what is kept of it what it is called, and which is chosen.

    The one that is taken where none is named stands for no choice: "" is kept of it.
    """
    asked, usual, names = str(settings.option(COLUMN, "")), AUTOMATIC, list[str]()
    with suppress(ValueError):  # it is said where the series would be drawn
        if columns := columns_of(settings, upload):
            usual, found = columns.usual, columns.find(asked)
            names = ["" if name == usual else name for name in columns.names]
            asked = asked if found is None else "" if found == usual else found
    return {name: name or usual for name in (names if asked in names else [asked, *names])}, asked


def series_of(settings: TrainingSettings, upload: Upload | None) -> Series | None:
    """Return the column that is forecast; None where it is somebody else's, or too large to be read at once.

    Raises
    ------
    ValueError
        If the file holds no such series.
    """
    if settings.upload and upload is None:
        return None
    file = upload or example_table()
    if len(file.content) > MOST_AT_ONCE:
        return None
    series = _series(file, str(settings.option(COLUMN, "")), _separator(settings))
    if isinstance(series, str):
        raise ValueError(series)
    return series


def fitted_to(settings: TrainingSettings, upload: Upload | None) -> tuple[TrainingSettings, str]:
    """Return settings that fit another table, and what there is to say about that.

    A column that the table lacks gives way to the one that is taken where none is named.

    Raises
    ------
    ValueError
        If there is nothing in the table that could be taken.
    """
    asked = str(settings.option(COLUMN, ""))
    if settings.task != CSV.key or not asked:
        return settings, ""
    columns = columns_of(settings, upload)
    if columns is None or columns.find(asked) is not None:
        return settings, ""
    other = with_options(CSV, settings, {COLUMN: ""})
    whose = upload.name if upload else "The example"
    return other, f"{whose} has no numbers under the name “{asked}”: “{columns.usual}” is taken instead."


def _data_options(settings: TrainingSettings) -> dict[str, str]:
    """Return the task's choices in words that say which data: a company, a column."""
    return {
        name: settings.option(name, option.default)
        for name, option in TASKS[settings.task].options.items()
        if isinstance(option.default, str) and name not in _ALIKE
    }


def _separator(settings: TrainingSettings) -> str:
    return str(settings.option(SEPARATOR, CSV.options[SEPARATOR].default))


@lru_cache(maxsize=4)
def _task_data(settings: TrainingSettings, upload: Upload | None) -> TaskData:
    return TASKS[settings.task].prepare(settings, upload, lambda _text, _done: None)


@lru_cache(maxsize=4)
def _columns(upload: Upload, separator: str) -> Measured | str:
    """Return what can be chosen, or why nothing can: what is wrong takes as long to find as what is right."""
    try:
        return measured_columns(upload, separator)
    except ValueError as error:
        return str(error)


@lru_cache(maxsize=4)
def _series(upload: Upload, column: str, separator: str) -> Series | str:
    """Return the series, or why there is none."""
    try:
        return series_from_table(upload, column, separator)
    except ValueError as error:
        return str(error)
