"""The choices of the Variants page in the query of its address, and back, bit for bit.

An untouched preset is ``?variants=timer``. Anything else is written out::

    ?cells=v~lstm&weights=timer&turn=6&x=0_0_0_0_0_0

with ``_`` between numbers and ``~`` between lines and cells, and without what is as it is by default.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from lstm_viz.settings.cell import MAX_INPUTS
from lstm_viz.settings.sequences import format_number
from lstm_viz.settings.variants import DEFAULT_VARIANTS, LONGEST, VARIANTS_PRESETS, Comparison

_PRESET: Final = "variants"
_CELLS: Final = "cells"
_INPUT: Final = "x"
_WEIGHTS: Final = "weights"
_WHOLE: Final = ("seed", "units")
_NUMBERS: Final = (*_WHOLE, "turn", "scale", "keep_bias", "noise")
_DEFAULTS: Final[Mapping[str, Any]] = {field.name: field.default for field in fields(Comparison)}

VARIANTS_KEYS: Final = (_PRESET, _CELLS, _WEIGHTS, *_NUMBERS, _INPUT)
"""The keys of the query that belong to this page; all others belong to somebody else."""

_SHOWN: Final = 20
_LONGEST_VALUE: Final = LONGEST * MAX_INPUTS * len("-2.2250738585072014e-308_")


def variants_to_query(chosen: Comparison) -> dict[str, str]:
    """Return the query parameters that stand for a comparison: a preset's key, or all that is not default."""
    query = _in_full(chosen)
    for key, preset in VARIANTS_PRESETS.items():
        # Compared as text: -0.0 equals 0.0 as a number, but is not the same setting.
        if query == _in_full(preset.settings):
            return {_PRESET: key}
    return query


def _in_full(chosen: Comparison) -> dict[str, str]:
    query = {_CELLS: "~".join(chosen.cells)}
    if chosen.weights != _DEFAULTS[_WEIGHTS]:
        query[_WEIGHTS] = chosen.weights
    texts = {name: format_number(getattr(chosen, name)) for name in _NUMBERS}
    query |= {name: text for name, text in texts.items() if text != format_number(_DEFAULTS[name])}
    query[_INPUT] = "~".join("_".join(map(format_number, line)) for line in chosen.lines)
    return query


def variants_from_query(query: Mapping[str, str]) -> Comparison:
    """Return the comparison that query parameters stand for: the default preset if none of them is ours.

    Parameters
    ----------
    query
        Keys that are not in ``VARIANTS_KEYS`` are passed over.

    Raises
    ------
    ValueError
        In plain words, if the link is damaged.
    """
    ours = {key: query[key] for key in VARIANTS_KEYS if key in query}
    if not ours:
        return VARIANTS_PRESETS[DEFAULT_VARIANTS].settings
    if _PRESET in ours:
        return _preset(ours)
    missing = [key for key in (_CELLS, _INPUT) if key not in ours]
    if missing:
        raise ValueError(f"The link is incomplete: {', '.join(missing)} missing.")
    for key, text in ours.items():
        if len(text) > _LONGEST_VALUE:
            raise ValueError(f"The link is damaged: its part {key} is {len(text):,} characters long.")
    numbers: dict[str, Any] = {name: _number(name, ours[name]) for name in _NUMBERS if name in ours}
    lines = tuple(
        tuple(_number(_INPUT, word) for word in line.split("_")) for line in ours[_INPUT].split("~")
    )
    try:
        return Comparison(
            tuple(_short(word) for word in ours[_CELLS].split("~")),
            lines,
            _short(ours.get(_WEIGHTS, _DEFAULTS[_WEIGHTS])),
            **numbers,
        )
    except ValueError as error:
        raise ValueError(f"The link holds what does not fit: {error}.") from None


def _preset(ours: Mapping[str, str]) -> Comparison:
    key = ours[_PRESET]
    if len(ours) > 1:
        raise ValueError("The link names a preset and choices of its own, where only one of them can be.")
    if key not in VARIANTS_PRESETS:
        raise ValueError(f"The link asks for a preset “{_short(key)}”, which does not exist.")
    return VARIANTS_PRESETS[key].settings


def _number(name: str, word: str) -> float | int:
    try:
        return int(word) if name in _WHOLE else float(word)
    except ValueError:
        raise ValueError(
            f"The link is damaged: “{_short(word)}” in its part {name} is not such a number."
        ) from None


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
