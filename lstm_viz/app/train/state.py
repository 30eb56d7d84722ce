"""What a person does on the Train page: the settings chosen, and the runs that are compared."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic
from typing import Final

import streamlit as st

from lstm_viz.app.shell.address import escaped
from lstm_viz.app.train import presence as train_presence
from lstm_viz.app.train.choices import DataKey, Refused, Unfit, data_of, with_cell
from lstm_viz.app.train.film import task_data
from lstm_viz.training.jobs import jobs
from lstm_viz.training.runs.files import DamagedRunError, StoreError
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Task, Upload
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.options import good_settings

MOST_RUNS: Final = 4
"""Runs that are compared at once: as many as there are signs to tell them apart."""

OPENING: Final = ("adding", "One unit, every number readable")
"""The task and the preset that the page opens on."""

MOST_UPLOADS: Final = 4
"""Files and texts that a session keeps; whoever goes back to an older one gives it again."""

AGAIN: Final = 10.0
"""Seconds after which a run that could not be read is tried again, where the disk was in the way."""

_log: Final = logging.getLogger("lstm_viz.train_page")


@dataclass(slots=True)
class TrainWork:
    """Settings, uploads, and the runs on the same data by their place in the plots."""

    settings: TrainingSettings
    uploads: dict[str, Upload] = field(default_factory=dict)
    """What the person gave, by its SHA-256."""
    refused: dict[str, Refused] = field(default_factory=dict)
    """By task: what the person gave last, if it cannot be trained on."""
    pasted: dict[str, str] = field(default_factory=dict)
    """By task: the text in the box, whether it can be read or not."""
    unfit: dict[str, Unfit] = field(default_factory=dict)
    """By the key of its field: what was entered and does not fit."""
    emptied: int = 0
    """How often a field for a file was emptied: Streamlit empties none, but has another under another key."""
    runs: dict[DataKey, dict[int, str]] = field(default_factory=dict)
    """By their data: the ids of the runs compared, by place."""
    filmed: dict[DataKey, str] = field(default_factory=dict)
    """By its data: the id of the run whose gates are shown."""
    made_way: list[RunRecord] = field(default_factory=list)
    """Runs that have made way for those that were begun last."""
    units: dict[str, int | None] = field(default_factory=dict)
    """By run: the unit that the person chose, or None for the mean over all."""
    layers: dict[str, int] = field(default_factory=dict)
    """By run: the layer that the person chose."""
    keep: bool = False
    """Whether new runs go on when the tab is closed."""
    lost: dict[str, str] = field(default_factory=dict)
    """By id: why a run cannot be shown."""
    again: dict[str, float] = field(default_factory=dict)
    """By id of those: when to try again, if what was in the way may pass."""
    troubles: dict[str, str] = field(default_factory=dict)
    """What is wrong, by the control that it concerns."""

    @property
    def task(self) -> Task:
        """The task chosen."""
        return TASKS[self.settings.task]

    @property
    def upload(self) -> Upload | None:
        """What the person gave for this task, if the settings are about just that."""
        return self.uploads.get(self.settings.upload) if self.settings.upload else None

    @property
    def places(self) -> dict[int, str]:
        """The runs on the data chosen, by place."""
        return self.runs.setdefault(data_of(self.settings), {})

    @property
    def on_show(self) -> str | None:
        """The id of the run whose gates are shown, of those on the data chosen."""
        return self.filmed.get(data_of(self.settings))

    def show(self, run: str) -> None:
        """Show the gates of one of the runs on the data chosen."""
        self.filmed[data_of(self.settings)] = run

    def keep_upload(self, digest: str, upload: Upload) -> None:
        """Keep what was given, and let go of what was given long ago."""
        self.uploads.pop(digest, None)
        self.uploads[digest] = upload
        while len(self.uploads) > MOST_UPLOADS:
            self.uploads.pop(next(iter(self.uploads)))

    def choose(self, settings: TrainingSettings) -> None:
        """Take other settings."""
        self.settings = settings
        self.troubles.clear()

    def open_task(self, key: str) -> None:
        """Take another task: with the settings of its run on show, or with its good ones."""
        shown = [self.record(run) for (task, *_), run in self.filmed.items() if task == key]
        latest = max((each for each in shown if each), key=lambda each: each.created, default=None)
        if latest is not None:
            self.start_from(latest.settings)
            return
        start = good_settings(TASKS[key], {}) if key != OPENING[0] else TASKS[key].presets[OPENING[1]]
        self.start_from(start)

    def start_from(self, settings: TrainingSettings) -> None:
        """Take settings as a whole, whatever stands in the fields."""
        self.unfit.clear()
        self.choose(settings)

    def record(self, run: str | None) -> RunRecord | None:
        """Return what is known of a run; None if there is none, or it cannot be read."""
        if run is None or (run in self.lost and monotonic() < self.again.get(run, inf)):
            return None
        try:
            record = jobs().record(run)
        except LookupError:
            self._lose(run, "The run is not on this server.")
        except (ValueError, OSError) as error:
            self._lose(run, str(error), passing=isinstance(error, OSError))
        else:
            self.lost.pop(run, None)
            return record
        return None

    def _lose(self, run: str, why: str, *, passing: bool = False) -> None:
        """Show a run no longer, or not for a while: it cannot be read."""
        self.lost[run] = why
        self.again[run] = monotonic() + AGAIN if passing else inf
        _log.warning("A run cannot be read: %s", why)

    @contextmanager
    def reading(self, run: str) -> Iterator[None]:
        """Show a run; where its weights cannot be read from the disk, draw the page without it."""
        try:
            yield
        except (DamagedRunError, StoreError) as error:
            passing = isinstance(error, StoreError)
            self._lose(run, str(error), passing=passing)
            self.troubles["train"] = f"A run can{'not' if passing else ' no longer'} be shown. {error}"
            st.rerun()

    def records(self) -> dict[int, RunRecord]:
        """Return what is known of the runs compared, by place, without those that cannot be read."""
        known = {place: self.record(run) for place, run in sorted(self.places.items())}
        return {place: record for place, record in known.items() if record is not None}

    def train(self, *others: TrainingSettings) -> None:
        """Train with the settings chosen, or with the others given instead."""
        if not self._ready():
            return
        self.made_way = []
        for settings in others or (self.settings,):
            if (run := self._going_on(settings)) is None:
                try:
                    place = self._place_for(settings)
                    run = jobs().submit(settings, self.upload, train_presence.owner(), keep=self.keep)
                except (ValueError, OSError) as error:
                    self.troubles["train"] = str(error)
                    return
                self._make_way(place, settings)
                self.places[place] = run
            if not others or self.on_show is None:
                self.show(run)

    def train_all_cells(self) -> None:
        """Train the same with each kind of cell; what was compared before makes way."""
        if not self._ready():
            return
        cells = [with_cell(self.settings, cell) for cell in ("lstm", "gru", "rnn")]
        before = [record for record in self.records().values() if record.settings not in cells]
        self.clear()
        self.train(*cells)
        self.made_way = before

    def train_another_seed(self) -> None:
        """Train the same from other weights and with other data."""
        if not self._ready():
            return
        before = self.settings
        seeds = [record.settings.seed for record in self.records().values()]
        self.choose(replace(before, seed=max([before.seed, *seeds]) + 1))
        self.train()
        if "train" in self.troubles:
            self.settings = before

    def _ready(self) -> bool:
        """Whether there is nothing in the way of a training; what there is, is said beside Train."""
        self.troubles.pop("train", None)
        if why := self._obstacle():
            self.troubles["train"] = why
        return not why

    def _obstacle(self) -> str:
        if self.unfit:
            return " ".join(["Not trained:", *(each.why for each in self.unfit.values())])
        if refused := self.refused.get(self.settings.task):
            instead = self.upload.name if self.upload else "the task's own example"
            return (
                f"Not trained: {refused.told} cannot be trained on. {refused.why} Remove it to use {instead}."
            )
        if self.settings.upload and self.upload is None:
            return "This needs data of your own: give them above, or use the task's own example."
        try:
            if self.task.accepts:
                task_data(self.settings, self.upload)
        except ValueError as error:
            return f"Not trained: {error}"
        return ""

    def remove(self, place: int) -> None:
        """Take a run out of the comparison, and stop it if it still goes on and is this person's."""
        run = self.places.pop(place, None)
        if run is None:
            return
        self.stop(run)
        for kept in (self.units, self.layers):
            kept.pop(run, None)
        if run == self.on_show:
            self.filmed.pop(data_of(self.settings))
            if self.places:
                self.show(self.places[min(self.places)])

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
        """Take all runs out of the comparison."""
        for place in list(self.places):
            self.remove(place)

    def _going_on(self, settings: TrainingSettings) -> str | None:
        """Return the run on show that is being trained with these settings already."""
        same = (record for record in self.records().values() if record.settings == settings)
        return next((record.id for record in same if not is_over(record)), None)

    def _make_way(self, place: int, settings: TrainingSettings) -> None:
        """Take away the run in a place; one with these very settings is no loss."""
        gone = self.record(self.places.get(place))
        if gone is not None and gone.settings != settings:
            self.made_way.append(gone)
        self.remove(place)

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
    return not record.is_under_way


def say(chosen: TrainWork, control: str) -> None:
    """Say beside a control what is wrong with it, if anything is."""
    if trouble := chosen.troubles.get(control):
        st.markdown(f":red[{escaped(trouble)}]")
