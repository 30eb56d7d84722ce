"""The Train page from top to bottom: what is chosen, what goes on, and what came of it."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from lstm_viz.app.shell.linked_state import LinkedState
from lstm_viz.app.shell.prose import show_caption, show_text
from lstm_viz.app.train import presence
from lstm_viz.app.train.actions import Overview, TrainActions
from lstm_viz.app.train.controls import show_card, show_cell, show_controls, show_train
from lstm_viz.app.train.curves import show_curves
from lstm_viz.app.train.link import LINK_KEYS, follow, link_of
from lstm_viz.app.train.result import show_forecast, show_measures, show_stage, show_take_away
from lstm_viz.app.train.runs import show_data, show_runs, show_unreadable
from lstm_viz.app.train.settings import show_all_settings
from lstm_viz.app.train.state import OPENING, TrainState, opening_settings
from lstm_viz.app.train.timeline import (
    frame_cache,
    show_beginning,
    show_examples,
    show_learned,
    show_timeline,
    show_untrained,
)
from lstm_viz.app.train.upload import show_upload
from lstm_viz.exchange.links.training import to_query
from lstm_viz.markdown import Markdown
from lstm_viz.training.jobs import jobs
from lstm_viz.training.runs.files import DamagedRunError, StoreError
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Elsewhere
from lstm_viz.training.task import Card
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.views.names import sentence
from lstm_viz.training.views.suggestions import PRESET, suggested_preset, suggestions
from lstm_viz.training.views.timeline import ShownRun

_DRAWN: Final = "train_drawn"
"""What the parts of the page around the runs were drawn for: see :func:`_drawn_for`."""

PULSE: Final = 0.18
"""Seconds between two looks at a run that goes on."""

SLOW_PULSE: Final = 2.0
"""The same where another server trains all that go on: it saves each no more often than every five."""


def _open(query: Mapping[str, str]) -> TrainActions:
    actions = TrainActions(TrainState(opening_settings(OPENING[0])), jobs(), presence.owner)
    follow(actions, query)
    return actions


_LINKED: Final = LinkedState(
    "train_actions",
    lambda: LINK_KEYS,
    _open,
    follow,
    lambda actions: link_of(actions.state, actions.look().shown),
)
"""The page of this session, which follows the address."""


def open_page() -> TrainActions:
    """Return the page of this session, and wake what trains: it takes a moment, and Train is soon pressed."""
    actions = _LINKED.read()
    actions.jobs.warm_up()
    return actions


def show_choice(actions: TrainActions) -> None:
    """Say what the page does, and offer what can be chosen."""
    show_text(
        Markdown(
            "Pick a task and press **Train**: a PyTorch network starts from weights drawn at random, and you "
            "watch its gates become what the task needs."
        )
    )
    show_controls(actions)
    with st.container(key="train_asks"):
        show_card(actions.state.task.card)
        show_upload(actions)
        show_train(actions)
    show_cell(actions)
    show_all_settings(actions)


def pulse(actions: TrainActions) -> float | None:
    """Return how often the runs are to be looked at: not at all once they are over."""
    drawn = st.session_state[_DRAWN] = _drawn_for(actions.look())
    return drawn[0]


def _drawn_for(overview: Overview) -> tuple[float | None, str | None]:
    """Return how often to look at the runs, and which one is on show."""
    return _pace(overview.runs), overview.shown.id if overview.shown else None


def _pace(records: Mapping[int, RunRecord]) -> float | None:
    going = [record for record in records.values() if record.is_under_way]
    if not going:
        return None
    return SLOW_PULSE if all(isinstance(record.state, Elsewhere) for record in going) else PULSE


def show_going_on(actions: TrainActions) -> None:
    """Show the runs of the task, or, before there is one, what will be seen."""
    presence.owner()
    overview = actions.look()
    for record in overview.runs.values():
        if record.is_under_way:
            presence.look_after(record.id)
    shown = _shown(actions, overview.shown)
    # Each in a container of its own: what comes and goes in one leaves the others where they are.
    with st.container():
        show_data(actions)
        show_runs(actions, overview)
        show_unreadable(actions, overview)
    with st.container():
        _show_gates(actions, overview.shown, shown)
    if overview.shown is not None and any(
        record.started or record.is_under_way for record in overview.runs.values()
    ):
        _show_learning(overview, overview.shown, shown)
    outdated = _LINKED.write_link()
    if outdated or _drawn_for(overview) != st.session_state[_DRAWN]:
        # The rest of the page shows what came of the run on show, and how often to look is set there.
        st.rerun()


def _shown(actions: TrainActions, record: RunRecord | None) -> ShownRun | None:
    """Return what is drawn of the weights of a run; where they cannot be read, draw the page without it."""
    if record is None or not record.snapshots:
        return None
    state = actions.state
    try:
        return frame_cache().shown(record, state.layers.get(record.id, 0), state.units)
    except (DamagedRunError, StoreError) as error:
        actions.give_up(record.id, str(error), passing=isinstance(error, StoreError))
        st.rerun()


def _show_gates(actions: TrainActions, record: RunRecord | None, shown: ShownRun | None) -> None:
    """Show the timeline of a run; until it has a frame, a network that has learned nothing."""
    state = actions.state
    if record is None:
        show_untrained(state.settings, state.upload, None)
    elif shown is not None:
        show_timeline(actions, shown)
    elif record.is_under_way:
        show_beginning(actions, record, state.upload)


def _show_learning(overview: Overview, record: RunRecord, shown: ShownRun | None) -> None:
    """Show how the runs go, and what has come of the one on show."""
    show_curves(overview, record, shown)
    show_caption(_goal(TASKS[record.settings.task].card))
    with st.container(key="train_learned"):
        words, examples = st.columns(2, gap="large")
        with words:
            if shown is not None:
                show_learned(shown)
        with examples:
            show_examples(record)


def _goal(card: Card) -> Markdown:
    return Markdown("**Guessing.** {} **Solved.** {}").format(
        Markdown(sentence(card.guessing)), Markdown(sentence(card.solved))
    )


def show_result(actions: TrainActions) -> None:
    """Show what came of the run on show, once it is over."""
    record = actions.look().shown
    if record is None or record.is_under_way or not record.weights:
        return
    shown = _shown(actions, record)
    if shown is None:
        return
    show_measures(record)
    show_forecast(record)
    show_stage(shown)
    show_take_away(record, link_of(actions.state, record), to_query(actions.state.settings))


def show_suggestions(actions: TrainActions) -> None:
    """Offer three things to try, with a press that trains a preset of the task."""
    task = actions.state.task
    preset = suggested_preset(task)
    for number, suggestion in enumerate(suggestions(task, actions.state.compared_cells), start=1):
        show_text(Markdown("{}. {}").format(number, suggestion))
        if suggestion == PRESET and preset is not None:
            title, settings = preset
            st.button(
                f"Train: {title}",
                icon=":material/play_arrow:",
                key="train_preset",
                on_click=actions.train_preset,
                args=(settings,),
            )


def show_sources(card: Card) -> None:
    """Say where the task and the method come from."""
    show_text(
        Markdown(
            "**{}** {}\n\n"
            "Adam is from Kingma & Ba (2015), clipping by norm from Pascanu, Mikolov & Bengio (2013), chrono "
            "initialisation from Tallec & Ollivier (2018), a forget gate that starts open from Gers, "
            "Schmidhuber & Cummins (2000)."
        ).format(Markdown(sentence(card.title)), Markdown(card.source))
    )
