"""What a file may ask for before any of it is read: sizes, counts and depths, each refused in a sentence."""

from typing import Final

MEBI: Final = 2**20

MOST_FILE_BYTES: Final = 512 * MEBI
"""Of a file as it lies on the disk."""

MOST_ARRAY_BYTES: Final = 512 * MEBI
"""Of all arrays of a file together, as they stand in memory."""

MOST_EXPANSION: Final = 64
"""Times that what is packed may grow; weights hardly shrink, and a few zeros do not matter."""

_SMALL: Final = 16 * MEBI
"""What may be packed however tightly."""

MOST_ARRAYS: Final = 10_000
MOST_DEPTH: Final = 24
"""Of groups, dictionaries or lists inside each other."""

MOST_JSON_BYTES: Final = 64 * MEBI
SECONDS = 10.0
"""Of processor time for a reader in a process of its own, before it is ended."""

WAITING = 60.0
"""Seconds after which it is ended whatever it does."""

PROCESS_BYTES: Final = 4096 * MEBI
"""Of address space for that process."""


def require_file_size(size: int) -> None:
    """Raise a ValueError if a file is empty or too large."""
    if size == 0:
        raise ValueError("source: expected a file of weights, got an empty one")
    if size > MOST_FILE_BYTES:
        raise ValueError(
            f"source: expected at most {MOST_FILE_BYTES // MEBI} MiB, got a file of {size / MEBI:,.0f} MiB"
        )


def require_claim(claimed: int, held: int, what: str) -> None:
    """Compare what something will take in memory with what it takes in the file.

    Parameters
    ----------
    claimed
        Bytes that it says it unpacks to.
    held
        Bytes that are there.
    what
        Its name, for the message.

    Raises
    ------
    ValueError
        If it is too large, or more than ``MOST_EXPANSION`` times what is there.
    """
    if claimed > MOST_ARRAY_BYTES:
        raise ValueError(
            f"source: expected arrays of at most {MOST_ARRAY_BYTES // MEBI} MiB in all, "
            f"got {what}, which claims {claimed / MEBI:,.0f} MiB"
        )
    if claimed > max(_SMALL, held * MOST_EXPANSION):
        raise ValueError(
            f"source: expected what is packed to grow at most {MOST_EXPANSION} times, got {what}, which "
            f"claims {claimed / MEBI:,.0f} MiB and holds {held:,} bytes"
        )


def require_count(count: int) -> None:
    """Raise a ValueError if there are too many entries."""
    if count > MOST_ARRAYS:
        raise ValueError(f"source: expected at most {MOST_ARRAYS:,} entries, got more")


def require_depth(depth: int) -> None:
    """Raise a ValueError if entries lie too deep inside each other."""
    if depth > MOST_DEPTH:
        raise ValueError(f"source: expected entries at most {MOST_DEPTH} deep inside each other, got more")
