"""The arrays of a cell: checked, brought to one dtype, kept as read-only copies, drawn at random."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import checks
from lstm_viz.cells.functions import Array
from lstm_viz.notation import Gate

GateWeights: TypeAlias = tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]
"""(W, U, b) of one gate: (hidden, inputs), (hidden, outputs), (hidden,)."""

STACKED: Final = ("", "hidden", "2*hidden", "3*hidden", "4*hidden")
"""So many blocks of rows, in words."""


def require_matrix(name: str, array: npt.NDArray[Any], meaning: str) -> None:
    """Raise a ValueError unless ``array`` has two axes, neither empty; ``meaning`` spells the shape."""
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name}: expected shape {meaning}, got {array.shape}")


def kept(arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, Array]:
    """Return read-only copies of finite ``arrays``: all float32 if all were, and all float64 otherwise.

    Raises
    ------
    ValueError
        If a number lies beyond the range of that dtype.
    """
    single = all(array.dtype == np.float32 for array in arrays.values())
    dtype = np.dtype(np.float32 if single else np.float64)
    copies = {name: checks.as_dtype(name, array, dtype).copy() for name, array in arrays.items()}
    for copy in copies.values():
        copy.flags.writeable = False
    return copies


def layer(
    weight_ih: npt.ArrayLike, weight_hh: npt.ArrayLike, bias: npt.ArrayLike, gates: int
) -> dict[str, npt.NDArray[Any]]:
    """Return W, U and b of a layer that stacks ``gates`` blocks of rows, with shapes that fit each other.

    Raises
    ------
    ValueError
        If they do not fit, or hold anything but finite real numbers.
    """
    stacked = STACKED[gates]
    ih = checks.real_array("weight_ih", weight_ih, f"shape ({stacked}, inputs)")
    hh = checks.real_array("weight_hh", weight_hh, f"shape ({stacked}, hidden)")
    b = checks.real_array("bias", bias, f"shape ({stacked},)")
    require_matrix("weight_ih", ih, f"({stacked}, inputs)")
    require_matrix("weight_hh", hh, f"({stacked}, hidden)")
    hidden, inputs = hh.shape[1], ih.shape[1]
    checks.require_shape("weight_hh", hh, (gates * hidden, hidden), f"({stacked}, hidden)")
    checks.require_shape("weight_ih", ih, (gates * hidden, inputs), f"({stacked}, inputs)")
    checks.require_shape("bias", b, (gates * hidden,), f"({stacked},)")
    return {"weight_ih": ih, "weight_hh": hh, "bias": b}


def joined(gates: Mapping[Gate, GateWeights]) -> tuple[Array, Array, Array]:
    """Return the W, U and b of all ``gates``, stacked in their order.

    One unit may do without its axis: W is then (inputs,), or a number if there is one input; U and b are
    numbers.

    Raises
    ------
    ValueError
        If the gates do not agree in shape, or hold anything but finite real numbers.
    """
    blocks = {gate: _block(gate, parts) for gate, parts in gates.items()}
    w, u, b = next(iter(blocks.values()))
    shapes = {"W": (len(b), w.shape[1]), "U": (len(b), u.shape[1]), "b": (len(b),)}
    meanings = ("(hidden, inputs)", "(hidden, outputs)", "(hidden,)")
    for gate, parts in blocks.items():
        for (name, shape), part, meaning in zip(shapes.items(), parts, meanings, strict=True):
            checks.require_shape(f"{gate}: {name}", part, shape, meaning)
    weight_ih, weight_hh, bias = (np.concatenate(parts) for parts in zip(*blocks.values(), strict=True))
    return weight_ih, weight_hh, bias


def _block(gate: Gate, parts: GateWeights) -> tuple[Array, Array, Array]:
    """Return (W, U, b) of one gate with all their axes, where one unit may have come without."""
    if len(parts) != 3:
        raise ValueError(f"{gate}: expected (W, U, b), got {len(parts)} parts")
    w = checks.real_array(f"{gate}: W", parts[0], "shape (hidden, inputs)")
    u = checks.real_array(f"{gate}: U", parts[1], "shape (hidden, outputs)")
    b = checks.real_array(f"{gate}: b", parts[2], "shape (hidden,)")
    return np.atleast_2d(w), np.atleast_2d(u), np.atleast_1d(b)


def draw(
    gates: int, inputs: int, hidden: int, seed: int, *, outputs: int | None = None
) -> tuple[Array, Array, Array]:
    """Return W, U and PyTorch's two biases, (2, gates*hidden), all from U(−1/√hidden, 1/√hidden).

    U has as many columns as there are ``outputs``, which are the units unless said.

    Raises
    ------
    ValueError
        If ``inputs`` or ``hidden`` is less than 1.
    """
    checks.count("inputs", inputs)
    checks.count("hidden", hidden)
    bound = hidden**-0.5
    uniform = np.random.default_rng(seed).uniform
    weight_ih = uniform(-bound, bound, (gates * hidden, inputs))
    weight_hh = uniform(-bound, bound, (gates * hidden, outputs or hidden))
    return weight_ih, weight_hh, uniform(-bound, bound, (2, gates * hidden))
