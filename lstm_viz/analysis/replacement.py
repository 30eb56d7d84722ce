"""Which of the last inputs matter for one output: each is really replaced, and the network run on from there.

A gradient costs as much, and says little where gates are saturated: in a trained character model it names the
most influential input rightly in one of five cases.
"""

import numpy as np
import numpy.typing as npt

from lstm_viz.cells.functions import Array
from lstm_viz.networks.batches import time_major
from lstm_viz.networks.network import Network, run_from
from lstm_viz.networks.network_run import NetworkRun, States


def replaced_inputs(
    net: Network, x: npt.ArrayLike, at: int, *, last: int = 60, by: npt.ArrayLike | None = None
) -> Array:
    """Return what the network gives at a step, with each of the inputs up to it replaced by another.

    The variants start from the states of the whole run, each where it parts from it, and go on as one growing
    batch: this costs as much as two runs over so many steps.

    Parameters
    ----------
    net
        Of layers that all run forwards.
    x
        One sequence, as :meth:`lstm_viz.networks.network.Network.run` takes it.
    at
        The step whose output counts, from 0.
    last
        How many inputs are replaced: those of the steps at − last + 1 to at.
    by
        (inputs,): what takes their place; the mean of x if None.

    Returns
    -------
    ndarray
        (last, outputs), oldest input first: the readout at the step, or the output of the last layer where
        there is no readout.

    Raises
    ------
    ValueError
        If there is no such step or there are not so many inputs before it, or a layer runs in reverse.
    """
    if any("reverse" in layer.cells for layer in net.layers):
        raise ValueError("net: expected layers that run forwards alone, got one in reverse")
    sequence = time_major(net.stack, x, None, "x: expected one sequence, got a batch")
    if not 0 <= at < len(sequence):
        raise ValueError(f"at: expected 0 to {len(sequence) - 1}, got {at}")
    if not 0 < last <= at + 1:
        raise ValueError(f"last: expected 1 to {at + 1}, got {last}")
    other = sequence.mean(axis=0) if by is None else np.asarray(by, sequence.dtype)
    if other.shape != sequence.shape[1:]:
        raise ValueError(f"by: expected the shape {sequence.shape[1:]}, got {other.shape}")
    whole = net.run(sequence[: at + 1])
    return _run_on(net, whole, sequence, at - last + 1, at, other)


def _run_on(net: Network, whole: NetworkRun, x: Array, first: int, at: int, other: Array) -> Array:
    states: States = {}
    run = whole
    for step in range(first, at + 1):
        states = _with_another(whole, states, step)
        inputs = np.repeat(x[step : step + 1], step - first + 1, axis=0)
        inputs[-1] = other
        run = run_from(net.stack, 0, inputs[np.newaxis], states, {})
        states = run.final
    given = run.output if run.readout is None else run.readout
    return np.asarray(given[0])


def _with_another(whole: NetworkRun, states: States, step: int) -> States:
    """Return the states of the variants under way, and of one more that parts from the whole run here."""
    joined: dict[tuple[int, str], dict[str, Array]] = {}
    for place, trace in whole.traces.items():
        before = {name: trace.before(name)[step][np.newaxis] for name in trace.cell.equations.states}
        known = states.get(place, {})
        joined[place] = {
            name: np.concatenate([known[name], array]) if name in known else array
            for name, array in before.items()
        }
    return joined  # type: ignore[return-value]
