"""A person's own data for a task that accepts them: a file, or a text that is pasted, and what is in them."""

from typing import Any, Final

import streamlit as st

from lstm_viz.app.shell.prose import show_caption, show_error, show_note
from lstm_viz.app.shell.widget_values import widget_showing
from lstm_viz.app.train.actions import TrainActions
from lstm_viz.app.train.state import MOST_PASTED
from lstm_viz.app.train.style import is_dark
from lstm_viz.components.chart import chart
from lstm_viz.figures.series import series_figure
from lstm_viz.markdown import Markdown, plain
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload
from lstm_viz.training.tasks.columns import Series
from lstm_viz.training.tasks.series import CSV
from lstm_viz.training.tasks.windows import parts
from lstm_viz.training.views.data import COLUMN, series_of
from lstm_viz.training.views.names import capital
from lstm_viz.views.series import outline

MOST_MEGABYTES: Final = 20
_TEXT: Final = "text"


def show_upload(actions: TrainActions) -> None:
    """Offer to give data, where the task takes them, and say at once what is wrong with them."""
    state = actions.state
    accepts, rejected = state.task.accepts, state.rejected.get(state.settings.task)
    if not accepts:
        return
    title = Markdown("Your own data: {}").format(state.upload.name) if state.upload else "Your own data"
    with st.expander(title, icon=":material/upload_file:", key=f"train_upload_{state.settings.task}"):
        places = st.columns(2 if _TEXT in accepts else 1, gap="medium")
        with places[0]:
            _offer_file(actions, [ending for ending in accepts if ending != _TEXT])
        if _TEXT in accepts:
            with places[1]:
                _offer_text(actions)
        if state.upload is not None or rejected is not None:
            st.button(
                "Use the task's own example again",
                icon=":material/undo:",
                key="train_upload_none",
                on_click=_use_example,
                args=(actions,),
            )
    if rejected is not None:
        show_error(f"{capital(rejected.name)} cannot be trained on. {rejected.why}")
    if state.settings.upload and state.upload is None:
        show_note(
            Markdown(
                "This was trained on somebody's own data, which a link does not hold. To train it again, "
                "give them here."
            ),
            ":material/upload_file:",
        )
    if state.settings.task == CSV.key:
        show_error(state.messages.get(COLUMN, ""))
        _show_series(state.settings, state.upload)


def _offer_file(actions: TrainActions, endings: list[str]) -> None:
    key = f"train_file_{actions.state.settings.task}_{actions.state.uploader}"

    def take() -> None:
        file = st.session_state[key]
        given = Upload(file.name, file.getvalue()) if file is not None else None
        actions.state = actions.state.with_file(given)

    st.file_uploader(
        "A file",
        endings,
        key=key,
        on_change=take,
        max_upload_size=MOST_MEGABYTES,
        help="It stays on this server, for the run to be trained on, and is not part of any link.",
    )


def _offer_text(actions: TrainActions) -> None:
    task = actions.state.settings.task
    widget = widget_showing(f"train_paste_{task}", actions.state.pasted.get(task, ""))

    def take(text: Any) -> None:
        actions.state = actions.state.with_text(text)

    # The browser keeps out what is longer, without a word.
    st.text_area(
        f"Or paste it here: up to {MOST_PASTED:,} characters. A longer text can be given as a file.",
        key=widget.key,
        on_change=widget.on_change(take),
        height=140,
        max_chars=MOST_PASTED,
    )


def _use_example(actions: TrainActions) -> None:
    """Go back to the task's own example, and empty the box and the field for a file."""
    actions.state = actions.state.with_example()


def _show_series(settings: TrainingSettings, upload: Upload | None) -> None:
    """Draw the column chosen, or say what is wrong with it."""
    try:
        series = series_of(settings, upload)
    except ValueError as error:
        hint = "" if upload else " Give the file that it is of above, or pick a column of the example."
        show_error(f"{error}{hint}")
        return
    if series is None:
        return  # somebody else's, or one that the run reads: the page says so
    _draw(series)
    if series.notes:
        show_caption(plain(" ".join(series.notes)))


def _draw(series: Series) -> None:
    places, labels = outline(series.values), series.labels
    title = f"{series.name}: {len(labels):,} values, from {labels[0]} to {labels[-1]}"
    chart(
        series_figure(places, series.values[places], labels, parts(len(labels)), title=title, dark=is_dark()),
        key="train_series",
        run="",
        label="The column that is forecast, over its rows",
        summary=f"{title}. The lowest value is {series.values.min():g}, the highest {series.values.max():g}.",
    )
