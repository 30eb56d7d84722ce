"""Weights gate by gate: W_f, U_f, b_f of papers and of our own cells, and the dense layers of Flax.

References
----------
https://flax.readthedocs.io/en/latest/api_reference/flax.linen/layers.html: ii, hi and so on of an
``LSTMCell``, ir and hr of a ``GRUCell``, kernels of (inputs, units); biases of an LSTM stand with h.
"""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from lstm_viz.cells.functions import Array
from lstm_viz.networks.questions import Interview, Question
from lstm_viz.networks.reading.contents import Contents
from lstm_viz.networks.reading.found import FoundCell
from lstm_viz.networks.reading.keras_layout import GATE_QUESTION
from lstm_viz.networks.stacked import GATES, Kind, StackedWeights

_BY_LETTER: Final = re.compile(r"(?P<module>.*?)[._]?(?<![a-zA-Z])(?P<part>W|U|b1|b)_(?P<gate>[ifgcorznuh])")
_FLAX: Final = re.compile(
    r"(?P<module>.*?)\.?(?<![a-zA-Z])(?P<side>[ih])(?P<gate>[ifgorzn])\.(?P<what>kernel|bias)"
)
_SAME: Final = {"u": "z", "c": "g", "h": "n"}
"""Other letters of the update gate and of the candidates, as in Keras 1."""

_PARTS: Final = {("i", "kernel"): "W", ("h", "kernel"): "U", ("i", "bias"): "b", ("h", "bias"): "b1"}

_RESET: Final = Question(
    "reset_after",
    "Does the reset gate of the GRU act after the product with the weights? Their names do not say.",
    (True, False),
    assumed=False,
)

_SIDE: Final = Question(
    "weights_after_x",
    "Do the matrices stand after x, as in x W, or before it, as in W x? All are square.",
    (True, False),
    assumed=False,
)

Parts = dict[tuple[str, str], str]
"""Names of arrays by part, W, U, b or b1, and gate."""


def find(contents: Contents, interview: Interview) -> list[FoundCell]:
    """Return the cells whose gates have arrays of their own.

    Raises
    ------
    ValueError
        If the shape of an array does not fit the others.
    """
    modules: dict[str, Parts] = {}
    flax: set[str] = set()
    for name in contents.arrays:
        if match := _FLAX.fullmatch(name):
            flax.add(match["module"])
            modules.setdefault(match["module"], {})[_PARTS[match["side"], match["what"]], match["gate"]] = (
                name
            )
        elif match := _BY_LETTER.fullmatch(name):
            gate = _SAME.get(match["gate"], match["gate"])
            modules.setdefault(match["module"], {})[match["part"], gate] = name
    kinds: tuple[Kind, ...] = ("LSTM", "GRU")
    return [
        _cell(module, kind, parts, contents, interview, flax=module in flax)
        for module, parts in modules.items()
        for kind in kinds
        if all((part, gate) in parts for part in "WU" for gate in GATES[kind])
    ]


def _cell(
    module: str, kind: Kind, parts: Parts, contents: Contents, interview: Interview, *, flax: bool
) -> FoundCell:
    gates, arrays = GATES[kind], contents.arrays
    turned = flax or _stands_after_x(arrays[parts["W", gates[0]]], arrays[parts["U", gates[0]]], interview)
    w, u = ([_matrix(arrays[parts[part, gate]], turned=turned) for gate in gates] for part in "WU")
    hidden = len(u[0])
    columns = [w[0].shape[1]] * len(gates) + [hidden] * len(gates)
    for gate, array, width in zip(gates * 2, [*w, *u], columns, strict=True):
        if array.shape != (hidden, width):
            raise ValueError(
                f"source: expected all gates of {module!r} in one size, got {array.shape} for {gate}"
            )
    outer, inner = (
        {gate: _bias(part, gate, parts, arrays, hidden) for gate in gates} for part in ("b", "b1")
    )
    bias = np.concatenate(
        [outer[gate] + (0 if (kind, gate) == ("GRU", "n") else inner[gate]) for gate in gates]
    )
    after = True
    if kind == "GRU":
        has_two = ("b1", "n") in parts
        after = has_two or flax or bool(interview.ask(_RESET))
    # Keras 1 has such files, and its gates were hard sigmoids.
    gate = str(interview.ask(GATE_QUESTION)) if contents.format == "Keras" else "sigmoid"
    weights = StackedWeights(
        kind, np.concatenate(w), np.concatenate(u), bias, bias_hn=inner.get("n"), reset_after=after,
        gate_activation=gate,
    )  # fmt: skip
    used = tuple(name for (_, gate), name in parts.items() if gate in gates)
    return FoundCell(module or "recurrent", 0, "forward", "Flax" if flax else "gate by gate", weights, used)


def _stands_after_x(w: Array, u: Array, interview: Interview) -> bool:
    """Tell by the shape whether a matrix is (inputs, units); where both are the same it is a question."""
    if w.ndim != 2 or u.ndim != 2 or w.shape[0] == w.shape[1]:
        return bool(interview.ask(_SIDE))
    return bool(w.shape[1] == len(u))


def _matrix(array: Array, *, turned: bool) -> Array:
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"source: expected a matrix for each gate, got the shape {array.shape}")
    return array.T if turned else array


def _bias(part: str, gate: str, parts: Parts, arrays: Mapping[str, Array], hidden: int) -> Array:
    if (part, gate) not in parts:
        return np.zeros(hidden, np.float32)
    bias = arrays[parts[part, gate]].reshape(-1)
    if bias.shape != (hidden,):
        raise ValueError(f"source: expected {hidden} numbers in {parts[part, gate]!r}, got {bias.size}")
    return bias
