"""What a cell is made of, as the stage draws and reads it: blocks, wires, and the parts of every equation.

A line of the reading is ``{"key", "parts"}``. A part is a string, ``{"q": quantity}`` for a number of this
step, or ``{"terms": gate}`` for the weighted sum that a gate is the function of. A term is ``[weight,
quantity, index]``: index of the input for x, of the unit otherwise; the bias has no quantity.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import GRUCell, LSTMVariant, LSTMVariantCell, RNNCell
from lstm_viz.notation import GATES, Gate

Term: TypeAlias = tuple[float, str | None, int]
Array = NDArray[np.floating[Any]]

_AROUND: Final = {
    "sigmoid": ("σ(", ")"),
    "hard_sigmoid": ("clip(0.2·(", ") + 0.5)"),
    "tanh": ("tanh(", ")"),
    "linear": ("", ""),
    "wide_sigmoid": ("4σ(", ") − 2"),
    "centred_sigmoid": ("2σ(", ") − 1"),
}
_BLOCK: Final = {
    "sigmoid": "σ",
    "hard_sigmoid": "σ",
    "tanh": "tanh",
    "linear": "linear",
    "wide_sigmoid": "4σ − 2",
    "centred_sigmoid": "2σ − 1",
}
SQUASHES: Final = {**_BLOCK, "linear": ""}
"""What stands on the way of the memory out of the cell, by its function; nothing for none."""

_READING: Final[tuple[Gate, ...]] = ("f", "i", "g")
_MISSING: Final = "no such gate"


def lstm_anatomy(variant: LSTMVariant, terms: Mapping[Gate, Sequence[Sequence[Term]]]) -> dict[str, Any]:
    """Return the anatomy of a cell of the LSTM family.

    Parameters
    ----------
    variant
        Which parts it has.
    terms
        For each gate that is computed and each unit the terms of its sum; see :func:`lstm_terms`.

    Returns
    -------
    dict
        ``anatomy`` (``kind``, ``blocks``: the function of each gate that is computed, ``coupled``,
        ``peepholes``: (units,) weights by gate, ``squash``: the function of the memory on its way out, empty
        for none), ``lines`` and ``terms`` of the reading, and ``shown``: the rows of the strip.
    """
    there = {*variant.gates, "c", "h", *("f" if variant.forget_gate else "")}
    peepholes = {
        gate: [weight for unit in terms[gate] for weight, quantity, _ in unit if quantity in ("cp", "c")]
        for gate in variant.peephole_gates
    }
    return {
        "anatomy": {
            "kind": "lstm",
            "blocks": lstm_blocks(variant),
            "coupled": variant.coupled,
            "peepholes": peepholes,
            "squash": SQUASHES[variant.memory_activation],
        },
        "lines": _lstm_lines(variant),
        "terms": {gate: [list(unit) for unit in units] for gate, units in terms.items()},
        "shown": [key for key in (*GATES, "c", "h") if key in there],
    }


def lstm_blocks(variant: LSTMVariant) -> dict[str, str]:
    """Return the function of each gate that is computed."""
    blocks: dict[str, str] = dict.fromkeys(variant.gates, _BLOCK[variant.gate_activation])
    return blocks | {"g": _BLOCK[variant.candidate_activation]}


def _lstm_lines(variant: LSTMVariant) -> list[dict[str, Any]]:
    def gate(key: Gate) -> dict[str, Any]:
        if key == "f" and variant.coupled:
            return _line(key, "1 − ", {"q": "i"})
        if key not in variant.gates:
            return _line(key, _MISSING)
        kind = variant.candidate_activation if key == "g" else variant.gate_activation
        before, after = _AROUND[kind]
        return _line(key, before, {"terms": key}, after)

    kept = [{"q": "f"}, "·"] if variant.forget_gate else []
    written = [{"q": "i"}, "·"] if variant.input_gate else []
    shown = [{"q": "o"}, "·"] if variant.output_gate else []
    before, after = _AROUND[variant.memory_activation]
    if shown and "−" in after:
        before, after = f"({before}", f"{after})"
    return [
        *(gate(key) for key in _READING),
        _line("c", *kept, {"q": "cp"}, " + ", *written, {"q": "g"}),
        gate("o"),
        _line("h", *shown, before, {"q": "c"}, after),
    ]


def _line(key: str, *parts: object) -> dict[str, Any]:
    return {"key": key, "parts": [part for part in parts if part != ""]}


def lstm_terms(cell: LSTMVariantCell) -> dict[Gate, list[list[Term]]]:
    """Return the terms of every gate and unit of a cell without projection."""
    variant = cell.variant
    seen = dict(zip(variant.peephole_gates, () if cell.peepholes is None else cell.peepholes, strict=True))
    terms: dict[Gate, list[list[Term]]] = {}
    for gate in variant.gates:
        w, u, b = cell.gate_weights(gate)
        units = summed(w, u)
        for unit, row in enumerate(units):
            if gate in seen:
                row.append((_told(seen[gate][unit]), "c" if gate == "o" else "cp", unit))
            if cell.weight_gates is not None and gate != "g":
                row.extend(_of_gates(cell.weight_gates, ("i", "f", "o").index(gate), unit, cell.hidden))
            row.append((_told(b[unit]), None, 0))
        terms[gate] = units
    return terms


def _of_gates(weights: Array, block: int, unit: int, hidden: int) -> list[Term]:
    row = weights[block * hidden + unit]
    return [
        (_told(weight), f"{('i', 'f', 'o')[column // hidden]}p", column % hidden)
        for column, weight in enumerate(row)
    ]


def terms_of_rows(
    rows: Mapping[Gate, Sequence[Sequence[float]]], inputs: int
) -> dict[Gate, list[list[Term]]]:
    """Return the terms of gates that are given as rows ``(w_x..., w_h..., b)``, one a unit."""

    def term(row: Sequence[float], at: int) -> Term:
        if at == len(row) - 1:
            return row[at], None, 0
        return (row[at], "x", at) if at < inputs else (row[at], "hp", at - inputs)

    return {
        gate: [[term(row, at) for at in range(len(row))] for row in units] for gate, units in rows.items()
    }


def summed(w: Array, u: Array, state: str = "hp") -> list[list[Term]]:
    """Return for each unit the terms W x + U h, without bias; ``state`` is what U acts on."""
    return [
        [
            *((_told(weight), "x", d) for d, weight in enumerate(of_x)),
            *((_told(weight), state, k) for k, weight in enumerate(of_h)),
        ]
        for of_x, of_h in zip(w, u, strict=True)
    ]


def _told(weight: float) -> float:
    """Return a drawn weight with three decimals, as it is shown; weights set by hand have no more."""
    return round(float(weight), 3)


def gru_anatomy(cell: GRUCell) -> dict[str, Any]:
    """Return the anatomy of a GRU, as :func:`lstm_anatomy` does, with ``reset_after`` beside its blocks."""
    hidden, after = cell.hidden, cell.reset_after

    def block(at: int) -> tuple[Array, Array, Array]:
        rows = slice(at * hidden, (at + 1) * hidden)
        return cell.weight_ih[rows], cell.weight_hh[rows], cell.bias[rows]

    terms: dict[str, list[list[Term]]] = {}
    for at, gate in enumerate(("r", "u", "n")):
        w, u, b = block(at)
        if gate == "n" and after:
            # U h is not in this sum: r multiplies it on its way.
            u = u[:, :0]
        units = summed(w, u, "rh" if gate == "n" else "hp")
        for unit, row in enumerate(units):
            row.append((_told(b[unit]), None, 0))
        terms[gate] = units
    proposed: tuple[object, ...] = ("tanh(", {"terms": "n"}, ")")
    if after:
        proposed = ("tanh(", {"terms": "n"}, " + ", {"q": "r"}, "·", {"q": "nh"}, ")")
    return {
        "anatomy": {"kind": "gru", "blocks": {"r": "σ", "u": "σ", "n": "tanh"}, "reset_after": after},
        "lines": [
            _line("r", "σ(", {"terms": "r"}, ")"),
            _line("u", "σ(", {"terms": "u"}, ")"),
            _line("n", *proposed),
            _line("h", {"q": "v"}, "·", {"q": "n"}, " + ", {"q": "u"}, "·", {"q": "hp"}),
        ],
        "terms": terms,
        "shown": ["r", "u", "n", "h"],
    }


def rnn_anatomy(cell: RNNCell) -> dict[str, Any]:
    """Return the anatomy of a plain RNN with tanh; as of :func:`lstm_anatomy`."""
    units = summed(cell.weight_ih, cell.weight_hh)
    for unit, row in enumerate(units):
        row.append((_told(cell.bias[unit]), None, 0))
    return {
        "anatomy": {"kind": "rnn", "blocks": {"h": "tanh"}},
        "lines": [_line("h", "tanh(", {"terms": "h"}, ")")],
        "terms": {"h": units},
        "shown": ["h"],
    }
