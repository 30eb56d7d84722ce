"""The gates of a run on its probe, computed by the reference cells, once for each snapshot."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from lstm_viz.analysis import most_selective_unit
from lstm_viz.cells.run import OutOfRangeError
from lstm_viz.cells.run import Trace as EquationsTrace
from lstm_viz.notation import Symbol
from lstm_viz.training.gate_traces import LayerRun, Trace, run_layers
from lstm_viz.training.runs.files import DamagedRunError
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.task import Probe
from lstm_viz.views.gate_curves import GATES
from lstm_viz.views.timeline import Array, Frame, Scene, timeline_rows, timeline_symbols

MOST_TIMELINES: Final = 16
"""Timelines that a session keeps at hand, some 200 kilobytes each."""


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run whose gates are shown, with all that is drawn of its weights.

    Parameters
    ----------
    record
        The run; it has one snapshot at least.
    layer, unit
        The layer that is shown, and one of its units or (None) the mean over all.
    best
        The unit of that layer that tells most.
    layers
        What each layer makes of the probe by the newest snapshot.
    frames
        What each snapshot makes of it.
    """

    record: RunRecord
    layer: int
    unit: int | None
    best: int
    layers: tuple[LayerRun, ...]
    frames: list[Frame]

    @property
    def trace(self) -> Trace:
        """What the layer makes of the probe by the newest snapshot."""
        return self.layers[self.layer].forward

    @property
    def symbols(self) -> Mapping[str, Symbol]:
        """What is shown of the layer, by its keys in the frames."""
        return timeline_symbols(self.trace)

    @property
    def gates(self) -> Mapping[str, Symbol]:
        """The gates whose course is drawn: of a cell by its equations all, by their lines."""
        if isinstance(self.trace, EquationsTrace):
            return {key: symbol for key, symbol in self.symbols.items() if not symbol.signed}
        return GATES

    @property
    def scene(self) -> Scene:
        """What the steps of the probe are."""
        return scene_of(self.record)


@dataclass(slots=True)
class FrameCache:
    """The frames that a session has seen, so that each is computed once and only what is shown is kept."""

    timelines: dict[tuple[str, int, int | None], dict[int, Mapping[str, Array]]] = field(default_factory=dict)
    """By run, layer and unit: by update, what is shown."""
    _newest: tuple[tuple[str, int], tuple[LayerRun, ...]] | None = None

    def shown(self, record: RunRecord, layer: int, units: Mapping[str, int | None]) -> ShownRun | None:
        """Return a run with what is drawn of its weights; None if they lead out of the range of numbers.

        Parameters
        ----------
        record
            The run; it has one snapshot at least.
        layer
            Which of its layers is shown, counted from 0.
        units
            By run: the unit chosen, None for the mean; where there is none it is the one that tells most.

        Raises
        ------
        DamagedRunError, StoreError
            If the weights cannot be read.
        """
        try:
            layers = self._newest_layers(record)
        except OutOfRangeError:
            return None
        best = most_selective_unit(layers[layer].forward, scene_of(record).marks)
        unit = units.get(record.id, best)
        return ShownRun(record, layer, unit, best, layers, self._frames(record, layer, unit))

    def _newest_layers(self, record: RunRecord) -> tuple[LayerRun, ...]:
        snapshot = record.snapshots[-1]
        which = (record.id, snapshot.update)
        if self._newest is None or self._newest[0] != which:
            self._newest = which, run_layers(snapshot.weights, record.settings.model)
        return self._newest[1]

    def _frames(self, record: RunRecord, layer: int, unit: int | None) -> list[Frame]:
        timeline = self.timelines.setdefault((record.id, layer, unit), {})
        while len(self.timelines) > MOST_TIMELINES:
            self.timelines.pop(next(iter(self.timelines)))
        # A copy: while we look, the run goes on.
        snapshots = list(record.snapshots)
        for each in snapshots:
            if each.update not in timeline:
                # Of a run that goes on, a saved snapshot may have made way for a later one by now.
                with suppress(DamagedRunError, OutOfRangeError):
                    layers = run_layers(each.weights, record.settings.model)
                    timeline[each.update] = timeline_rows(layers[layer].forward, unit)
        scores = list(record.scores)
        there = (each.update for each in snapshots if each.update in timeline)
        return [Frame(update, _score_by(scores, update), timeline[update]) for update in there]


def scene_of(record: RunRecord) -> Scene:
    """Return what the steps of a run's probe are."""
    probe = record.started.probe if record.started else None
    if probe is None:
        return Scene(())
    return Scene(tuple(probe["labels"]), tuple(probe["marks"]), tuple(probe["names"]))


def scene_of_probe(probe: Probe) -> Scene:
    """Return what the steps of a probe are."""
    return Scene(probe.labels, probe.marks, probe.names)


def _score_by(scores: Sequence[tuple[int, float]], update: int) -> tuple[int, float] | None:
    """Return the newest score by an update, with the update that it is of."""
    known = bisect_right(scores, update, key=lambda each: each[0])
    return scores[known - 1] if known else None
