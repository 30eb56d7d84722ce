"""The gates of a network that is being trained, on its probe: every layer run by the NumPy cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from lstm_viz.cells import GRUCell, GRUTrace, LSTMCell, LSTMTrace, RNNCell, RNNTrace
from lstm_viz.cells.cell import Cell as EquationsCell
from lstm_viz.cells.run import Trace as EquationsTrace
from lstm_viz.training.runs.weights import PROBE, layer_of, read
from lstm_viz.training.settings import ModelSettings
from lstm_viz.training.task import Array

Cell: TypeAlias = LSTMCell | GRUCell | RNNCell | EquationsCell
Trace: TypeAlias = LSTMTrace | GRUTrace | RNNTrace | EquationsTrace

_REVERSE: Final = "reverse."
_CELLS: Final[dict[str, type[LSTMCell] | type[GRUCell] | type[RNNCell]]] = {
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
    directions = (False, True) if model.bidirectional else (False,)
    return tuple(
        tuple(_cell(arrays, model, depth, reverse=reverse) for reverse in directions)
        for depth in range(model.layers)
    )


def _cell(arrays: Mapping[str, Array], model: ModelSettings, depth: int, *, reverse: bool) -> Cell:
    """Return the cell of one direction of a layer."""
    layer = layer_of(arrays, depth)
    if model.choice is None:
        return _CELLS[model.cell].from_torch(layer, reverse=reverse)
    own = {
        name.removeprefix(_REVERSE): array
        for name, array in layer.items()
        if name.startswith(_REVERSE) == reverse
    }
    below = model.units * (2 if model.bidirectional else 1) if depth else _probe(arrays).shape[-1]
    return EquationsCell(model.choice.equations, own, sizes={"D": below, "H": model.units})


def _probe(arrays: Mapping[str, Array]) -> Array:
    if PROBE not in arrays:
        raise ValueError("weights: expected a probe beside them, got none")
    return arrays[PROBE]


def output(trace: Trace) -> Array:
    """Return h of a run, (time, [batch,] units)."""
    return trace["h"] if isinstance(trace, EquationsTrace) else trace.h


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
        x = _probe(read(weights))
    h: Array = np.asarray(x, dtype=np.float64)
    runs: list[LayerRun] = []
    for directions in cells(weights, model):
        below = h
        traces = [cell.run(below, reverse=bool(turned)) for turned, cell in enumerate(directions)]
        h = np.concatenate([output(trace) for trace in traces], axis=-1)
        if runs and model.residual:
            h = h + below
        runs.append(LayerRun(traces[0], traces[1] if model.bidirectional else None, below, h))
    return tuple(runs)
