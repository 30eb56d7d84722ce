"""The choices of the Gradients page in the query of its address, and back."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, cast

from lstm_viz.settings.gradients import COUNTS, DEFAULT_GRADIENTS, GRADIENT_PRESETS, RANGES, GradientSettings
from lstm_viz.settings.sequences import format_number

_PRESET: Final = "flow"
_AS_DRAWN: Final = "drawn"
_NAMES: Final = tuple(field.name for field in fields(GradientSettings))

FLOW_KEYS: Final = (_PRESET, *_NAMES)
"""The keys of the query that belong to this page; all others belong to somebody else."""

_LONGEST: Final = 40


def flow_to_query(settings: GradientSettings) -> dict[str, str]:
    """Return the query parameters that stand for the settings: a preset's key, or all that is not default."""
    for key, preset in GRADIENT_PRESETS.items():
        if settings == preset.settings:
            return {_PRESET: key}
    default = GradientSettings()
    return {
        name: _text(getattr(settings, name))
        for name in _NAMES
        if getattr(settings, name) != getattr(default, name)
    }


def flow_from_query(query: Mapping[str, str]) -> GradientSettings:
    """Return the settings that query parameters stand for: the default preset if none of them is ours.

    Raises
    ------
    ValueError
        In plain words, if the link is damaged.
    """
    mine = {key: query[key] for key in FLOW_KEYS if key in query}
    if not mine:
        return GRADIENT_PRESETS[DEFAULT_GRADIENTS].settings
    if _PRESET in mine:
        if len(mine) > 1:
            raise ValueError("The link names a preset and numbers of its own, where only one of them can be.")
        if mine[_PRESET] not in GRADIENT_PRESETS:
            raise ValueError(
                f"The link asks for a preset “{mine[_PRESET][:_LONGEST]}”, which does not exist."
            )
        return GRADIENT_PRESETS[mine[_PRESET]].settings
    chosen: dict[str, Any] = {name: _value(name, text) for name, text in mine.items()}
    try:
        return GradientSettings(**chosen)
    except ValueError as error:
        raise ValueError(f"The link holds a value that does not fit: {error}.") from None


def _text(value: object) -> str:
    if value is None:
        return _AS_DRAWN
    return value if isinstance(value, str) else format_number(cast(float, value))


def _value(name: str, text: str) -> object:
    if name not in RANGES:
        return text[:_LONGEST]
    if name == "radius" and text == _AS_DRAWN:
        return None
    try:
        # Python would read 3_2 as 32.
        plain = text[:_LONGEST].replace("_", " ")
        return int(plain) if name in COUNTS else float(plain)
    except ValueError:
        raise ValueError(
            f"The link gives {name} as “{text[:_LONGEST]}”, which is not such a number."
        ) from None
