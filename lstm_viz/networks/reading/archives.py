"""Zip archives, looked at before anything in them is unpacked."""

import io
import zipfile
from typing import Final

from lstm_viz.networks.reading import limits

_ENCRYPTED: Final = 0x1
_DAMAGED: Final = "source: expected a whole zip archive, got a damaged or truncated one"


def opened(data: bytes) -> zipfile.ZipFile:
    """Open an archive whose entries are neither encrypted nor larger than they may be.

    Raises
    ------
    ValueError
        If it is damaged, encrypted, or claims too much.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception:  # of a dozen kinds, as mutated files show
        raise ValueError(_DAMAGED) from None
    entries = archive.infolist()
    limits.require_count(len(entries))
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise ValueError("source: expected an archive without a password, got an encrypted one")
    packed = min(len(data), sum(entry.compress_size for entry in entries))
    limits.require_claim(sum(entry.file_size for entry in entries), packed, "an archive")
    return archive


def names(data: bytes) -> list[str]:
    """Return the names of the entries of an archive."""
    with opened(data) as archive:
        return archive.namelist()


def unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return an entry, of which no more is unpacked than it has claimed.

    Raises
    ------
    ValueError
        If it is damaged, or unpacks to another size.
    """
    size = archive.getinfo(name).file_size
    try:
        with archive.open(name) as stream:
            data = stream.read(size + 1)
    except Exception:
        raise ValueError(_DAMAGED) from None
    if len(data) != size:
        raise ValueError(f"source: expected {size:,} bytes in {name!r} of the archive, got another number")
    return data
