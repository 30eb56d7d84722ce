"""What a person does on the Train page: the settings chosen, and the runs that are compared."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

import streamlit as st

from lstm_viz.exchange.training_link import good_settings
from lstm_viz.training.jobs import jobs
from lstm_viz.training.jobs.shelf import LEFT_BEHIND
from lstm_viz.training.record import RunRecord
from lstm_viz.training.run_files import DamagedRunError, StoreError
from lstm_viz.training.settings import CellKind, TrainingSettings
from lstm_viz.training.task import Task, Upload
from lstm_viz.training.tasks import TASKS
from lstm_viz.ui import train_presence
from lstm_viz.ui.address import escaped

MOST_RUNS: Final = 4
"""Runs that are compared at once: as many as there are signs to tell them apart."""

OPENING: Final = ("adding", "One unit, every number readable")
"""The task and the preset that the page opens on."""

_trained: Final[dict[TrainingSettings, str]] = {}
"""The last run with these settings that came to its end: the same for everybody, to the bit."""

_log: Final = logging.getLogger("lstm_viz.train_page")


@dataclass(slots=True)
class TrainWork:
    """Settings, uploads, and the runs of each task by their place in the plots."""

    settings: TrainingSettings
    uploads: dict[str, Upload] = field(default_factory=dict)
    """By task: what the person gave."""
    pasted: dict[str, str] = field(default_factory=dict)
    """By task: the text in the box, whether it can be read or not."""
    runs: dict[str, dict[int, str]] = field(default_factory=dict)
    """By task: the ids of the runs compared, by place."""
    filmed: dict[str, str] = field(default_factory=dict)
    """By task: the id of the run whose gates are shown."""
    units: dict[str, int | None] = field(default_factory=dict)
    """By run: the unit that the person chose, or None for the mean over all."""
    layers: dict[str, int] = field(default_factory=dict)
    """By run: the layer that the person chose."""
    keep: bool = False
    """Whether new runs go on when the tab is closed."""
    earlier: set[str] = field(default_factory=set)
    """Runs on show that were trained here before this person came."""
    dismissed: set[str] = field(default_factory=set)
    """Runs that the person has taken out of the comparison."""
    lost: dict[str, str] = field(default_factory=dict)
    """By id: why a run cannot be shown."""
    troubles: dict[str, str] = field(default_factory=dict)
    """What is wrong, by the control that it concerns."""

    @property
    def task(self) -> Task:
        """The task chosen."""
        return TASKS[self.settings.task]

    @property
    def upload(self) -> Upload | None:
        """What the person gave for this task, if the settings are about just that."""
        given, wanted = self.uploads.get(self.settings.task), self.settings.upload
        return given if given and wanted == hashlib.sha256(given.content).hexdigest() else None

    @property
    def places(self) -> dict[int, str]:
        """The runs of this task by place."""
        return self.runs.setdefault(self.settings.task, {})

    def choose(self, settings: TrainingSettings) -> None:
        """Take other settings."""
        self.settings = settings
        self.troubles.clear()

    def open_task(self, key: str) -> None:
        """Take another task: with the settings of its run on show, or with its good ones."""
        shown = self.record(self.filmed.get(key))
        if shown is not None:
            self.choose(shown.settings)
            return
        start = good_settings(TASKS[key], {}) if key != OPENING[0] else TASKS[key].presets[OPENING[1]]
        self.choose(start)

    def record(self, run: str | None) -> RunRecord | None:
        """Return what is known of a run; None if there is none, or it cannot be read."""
        if run is None or run in self.lost:
            return None
        try:
            record = jobs().record(run)
        except LookupError:
            self.lose(run, "The run is not on this server.")
        except (ValueError, OSError) as error:
            self.lose(run, str(error))
        else:
            if record.end in ("solved", "updates"):
                _trained[record.settings] = run
            return record
        return None

    def lose(self, run: str, why: str) -> None:
        """Show a run no longer: it cannot be read."""
        self.lost[run] = why
        _log.warning("A run cannot be read: %s", why)

    @contextmanager
    def reading(self, run: str) -> Iterator[None]:
        """Show a run; where its weights cannot be read from the disk, draw the page without it."""
        try:
            yield
        except (DamagedRunError, StoreError) as error:
            self.lose(run, str(error))
            self.troubles["train"] = f"A run can no longer be shown. {error}"
            st.rerun()

    def records(self) -> dict[int, RunRecord]:
        """Return what is known of the runs compared, by place, without those that cannot be read."""
        known = {place: self.record(run) for place, run in sorted(self.places.items())}
        return {place: record for place, record in known.items() if record is not None}

    def show_earlier(self) -> None:
        """Where there is no run yet, show one that was trained here before with just these settings."""
        run = _trained.get(self.settings)
        if self.places or run in self.dismissed or self.record(run) is None or run is None:
            return
        self.places[0], self.filmed[self.settings.task] = run, run
        self.earlier.add(run)

    def train(self, *others: TrainingSettings) -> None:
        """Train with the settings chosen, or with the others given instead."""
        self.troubles.pop("train", None)
        if self.settings.upload and self.upload is None:
            self.troubles["train"] = (
                "This needs data of your own: give them above, or use the task's own example."
            )
            return
        task = self.settings.task
        for settings in others or (self.settings,):
            if (run := self._going_on(settings)) is None:
                try:
                    place = self._place_for(settings)
                    run = jobs().submit(settings, self.upload, train_presence.owner(), keep=self.keep)
                except (ValueError, OSError) as error:
                    self.troubles["train"] = str(error)
                    return
                self.remove(place)
                self.places[place] = run
            self.filmed[task] = run if not others else self.filmed.get(task, run)

    def train_all_cells(self) -> None:
        """Train the same with each kind of cell, and clear away what was compared before."""
        self.clear()
        first, *rest = (with_cell(self.settings, cell) for cell in ("lstm", "gru", "rnn"))
        self.train(first, *rest)

    def train_another_seed(self) -> None:
        """Train the same from other weights and with other data."""
        seeds = [record.settings.seed for record in self.records().values()]
        self.choose(replace(self.settings, seed=max([self.settings.seed, *seeds]) + 1))
        self.train()

    def remove(self, place: int) -> None:
        """Take a run out of the comparison, and stop it if it still goes on and is this person's."""
        run = self.places.pop(place, None)
        if run is None:
            return
        self.dismissed.add(run)
        self.stop(run)
        for kept in (self.units, self.layers):
            kept.pop(run, None)
        if run == self.filmed.get(self.settings.task):
            self.filmed.pop(self.settings.task)
            if self.places:
                self.filmed[self.settings.task] = self.places[min(self.places)]

    def stop(self, run: str) -> None:
        """Have a run of this person's come to its end with what it has learned."""
        if train_presence.is_ours(run):
            jobs().stop(run)

    def resume(self, run: str) -> None:
        """Have a run that was stopped go on."""
        try:
            jobs().resume(run, train_presence.owner(), self.keep)
        except (ValueError, OSError, LookupError) as error:
            self.troubles["train"] = str(error)

    def keep_going(self, keep: bool) -> None:
        """Choose whether runs go on when the tab is closed: those under way, and those to come."""
        self.keep = keep
        for run in jobs().active(train_presence.owner()):
            jobs().keep(run, keep)

    def clear(self) -> None:
        """Take all runs of this task out of the comparison."""
        for place in list(self.places):
            self.remove(place)

    def _going_on(self, settings: TrainingSettings) -> str | None:
        """Return the run on show that is being trained with these settings already."""
        same = (record for record in self.records().values() if record.settings == settings)
        return next((record.id for record in same if not is_over(record)), None)

    def _place_for(self, settings: TrainingSettings) -> int:
        """Return where a new run goes: in the place of one that was the same, a free one, or the oldest's."""
        records = self.records()
        for place in set(self.places) - set(records):
            self.remove(place)
        same = [place for place, record in records.items() if record.settings == settings]
        if same:
            return same[0]
        if len(records) < MOST_RUNS:
            return min(set(range(MOST_RUNS)) - set(records))
        over = [place for place, record in records.items() if is_over(record)]
        if not over:
            raise ValueError(f"{MOST_RUNS} runs are compared at once. Remove one, or wait until one is over.")
        return min(over, key=lambda place: records[place].created)


def is_over(record: RunRecord) -> bool:
    """Return whether nothing more is to be heard of a run, unless somebody has it go on."""
    return record.status == "finished" or record.text == LEFT_BEHIND


def with_cell(settings: TrainingSettings, cell: CellKind) -> TrainingSettings:
    """Return the settings with another kind of cell.

    A plain RNN has no gates whose biases could be set: it starts with orthogonal weights instead, as it
    learns best.
    """
    start = settings.model.initialisation
    if cell == "rnn" and start in ("chrono", "forget_bias"):
        start = "orthogonal"
    elif settings.model.cell == "rnn" and cell != "rnn" and start == "orthogonal":
        start = TASKS[settings.task].defaults.model.initialisation
    return replace(settings, model=replace(settings.model, cell=cell, initialisation=start))


def say(chosen: TrainWork, control: str) -> None:
    """Say beside a control what is wrong with it, if anything is."""
    if trouble := chosen.troubles.get(control):
        st.markdown(f":red[{escaped(trouble)}]")
