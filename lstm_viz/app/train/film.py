"""The gates of a run on its probe, computed by our own cells from the weights of its snapshots, once each."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
import streamlit as st

from lstm_viz.cells import GRUCell, LSTMCell, RNNCell
from lstm_viz.networks.random import chrono_bias
from lstm_viz.settings.family import AnyTrace
from lstm_viz.training.gates import LayerRun, run_layers
from lstm_viz.training.runs.files import DamagedRunError
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.settings import CellKind, ModelSettings, TrainingSettings
from lstm_viz.training.task import Probe, TaskData, Upload
from lstm_viz.training.tasks import TASKS
from lstm_viz.views.learning import Array, Frame, Scene, shown

MOST_AT_ONCE: Final = 1_000_000
"""Bytes of an upload that the web process reads itself. A larger one would hold up everybody's dragging hand:
it is read by the run, which says what is wrong."""

MOST_ROLLS: Final = 16
"""Films that a session keeps at hand, some 200 kilobytes each."""

_ROLLS: Final = "train_rolls"

_KINDS: Final[dict[CellKind, type[LSTMCell] | type[GRUCell] | type[RNNCell]]] = {
    "lstm": LSTMCell,
    "gru": GRUCell,
    "rnn": RNNCell,
}


@dataclass(slots=True)
class FilmRolls:
    """The frames that a session has seen, so that each is computed once and only what is shown is kept."""

    rolls: dict[tuple[str, int, int | None], dict[int, Mapping[str, Array]]] = field(default_factory=dict)
    """By run, layer and unit: by update, what is shown."""
    _newest: tuple[tuple[str, int], tuple[LayerRun, ...]] | None = None

    def newest(self, record: RunRecord) -> tuple[LayerRun, ...]:
        """Return what each layer makes of the probe by the newest snapshot; much of the page is about it."""
        snapshot = record.snapshots[-1]
        which = (record.id, snapshot.update)
        if self._newest is None or self._newest[0] != which:
            self._newest = which, run_layers(snapshot.weights, record.settings.model)
        return self._newest[1]

    def frames(self, record: RunRecord, layer: int, unit: int | None) -> list[Frame]:
        """Return what each snapshot of a run makes of the probe."""
        roll = self.rolls.setdefault((record.id, layer, unit), {})
        while len(self.rolls) > MOST_ROLLS:
            self.rolls.pop(next(iter(self.rolls)))
        # A copy: while we look, the run goes on.
        snapshots = list(record.snapshots)
        for each in snapshots:
            if each.update not in roll:
                # Of a run that goes on, a saved snapshot may have made way for a later one by now.
                with suppress(DamagedRunError):
                    layers = run_layers(each.weights, record.settings.model)
                    roll[each.update] = shown(layers[layer].forward, unit)
        scores = list(record.scores)
        there = (each.update for each in snapshots if each.update in roll)
        return [Frame(update, _score_by(scores, update), roll[update]) for update in there]


def rolls() -> FilmRolls:
    """Return the frames that this session has seen."""
    kept: FilmRolls = st.session_state.setdefault(_ROLLS, FilmRolls())
    return kept


def _score_by(scores: Sequence[tuple[int, float]], update: int) -> tuple[int, float] | None:
    """Return the newest score by an update, with the update that it is of."""
    known = bisect_right(scores, update, key=lambda each: each[0])
    return scores[known - 1] if known else None


def scene_of(record: RunRecord) -> Scene:
    """Return what the steps of a run's probe are."""
    probe = record.started.probe if record.started else None
    if probe is None:
        return Scene(())
    return Scene(tuple(probe["labels"]), tuple(probe["marks"]), tuple(probe["names"]))


def task_data(settings: TrainingSettings, upload: Upload | None) -> TaskData | None:
    """Return a task's data where they are made in a moment; None where they are not.

    Raises
    ------
    ValueError
        In the person's words, if their file or a choice of theirs does not fit.
    """
    task = TASKS[settings.task]
    if (not task.quick or settings.upload) and upload is None:
        return None
    if upload is not None and len(upload.content) > MOST_AT_ONCE:
        return None
    alone = TrainingSettings(
        settings.task, settings.options, batch=settings.batch, seed=settings.seed, upload=settings.upload
    )
    return _task_data(alone, upload)


@lru_cache(maxsize=4)
def _task_data(settings: TrainingSettings, upload: Upload | None) -> TaskData:
    return TASKS[settings.task].prepare(settings, upload, lambda _text, _done: None)


def untrained(settings: TrainingSettings, data: TaskData) -> AnyTrace:
    """Return what a network that has learned nothing makes of the probe: weights drawn by the seed."""
    model, rng = settings.model, np.random.default_rng(settings.seed)
    x = data.probe.x[:, 0]
    if data.symbols:
        shown = (
            rng.standard_normal((data.inputs, model.embedding)) if model.embedding else np.eye(data.inputs)
        )
        x = shown[x]
    cell = _KINDS[model.cell].random(x.shape[1], model.units, settings.seed)
    return _started(cell, model, settings.seed).run(x.astype(np.float64))


def scene_of_probe(probe: Probe) -> Scene:
    """Return what the steps of a probe are."""
    return Scene(probe.labels, probe.marks, probe.names)


def _started(
    cell: LSTMCell | GRUCell | RNNCell, model: ModelSettings, seed: int
) -> LSTMCell | GRUCell | RNNCell:
    """Return the cell with the biases that its initialisation asks for."""
    if isinstance(cell, RNNCell) or model.initialisation == "default":
        return cell
    chrono = model.initialisation == "chrono"
    keeps = chrono_bias(model.units, model.chrono_steps, seed) if chrono else model.forget_bias
    if isinstance(cell, GRUCell):
        bias = cell.bias.reshape(3, model.units).copy()
        bias[1] = keeps
        return GRUCell(cell.weight_ih, cell.weight_hh, bias.ravel(), cell.bias_hn)
    bias = cell.bias.reshape(4, model.units).copy()
    bias[1], bias[0] = keeps, -keeps if chrono else model.input_bias
    return LSTMCell(cell.weight_ih, cell.weight_hh, bias.ravel())
