"""What a reader finds in a file: arrays by name, and what the file says about the layers they belong to."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from lstm_viz.cells.functions import Array
from lstm_viz.networks.reading import limits

Hints = Mapping[str, Any]
"""What a file says about one layer, in our words: "activation", "reset_after", "batch_first" and so on."""


@dataclass(frozen=True, eq=False)
class Contents:
    """The arrays of a file, in float32 or float64, and what it says about them.

    Parameters
    ----------
    format
        As people call it: "PyTorch", "Keras", "ONNX" …
    arrays
        By name, the levels of names separated by dots, in the order of the file.
    hints
        By the name of the layer, which is how the names of its arrays begin.
    chains
        Names of recurrent layers in the order in which the file says that they feed each other.
    unordered
        Whether the file has lost the order of layers of different kinds, as ``.weights.h5`` has.
    notes
        What else there is to say about the file, in sentences.
    """

    format: str
    arrays: Mapping[str, Array]
    _: KW_ONLY
    hints: Mapping[str, Hints] = field(default_factory=dict)
    chains: tuple[tuple[str, ...], ...] = ()
    unordered: bool = False
    notes: tuple[str, ...] = ()


def as_floats(array: npt.NDArray[Any]) -> Array | None:
    """Return numbers as float32 or float64; None where they are none, complex for example."""
    if array.dtype.kind not in "fiub":
        return None
    if array.dtype == np.float64:
        return array
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        return array.astype(np.float64)
    return array.astype(np.float32, copy=False)


def bfloat16(raw: bytes) -> Array:
    """Return the numbers of bytes in bfloat16, which are the upper halves of float32."""
    wide = np.frombuffer(raw, "<u2").astype("<u4") << 16
    return wide.view("<f4").astype(np.float32, copy=False)


class Collector:
    """Gathers arrays by name, and refuses too many or too large ones."""

    def __init__(self) -> None:
        self.arrays: dict[str, Array] = {}
        self._bytes = 0

    def claim(self, numbers: int, name: str) -> None:
        """Count an array before it is made.

        Raises
        ------
        ValueError
            If all arrays together become too large or too many.
        """
        self._bytes += 4 * numbers
        limits.require_claim(self._bytes, self._bytes, f"an array {name[:80]!r}")
        limits.require_count(len(self.arrays))

    def add(self, name: str, array: npt.NDArray[Any]) -> None:
        """Keep an array that was claimed, if it holds real numbers."""
        numbers = as_floats(array)
        if numbers is not None:
            self.arrays[name[:_LONGEST_NAME]] = numbers


_LONGEST_NAME = 400
