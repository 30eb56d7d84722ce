"""The links of the Variants page: a preset, ``?variants=timer``, or all that is not as by default.

::

    ?cells=v~lstm&x=0_0_0_0_0_0&weights=timer&turn=6
"""

from typing import Final

from lstm_viz.exchange.links.codec import LONGEST_NUMBER, PresetLink
from lstm_viz.settings.cell import MAX_INPUTS
from lstm_viz.settings.variants import DEFAULT_VARIANTS, LONGEST, VARIANTS_PRESETS, Comparison

_LINK: Final = PresetLink(
    "variants",
    {name: preset.settings for name, preset in VARIANTS_PRESETS.items()},
    DEFAULT_VARIANTS,
    Comparison,
    names={"lines": "x", "parameter": "turn"},
    longest=LONGEST * MAX_INPUTS * LONGEST_NUMBER,
)

KEYS: Final = _LINK.keys
"""The keys of the query that belong to the page; all others belong to somebody else."""

to_query: Final = _LINK.to_query
"""Return the query parameters that stand for a comparison: see :class:`.PresetLink`."""

from_query: Final = _LINK.from_query
"""Return a comparison that query parameters stand for, or raise ``ValueError`` in plain words."""
