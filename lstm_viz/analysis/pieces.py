"""Long sequences in pieces: each run goes on where the last has ended, and only what is wanted is kept."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lstm_viz.cells.functions import Array
from lstm_viz.networks.network import Clamps, Network
from lstm_viz.networks.network_run import NetworkRun, States

PIECE: Final = 2000
"""Steps of one run."""


def runs(
    net: Network,
    x: npt.ArrayLike,
    *,
    steps: int = PIECE,
    initial: States | None = None,
    clamp: Clamps | None = None,
) -> Iterator[NetworkRun]:
    """Yield a run over a sequence piece by piece, so that not all lines of all steps are kept at once.

    Parameters
    ----------
    net
        Of layers that all run forwards.
    x, initial, clamp
        As :meth:`lstm_viz.networks.network.Network.run` takes them; a clamp does not depend on the step.
    steps
        Of each piece.

    Raises
    ------
    ValueError
        If a layer runs in reverse: it would have to begin at the end; or if there is no step.
    """
    if any("reverse" in layer.cells for layer in net.layers):
        raise ValueError("net: expected layers that run forwards alone, got one in reverse")
    sequence, states = sequence_of(x), initial
    for start in range(0, len(sequence), steps):
        run = net.run(sequence[start : start + steps], batch_first=False, initial=states, clamp=clamp)
        states = run.final
        yield run


def sequence_of(x: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return x as an array that begins with the time; ``ValueError`` if it has no step."""
    sequence = np.asarray(x)
    if not sequence.ndim or not len(sequence):
        raise ValueError(f"x: expected at least one step, got the shape {sequence.shape}")
    return sequence


def lines(
    net: Network, x: npt.ArrayLike, layer: int, names: Sequence[str], *, steps: int = PIECE
) -> dict[str, Array]:
    """Return some lines of one layer over a long sequence, each (time, [batch,] units).

    Parameters
    ----------
    net, x, steps
        As :func:`runs` takes them.
    layer
        Counted from 0.
    names
        Of lines, "c" or "f"; "z f" for what the function of a line is applied to.

    Raises
    ------
    ValueError
        As :func:`runs`.
    """
    found: dict[str, list[Array]] = {name: [] for name in names}
    for run in runs(net, x, steps=steps):
        for name in names:
            trace = run[layer]
            values = trace.z(name.removeprefix("z ")) if name.startswith("z ") else trace[name]
            if values is None:
                raise ValueError(f"names: expected a line with a function around it, got {name!r}")
            found[name].append(np.array(values))
    return {name: np.concatenate(pieces) for name, pieces in found.items()}
