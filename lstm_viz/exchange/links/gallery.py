"""The links of the gallery: which of its cells stand side by side, ``?with=LSTM~minGRU``."""

from collections.abc import Mapping
from typing import Final

from lstm_viz.exchange.links.codec import damaged, formats_of, read, write
from lstm_viz.settings.gallery import Choice

_KEY: Final = "with"
_FORMATS: Final = formats_of(Choice, names={"cells": _KEY})

KEYS: Final = tuple(_FORMATS)
"""The keys of the query that belong to the gallery; all others belong to somebody else."""


def to_query(choice: Choice) -> dict[str, str]:
    """Return the query parameters that stand for a choice; none where nothing is chosen."""
    return write(_FORMATS, {_KEY: choice.cells}) if choice.cells else {}


def from_query(query: Mapping[str, str]) -> Choice:
    """Return the choice that query parameters stand for, or raise ``ValueError`` in plain words."""
    values = read(_FORMATS, query)
    try:
        return Choice(values.get(_KEY, ()))
    except ValueError as error:
        raise damaged(error) from None
