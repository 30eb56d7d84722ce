"""ONNX's layout: W, R, B and P with the directions as their first axis, gates i o f c, and z r h of a GRU.

References
----------
https://onnx.ai/onnx/operators/onnx__LSTM.html, https://onnx.ai/onnx/operators/onnx__GRU.html,
https://onnx.ai/onnx/operators/onnx__RNN.html
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from lstm_viz.cells.functions import Array
from lstm_viz.networks.layers import Direction
from lstm_viz.networks.reading.contents import Contents, Hints
from lstm_viz.networks.reading.found import FoundCell
from lstm_viz.networks.reading.naming import parent
from lstm_viz.networks.stacked import GATES, KINDS, Kind, StackedWeights

_ORDERS: Final[Mapping[Kind, str]] = {"LSTM": "iofg", "GRU": "zrn", "RNN": "h"}
_PARTS: Final = ("W", "R", "B", "P")


def find(contents: Contents) -> list[FoundCell]:
    """Return the cells whose arrays have ONNX's names and three axes.

    Raises
    ------
    ValueError
        If a shape does not fit the others.
    """
    groups: dict[str, dict[str, str]] = {}
    for name in contents.arrays:
        if name.rpartition(".")[2] in _PARTS:
            groups.setdefault(parent(name), {})[name.rpartition(".")[2]] = name
    return [
        cell
        for path, names in groups.items()
        if {"W", "R"} <= set(names)
        and contents.arrays[names["W"]].ndim == contents.arrays[names["R"]].ndim == 3
        for cell in _cells(path, names, contents)
    ]


def _cells(path: str, names: Mapping[str, str], contents: Contents) -> list[FoundCell]:
    arrays = {part: contents.arrays[name] for part, name in names.items()}
    hints = contents.hints.get(path, {})
    directions, rows, _ = arrays["W"].shape
    hidden = arrays["R"].shape[2]
    kind = KINDS.get(rows // hidden) if hidden and rows % hidden == 0 else None
    if kind is None or directions not in (1, 2) or arrays["R"].shape != (directions, rows, hidden):
        raise ValueError(
            f"source: expected R of (directions, gates × units, units) beside {names['W']!r}, got the shapes "
            f"{arrays['R'].shape} and {arrays['W'].shape}"
        )
    for part, width in (("B", 2 * rows), ("P", 3 * hidden)):
        if part in arrays and arrays[part].shape != (directions, width):
            raise ValueError(
                f"source: expected {names[part]!r} of shape {(directions, width)}, got {arrays[part].shape}"
            )
    reverse_alone = hints.get("direction") == "reverse"
    found: list[FoundCell] = []
    for at in range(directions):
        direction: Direction = "reverse" if at == 1 or reverse_alone else "forward"
        weights = _stacked(kind, {part: array[at] for part, array in arrays.items()}, hints, at)
        found.append(FoundCell(path or "recurrent", 0, direction, "ONNX", weights, tuple(names.values())))
    return found


def _stacked(kind: Kind, arrays: Mapping[str, Array], hints: Hints, at: int) -> StackedWeights:
    rows, hidden = len(arrays["W"]), arrays["R"].shape[1]
    biases = arrays.get("B", np.zeros(2 * rows, arrays["W"].dtype)).reshape(2, rows)
    outer, inner = (_in_order(kind, bias) for bias in biases)
    bias, bias_hn = outer + inner, None
    if kind == "GRU":
        bias[2 * hidden :], bias_hn = outer[2 * hidden :], inner[2 * hidden :]
    peepholes = dict(zip("iof", np.split(arrays["P"], 3), strict=True)) if "P" in arrays else {}
    functions: dict[str, Any] = {}
    if "activations" in hints:
        functions = dict(zip(_FUNCTIONS[kind], hints["activations"][at], strict=True))
    return StackedWeights(
        kind, _in_order(kind, arrays["W"]), _in_order(kind, arrays["R"]), bias, bias_hn=bias_hn,
        peepholes=peepholes, reset_after=bool(hints.get("reset_after", False)),
        coupled=bool(hints.get("coupled", False)), **functions,
    )  # fmt: skip


_FUNCTIONS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "LSTM": ("gate_activation", "activation", "output_activation"),
    "GRU": ("gate_activation", "activation"),
    "RNN": ("activation",),
}


def _in_order(kind: Kind, rows: Array) -> Array:
    blocks = dict(zip(_ORDERS[kind], np.split(rows, len(GATES[kind])), strict=True))
    return np.concatenate([blocks[gate] for gate in GATES[kind]])
