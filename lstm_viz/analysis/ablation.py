"""What a network loses without a unit: every unit switched off, and the loss measured again.

Nothing cheap stands in for it: neither gradients nor the size of weights nor a correlation with a property
puts units in the order in which the network needs them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lstm_viz.analysis import pieces
from lstm_viz.cells import checks
from lstm_viz.cells.functions import Array
from lstm_viz.networks.network import Clamps, Network, run_from
from lstm_viz.networks.network_run import States

BATCH: Final = 64
"""Units that are switched off side by side."""

PIECE: Final = 100
"""Steps of one run of such a batch."""

Progress = Callable[[int, int], object]
Unit = tuple[int, int]
"""A layer and a unit of it, both counted from 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Ablation:
    """What a network loses without each unit.

    Attributes
    ----------
    whole
        The mean loss of the whole network over all steps.
    units
        What was switched off, one after the other.
    without
        The mean loss without each, (units,).
    change
        How far the outputs move, whatever is right, (units,): the mean divergence (Kullback & Leibler) of
        class probabilities from those of the whole network, in nats; of values the mean squared difference.
    """

    whole: float
    units: tuple[Unit, ...]
    without: Array
    change: Array

    @property
    def rise(self) -> Array:
        """By how much the loss rises without each unit, (units,)."""
        return np.asarray(self.without - self.whole)

    def largest(self, count: int = 10) -> list[tuple[Unit, float]]:
        """Return the units that are missed most, and by how much the loss rises without them."""
        order = np.argsort(-self.rise)[:count]
        return [(self.units[at], float(self.rise[at])) for at in order]


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A few steps of the whole run: what each layer reads, what comes out, and what is right."""

    inputs: tuple[Array, ...]
    readout: Array
    target: npt.NDArray[Any]
    held: npt.NDArray[np.bool_]


def ablate(
    net: Network,
    x: npt.ArrayLike,
    target: npt.ArrayLike,
    *,
    units: Sequence[Unit] | None = None,
    line: str | None = None,
    value: float = 0.0,
    steps: npt.ArrayLike | None = None,
    progress: Progress | None = None,
) -> Ablation:
    """Return what happens to loss and outputs without each unit.

    The layers below a unit are run once; the units of a layer run side by side, as a batch.

    Parameters
    ----------
    net
        With a readout, of layers that all run forwards.
    x
        One sequence, as :meth:`lstm_viz.networks.network.Network.run` takes it.
    target
        (time,) whole numbers: the class that is right after each step, for the cross-entropy in nats; or
        (time, outputs): the values that are right, for the mean squared error.
    units
        Which; every unit of every layer if None.
    line, value
        What is held at what: a gate at 1, for example. By default C, or h where there is no C, at 0: then
        nothing of the unit reaches anything.
    steps
        (time,): True where it is held; at all steps if None.
    progress
        Is told how many of how many units are done.

    Raises
    ------
    ValueError
        If the network has no readout or a layer in reverse, a shape does not fit, or there is no such unit or
        line.
    """
    wanted = _units(net) if units is None else tuple(units)
    if not wanted:
        raise ValueError("units: expected at least one unit, got none")
    for layer, unit in wanted:
        if not (0 <= layer < len(net.layers) and 0 <= unit < net.layers[layer].hidden):
            raise ValueError(f"units: expected a layer and a unit of it, got ({layer}, {unit})")
    whole = list(_pieces(net, x, np.asarray(target), steps))
    found: dict[Unit, Array] = {}
    for layer in dict.fromkeys(layer for layer, _ in wanted):
        in_layer = [unit for of, unit in wanted if of == layer]
        for start in range(0, len(in_layer), BATCH):
            some = in_layer[start : start + BATCH]
            found |= zip(
                ((layer, unit) for unit in some), _without(net, whole, layer, some, line, value), strict=True
            )
            if progress is not None:
                progress(len(found), len(wanted))
    both = np.array([found[unit] for unit in wanted])
    return Ablation(_mean(whole), wanted, both[:, 0], both[:, 1])


def loss(net: Network, x: npt.ArrayLike, target: npt.ArrayLike, clamp: Clamps | None = None) -> float:
    """Return the mean loss of a network, with some lines held: a whole layer with f at 1, for example.

    Parameters
    ----------
    net, x, target
        As :func:`ablate` takes them.
    clamp
        As :meth:`lstm_viz.networks.network.Network.run` takes it, the same at all steps.

    Raises
    ------
    ValueError
        As :func:`ablate`.
    """
    return _mean(list(_pieces(net, x, np.asarray(target), None, clamp)))


def _units(net: Network) -> tuple[Unit, ...]:
    return tuple((at, unit) for at, layer in enumerate(net.layers) for unit in range(layer.hidden))


def _pieces(
    net: Network, x: npt.ArrayLike, target: npt.NDArray[Any], steps: npt.ArrayLike | None,
    clamp: Clamps | None = None,
) -> Iterator[_Piece]:  # fmt: skip
    length = len(pieces.sequence_of(x))
    held = np.ones(length, bool) if steps is None else np.asarray(steps)
    if held.shape != (length,) or held.dtype != bool:
        raise ValueError(
            f"steps: expected True or False for each of {length} steps, got {held.dtype} {held.shape}"
        )
    if target.shape[:1] != (length,):
        raise ValueError(
            f"target: expected what is right after each of {length} steps, got the shape {target.shape}"
        )
    for at, run in enumerate(pieces.runs(net, x, steps=PIECE, clamp=clamp)):
        part = slice(at * PIECE, (at + 1) * PIECE)
        readout = run.readout
        if readout is None:
            raise ValueError("net: expected a network with a readout, got none")
        _check(target[part], readout.shape[-1])
        between = (np.array(run[layer]["h"]) for layer in range(len(net.layers) - 1))
        yield _Piece((run.x, *between), readout, target[part], held[part])


def _check(target: npt.NDArray[Any], outputs: int) -> None:
    if _are_classes(target):
        if target.min() < 0 or target.max() >= outputs:
            raise ValueError(f"target: expected a class below {outputs} after each step, got others")
    elif target.ndim != 2 or target.shape[1] != outputs:
        raise ValueError(
            f"target: expected (time, {outputs}), got (time, {', '.join(map(str, target.shape[1:]))})"
        )


def _are_classes(target: npt.NDArray[Any]) -> bool:
    return target.ndim == 1 and target.dtype.kind in "iu"


def _mean(whole: Sequence[_Piece]) -> float:
    total = sum(float(_losses(piece.readout, piece.target).sum()) for piece in whole)
    return total / sum(len(piece.target) for piece in whole)


def _without(
    net: Network, whole: Sequence[_Piece], layer: int, units: Sequence[int], line: str | None, value: float
) -> Array:
    """Return loss and change without each of some units of one layer, (units, 2)."""
    cell = next(iter(net.layers[layer].cells.values()))
    sizes = cell.equations.sizes
    name = line or ("c" if "c" in sizes else "h")
    checks.one_of("line", name, [known for known in sizes if known != "x"])
    alone = np.full((len(units), cell.sizes[sizes[name]]), np.nan, cell.dtype)
    alone[np.arange(len(units)), units] = value
    states: States | None = None
    total = np.zeros((len(units), 2))
    for piece in whole:
        batch = np.repeat(piece.inputs[layer][:, np.newaxis], len(units), axis=1)
        held = np.where(piece.held[:, np.newaxis, np.newaxis], alone, cell.dtype.type(np.nan))
        run = run_from(net.stack, layer, batch, states or {}, {layer: {name: held}})
        states, readout = run.final, run.readout
        assert readout is not None
        total[:, 0] += _losses(readout, piece.target).sum(axis=0)
        total[:, 1] += _moved(piece, readout).sum(axis=0)
    return np.asarray(total / sum(len(piece.target) for piece in whole))


def _losses(readout: Array, target: npt.NDArray[Any]) -> Array:
    """Return the loss at each step, (time, [batch])."""
    if _are_classes(target):
        return cross_entropy(readout, target)
    right = target[:, np.newaxis] if readout.ndim == 3 else target
    return np.asarray(((readout - right) ** 2).mean(axis=-1))


def _moved(piece: _Piece, readout: Array) -> Array:
    """Return how far a batch of outputs lies from those of the whole network, (time, batch)."""
    before = piece.readout[:, np.newaxis]
    if not _are_classes(piece.target):
        return np.asarray(((readout - before) ** 2).mean(axis=-1))
    log_p, log_q = _log_probabilities(before), _log_probabilities(readout)
    return np.asarray((np.exp(log_p) * (log_p - log_q)).sum(axis=-1))


def _log_probabilities(logits: Array) -> Array:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def cross_entropy(logits: Array, classes: npt.NDArray[Any]) -> Array:
    """Return −log p of the right class in nats, (time, [batch]), of logits (time, [batch,] classes)."""
    index = classes.reshape(-1, *(1,) * (logits.ndim - 1))
    return np.asarray(-np.take_along_axis(_log_probabilities(logits), index, axis=-1)[..., 0])
