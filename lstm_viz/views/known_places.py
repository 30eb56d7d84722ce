"""Cells whose diagram is placed by hand: which they are, and how their values are called in that table.

The table itself is ``components/assets/stage/geometry.js``. It knows the parts of an LSTM, a GRU and a plain
RNN by names of its own, such as ``kept`` for f·C_{t-1}; here they are found in the diagram of the equations.
"""

from functools import cache
from typing import Any, Final

from lstm_viz.cells import LSTM_1997, VARIANTS, LSTMVariant
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.views.anatomy import SQUASHES, lstm_blocks
from lstm_viz.views.diagram.parts import Diagram, Part

_GRU_BLOCKS: Final = {"r": "σ", "u": "σ", "n": "tanh"}


@cache
def _variants() -> dict[str, LSTMVariant]:
    return {variant.text(): variant for variant in (*VARIANTS.values(), LSTM_1997)}


def known_anatomy(cell: Cell, diagram: Diagram) -> dict[str, Any] | None:
    """Return what the stage needs to draw a cell by its table; None where it has none.

    ``keys`` has the key of each value by the name that the table has for it.
    """
    text = cell.equations.text
    if text in _variants():
        return _lstm(cell, diagram, _variants()[text])
    for name, after in (("GRU", True), ("GRU before", False)):
        if text == CATALOGUE[name].text:
            keys = _gru_keys(diagram, after=after)
            return {"kind": "gru", "blocks": _GRU_BLOCKS, "reset_after": after, "keys": keys}
    if text == CATALOGUE["Elman"].text:
        return {"kind": "rnn", "blocks": {"h": "tanh"}, "keys": {"hp": "h[t-1]", "c": "h"}}
    return None


def _lstm(cell: Cell, diagram: Diagram, variant: LSTMVariant) -> dict[str, Any]:
    return {
        "kind": "lstm",
        "blocks": lstm_blocks(variant),
        "coupled": variant.coupled,
        "peepholes": {gate: cell.weights[f"p_{gate}"].round(3).tolist() for gate in variant.peephole_gates},
        "squash": SQUASHES[variant.memory_activation],
        "keys": _lstm_keys(diagram),
    }


def _lstm_keys(diagram: Diagram) -> dict[str, str]:
    """Return the keys of C_{t-1}, f·C_{t-1}, i·C̃ and tanh C; where a factor is missing, of what is left."""
    *kept, last = diagram.belts["c"]
    beside = [at for at in diagram.parts[last].operands if at not in (*kept, *diagram.sources)]
    squashed = [part for part in diagram.parts.values() if part.kind == "function" and last in part.operands]
    found = {"kept": kept, "written": beside, "tc": [part.at for part in squashed]}
    keys = {"cp": "c[t-1]", "hp": "h[t-1]", "kept": "c[t-1]", "tc": "c"}
    return keys | {name: diagram.key(at) for name, places in found.items() for at in places}


def _gru_keys(diagram: Diagram, *, after: bool) -> dict[str, str]:
    kept, last = diagram.belts["h"]
    (written,) = (at for at in diagram.parts[last].operands if at != kept)
    (free,) = (part.at for part in diagram.parts.values() if part.kind == "function")
    reset = _read_with(diagram, "r")
    product = next(at for at in reset.operands if diagram.key(at) != "r") if after else reset.at
    return {
        "hp": "h[t-1]", "c": "h", "u": "z", "v": diagram.key(free), "kept": diagram.key(kept),
        "written": diagram.key(written), "reset": diagram.key(reset.at), "nh": diagram.key(product),
    }  # fmt: skip


def _read_with(diagram: Diagram, name: str) -> Part:
    return next(part for part in diagram.parts.values() if name in map(diagram.key, part.operands))
