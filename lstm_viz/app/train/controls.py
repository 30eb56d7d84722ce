"""The few controls that the Train page shows first: task, its choices, network, and Train."""

from dataclasses import replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.shell.address import escaped
from lstm_viz.app.shell.number_field import number_field
from lstm_viz.app.shell.widget_values import is_late, put
from lstm_viz.app.train.choices import with_cell
from lstm_viz.app.train.column import is_column, pick_column
from lstm_viz.app.train.state import TrainWork, say
from lstm_viz.app.train.words import CELLS, sentence, units_text
from lstm_viz.training.jobs import jobs
from lstm_viz.training.task import Option
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.options import good_settings, options_of, with_options, without_usual_options

FIRST: Final = 2
"""Choices of a task's own that stand beside it; the others are among all settings."""

_TASK: Final = "train_task"
_START: Final = "train_start"
_CELL: Final = "train_cell"
_OPTION: Final = "train_option_"
_KEEP: Final = "train_keep"
_GOOD: Final = ""
_OWN: Final = "own"


def show_controls(chosen: TrainWork) -> None:
    """Offer the task, its own choices, where to start from, and the kind of cell."""
    options = dict([*chosen.task.options.items()][:FIRST])
    task, start, *places = st.columns([4, 4, *[2] * len(options)], gap="small")
    with task:
        _pick_task(chosen)
    with start:
        _pick_start(chosen)
    for (name, option), place in zip(options.items(), places, strict=True):
        pick_option(chosen, name, option, place)
    say(chosen, "options")


def show_train(chosen: TrainWork) -> None:
    """Offer the kind of cell, and to train."""
    # The buttons have no help of their own: it would stay open, once one is pressed, over what stands above.
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _pick_cell(chosen)
        st.button(
            "Train",
            type="primary",
            icon=":material/play_arrow:",
            key="train_now",
            on_click=chosen.train,
        )
        st.button(
            "LSTM against GRU against RNN",
            icon=":material/compare_arrows:",
            key="train_all",
            on_click=chosen.train_all_cells,
        )
        st.button(
            "Another seed",
            icon=":material/casino:",
            key="train_seed",
            on_click=chosen.train_another_seed,
        )
        st.session_state[_KEEP] = chosen.keep

        def keep() -> None:
            chosen.keep_going(st.session_state[_KEEP])

        st.checkbox(
            "Go on when I close this tab",
            key=_KEEP,
            on_change=keep,
            help="Otherwise a run is cancelled soon after its tab is closed. Keep the address of this page: "
            "it opens the run again.",
        )
    say(chosen, "train")
    if trouble := jobs().trouble:
        st.info(escaped(trouble), icon=":material/cloud_off:")


def show_card(chosen: TrainWork) -> None:
    """Say what the task asks."""
    card = chosen.task.card
    told = ((5, "Goes in", card.goes_in), (4, "Comes out", card.comes_out), (5, "Watch", card.watch))
    with st.container(key="train_card"):
        places = st.columns([width for width, *_ in told], gap="medium")
    for place, (_, title, text) in zip(places, told, strict=True):
        place.markdown(f"**{title}.** {sentence(text)}")


def _pick_task(chosen: TrainWork) -> None:
    put(_TASK, chosen.settings.task)

    def take() -> None:
        if not is_late(_TASK):
            chosen.open_task(st.session_state[_TASK])

    st.selectbox(
        "Task",
        TASKS,
        format_func=lambda key: f"{TASKS[key].card.group} · {TASKS[key].card.title}",
        key=_TASK,
        on_change=take,
    )


def _pick_start(chosen: TrainWork) -> None:
    """Offer the task's good settings, which keep its own choices as they are, and its presets."""
    task, settings = chosen.task, chosen.settings
    plain = replace(settings, seed=0, upload=None)
    good = good_settings(task, options_of(task, settings))
    presets = {key: without_usual_options(task, preset) for key, preset in task.presets.items()}
    starts = {_GOOD: good, **presets}
    shown = next((key for key, start in starts.items() if start == plain), _OWN)
    put(_START, shown)

    def take() -> None:
        key = st.session_state[_START]
        if key in starts and not is_late(_START):  # "your own" is no start, and may come when it is no choice
            start = replace(starts[key], seed=settings.seed, upload=settings.upload)
            chosen.start_from(with_cell(start, settings.model.cell) if key == _GOOD else start)

    st.selectbox(
        "Network",
        [*starts, *([_OWN] if shown == _OWN else [])],
        format_func=lambda key: {
            _GOOD: f"Good settings: {units_text(good.model)}",
            _OWN: f"Your own: {units_text(settings.model)}",
        }.get(key, key),
        key=_START,
        on_change=take,
        help="Good settings solve the task. The others show something else worth seeing.",
    )


def pick_option(chosen: TrainWork, name: str, option: Option, place: DeltaGenerator) -> None:
    """Offer one of the task's own choices."""
    key = f"{_OPTION}{chosen.task.key}_{name}"
    put(key, chosen.settings.option(name, option.default))

    def take() -> None:
        entered = st.session_state[key]
        if entered is not None and not is_late(key):
            _choose_option(chosen, name, entered)

    if is_column(chosen.settings, name):
        pick_column(chosen, option, place, key, take)
    elif option.choices:
        place.selectbox(option.label, option.choices, key=key, help=option.help, on_change=take)
    elif isinstance(option.default, str):
        place.text_input(option.label, key=key, help=option.help, on_change=take)
    else:
        step = 1 if isinstance(option.default, int) else 0.01
        limits = (option.low, option.high)
        number_field(chosen, place, option.label, limits, take, key=key, step=step, help=option.help)


def _choose_option(chosen: TrainWork, name: str, value: float | int | str) -> None:
    try:
        chosen.choose(with_options(chosen.task, chosen.settings, {name: value}))
    except ValueError as error:
        chosen.troubles["options"] = str(error)


def _pick_cell(chosen: TrainWork) -> None:
    put(_CELL, chosen.settings.model.cell)

    def take() -> None:
        if is_late(_CELL):
            return
        chosen.choose(with_cell(chosen.settings, st.session_state[_CELL]))

    st.segmented_control(
        "Cell",
        CELLS,
        format_func={**CELLS, "rnn": "RNN"}.__getitem__,
        key=_CELL,
        on_change=take,
        required=True,
        help="Three runs can be seen in one plot. The plain RNN has no gates whose biases could be set; it "
        "starts with orthogonal weights instead.",
    )
