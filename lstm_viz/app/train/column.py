"""Which column of a table is forecast: picked by its name, and seen before anything is learned from it."""

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.shell.address import escaped
from lstm_viz.app.shell.widget_values import put
from lstm_viz.app.train.choices import words_of
from lstm_viz.app.train.film import MOST_AT_ONCE
from lstm_viz.app.train.live import dark_page
from lstm_viz.app.train.state import TrainWork, say
from lstm_viz.components.chart import chart
from lstm_viz.figures.series import series_figure
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Option, Upload
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.columns import Measured, Series, measured_columns, series_from_table
from lstm_viz.training.tasks.options import with_options
from lstm_viz.training.tasks.series import CSV
from lstm_viz.training.tasks.sources import example_table
from lstm_viz.training.tasks.windows import parts
from lstm_viz.views.series import outline

COLUMN: Final = "column"
"""The task's choice that names one, and the control that a message stands beside."""

_SEPARATOR: Final = "separator"
_BY_ITSELF: Final = "by itself"
_HEAD: Final = 200_000
"""Bytes of a large file in which its columns are looked for: all of it is read by the run alone."""


def is_column(settings: TrainingSettings, name: str) -> bool:
    """Return whether one of the task's own choices is which column to take."""
    return settings.task == CSV.key and name == COLUMN


def pick_column(
    chosen: TrainWork, option: Option, place: DeltaGenerator, key: str, take: Callable[[], None]
) -> None:
    """Offer the columns that hold numbers; the one that is taken where none is named stands for no choice."""
    asked = str(chosen.settings.option(COLUMN, option.default))
    usual, names = _BY_ITSELF, []
    try:
        columns = _columns_for(chosen.settings, chosen.upload)
    except ValueError:
        columns = None  # said where the series would be drawn
    if columns is not None:
        usual = columns.usual
        names = ["" if name == usual else name for name in columns.names]
        found = columns.find(asked)
        asked = asked if found is None else "" if found == usual else found
    put(key, asked)
    place.selectbox(
        option.label,
        names if asked in names else [asked, *names],
        format_func=lambda name: name or usual,
        key=key,
        help="The columns that hold numbers. At first it is the one that neither counts nor tells the time.",
        on_change=take,
    )


def fitting(settings: TrainingSettings, upload: Upload | None) -> tuple[TrainingSettings, str | None]:
    """Return settings that fit another table, and what there is to say about that.

    A column that the table lacks gives way to the one that is taken where none is named.

    Raises
    ------
    ValueError
        If there is nothing in the table that could be taken.
    """
    asked = str(settings.option(COLUMN, ""))
    if settings.task != CSV.key or not asked:
        return settings, None
    columns = _columns_for(settings, upload)
    if columns is None or columns.find(asked) is not None:
        return settings, None
    other = with_options(CSV, settings, {COLUMN: ""})
    whose = upload.name if upload else "The example"
    return other, f"{whose} has no numbers under the name “{asked}”: “{columns.usual}” is taken instead."


def data_name(settings: TrainingSettings, upload: Upload | None) -> str:
    """Return what a run is trained on, in words: a file's name and column, or a choice of the task's."""
    words = words_of(settings)
    if settings.task == CSV.key:
        with suppress(ValueError):
            columns = _columns_for(settings, upload)
            words[COLUMN] = columns.usual if columns and not words[COLUMN] else words[COLUMN]
        words[COLUMN] = words[COLUMN] and f"column {words[COLUMN]}"
    whose = upload.name if upload else "somebody's own data" if settings.upload else "the task's own data"
    told = [value for value in words.values() if value and value != _BY_ITSELF]
    return ", ".join([whose, *told] if TASKS[settings.task].accepts else told)


def show_series(chosen: TrainWork) -> None:
    """Draw the column chosen, or say what is wrong with it."""
    if chosen.settings.task != CSV.key:
        return
    say(chosen, COLUMN)
    if chosen.settings.upload and chosen.upload is None:
        return
    file, settings = chosen.upload or example_table(), chosen.settings
    if len(file.content) > MOST_AT_ONCE:
        return  # the run reads it: the page says so
    series = _series(file, settings.option(COLUMN, ""), _separator(settings))
    if isinstance(series, str):
        hint = "" if chosen.upload else " Give the file that it is of above, or pick a column of the example."
        st.markdown(f":red[{escaped(f'{series}{hint}')}]")
        return
    _draw(series)
    if series.notes:
        st.caption(escaped(" ".join(series.notes)))


def _draw(series: Series) -> None:
    places, labels = outline(series.values), series.labels
    told = f"{series.name}: {len(labels):,} values, from {labels[0]} to {labels[-1]}"
    chart(
        series_figure(
            places, series.values[places], labels, parts(len(labels)), title=told, dark=dark_page()
        ),
        key="train_series",
        run="",
        label="The column that is forecast, over its rows",
        summary=f"{told}. The lowest value is {series.values.min():g}, the highest {series.values.max():g}.",
    )


def _separator(settings: TrainingSettings) -> str:
    return str(settings.option(_SEPARATOR, CSV.options[_SEPARATOR].default))


def _columns_for(settings: TrainingSettings, upload: Upload | None) -> Measured | None:
    """Return what can be chosen; None where the table is somebody else's, who has not sent it along.

    Raises
    ------
    ValueError
        If there is nothing.
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
