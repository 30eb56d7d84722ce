"""What a network loses without a unit: every unit switched off, and the loss measured again.

Nothing cheap stands in for it: neither gradients nor the size of weights nor a correlation with a property
puts units in the order in which the network needs them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lstm_viz.analysis import pieces
from lstm_viz.cells.functions import Array
from lstm_viz.networks.network import Network, run_from
from lstm_viz.networks.network_run import NetworkRun, States

BATCH: Final = 64
"""Units that are switched off side by side."""

PIECE: Final = 100
"""Steps of one run of such a batch."""

Progress = Callable[[int, int], object]
Unit = tuple[int, int]
"""A layer and a unit of it, both counted from 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Ablation:
    """The loss of a network, whole and without each unit.

    Attributes
    ----------
    whole
        The mean loss of the whole network over all steps.
    units
        What was switched off, one after the other.
    without
        The mean loss without each, (units,).
    line, value
        What was held, and at what.
    """

    whole: float
    units: tuple[Unit, ...]
    without: Array
    line: str
    value: float

    @property
    def rise(self) -> Array:
        """By how much the loss rises without each unit, (units,)."""
        return np.asarray(self.without - self.whole)

    def largest(self, count: int = 10) -> list[tuple[Unit, float]]:
        """Return the units that are missed most, and by how much the loss rises without them."""
        order = np.argsort(-self.rise)[:count]
        return [(self.units[at], float(self.rise[at])) for at in order]


def ablate(
    net: Network,
    x: npt.ArrayLike,
    target: npt.ArrayLike,
    *,
    units: Sequence[Unit] | None = None,
    line: str = "c",
    value: float = 0.0,
    progress: Progress | None = None,
) -> Ablation:
    """Return what happens to the loss without each unit, held at all steps.

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
        What is held at what. C at 0 makes h of the unit 0: nothing of it reaches anything.
    progress
        Is told how many of how many units are done.

    Raises
    ------
    ValueError
        If the network has no readout or a layer in reverse, a shape does not fit, or there is no such unit.
    """
    wanted = _units(net) if units is None else tuple(units)
    for layer, unit in wanted:
        if not (0 <= layer < len(net.layers) and 0 <= unit < net.layers[layer].hidden):
            raise ValueError(f"units: expected a layer and a unit of it, got ({layer}, {unit})")
    right = np.asarray(target)
    below: list[list[Array]] = [[] for _ in net.layers]
    total = 0.0
    for at, run in enumerate(pieces.runs(net, x, steps=PIECE)):
        total += float(_losses(run, _part(right, at)).sum())
        for layer, kept in enumerate(below):
            kept.append(run.x if layer == 0 else np.array(run[layer - 1]["h"]))
    whole = total / len(right)
    without: dict[Unit, float] = {}
    for layer in dict.fromkeys(layer for layer, _ in wanted):
        in_layer = [unit for of, unit in wanted if of == layer]
        for start in range(0, len(in_layer), BATCH):
            some = in_layer[start : start + BATCH]
            losses = _without(net, below[layer], right, layer, some, line, value)
            without |= {(layer, unit): float(loss) for unit, loss in zip(some, losses, strict=True)}
            if progress is not None:
                progress(len(without), len(wanted))
    return Ablation(whole, wanted, np.array([without[unit] for unit in wanted]), line, value)


def _units(net: Network) -> tuple[Unit, ...]:
    return tuple((at, unit) for at, layer in enumerate(net.layers) for unit in range(layer.hidden))


def _part(target: npt.NDArray[Any], at: int) -> npt.NDArray[Any]:
    return target[at * PIECE : (at + 1) * PIECE]


def _without(
    net: Network, below: Sequence[Array], target: npt.NDArray[Any], layer: int, units: Sequence[int],
    line: str, value: float,
) -> Array:  # fmt: skip
    """Return the mean loss without each of some units of one layer, run from that layer on as a batch."""
    cell = next(iter(net.layers[layer].cells.values()))
    size = cell.sizes[cell.equations.sizes[line]]
    held = np.full((PIECE, len(units), size), np.nan, cell.dtype)
    held[:, np.arange(len(units)), units] = value
    states: States | None = None
    total = np.zeros(len(units))
    for at, x in enumerate(below):
        batch = np.repeat(x[:, np.newaxis], len(units), axis=1)
        run = run_from(net.stack, layer, batch, states or {}, {layer: {line: held[: len(x)]}})
        states = run.final
        total += _losses(run, _part(target, at)).sum(axis=0)
    return np.asarray(total / len(target))


def _losses(run: NetworkRun, target: npt.NDArray[Any]) -> Array:
    """Return the loss at each step, (time, [batch])."""
    readout = run.readout
    if readout is None:
        raise ValueError("net: expected a network with a readout, got none")
    if target.dtype.kind in "iu" and target.ndim == 1:
        if len(target) != len(readout) or target.min() < 0 or target.max() >= readout.shape[-1]:
            raise ValueError(
                f"target: expected a class below {readout.shape[-1]} after each step, got others"
            )
        return cross_entropy(readout, target)
    if target.shape != (len(readout), readout.shape[-1]):
        raise ValueError(
            f"target: expected (time, {readout.shape[-1]}), got the shape {target.shape} in a piece"
        )
    right = target[:, np.newaxis] if readout.ndim == 3 else target
    return np.asarray(((readout - right) ** 2).mean(axis=-1))


def cross_entropy(logits: Array, classes: npt.NDArray[Any]) -> Array:
    """Return −log p of the right class in nats, (time, [batch]), of logits (time, [batch,] classes)."""
    largest = logits.max(axis=-1, keepdims=True)
    total = np.log(np.exp(logits - largest).sum(axis=-1)) + largest[..., 0]
    index = classes.reshape(-1, *(1,) * (logits.ndim - 1))
    return np.asarray(total - np.take_along_axis(logits, index, axis=-1)[..., 0])
