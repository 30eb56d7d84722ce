"""The gates of a network that is being trained, on its probe: every layer run by the reference cells."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from lstm_viz.cells import GRUCell, GRUTrace, LSTMCell, LSTMTrace, RNNCell, RNNTrace
from lstm_viz.training.runs.weights import PROBE, layer_of, read
from lstm_viz.training.settings import CellKind, ModelSettings
from lstm_viz.training.task import Array

Cell: TypeAlias = LSTMCell | GRUCell | RNNCell
Trace: TypeAlias = LSTMTrace | GRUTrace | RNNTrace

_CELLS: Final[dict[CellKind, type[LSTMCell] | type[GRUCell] | type[RNNCell]]] = {
    "lstm": LSTMCell,
    "gru": GRUCell,
    "rnn": RNNCell,
}


@dataclass(frozen=True, slots=True)
class LayerRun:
    """One layer's run over a sequence.

    Parameters
    ----------
    forward, backward
        Every gate of every step; ``backward`` is None unless the layer reads from both ends. It stays
        aligned with the sequence.
    x
        What the layer read, (time, inputs).
    h
        What the next layer reads, (time, width): h of both directions, the residual added.
    """

    forward: Trace
    backward: Trace | None
    x: Array
    h: Array


def cells(weights: bytes, model: ModelSettings) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of each layer in float64: the forward one, and the backward one if there is.

    Raises
    ------
    ValueError
        If the weights are damaged, or not of such a network.
    """
    arrays = read(weights)
    kind = _CELLS[model.cell]
    directions = (False, True) if model.bidirectional else (False,)
    return tuple(
        tuple(kind.from_torch(layer_of(arrays, depth), reverse=reverse) for reverse in directions)
        for depth in range(model.layers)
    )


def run_layers(weights: bytes, model: ModelSettings, x: Array | None = None) -> tuple[LayerRun, ...]:
    """Return the run of each layer, from the first on.

    Parameters
    ----------
    weights
        ``Snapshot.weights`` or ``Finished.weights``.
    model
        The settings of that network.
    x
        (time, inputs) as the first recurrent layer reads it; None takes the probe beside the weights.

    Raises
    ------
    ValueError
        If the weights are damaged, or not of such a network, or hold no probe.
    """
    if x is None:
        x = read(weights).get(PROBE)
        if x is None:
            raise ValueError("weights: expected a probe beside them, got none")
    h: Array = np.asarray(x, dtype=np.float64)
    runs: list[LayerRun] = []
    for directions in cells(weights, model):
        below = h
        traces = [cell.run(below, reverse=bool(turned)) for turned, cell in enumerate(directions)]
        h = np.concatenate([trace.h for trace in traces], axis=-1)
        if runs and model.residual:
            h = h + below
        runs.append(LayerRun(traces[0], traces[1] if model.bidirectional else None, below, h))
    return tuple(runs)
