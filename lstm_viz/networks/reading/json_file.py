"""JSON: a state dict as nested lists, or layers with lists of weights, as RTNeural has them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn

import numpy as np

from lstm_viz.networks.reading import limits
from lstm_viz.networks.reading.contents import Collector, Contents


def read(data: bytes) -> Contents:
    """Return the nested lists of numbers in a file, by their keys.

    Raises
    ------
    ValueError
        If it is too large, no JSON, nested too deep, or has NaN or an infinity in it.
    """
    if len(data) > limits.MOST_JSON_BYTES:
        raise ValueError(
            f"source: expected JSON of at most {limits.MOST_JSON_BYTES // limits.MEBI} MiB, "
            f"got {len(data) / limits.MEBI:,.0f} MiB"
        )
    try:
        tree = json.loads(data, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("source: expected JSON with lists a few deep, got far too many brackets") from None
    except (ValueError, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, json.JSONDecodeError) else "a number or text that JSON has not"
        raise ValueError(f"source: expected JSON, got a damaged or truncated file: {why}") from None
    layers = _layers(tree)
    found = Collector()
    for name, array in _arrays(tree, (), 0):
        found.claim(array.size, name)
        found.add(_in_words(name, layers), array)
    hints = {name: {"class": kind, "activation": "tanh"} for name, kind in layers.values()}
    return Contents("JSON", found.arrays, hints=hints)


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"a number {constant}")


def _arrays(tree: Any, path: tuple[str, ...], depth: int) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    limits.require_depth(depth)
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _arrays(value, (*path, str(key)), depth + 1)
    elif isinstance(tree, list):
        array = _as_array(tree)
        if array is not None:
            yield ".".join(path), array
        elif any(isinstance(value, list | dict) for value in tree):
            for at, value in enumerate(tree):
                yield from _arrays(value, (*path, str(at)), depth + 1)


def _as_array(tree: list[Any]) -> np.ndarray[Any, Any] | None:
    """Return nested lists of numbers as an array, None where they are ragged or something else."""
    if not _is_numbers(tree):
        return None
    try:
        array = np.array(tree, np.float64)
    except (ValueError, OverflowError, TypeError):
        return None
    narrow = array.astype(np.float32) if np.abs(array).max(initial=0.0) < 1e38 else array
    # Numbers that are all float32 written out were float32.
    return narrow if np.array_equal(narrow.astype(np.float64), array) else array


def _is_numbers(tree: Any) -> bool:
    """Tell by its first entries whether a list is likely to be an array."""
    depth = 0
    while isinstance(tree, list) and tree and depth < 4:
        tree, depth = tree[0], depth + 1
    return isinstance(tree, int | float) and not isinstance(tree, bool)


def _layers(tree: Any) -> dict[str, tuple[str, str]]:
    """Return name and type of the layers that RTNeural lists, by their number."""
    listed = tree.get("layers") if isinstance(tree, dict) else None
    return {
        str(at): (f"{layer['type']}_{at}", layer["type"])
        for at, layer in enumerate(listed if isinstance(listed, list) else ())
        if isinstance(layer, dict) and isinstance(layer.get("type"), str) and layer["type"] in _PARTS
    }


_PARTS: Final = {
    "lstm": ("kernel", "recurrent_kernel", "bias"),
    "gru": ("kernel", "recurrent_kernel", "bias"),
    "dense": ("kernel", "bias"),
}
"""What RTNeural numbers in a layer, in the shapes of Keras."""


def _in_words(name: str, layers: Mapping[str, tuple[str, str]]) -> str:
    match = re.fullmatch(r"layers\.(\d+)\.weights\.(\d)", name)
    if match is None or match[1] not in layers:
        return name
    called, kind = layers[match[1]]
    parts = _PARTS[kind]
    return f"{called}.{parts[int(match[2])]}" if int(match[2]) < len(parts) else name
