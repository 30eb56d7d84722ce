"""A file, bytes, a state dict or a live module: which format it is, and the network in it."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from lstm_viz.networks.network import Network
from lstm_viz.networks.questions import Answer
from lstm_viz.networks.reading import (
    archives,
    json_file,
    keras_file,
    limits,
    npz,
    onnx_file,
    pytorch,
    safetensors_file,
)
from lstm_viz.networks.reading.contents import Contents
from lstm_viz.networks.reading.recognise import recognise

Reader = Callable[[bytes], Contents]

_HDF5: Final = b"\x89HDF\r\n\x1a\n"
_LEGACY_TORCH: Final = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
"""The number that PyTorch wrote at the beginning of its files before 1.6."""

_REFUSED: Final = (
    (rb"\x93NUMPY", "a single NumPy array; save the weights by name with numpy.savez"),
    (rb"\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|\x28\xb5\x2f\xfd|Rar!", "a packed file; unpack it first"),
    (rb"version https://git-lfs", "a pointer of Git LFS, not the file itself; git lfs pull fetches it"),
    (rb"<[!?a-zA-Z]", "a page of the web or another text with tags, not the file itself"),
    (
        rb"\x80[\x02-\x05]",
        "a pickle, which could run code and is not read; save the state_dict with torch.save",
    ),
)
"""What begins like this is something else that people have, and what they can do about it."""


def load(source: str | os.PathLike[str] | bytes | Mapping[str, Any] | Any, **answers: Answer) -> Network:
    """Read a network that somebody has trained. Nothing in it is executed.

    Parameters
    ----------
    source
        A path or the bytes of a file: PyTorch (``.pt``, ``.pth``, ``.ckpt``, with ``weights_only=True``),
        safetensors, ``.npz``, JSON, Keras (``.keras``, ``.h5``, ``.weights.h5``), ONNX. The format is told
        by how the file begins; its name does not matter. Or a state dict of tensors or arrays, or a live
        ``torch.nn.Module``.
    **answers
        To ``questions`` of the network, by their names: ``load(path, module="decoder", activation="relu")``.

    Returns
    -------
    Network
        With what was found, guessed, left over and left open.

    Raises
    ------
    ValueError
        If it is no such file, is damaged, claims more than it holds, or has no recurrent layer in it; or if
        an answer is none. The message says what was expected and what came.

    Examples
    --------
    >>> import numpy as np
    >>> weights = {"lstm.weight_ih_l0": np.zeros((16, 3)), "lstm.weight_hh_l0": np.ones((16, 4))}
    >>> load(weights)
    1-layer LSTM, 3 inputs, 4 units, PyTorch order
    (open: batch_first)
    """
    return recognise(_contents(source), answers)


def _contents(source: Any) -> Contents:
    if isinstance(source, str | os.PathLike):
        return _of_bytes(_file(Path(source)))
    if isinstance(source, bytes | bytearray | memoryview):
        return _of_bytes(bytes(source))
    if isinstance(source, Mapping):
        return pytorch.of_state_dict(source)
    if hasattr(source, "state_dict") and hasattr(source, "named_modules"):
        return pytorch.of_module(source)
    raise ValueError(
        "source: expected a path, bytes, a state dict or a torch.nn.Module, "
        f"got an object of the class {type(source).__name__}"
    )


def _file(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ValueError(f"source: expected a file, got the folder {path.name!r}")
        if not path.is_file():
            raise ValueError(
                f"source: expected a file, got {path.name!r}, which does not exist or is not a plain file"
            )
        limits.require_file_size(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise ValueError(
            f"source: expected a file that can be read, got {path.name!r}: {error.strerror}"
        ) from None


def _of_bytes(data: bytes) -> Contents:
    limits.require_file_size(len(data))
    return _reader(data)(data)


def _reader(data: bytes) -> Reader:
    if data.startswith(b"PK\x03\x04"):
        return _reader_of_archive(data)
    if _HDF5 in data[: 2**20]:
        return keras_file.read_hdf5
    if _is_safetensors(data):
        return safetensors_file.read
    if data.lstrip()[:1] in (b"{", b"["):
        return json_file.read
    if _LEGACY_TORCH in data[:64]:
        return pytorch.read
    for beginning, what in _REFUSED:
        if re.match(beginning, data.lstrip()[:64]):
            raise ValueError(f"source: expected a file of weights, got {what}")
    if onnx_file.may_be(data):
        return onnx_file.read
    raise ValueError(
        "source: expected a PyTorch, safetensors, NumPy, JSON, Keras or ONNX file, got one that begins like "
        f"none of them: {data[:8]!r}"
    )


def _reader_of_archive(data: bytes) -> Reader:
    names = archives.names(data)
    if any(re.search(r"(^|/)model\.weights\.h5$", name) for name in names):
        return keras_file.read_keras
    if any(re.search(r"(^|/)(data\.pkl|constants\.pkl)$", name) for name in names):
        return pytorch.read
    if any(name.endswith(".npy") for name in names):
        return npz.read
    raise ValueError(
        "source: expected an archive of PyTorch, NumPy or Keras, got one that holds "
        + (", ".join(repr(name[:40]) for name in names[:3]) or "nothing")
    )


def _is_safetensors(data: bytes) -> bool:
    """Tell by the length of the header, eight bytes of which the last is 0, and the brace that follows."""
    return data[7:9] == b"\0{"
