"""The address of the Train page: the runs and the settings that it names, and what a person works on."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from lstm_viz.app.shell.address import escaped, own_part, warn_of_link, write_own_part
from lstm_viz.app.train.choices import data_of
from lstm_viz.app.train.state import MOST_RUNS, OPENING, TrainWork
from lstm_viz.exchange.links.training import KEYS, from_query, to_query
from lstm_viz.training.tasks import TASKS

_WORK: Final = "train_work"
_LINK: Final = "train_link"
_RUN: Final = "run"
_BETWEEN: Final = "~"


def work() -> TrainWork:
    """Return what the person works on; on a first visit, or when the address names something else, that."""
    query = own_part((_RUN, *KEYS))
    known: TrainWork | None = st.session_state.get(_WORK)
    if known is not None and (not query or query == st.session_state.get(_LINK)):
        return known
    chosen = known
    if chosen is None:
        chosen = TrainWork(TASKS[OPENING[0]].presets[OPENING[1]])
    _follow(chosen, query)
    st.session_state[_WORK], st.session_state[_LINK] = chosen, query
    return chosen


def _follow(chosen: TrainWork, query: Mapping[str, str]) -> None:
    """Open what a link names: runs, settings, or both."""
    named = [run for run in query.get(_RUN, "").split(_BETWEEN) if run][:MOST_RUNS]
    records = {run: record for run in named if (record := chosen.record(run)) is not None}
    if records:
        settings = next(iter(records.values())).settings
        data = data_of(settings)
        alike = [run for run, record in records.items() if data_of(record.settings) == data]
        chosen.runs[data], chosen.filmed[data] = dict(enumerate(alike)), alike[0]
        chosen.start_from(settings)
    for run in named:
        if run in chosen.lost:
            st.warning(
                f"The link names a run that cannot be shown. {escaped(chosen.lost[run])} It can be "
                "trained again from the same settings.",
                icon=":material/link_off:",
            )
    if "task" in query:
        try:
            chosen.start_from(from_query(query))
        except ValueError as error:
            warn_of_link(error)


def link_of(chosen: TrainWork, *, runs: bool = True) -> dict[str, str]:
    """Return the query that names the runs on show, and the settings where they are not those of a run."""
    filmed = chosen.on_show
    record = chosen.record(filmed) if runs else None
    if record is None or filmed is None:
        return to_query(chosen.settings)
    others = [run for run in chosen.places.values() if run != filmed]
    named = {_RUN: _BETWEEN.join([filmed, *others])}
    return named if record.settings == chosen.settings else {**named, **to_query(chosen.settings)}


def write_link(chosen: TrainWork) -> None:
    """Bring the address up to date."""
    link = link_of(chosen)
    write_own_part(link, (_RUN, *KEYS))
    st.session_state[_LINK] = link
