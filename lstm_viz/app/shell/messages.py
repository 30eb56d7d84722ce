"""What our components send, read with the care that anything from outside needs."""

from collections.abc import Mapping
from typing import Any, Final

MAX_EDITS: Final = 100
"""Edits in one message; a hand makes a few."""

REFUSALS: Final = (ValueError, TypeError, KeyError, IndexError, OverflowError)
"""What an edit raises that no hand has made."""

_SHOWN: Final = 200


def read_edits(message: Any) -> tuple[int, list[Mapping[str, Any]]]:
    """Return the id and the edits of a message.

    Raises
    ------
    ValueError
        If it is not one that our components send.
    """
    if not isinstance(message, Mapping):
        raise ValueError(f"message must be an object, got {type(message).__name__}")
    number = message.get("id")
    # As far as JavaScript counts exactly; the number goes back there.
    if not isinstance(number, int) or not 0 <= number < 2**53:
        raise ValueError("id must be a whole number below 2^53")
    return number, checked_edits(message.get("edits"))


def checked_edits(edits: Any) -> list[Mapping[str, Any]]:
    """Return a list of edits as it came.

    Raises
    ------
    ValueError
        If it is not a list of objects, or a longer one than a hand fills.
    """
    if not isinstance(edits, list) or len(edits) > MAX_EDITS:
        raise ValueError(f"edits must be a list of at most {MAX_EDITS}")
    if not all(isinstance(edit, Mapping) for edit in edits):
        raise ValueError("edits must be objects")
    return edits


def short(error: Exception) -> str:
    """Return what an error says, cut off where it quotes something endless."""
    return str(error)[:_SHOWN]
