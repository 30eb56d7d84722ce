"""Reads HDF5 in a process of its own: h5py can be made to read other files, or never to return.

``python -m lstm_viz.networks.reading.hdf5`` takes the bytes of a file from its standard input and writes an
``.npz`` to its standard output: arrays by number, and what is known about them as JSON. The parent ends it
when it takes too long.
"""

import contextlib
import io
import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lstm_viz.networks.reading import limits
from lstm_viz.networks.reading.contents import Collector

_HEAD: Final = "head"
_MOST_TEXT: Final = 8 * limits.MEBI
_OUT_OF_TIME: Final = getattr(signal, "SIGXCPU", 0)
_ENDED: Final = "source: expected an HDF5 file, got one on which the reader does not return; it was ended"
_UNREADABLE: Final = "source: expected a whole HDF5 file, got a damaged or truncated one"


class HDF5(NamedTuple):
    """What an HDF5 file holds.

    Attributes
    ----------
    arrays
        By path, levels separated by dots.
    texts
        ``model_config``, ``keras_version`` and the like, as far as they are there.
    layer_names
        The layers in their order, if the file has it.
    given_names
        What people call the layers, by the path that Keras has made for them.
    """

    arrays: dict[str, npt.NDArray[Any]]
    texts: dict[str, str]
    layer_names: list[str]
    given_names: dict[str, str]


def read(data: bytes) -> HDF5:
    """Return the arrays of an HDF5 file, read by another process.

    Raises
    ------
    ValueError
        If it is damaged, claims too much, refers to other files, or keeps the reader too long.
    """
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(
            _command(), input=data, capture_output=True, env=surroundings, timeout=limits.WAITING, check=False
        )
    except subprocess.TimeoutExpired:
        raise ValueError(_ENDED) from None
    if done.returncode == -_OUT_OF_TIME:
        raise ValueError(_ENDED)
    if done.returncode != 0 or not done.stdout:
        raise ValueError(_UNREADABLE)
    with np.load(io.BytesIO(done.stdout), allow_pickle=False) as kept:
        head = json.loads(kept[_HEAD].tobytes())
        if "error" in head:
            raise ValueError(head["error"])
        arrays = {name: kept[str(at)] for at, name in enumerate(head["names"])}
    return HDF5(arrays, head["texts"], head["layer_names"], head["given_names"])


def _command() -> list[str]:
    return [sys.executable, "-P", "-W", "ignore", "-m", "lstm_viz.networks.reading.hdf5", str(limits.SECONDS)]


def main() -> None:
    """Answer one question: a file on the standard input, an ``.npz`` on the standard output."""
    _limit_resources(float(sys.argv[1]))
    data = sys.stdin.buffer.read()
    try:
        head, arrays = _read(data)
    except ValueError as error:
        head, arrays = {"error": str(error) if str(error).startswith("source:") else _UNREADABLE}, []
    except ImportError:
        head, arrays = {"error": _MISSING}, []
    except Exception:
        head, arrays = {"error": _UNREADABLE}, []
    answer = io.BytesIO()
    kept: dict[str, Any] = {str(at): array for at, array in enumerate(arrays)}
    kept[_HEAD] = np.frombuffer(json.dumps(head).encode(), np.uint8)
    np.savez(answer, **kept)
    sys.stdout.buffer.write(answer.getvalue())


_MISSING: Final = (
    "source: expected the library h5py, which reads Keras files, to be installed, got none; "
    "get it with pip install 'lstm-viz[inspect]'"
)


def _limit_resources(seconds: float) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent waits for so long and no longer
        return
    most = math.ceil(seconds)
    for what, limit in (
        (resource.RLIMIT_CORE, (0, 0)),
        (resource.RLIMIT_CPU, (most, most + 5)),
        (resource.RLIMIT_AS, (limits.PROCESS_BYTES, limits.PROCESS_BYTES)),
    ):
        # macOS refuses a limit on the address space.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, limit)


def _read(data: bytes) -> tuple[dict[str, Any], list[npt.NDArray[Any]]]:
    import h5py

    with h5py.File(io.BytesIO(data), "r") as file:
        top = file.get("model_weights", file)
        found = Collector()
        for name, dataset in _datasets(file, "", 0, set()):
            _add(found, name, dataset, len(data))
        texts = {key: _text(file, key) for key in ("model_config", "keras_version", "backend")}
        head = {
            "names": list(found.arrays),
            "texts": {key: text for key, text in texts.items() if text},
            "layer_names": _strings(top, "layer_names"),
            "given_names": dict(_given_names(file)),
        }
        return head, list(found.arrays.values())


def _datasets(group: Any, path: str, depth: int, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """Yield every dataset that lies in the file itself, each once, by its path."""
    import h5py

    limits.require_depth(depth)
    for key in group:
        link = group.get(key, getlink=True)
        if isinstance(link, h5py.ExternalLink):
            raise ValueError("source: expected all arrays in the file itself, got a link to another file")
        if not isinstance(link, h5py.HardLink):
            continue
        entry = group[key]
        address = h5py.h5o.get_info(entry.id).addr
        if address in seen:
            continue
        seen.add(address)
        limits.require_count(len(seen))
        name = f"{path}.{key}" if path else key
        if isinstance(entry, h5py.Group):
            yield from _datasets(entry, name, depth + 1, seen)
        elif isinstance(entry, h5py.Dataset):
            yield name, entry


def _add(found: Collector, name: str, dataset: Any, file_size: int) -> None:
    if dataset.external or dataset.is_virtual:
        raise ValueError(
            f"source: expected all arrays in the file itself, got {name[:80]!r}, which lies in another file"
        )
    if dataset.dtype.kind not in "fiub" or dataset.shape is None:
        return
    stored = dataset.id.get_storage_size()
    numbers = math.prod(dataset.shape)
    limits.require_claim(numbers * dataset.dtype.itemsize, min(stored, file_size), f"an array {name[:80]!r}")
    found.claim(numbers, name)
    found.add(name, dataset[()])


def _text(file: Any, key: str) -> str | None:
    if key not in file.attrs:
        return None
    value = file.attrs[key]
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return text if isinstance(text, str) and len(text) <= _MOST_TEXT else None


def _strings(group: Any, key: str) -> list[str]:
    values = group.attrs.get(key, [])
    return [
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in list(values)
    ]


def _given_names(file: Any) -> Iterator[tuple[str, str]]:
    """Yield what people call the layers of a file of Keras 3."""
    layers = file.get("layers")
    for key in layers or ():
        vars = layers[key].get("vars") if hasattr(layers[key], "get") else None
        if vars is not None and "name" in vars.attrs:
            yield key, str(_text(vars, "name"))


if __name__ == "__main__":
    main()
