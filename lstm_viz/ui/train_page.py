"""The Train page from top to bottom: what is chosen, what goes on, and what came of it."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from lstm_viz.components.film import film
from lstm_viz.training.jobs import jobs
from lstm_viz.training.jobs.shelf import ELSEWHERE
from lstm_viz.training.record import RunRecord
from lstm_viz.ui import train_presence
from lstm_viz.ui.address import escaped
from lstm_viz.ui.train_controls import show_card, show_controls, show_train
from lstm_viz.ui.train_curves import show_curves
from lstm_viz.ui.train_film import scene_of_probe, task_data, untrained
from lstm_viz.ui.train_link import work, write_link
from lstm_viz.ui.train_live import RUN, show_examples, show_film, show_learned
from lstm_viz.ui.train_result import show_forecast, show_measures, show_stage, show_take_away
from lstm_viz.ui.train_runs import show_data, show_runs
from lstm_viz.ui.train_settings import show_all_settings
from lstm_viz.ui.train_upload import show_upload
from lstm_viz.ui.train_words import CELLS, sentence
from lstm_viz.ui.train_work import TrainWork, is_over
from lstm_viz.views.learned import telling_unit
from lstm_viz.views.learning import Frame, film_record, shown

_PACE: Final = "train_pace"
PULSE: Final = 0.18
"""Seconds between two looks at a run that goes on."""

SLOW_PULSE: Final = 2.0
"""The same where another server trains all that go on: it saves each no more often than every five."""


def open_page() -> TrainWork:
    """Return what the person works on, and wake what trains: it takes a moment, and Train is soon pressed."""
    chosen = work()
    jobs().warm()
    return chosen


def show_choice(chosen: TrainWork) -> None:
    """Say what the page does, and offer what can be chosen."""
    st.markdown(
        "Pick a task and press **Train**: a PyTorch network starts from weights drawn at random, and you "
        "watch its gates become what the task needs."
    )
    show_controls(chosen)
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
    return SLOW_PULSE if all(record.text == ELSEWHERE for record in going) else PULSE


def show_going_on(chosen: TrainWork) -> None:
    """Show the runs of the task, or, before there is one, what will be seen."""
    train_presence.owner()
    records = chosen.records()
    for record in records.values():
        if not is_over(record):
            train_presence.look_after(record.id)
    places = {record.id: jobs().place(record.id) for record in records.values()}
    filmed = next((record for record in records.values() if record.id == chosen.on_show), None)
    show_data(chosen)
    if filmed is None:
        _show_untrained(chosen)
        write_link(chosen)
        return
    show_runs(chosen, records, places)
    with chosen.reading(filmed.id):
        show_film(chosen, filmed)
    show_curves(chosen, records, filmed)
    card = chosen.task.card
    st.caption(f"**Guessing.** {sentence(card.guessing)} **Solved.** {sentence(card.solved)}")
    words, examples = st.columns(2, gap="large")
    with words, chosen.reading(filmed.id):
        show_learned(chosen, filmed)
    with examples:
        show_examples(filmed)
    write_link(chosen)
    if _pace(records) != st.session_state[_PACE]:
        # The rest of the page shows what came of a run, and how often to look is set there.
        st.rerun()


def _show_untrained(chosen: TrainWork) -> None:
    """Show an example sequence, and what a network that has learned nothing makes of it."""
    try:
        data = task_data(chosen.settings, chosen.upload)
    except ValueError as error:
        st.markdown(f":red[{escaped(str(error))}]")
        return
    if data is None:
        why = (
            "Your file is a large one, and is read when the run begins."
            if chosen.upload
            else "Its data are downloaded once, when somebody first trains on them. Where their publisher "
            "cannot be reached, the run says where to put a copy by hand."
        )
        st.info(f"The gates are shown here once a run has begun. {why}", icon=":material/movie:")
        return
    trace, scene = untrained(chosen.settings, data), scene_of_probe(data.probe)
    unit = telling_unit(trace, scene.marks)
    record = film_record([Frame(0, None, shown(trace, unit))], trace.x, scene, unit, str)
    film({**record, "run": RUN, "origin": f"untrained {chosen.settings.task}"}, key="train_film")
    cell = CELLS[chosen.settings.model.cell]
    st.markdown(
        f"A sequence of the task, and what the gates of an **untrained** {cell} do on it (unit {unit + 1}). "
        "Press *Train*, and the slider becomes the time of training."
    )


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
