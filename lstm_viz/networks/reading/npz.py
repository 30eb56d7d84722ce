"""NumPy's ``.npz`` and ``.npy``: arrays alone, whose headers are compared with what is there; no pickles."""

import io
import math

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from lstm_viz.networks.reading import archives
from lstm_viz.networks.reading.contents import Collector, Contents, bfloat16

_MAGIC = b"\x93NUMPY"
_BFLOAT16 = np.dtype("V2")
"""What NumPy makes of bfloat16 where the library that defines it is not loaded."""


def read(data: bytes) -> Contents:
    """Return the arrays of an ``.npz``.

    Raises
    ------
    ValueError
        If the archive is damaged or claims too much, or an entry is no array of numbers.
    """
    found = Collector()
    with archives.opened(data) as archive:
        for entry in archive.infolist():
            if entry.filename.endswith(".npy"):
                name = entry.filename.removesuffix(".npy").replace("/", ".")
                _add(found, name, archives.unpacked(archive, entry.filename))
    return Contents("NumPy", found.arrays)


def _add(found: Collector, name: str, data: bytes) -> None:
    stream = io.BytesIO(data)
    try:
        version = npy.read_magic(stream)
        read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, by_columns, dtype = read_header(stream)
    except Exception as error:
        raise ValueError(f"source: expected an array in {name!r}, got a damaged header") from error
    if dtype.hasobject:
        raise ValueError(f"source: expected numbers in {name!r}, got pickled objects, which are not read")
    numbers, rest = math.prod(shape), len(data) - stream.tell()
    if min(shape, default=0) < 0 or numbers * dtype.itemsize != rest:
        raise ValueError(
            f"source: expected in {name!r} the {numbers * dtype.itemsize:,} bytes that its shape {shape} "
            f"claims, got {rest:,}"
        )
    if dtype.kind not in "fiub" and dtype != _BFLOAT16:
        return
    found.claim(numbers, name)
    found.add(name, _array(data[stream.tell() :], dtype, shape, by_columns=by_columns))


def _array(
    raw: bytes, dtype: np.dtype[np.generic], shape: tuple[int, ...], *, by_columns: bool
) -> npt.NDArray[np.generic]:
    flat = bfloat16(raw) if dtype == _BFLOAT16 else np.frombuffer(raw, dtype)
    return flat.reshape(shape, order="F" if by_columns else "C")
