"""What is chosen on the Train page: frozen; each change returns another state."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from lstm_viz.app.shell.number import InvalidEntry
from lstm_viz.training.cell_settings import FIRST_OTHER, check_fits, with_cell
from lstm_viz.training.settings import ModelSettings, OptimiserSettings, TrainingSettings
from lstm_viz.training.task import Task, Upload
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.options import good_settings, options_of, with_options, without_usual_options
from lstm_viz.training.views.data import COLUMN, DataKey, data_of, fitted_to, task_data

MOST_RUNS: Final = 4
"""Runs that are compared at once: as many as there are colours to tell them apart."""

OPENING: Final = ("adding", "One unit, every number readable")
"""The task and the preset that the page opens on."""

MOST_UPLOADS: Final = 4
"""Files and texts that a session keeps; whoever goes back to an older one gives it again."""


MOST_PASTED: Final = 200_000
"""Characters of a text that is pasted; a longer one can be given as a file. While a run goes on, the browser
sends along what stands in the box five times a second."""

PASTED: Final = "pasted text"

GOOD: Final = ""
"""The good settings of a task, among those to start from; the others are its presets, by their titles."""

OWN: Final = "own"
"""Settings that are none of those."""


@dataclass(frozen=True, slots=True)
class RejectedUpload:
    """Something given that cannot be trained on, and why; ``name`` calls it "your file", with its name."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The runs on the same data: their ids by place in the plots, and the one whose gates are shown."""

    runs: Mapping[int, str] = field(default_factory=dict)
    shown: str | None = None

    def with_run(self, place: int, run: str) -> "Comparison":
        """Return the comparison with a run in a place."""
        return replace(self, runs={**self.runs, place: run})

    def without(self, place: int) -> "Comparison":
        """Return the comparison without the run in a place; another one is shown if it was that."""
        gone = self.runs.get(place)
        runs = {other: run for other, run in self.runs.items() if other != place}
        shown = self.shown if self.shown != gone else runs[min(runs)] if runs else None
        return Comparison(runs, shown)


@dataclass(frozen=True, slots=True)
class TrainState:
    """The settings chosen, what was uploaded, and which runs are compared.

    Parameters
    ----------
    settings
        What Train would train.
    invalid
        By field: what stands there and cannot be its value. Nothing is trained meanwhile.
    uploads
        What the person gave, by its SHA-256.
    rejected
        By task: what the person gave last, if it cannot be trained on.
    pasted
        By task: the text in the box, whether it can be read or not.
    uploader
        How often the field for a file was emptied by the page.
    comparisons
        The runs compared, by their data.
    layers, units
        By run: the layer and the unit that the person chose to see; the unit None for the mean over all.
    keep
        Whether new runs go on when the tab is closed.
    messages
        What is to be said beside a control, by its name.
    other_cell, own_cell
        The cell that was chosen last of those that PyTorch has not; the person's own one, empty if none came.
    """

    settings: TrainingSettings
    invalid: Mapping[str, InvalidEntry] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    rejected: Mapping[str, RejectedUpload] = field(default_factory=dict)
    pasted: Mapping[str, str] = field(default_factory=dict)
    uploader: int = 0
    comparisons: Mapping[DataKey, Comparison] = field(default_factory=dict)
    layers: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, int | None] = field(default_factory=dict)
    keep: bool = False
    messages: Mapping[str, str] = field(default_factory=dict)
    other_cell: str = FIRST_OTHER
    own_cell: str = ""

    @property
    def task(self) -> Task:
        """The task chosen."""
        return TASKS[self.settings.task]

    @property
    def upload(self) -> Upload | None:
        """What the person gave for this task, if the settings are about just that."""
        return self.uploads.get(self.settings.upload) if self.settings.upload else None

    @property
    def comparison(self) -> Comparison:
        """The runs on the data chosen."""
        return self.comparisons.get(data_of(self.settings), Comparison())

    def choose(self, settings: TrainingSettings) -> "TrainState":
        """Take other settings."""
        choice = settings.model.choice
        own = settings.model.cell if choice and choice.is_own else self.own_cell
        other = settings.model.cell if choice else self.other_cell
        return replace(self, settings=settings, own_cell=own, other_cell=other, messages={})

    def start_from(self, settings: TrainingSettings) -> "TrainState":
        """Take settings as a whole, whatever stands in the fields."""
        return replace(self.choose(settings), invalid={})

    @property
    def starts(self) -> dict[str, TrainingSettings]:
        """The settings that can be started from: the good ones, and by their titles the presets."""
        good = good_settings(self.task, options_of(self.task, self.settings))
        presets = self.task.presets.items()
        return {GOOD: good, **{key: without_usual_options(self.task, preset) for key, preset in presets}}

    @property
    def start(self) -> str:
        """Which of them are chosen, whatever the seed and the data."""
        plain = replace(self.settings, seed=0, upload=None)
        return next((key for key, start in self.starts.items() if start == plain), OWN)

    def with_start(self, key: str) -> "TrainState":
        """Start from other settings; the good ones keep the kind of cell. Nothing happens for :data:`OWN`."""
        if key not in self.starts:
            return self
        start = replace(self.starts[key], seed=self.settings.seed, upload=self.settings.upload)
        return self.start_from(with_cell(start, self.settings.model.cell) if key == GOOD else start)

    def with_cell(self, cell: str) -> "TrainState":
        """Take another kind of cell."""
        return self.choose(with_cell(self.settings, cell))

    @property
    def compared_cells(self) -> tuple[str, ...]:
        """The cells that are trained against each other: the one chosen, if it is none of PyTorch's, too."""
        chosen = self.settings.model
        return ("lstm", "gru", "rnn" if chosen.choice is None else chosen.cell)

    def with_option(self, name: str, value: float | int | str) -> "TrainState":
        """Take another choice of the task's own; one that does not fit is said."""
        try:
            return self.choose(with_options(self.task, self.settings, {name: value}))
        except ValueError as error:
            return self.say("options", str(error))

    def setting(self, name: str) -> Any:
        """Return the value of a setting, of the network's and the optimiser's too."""
        return getattr(_part(self.settings, name), name)

    def with_setting(self, name: str, value: Any) -> "TrainState":
        """Take another value of a setting; one that does not fit is said."""
        try:
            part: Any = replace(_part(self.settings, name), **{name: value})
        except ValueError as error:
            return self.say("settings", str(error))
        if isinstance(part, ModelSettings):
            part = replace(self.settings, model=part)
        elif isinstance(part, OptimiserSettings):
            part = replace(self.settings, optimiser=part)
        return self.choose(part)

    def enter_invalid(self, name: str, entry: InvalidEntry) -> "TrainState":
        """Keep what stands in a field and cannot be its value."""
        return replace(self, invalid={**self.invalid, name: entry})

    def clear_invalid(self, *names: str) -> "TrainState":
        """Forget what stood in fields."""
        return replace(self, invalid=_without(self.invalid, *names))

    def say(self, control: str, message: str) -> "TrainState":
        """Say something beside a control, or nothing any more."""
        messages = _without(self.messages, control)
        return replace(self, messages={**messages, control: message} if message else messages)

    def with_file(self, file: Upload | None) -> "TrainState":
        """Take a file; None where the field was emptied: what was there before holds again."""
        return self._without_upload(pasted=False) if file is None else self._with_upload(file)

    def with_text(self, text: str) -> "TrainState":
        """Take a text that was pasted, or none; one that is too long is not kept, and that is said."""
        if len(text) > MOST_PASTED:
            why = (
                f"It has {len(text):,} characters; at most {MOST_PASTED:,} can be pasted. Give it as a file."
            )
            return self._reject("your text", why)
        state = replace(self, pasted={**self.pasted, self.settings.task: text})
        if not text.strip():
            return state._without_upload(pasted=True)
        return state._with_upload(Upload(PASTED, text.encode()))

    def with_example(self) -> "TrainState":
        """Go back to the task's own example, and empty the box for a text and the field for a file."""
        pasted = _without(self.pasted, self.settings.task)
        return replace(self, uploader=self.uploader + 1, pasted=pasted)._with_upload(None)

    def _with_upload(self, upload: Upload | None) -> "TrainState":
        """Take what was given, if it can be read; if not, say why, and all else stays as it is."""
        digest = hashlib.sha256(upload.content).hexdigest() if upload else None
        try:
            settings, message = fitted_to(replace(self.settings, upload=digest), upload)
            if upload is not None:
                task_data(settings, upload)
        except ValueError as error:
            what = "your text" if upload is None or upload.name == PASTED else f"your file “{upload.name}”"
            return self._reject(what, str(error))
        uploads = self.uploads
        if upload is not None and digest is not None:
            newest = {**_without(uploads, digest), digest: upload}
            uploads = dict(list(newest.items())[-MOST_UPLOADS:])
        return replace(self._accept().choose(settings), uploads=uploads).say(COLUMN, message)

    def _without_upload(self, *, pasted: bool) -> "TrainState":
        """Go back to what was there before the box (``pasted``) or the field for a file was emptied."""
        state = self.say("train", "")
        if self.settings.task in self.rejected:
            return state._accept()
        if self.upload is not None and (self.upload.name == PASTED) == pasted:
            return state._with_upload(None)
        return state

    def _reject(self, name: str, why: str) -> "TrainState":
        return replace(self, rejected={**self.rejected, self.settings.task: RejectedUpload(name, why)})

    def _accept(self) -> "TrainState":
        return replace(self, rejected=_without(self.rejected, self.settings.task))

    def compare(self, comparison: Comparison) -> "TrainState":
        """Compare other runs on the data chosen."""
        return replace(self, comparisons={**self.comparisons, data_of(self.settings): comparison})

    def show(self, run: str) -> "TrainState":
        """Show the gates of one of the runs on the data chosen."""
        return self.compare(replace(self.comparison, shown=run))

    def remove(self, place: int) -> "TrainState":
        """Take a run out of the comparison."""
        run = self.comparison.runs.get(place, "")
        return replace(
            self.compare(self.comparison.without(place)),
            layers=_without(self.layers, run),
            units=_without(self.units, run),
        )

    def show_layer(self, run: str, layer: int) -> "TrainState":
        """Show another layer of a run."""
        return replace(self, layers={**self.layers, run: layer})

    def show_unit(self, run: str, unit: int | None) -> "TrainState":
        """Show a unit of a run, or None for the mean over all."""
        return replace(self, units={**self.units, run: unit})

    def show_best_unit(self, run: str) -> "TrainState":
        """Show whichever unit of a run tells most."""
        return replace(self, units=_without(self.units, run))

    def obstacle(self) -> str:
        """Return what is in the way of a training with these settings; nothing if nothing is."""
        if self.invalid:
            return " ".join(["Not trained:", *(each.why for each in self.invalid.values())])
        if rejected := self.rejected.get(self.settings.task):
            instead = self.upload.name if self.upload else "the task's own example"
            return (
                f"Not trained: {rejected.name} cannot be trained on. {rejected.why} "
                f"Remove it to use {instead}."
            )
        if self.settings.upload and self.upload is None:
            return "This needs data of your own: give them above, or use the task's own example."
        try:
            if (self.task.accepts or self.settings.model.choice) and (
                data := task_data(self.settings, self.upload)
            ):
                check_fits(self.settings.model, data)
        except ValueError as error:
            return f"Not trained: {error}"
        return ""


def opening_settings(task: str) -> TrainingSettings:
    """Return the settings that a task opens on: its good ones, or the preset that the page opens on."""
    if task == OPENING[0]:
        return TASKS[task].presets[OPENING[1]]
    return good_settings(TASKS[task], {})


def _part(settings: TrainingSettings, name: str) -> ModelSettings | OptimiserSettings | TrainingSettings:
    parts = (settings.model, settings.optimiser, settings)
    return next(part for part in parts if hasattr(part, name))


def _without(mapping: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key not in keys}
