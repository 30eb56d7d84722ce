"""The Train page from top to bottom: what is chosen, what goes on, and what came of it."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from lstm_viz.app.train import presence as train_presence
from lstm_viz.app.train.controls import show_card, show_controls, show_train
from lstm_viz.app.train.curves import show_curves
from lstm_viz.app.train.link import work, write_link
from lstm_viz.app.train.live import pick_unit, show_examples, show_film, show_learned
from lstm_viz.app.train.opening import show_untrained
from lstm_viz.app.train.result import show_forecast, show_measures, show_stage, show_take_away
from lstm_viz.app.train.runs import show_data, show_runs
from lstm_viz.app.train.settings import show_all_settings
from lstm_viz.app.train.state import TrainWork, is_over
from lstm_viz.app.train.upload import show_upload
from lstm_viz.app.train.words import sentence
from lstm_viz.training.jobs import jobs
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Elsewhere

_PACE: Final = "train_pace"
PULSE: Final = 0.18
"""Seconds between two looks at a run that goes on."""

SLOW_PULSE: Final = 2.0
"""The same where another server trains all that go on: it saves each no more often than every five."""


def open_page() -> TrainWork:
    """Return what the person works on, and wake what trains: it takes a moment, and Train is soon pressed."""
    chosen = work()
    jobs().warm_up()
    return chosen


def show_choice(chosen: TrainWork) -> None:
    """Say what the page does, and offer what can be chosen."""
    st.markdown(
        "Pick a task and press **Train**: a PyTorch network starts from weights drawn at random, and you "
        "watch its gates become what the task needs."
    )
    show_controls(chosen)
    with st.container(key="train_asks"):
        show_card(chosen)
        show_upload(chosen)
        show_train(chosen)
    show_all_settings(chosen)


def pulse(chosen: TrainWork) -> float | None:
    """Return how often the runs are to be looked at: not at all once they are over."""
    pace = st.session_state[_PACE] = _pace(chosen.records())
    return pace


def _pace(records: Mapping[int, RunRecord]) -> float | None:
    going = [record for record in records.values() if not is_over(record)]
    if not going:
        return None
    return SLOW_PULSE if all(isinstance(record.state, Elsewhere) for record in going) else PULSE


def show_going_on(chosen: TrainWork) -> None:
    """Show the runs of the task, or, before there is one, what will be seen."""
    train_presence.owner()
    records = chosen.records()
    for record in records.values():
        if not is_over(record):
            train_presence.look_after(record.id)
    filmed = next((record for record in records.values() if record.id == chosen.on_show), None)
    # Each in a container of its own: what comes and goes in one leaves the others where they are.
    with st.container():
        show_data(chosen)
        if records:
            show_runs(chosen, records)
    with st.container():
        _show_gates(chosen, filmed)
    if filmed is not None and any(record.started or not is_over(record) for record in records.values()):
        _show_learning(chosen, records, filmed)
    write_link(chosen)
    if _pace(records) != st.session_state[_PACE]:
        # The rest of the page shows what came of a run, and how often to look is set there.
        st.rerun()


def _show_gates(chosen: TrainWork, filmed: RunRecord | None) -> None:
    """Show the film of a run; until it has a frame, a network that has learned nothing."""
    if filmed is None:
        show_untrained(chosen.settings, chosen.upload, None)
    elif filmed.snapshots:
        with chosen.reading(filmed.id):
            show_film(chosen, filmed)
    elif not is_over(filmed):
        pick_unit(chosen, filmed, None)
        show_untrained(filmed.settings, chosen.upload, filmed.id)


def _show_learning(chosen: TrainWork, records: Mapping[int, RunRecord], filmed: RunRecord) -> None:
    """Show how the runs go, and what has come of the one that is filmed."""
    show_curves(chosen, records, filmed)
    card = chosen.task.card
    st.caption(f"**Guessing.** {sentence(card.guessing)} **Solved.** {sentence(card.solved)}")
    with st.container(key="train_said"):
        words, examples = st.columns(2, gap="large")
        with words, chosen.reading(filmed.id):
            show_learned(chosen, filmed)
        with examples:
            show_examples(filmed)


def show_result(chosen: TrainWork) -> None:
    """Show what came of the run on show, once it is over."""
    record = chosen.record(chosen.on_show)
    if record is None or not is_over(record) or not record.weights or not record.snapshots:
        return
    show_measures(record)
    show_forecast(record)
    with chosen.reading(record.id):
        show_stage(chosen, record)
    show_take_away(chosen, record)


def sources(chosen: TrainWork) -> str:
    """Return where the task and the method come from."""
    return (
        f"**{sentence(chosen.task.card.title)}** {chosen.task.card.source}\n\n"
        "Adam is from Kingma & Ba (2015), clipping by norm from Pascanu, Mikolov & Bengio (2013), chrono "
        "initialisation from Tallec & Ollivier (2018), a forget gate that starts open from Gers, "
        "Schmidhuber & Cummins (2000)."
    )
