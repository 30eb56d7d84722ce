"""The controls that the Train page shows first: task, its choices, network, and Train."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.shell.number import InvalidEntry, Number
from lstm_viz.app.shell.number_field import number_field
from lstm_viz.app.shell.prose import show_error, show_note, show_text
from lstm_viz.app.shell.widget_values import widget_showing
from lstm_viz.app.train.actions import TrainActions
from lstm_viz.app.train.state import GOOD, OWN
from lstm_viz.exchange.links.own_cell import to_query as own_cell_query
from lstm_viz.markdown import Markdown, plain
from lstm_viz.settings.cell_choice import CellChoice
from lstm_viz.settings.own_cell import DEFAULT_OWN_CELL
from lstm_viz.training.cell_settings import other_cells
from lstm_viz.training.task import Card
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.series import CSV
from lstm_viz.training.views.data import COLUMN, columns_offered
from lstm_viz.training.views.names import CELLS, against, sentence, size_text

_OTHER: Final = "other"
"""Among PyTorch's cells, the choice of another one."""

FIRST: Final = 2
"""Choices of a task's own that stand beside it; the others are among all settings."""


def show_controls(actions: TrainActions) -> None:
    """Offer the task, its own choices, where to start from, and the kind of cell."""
    state = actions.state
    options = list(state.task.options)[:FIRST]
    task, start, *places = st.columns([4, 4, *[2] * len(options)], gap="small")
    with task:
        _pick_task(actions)
    with start:
        _pick_start(actions)
    for name, place in zip(options, places, strict=True):
        pick_option(actions, name, place)
    show_error(state.messages.get("options", ""))


def show_train(actions: TrainActions) -> None:
    """Offer the kind of cell, and to train."""
    # The buttons have no help of their own: it would stay open, once one is pressed, over what stands above.
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _pick_cell(actions)
        st.button(
            "Train", type="primary", icon=":material/play_arrow:", key="train_now", on_click=actions.train
        )
        st.button(
            against(actions.state.compared_cells),
            icon=":material/compare_arrows:",
            key="train_all",
            on_click=actions.train_all_cells,
        )
        st.button(
            "Another seed",
            icon=":material/casino:",
            key="train_seed",
            on_click=actions.train_another_seed,
        )
        keep = widget_showing("train_keep", actions.state.keep)
        st.checkbox(
            "Go on when I close this tab",
            key=keep.key,
            on_change=keep.on_change(actions.keep),
            help="Otherwise a run is cancelled soon after its tab is closed. Keep the address of this page: "
            "it opens the run again.",
        )
    show_error(actions.state.messages.get("train", ""))
    if trouble := actions.jobs.trouble:
        show_note(plain(trouble), ":material/cloud_off:")


def show_card(card: Card) -> None:
    """Say what a task asks."""
    parts = ((5, "Goes in", card.goes_in), (4, "Comes out", card.comes_out), (5, "Watch", card.watch))
    with st.container(key="train_card"):
        places = st.columns([width for width, *_ in parts], gap="medium")
    for place, (_, title, text) in zip(places, parts, strict=True):
        show_text(Markdown("**{}.** {}").format(title, Markdown(sentence(text))), place)


def _pick_task(actions: TrainActions) -> None:
    widget = widget_showing("train_task", actions.state.settings.task)
    st.selectbox(
        "Task",
        TASKS,
        format_func=lambda key: f"{TASKS[key].card.group} · {TASKS[key].card.title}",
        key=widget.key,
        on_change=widget.on_change(actions.open_task),
    )


def _pick_start(actions: TrainActions) -> None:
    """Offer the task's good settings, which keep its own choices as they are, and its presets."""
    state, starts = actions.state, actions.state.starts
    words = {
        GOOD: f"Good settings: {size_text(starts[GOOD].model)}",
        OWN: f"Your own: {size_text(state.settings.model)}",
    }
    keys = [*starts, *([OWN] if state.start == OWN else [])]
    widget = widget_showing("train_start", state.start, tuple(words.get(key, key) for key in keys))

    def take(key: str) -> None:
        actions.state = actions.state.with_start(key)

    st.selectbox(
        "Network",
        keys,
        format_func=lambda key: words.get(key, key),
        key=widget.key,
        on_change=widget.on_change(take),
        help="Good settings solve the task. The others show something else worth seeing.",
    )


def pick_option(actions: TrainActions, name: str, place: DeltaGenerator) -> None:
    """Offer one of the task's own choices."""
    state = actions.state
    task, option = state.task, state.task.options[name]
    key, value = f"train_option_{task.key}_{name}", state.settings.option(name, option.default)

    def take(entered: Any) -> None:
        actions.state = actions.state.clear_invalid(key).with_option(name, entered)

    if (task.key, name) == (CSV.key, COLUMN):
        columns, column = columns_offered(state.settings, state.upload)
        widget = widget_showing(key, column, tuple(columns.values()))
        place.selectbox(
            option.label,
            columns,
            format_func=columns.__getitem__,
            key=widget.key,
            help="The columns that hold numbers. At first it is the one that neither counts nor tells the "
            "time.",
            on_change=widget.on_change(take),
        )
    elif option.choices:
        widget = widget_showing(key, value)
        place.selectbox(
            option.label, option.choices, key=widget.key, help=option.help, on_change=widget.on_change(take)
        )
    else:
        number = Number(option.label, option.low, option.high, whole=isinstance(option.default, int))
        show_number(actions, key, number, value, place, take, option.help)


def show_number(
    actions: TrainActions,
    key: str,
    number: Number,
    value: float | int | None,
    place: DeltaGenerator,
    take: Callable[[float | int | None], None],
    help: str,
    placeholder: str = "",
) -> None:
    """Offer a number; one that does not fit stays in its field, and nothing is trained meanwhile."""

    def refuse(entry: InvalidEntry) -> None:
        actions.state = actions.state.enter_invalid(key, entry)

    number_field(
        place,
        number,
        value,
        name=key,
        invalid=actions.state.invalid.get(key),
        take=take,
        refuse=refuse,
        help=help,
        placeholder=placeholder,
    )


def _pick_cell(actions: TrainActions) -> None:
    """Offer PyTorch's cells, and any other by its equations."""
    state = actions.state
    chosen = state.settings.model
    widget = widget_showing("train_cell", _OTHER if chosen.choice else chosen.cell)

    def take(kind: Any) -> None:
        if kind in (*CELLS, _OTHER):
            actions.state = actions.state.with_cell(actions.state.other_cell if kind == _OTHER else kind)

    st.segmented_control(
        "Cell",
        [*CELLS, _OTHER],
        format_func={**CELLS, "rnn": "RNN", _OTHER: "Another"}.__getitem__,
        key=widget.key,
        on_change=widget.on_change(take),
        required=True,
        help="Three runs can be seen in one plot. The plain RNN has no gates whose biases could be set; it "
        "starts with orthogonal weights instead. *Another* is any cell by its equations, or your own.",
    )
    if chosen.choice:
        _pick_other_cell(actions, chosen.cell)


def _pick_other_cell(actions: TrainActions, cell: str) -> None:
    """Offer the cells of the catalogue, and the person's own, if one came by a link."""
    own = [actions.state.own_cell] if actions.state.own_cell else []
    widget = widget_showing("train_other_cell", cell, tuple(own))

    def take(cell: Any) -> None:
        actions.state = actions.state.with_cell(cell)

    st.selectbox(
        "Which cell",
        [*own, *other_cells()],
        format_func=_title,
        key=widget.key,
        on_change=widget.on_change(take),
        width=280,
        help="Its equations are run and differentiated in NumPy: that takes about twice as long as the LSTM "
        "of PyTorch.",
    )


def _title(cell: str) -> str:
    choice = CellChoice(cell)
    return choice.title if choice.is_own else f"{cell} · {choice.equations.title}"


def show_cell(actions: TrainActions) -> None:
    """Show the lines of a cell by its equations, with a link to where they can be changed."""
    choice = actions.state.settings.model.choice
    if choice is None:
        return
    whose = "your cell" if choice.is_own else choice.title
    with st.expander(f"The equations of {whose}", icon=":material/function:", key="train_equations"):
        st.code(choice.equations.text, language=None)
        own = replace(DEFAULT_OWN_CELL, cell=choice, base="LSTM" if choice.is_own else choice.written)
        st.page_link(
            "pages/variants.py",
            label="Change a line, and see what it does",
            icon=":material/edit:",
            query_params=own_cell_query(own),
        )
