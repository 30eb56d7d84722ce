"""A run of any cell as the stage shows it; :mod:`lstm_viz.views.stage` makes the record of the Cell page."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import GRUCell, GRUTrace, LSTMTrace, LSTMVariant, LSTMVariantCell, RNNCell, RNNTrace
from lstm_viz.cells.functions import FUNCTIONS
from lstm_viz.notation import GRU_SYMBOLS, SYMBOLS, Symbol
from lstm_viz.settings.family import AnyCell, AnyTrace
from lstm_viz.views.anatomy import SQUASHES, gru_anatomy, lstm_anatomy, lstm_terms, rnn_anatomy
from lstm_viz.views.stage import (
    STAGE_SYMBOLS,
    Symbols,
    by_series,
    derived_symbol,
    largest,
    lstm_quantities,
    symbols_record,
)
from lstm_viz.views.words import PHRASES, describe

Array = NDArray[np.floating[Any]]
Words = tuple[list[str], dict[str, NDArray[np.integer[Any]]]]

_WITHOUT: Final = {
    "i": "without an input gate all of the candidate is written",
    "f": "without a forget gate all of the old memory is kept",
    "o": "without an output gate all of the memory is shown",
}
_BEFORE: Final = {
    "ip": ("iₜ₋₁", "input gate of the step before", "what the gates see with full recurrence", "i"),
    "fp": ("fₜ₋₁", "forget gate of the step before", "what the gates see with full recurrence", "f"),
    "op": ("oₜ₋₁", "output gate of the step before", "what the gates see with full recurrence", "o"),
}
_GRU_DERIVED: Final = {
    "hp": ("hₜ₋₁", "old state", "the state before this step: memory and output in one", "h"),
    "v": ("1 − z", "what z leaves free", "how much of the new state is taken", "u"),
    "kept": ("z·hₜ₋₁", "kept state", "the old state times the update gate", "h"),
    "written": (
        "(1 − z)·n",
        "taken from the new",
        "the new state times what the update gate leaves free",
        "h",
    ),
    "rh": ("r·hₜ₋₁", "reset state", "the old state as the proposal sees it", "h"),
    "nh": ("U·h + b", "recurrent product", "what the old state says to the proposal, before the reset", "h"),
    "reset": ("r·(U·h + b)", "reset product", "what the reset gate lets through to the proposal", "h"),
}


def variant_record(cell: AnyCell, trace: AnyTrace, names: Sequence[str]) -> dict[str, Any]:
    """Gather everything that the stage shows of a run of any cell. Nothing of it can be edited there.

    Parameters
    ----------
    cell, trace
        A cell without projection and its run, arrays (time, hidden).
    names
        What the inputs are called, one a column of x.

    Returns
    -------
    dict
        As :func:`lstm_viz.views.stage.stage_record`, but for what belongs to editing.
    """
    if isinstance(cell, LSTMVariantCell) and isinstance(trace, LSTMTrace):
        own = _lstm(cell, trace)
    elif isinstance(cell, GRUCell) and isinstance(trace, GRUTrace):
        own = _gru(cell, trace)
    elif isinstance(cell, RNNCell) and isinstance(trace, RNNTrace):
        own = _rnn(cell, trace)
    else:
        raise TypeError(f"trace must be a run of the cell, got {type(trace).__name__}")
    return {
        "steps": len(trace),
        "units": cell.hidden,
        "inputs": cell.inputs,
        "names": list(names),
        "editable": False,
        "x": by_series(trace.x),
        "ghost": None,
        "clamp": {},
        "readout": None,
        "gradient": None,
        **own,
    }


def _lstm(cell: LSTMVariantCell, trace: LSTMTrace) -> dict[str, Any]:
    variant = cell.variant
    squashed = _squashed(variant, trace.c)
    quantities = lstm_quantities(trace, squashed)
    symbols = dict(STAGE_SYMBOLS)
    if variant.gate_recurrence:
        for key, values in (("ip", trace.i), ("fp", trace.f), ("op", trace.o)):
            quantities[key] = by_series(np.vstack([np.zeros_like(values[:1]), values[:-1]]))
        symbols |= _derived(_BEFORE, SYMBOLS)
    if variant.memory_activation != "tanh":
        letter = SQUASHES[variant.memory_activation].replace("σ", "σ(C)") or "C"
        symbols["tc"] = {**symbols["tc"], "symbol": letter, "name": "memory on its way out"}
    phrases, captions = _lstm_words(cell, trace)
    return {
        "q": quantities,
        "symbols": symbols,
        "scale": {
            "x": largest(trace.x),
            "c": largest(trace.c, trace.c_prev),
            "tc": largest(squashed, trace.h),
            "g": max(1.0, largest(trace.g)),
            "h": max(1.0, largest(trace.h)),
        },
        "phrases": phrases,
        "captions": captions,
        **lstm_anatomy(variant, lstm_terms(cell)),
    }


def _squashed(variant: LSTMVariant, c: Array) -> Array:
    """Return what becomes of the memory on its way out, before the output gate."""
    out = np.array(c)
    if variant.memory_activation != "linear":
        FUNCTIONS[variant.memory_activation].write(c, out)
    return out


def _lstm_words(cell: LSTMVariantCell, trace: LSTMTrace) -> Words:
    described = describe(trace)
    captions = {
        key: np.ascontiguousarray(getattr(described, key).T) for key in ("f", "i", "g", "c", "o", "h")
    }
    phrases = list(PHRASES)
    variant = cell.variant
    there = {"i": variant.input_gate, "f": variant.forget_gate, "o": variant.output_gate}
    for gate, sentence in _WITHOUT.items():
        if not there[gate]:
            captions[gate][:] = len(phrases)
            phrases.append(sentence)
    if variant.candidate_activation != "tanh":
        # The usual words count on −1 to 1.
        captions["g"] = _by_sign(
            trace.g, phrases, "the candidate proposes to {} the memory", ("lower", "leave", "raise")
        )
    return phrases, captions


def _by_sign(
    values: Array, phrases: list[str], sentence: str, words: tuple[str, str, str]
) -> NDArray[np.integer[Any]]:
    """Add three sentences to the phrases, for below, at and above 0, and return which one holds where."""
    first = len(phrases)
    phrases.extend(sentence.format(word) for word in words)
    return np.ascontiguousarray(first + 1 + np.sign(np.round(values, 2)).astype(int).T)


def _gru(cell: GRUCell, trace: GRUTrace) -> dict[str, Any]:
    free = 1.0 - trace.u
    quantities = {"r": trace.r, "u": trace.u, "n": trace.n, "h": trace.h, "hp": trace.h_prev, "v": free}
    quantities |= {"zr": trace.z_r, "zu": trace.z_u, "zn": trace.z_n}
    quantities |= {"kept": trace.u * trace.h_prev, "written": free * trace.n}
    reset = trace.r * (trace.n_h if cell.reset_after else trace.h_prev)
    quantities["reset"] = reset
    quantities["nh" if cell.reset_after else "rh"] = trace.n_h if cell.reset_after else reset
    symbols = {
        **symbols_record({"x": SYMBOLS["x"], "h": SYMBOLS["h"], **GRU_SYMBOLS}),
        **_derived(_GRU_DERIVED, GRU_SYMBOLS),
    }
    if not cell.reset_after:
        symbols["reset"] = symbols["rh"]
    phrases: list[str] = []
    captions = {
        "r": _level(trace.r, phrases, "the proposal sees {} of the old state"),
        "u": _level(trace.u, phrases, "{} of the old state is kept"),
        "n": _by_sign(trace.n, phrases, "the new state proposed is {}", ("negative", "0", "positive")),
        "h": _by_sign(
            trace.h, phrases, "the state, remembered and shown, is {}", ("negative", "0", "positive")
        ),
    }
    size = largest(trace.h, trace.h_prev)
    return {
        "q": {key: by_series(values) for key, values in quantities.items()},
        "symbols": symbols,
        "scale": {"x": largest(trace.x), "c": size, "tc": size, "h": 1.0},
        "phrases": phrases,
        "captions": captions,
        **gru_anatomy(cell),
    }


def _rnn(cell: RNNCell, trace: RNNTrace) -> dict[str, Any]:
    phrases: list[str] = []
    captions = {"h": _by_sign(trace.h, phrases, "the state, made anew, is {}", ("negative", "0", "positive"))}
    quantities = {"h": trace.h, "hp": trace.h_prev, "zh": trace.z}
    size = largest(trace.h, trace.h_prev)
    return {
        "q": {key: by_series(values) for key, values in quantities.items()},
        "symbols": {
            **symbols_record({"x": SYMBOLS["x"], "h": SYMBOLS["h"]}),
            "hp": _derived(_GRU_DERIVED, GRU_SYMBOLS)["hp"],
        },
        "scale": {"x": largest(trace.x), "c": size, "tc": size, "h": 1.0},
        "phrases": phrases,
        "captions": captions,
        **rnn_anatomy(cell),
    }


_SHARES: Final = ("nothing", "a little", "about half", "most", "nearly all")


def _level(values: Array, phrases: list[str], sentence: str) -> NDArray[np.integer[Any]]:
    first = len(phrases)
    phrases.extend(sentence.format(share) for share in _SHARES)
    return np.ascontiguousarray(first + np.searchsorted((0.02, 0.35, 0.65, 0.95), values, side="right").T)


def _derived(table: Mapping[str, tuple[str, str, str, str]], symbols: Mapping[str, Symbol]) -> Symbols:
    return {
        key: derived_symbol(letter, name, meaning, {**SYMBOLS, **symbols}[tint])
        for key, (letter, name, meaning, tint) in table.items()
    }
