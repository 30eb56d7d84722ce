"""What a person does with runs on the Train page: train, stop, go on, compare. Nothing is drawn here."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf
from time import monotonic
from typing import Final

from lstm_viz.app.train.state import (
    MOST_RUNS,
    Comparison,
    TrainState,
    opening_settings,
)
from lstm_viz.training.cell_settings import with_cell
from lstm_viz.training.jobs.protocol import JobService
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.views.data import DataKey, data_of
from lstm_viz.training.views.names import run_names

RETRY_SECONDS: Final = 10.0
"""After which a run that could not be read is tried again, where the disk was in the way."""

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a run cannot be shown, and when to try again, if what is in the way may pass."""

    why: str
    again: float = inf


@dataclass(frozen=True, slots=True)
class Overview:
    """The runs compared as they are at one moment: all that is drawn of them is drawn from this.

    Parameters
    ----------
    runs
        What is known of each, by place; those that cannot be read are left out.
    shown
        The one whose gates are shown.
    own
        The runs of this person, who alone may end them.
    unreadable
        By place: the name of a run that cannot be shown any more, and why.
    """

    runs: Mapping[int, RunRecord]
    shown: RunRecord | None
    own: frozenset[str]
    unreadable: Mapping[int, tuple[str, str]]


class TrainActions:
    """The Train page of one session: what is chosen, and what is asked of the jobs.

    Parameters
    ----------
    state
        What is chosen at first.
    jobs
        Where runs are trained.
    owner
        Returns the name under which this session trains.
    """

    def __init__(self, state: TrainState, jobs: JobService, owner: Callable[[], str]) -> None:
        self.state = state
        self.jobs = jobs
        self.replaced: tuple[RunRecord, ...] = ()
        """Runs that are compared no longer since others were begun."""
        self._owner = owner
        self._unreadable: dict[str, Unreadable] = {}
        self._settings: dict[str, TrainingSettings] = {}
        """Of every run that was read, to name it when it is gone."""

    def record(self, run: str | None) -> RunRecord | None:
        """Return what is known of a run; None if there is none, or it cannot be read."""
        if run is None or ((known := self._unreadable.get(run)) and monotonic() < known.again):
            return None
        try:
            record = self.jobs.record(run)
        except LookupError:
            gone = run in self._settings
            self.give_up(run, f"{'It was deleted from' if gone else 'The run is not on'} this server.")
        except (ValueError, OSError) as error:
            self.give_up(run, str(error), passing=isinstance(error, OSError))
        else:
            self._unreadable.pop(run, None)
            self._settings[run] = record.settings
            return record
        return None

    def give_up(self, run: str, why: str, *, passing: bool = False) -> None:
        """Show a run no longer, or not for a while: it cannot be read."""
        self._unreadable[run] = Unreadable(why, monotonic() + RETRY_SECONDS if passing else inf)
        _log.warning("A run cannot be read: %s", why)

    def why_unreadable(self, run: str) -> str:
        """Return why a run cannot be shown; nothing if it can."""
        known = self._unreadable.get(run)
        return known.why if known else ""

    def look(self) -> Overview:
        """Return the runs compared as they are now."""
        comparison = self.state.comparison
        runs = self._records()
        ids = [record.id for record in runs.values()]
        return Overview(
            runs,
            shown=next((record for record in runs.values() if record.id == comparison.shown), None),
            own=frozenset(run for run in ids if self.jobs.owner_is(run, self._owner())),
            unreadable={
                place: (self._name(run), self.why_unreadable(run))
                for place, run in comparison.runs.items()
                if place not in runs
            },
        )

    def other_data(self) -> dict[DataKey, TrainingSettings]:
        """Return the settings of the runs shown on other data of the same task."""
        here = data_of(self.state.settings)
        return {
            data: record.settings
            for data, comparison in self.state.comparisons.items()
            if data != here and data[0] == here[0] and (record := self.record(comparison.shown)) is not None
        }

    def open_task(self, task: str) -> None:
        """Take another task: with the settings of its run on show, or with those that it opens on."""
        shown = [
            self.record(comparison.shown)
            for data, comparison in self.state.comparisons.items()
            if data[0] == task
        ]
        latest = max((each for each in shown if each), key=lambda each: each.created, default=None)
        self.state = self.state.start_from(latest.settings if latest else opening_settings(task))

    def train(self, *others: TrainingSettings) -> None:
        """Train with the settings chosen, or with the others given instead."""
        if self._is_ready():
            self.replaced = ()
            for settings in others or (self.state.settings,):
                if not self._begin(settings, show=not others):
                    return

    def train_preset(self, settings: TrainingSettings) -> None:
        """Take settings as a whole, and train with them."""
        self.state = self.state.start_from(settings)
        self.train()

    def train_all_cells(self) -> None:
        """Train the same with each of the cells that are compared; what was compared before makes way."""
        if not self._is_ready():
            return
        cells = [with_cell(self.state.settings, cell) for cell in self.state.compared_cells]
        before = [record for record in self._records().values() if record.settings not in cells]
        for place in self.state.comparison.runs:
            self.remove(place)
        self.train(*cells)
        self.replaced = tuple(before)

    def train_another_seed(self) -> None:
        """Train the same from other weights and with other data."""
        if not self._is_ready():
            return
        before = self.state.settings
        seeds = [record.settings.seed for record in self._records().values()]
        self.state = self.state.choose(replace(before, seed=max([before.seed, *seeds]) + 1))
        self.train()
        if "train" in self.state.messages:
            self.state = replace(self.state, settings=before)

    def remove(self, place: int) -> None:
        """Take a run out of the comparison, and stop it if it still goes on and is this person's."""
        if run := self.state.comparison.runs.get(place):
            self.stop(run)
            self.state = self.state.remove(place)

    def stop(self, run: str) -> None:
        """Have a run of this person's come to its end with what it has learned."""
        if self.jobs.owner_is(run, self._owner()):
            self.jobs.stop(run)

    def resume(self, run: str) -> None:
        """Have a run that was stopped go on."""
        try:
            self.jobs.resume(run, self._owner(), self.state.keep)
        except (ValueError, OSError, LookupError) as error:
            self.state = self.state.say("train", str(error))

    def keep(self, keep: bool) -> None:
        """Choose whether runs go on when the tab is closed: those under way, and those to come."""
        self.state = replace(self.state, keep=keep)
        for run in self.jobs.active(self._owner()):
            self.jobs.keep(run, keep)

    def compare(self, runs: Mapping[int, RunRecord]) -> None:
        """Compare runs on the same data, the first of them on show, with its settings chosen."""
        first = runs[min(runs)]
        self.state = self.state.start_from(first.settings).compare(
            Comparison({place: record.id for place, record in runs.items()}, first.id)
        )

    def _records(self) -> dict[int, RunRecord]:
        """Return what is known of the runs compared, by place, without those that cannot be read."""
        known = {place: self.record(run) for place, run in sorted(self.state.comparison.runs.items())}
        return {place: record for place, record in known.items() if record is not None}

    def _name(self, run: str) -> str:
        settings = self._settings.get(run)
        return run_names([settings])[0] if settings else ""

    def _is_ready(self) -> bool:
        """Whether there is nothing in the way of a training; what there is, is said beside Train."""
        why = self.state.obstacle()
        self.state = self.state.say("train", why)
        return not why

    def _begin(self, settings: TrainingSettings, *, show: bool) -> bool:
        """Have a run trained, unless it is already; return whether nothing is in the way."""
        if (run := self._going_on(settings)) is None:
            try:
                place = self._place_for(settings)
                run = self.jobs.submit(settings, self.state.upload, self._owner(), keep=self.state.keep)
            except (ValueError, OSError) as error:
                self.state = self.state.say("train", str(error))
                return False
            self._make_way(place, settings)
            self.state = self.state.compare(self.state.comparison.with_run(place, run))
        if show or self.state.comparison.shown is None:
            self.state = self.state.show(run)
        return True

    def _going_on(self, settings: TrainingSettings) -> str | None:
        """Return the run compared that is being trained with these settings already."""
        same = (record for record in self._records().values() if record.settings == settings)
        return next((record.id for record in same if record.is_under_way), None)

    def _make_way(self, place: int, settings: TrainingSettings) -> None:
        """Take away the run in a place; one with these very settings is no loss."""
        gone = self.record(self.state.comparison.runs.get(place))
        if gone is not None and gone.settings != settings:
            self.replaced = (*self.replaced, gone)
        self.remove(place)

    def _place_for(self, settings: TrainingSettings) -> int:
        """Return where a new run goes: in the place of one that was the same, a free one, or the oldest's."""
        records = self._records()
        for place in set(self.state.comparison.runs) - set(records):
            self.remove(place)
        same = [place for place, record in records.items() if record.settings == settings]
        if same:
            return same[0]
        if len(records) < MOST_RUNS:
            return min(set(range(MOST_RUNS)) - set(records))
        over = [place for place, record in records.items() if not record.is_under_way]
        if not over:
            raise ValueError(f"{MOST_RUNS} runs are compared at once. Remove one, or wait until one is over.")
        return min(over, key=lambda place: records[place].created)
