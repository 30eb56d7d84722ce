"""The links of a cell of one's own: its equations and all that its numbers depend on.

::

    ?own=h+%3D+0.9*h+%2B+W%40x&own_x=1_0_0_0&own_seed=3

Equations and input stand in every link, so that it keeps its meaning when the default is changed. Every key
begins with ``own``, for these links share the address with those of the page around.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from lstm_viz.exchange.links.cell_choice import CELL, LONGEST_CELL
from lstm_viz.exchange.links.codec import damaged, formats_of, read, write
from lstm_viz.settings.own_cell import DEFAULT_OWN_CELL, OwnCell

_NAMES: Final = {"cell": "own", "lines": "own_x"} | {
    name: f"own_{name}" for name in ("base", "units", "seed", "scale")
}
_FIELDS: Final = {key: name for name, key in _NAMES.items()}
_FORMATS: Final = formats_of(OwnCell, names=_NAMES, own={"cell": CELL})
_USUAL: Final = {_NAMES[each.name]: each.default for each in fields(OwnCell) if each.name in _NAMES}
_ALWAYS: Final = ("own", "own_x")

KEYS: Final = tuple(_FORMATS)
"""The keys of the query that belong to a cell of one's own; all others belong to somebody else."""


def to_query(settings: OwnCell) -> dict[str, str]:
    """Return the query parameters that stand for a cell; none for the default."""
    if settings == DEFAULT_OWN_CELL:
        return {}
    values = {key: getattr(settings, name) for key, name in _FIELDS.items()}
    usual = {key: value for key, value in _USUAL.items() if key not in _ALWAYS}
    return write(_FORMATS, values, usual)


def from_query(query: Mapping[str, str]) -> OwnCell:
    """Return the cell that query parameters stand for; the default where there are none.

    Raises
    ------
    ValueError
        In plain words, if the link is damaged or incomplete.
    """
    values = read(_FORMATS, query, LONGEST_CELL)
    if not values:
        return DEFAULT_OWN_CELL
    if missing := [key for key in _ALWAYS if key not in values]:
        raise ValueError(f"The link is incomplete: {', '.join(missing)} missing.")
    try:
        return OwnCell(**{_FIELDS[key]: value for key, value in values.items()})
    except ValueError as error:
        raise damaged(error) from None
