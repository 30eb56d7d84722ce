"""safetensors: a header in JSON and the numbers, checked by the library; bfloat16 and half are widened."""

import math
from typing import Final

import numpy as np

from lstm_viz.networks.libraries import required
from lstm_viz.networks.reading.contents import Collector, Contents, bfloat16
from lstm_viz.networks.reading.naming import natural

_DTYPES: Final = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "<i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "<u1", "BOOL": "?",
}  # fmt: skip


def read(data: bytes) -> Contents:
    """Return the tensors of a file.

    Raises
    ------
    ValueError
        If the header does not fit what is there; all is compared before a number is read.
    """
    library = required("safetensors", "safetensors")
    try:
        tensors = library.deserialize(data)
    except library.SafetensorError as error:
        raise ValueError(
            "source: expected a safetensors file whose header fits its numbers, "
            "got a damaged or truncated one"
        ) from error
    found = Collector()
    # The library hands them out in any order.
    for name, tensor in sorted(tensors, key=lambda entry: natural(entry[0])):
        shape, dtype, raw = tensor["shape"], tensor["dtype"], bytes(tensor["data"])
        found.claim(math.prod(shape), name)
        if dtype == "BF16":
            found.add(name, bfloat16(raw).reshape(shape))
        elif dtype in _DTYPES:
            found.add(name, np.frombuffer(raw, _DTYPES[dtype]).reshape(shape))
    return Contents("safetensors", found.arrays)
