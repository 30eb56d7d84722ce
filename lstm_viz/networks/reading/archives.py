"""Zip archives, looked at before anything in them is unpacked."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from lstm_viz.networks.reading import limits

_ENCRYPTED = 0x1


@contextmanager
def opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose entries are neither encrypted nor larger than they may be.

    Raises
    ------
    ValueError
        If it is damaged, encrypted, or claims too much; also if it turns out damaged while it is read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            limits.require_count(len(entries))
            if any(entry.flag_bits & _ENCRYPTED for entry in entries):
                raise ValueError("source: expected an archive without a password, got an encrypted one")
            claimed = sum(entry.file_size for entry in entries)
            limits.require_claim(claimed, min(len(data), sum(e.compress_size for e in entries)), "an archive")
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        raise ValueError("source: expected a whole zip archive, got a damaged or truncated one") from error


def names(data: bytes) -> list[str]:
    """Return the names of the entries of an archive."""
    with opened(data) as archive:
        return archive.namelist()


def unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return an entry, of which no more is unpacked than it has claimed.

    Raises
    ------
    ValueError
        If it unpacks to another size.
    """
    size = archive.getinfo(name).file_size
    with archive.open(name) as stream:
        data = stream.read(size + 1)
    if len(data) != size:
        raise ValueError(f"source: expected {size:,} bytes in {name!r} of the archive, got another number")
    return data
