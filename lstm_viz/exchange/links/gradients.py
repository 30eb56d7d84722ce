"""The links of the Gradients page: a preset, ``?flow=bias-3``, or all that is not as by default.

::

    ?cells=LSTM~minGRU&keep_bias=3

A cell of one's own stands there by its equations.
"""

from dataclasses import replace
from typing import Final

from lstm_viz.exchange.links.cell_choice import CELL, LONGEST_CELL
from lstm_viz.exchange.links.codec import PresetLink, format_of, list_of, optional
from lstm_viz.settings.gradients import DEFAULT_GRADIENTS, GRADIENT_PRESETS, MOST, GradientSettings

_CELLS: Final = replace(list_of(CELL), longest=MOST * (LONGEST_CELL + 1))

_LINK: Final = PresetLink(
    "flow",
    {name: preset.settings for name, preset in GRADIENT_PRESETS.items()},
    DEFAULT_GRADIENTS,
    GradientSettings,
    own={"radius": optional(format_of(float), "drawn"), "cells": _CELLS},
)

KEYS: Final = _LINK.keys
"""The keys of the query that belong to the page; all others belong to somebody else."""

to_query: Final = _LINK.to_query
"""Return the query parameters that stand for the settings: see :class:`.PresetLink`."""

from_query: Final = _LINK.from_query
"""Return the settings that query parameters stand for, or raise ``ValueError`` in plain words."""
