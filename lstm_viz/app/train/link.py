"""The address of the Train page: the runs and the settings that it names."""

from collections.abc import Mapping
from typing import Final

from lstm_viz.app.shell.address import warn_of_runs
from lstm_viz.app.train.actions import TrainActions
from lstm_viz.app.train.state import MOST_RUNS, TrainState
from lstm_viz.exchange.links.training import KEYS, from_query, to_query
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.views.data import data_of

_RUN: Final = "run"
LINK_KEYS: Final = (_RUN, *KEYS)
_BETWEEN: Final = "~"


def follow(actions: TrainActions, query: Mapping[str, str]) -> None:
    """Open what a link names: runs, settings, or both.

    Raises
    ------
    ValueError
        In words for the person, if the settings cannot be read; nothing is opened then.
    """
    settings = from_query(query) if "task" in query else None
    _open_runs(actions, [run for run in query.get(_RUN, "").split(_BETWEEN) if run][:MOST_RUNS])
    if settings is not None:
        actions.state = actions.state.start_from(settings)


def _open_runs(actions: TrainActions, named: list[str]) -> None:
    """Compare those runs that are here and on the same data as the first; say which are not here."""
    records = [record for run in named if (record := actions.record(run)) is not None]
    if records:
        data = data_of(records[0].settings)
        alike = [record for record in records if data_of(record.settings) == data]
        actions.compare(dict(enumerate(alike)))
    if reasons := [why for run in named if (why := actions.why_unreadable(run))]:
        warn_of_runs(reasons)


def link_of(state: TrainState, shown: RunRecord | None) -> dict[str, str]:
    """Return the query that names the runs compared, and the settings where they are not those of a run."""
    settings = to_query(state.settings)
    if shown is None:
        return settings
    others = [run for run in state.comparison.runs.values() if run != shown.id]
    named = {_RUN: _BETWEEN.join([shown.id, *others])}
    return named if shown.settings == state.settings else {**named, **settings}
