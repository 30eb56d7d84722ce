"""PyTorch's files, with ``weights_only=True`` and nothing else; and modules and state dicts in memory.

PyTorch is imported for files of its own alone. Its messages advise ``weights_only=False``, which would run
what is in the file: they are never shown.
"""

import io
import math
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from lstm_viz.networks.libraries import required
from lstm_viz.networks.reading import archives, limits
from lstm_viz.networks.reading.contents import Collector, Contents, Hints

_MOST_VISITS: Final = 200_000
"""Entries of dictionaries and lists that are looked at: one list may stand in another many times over."""


def read(data: bytes) -> Contents:
    """Return the tensors of a ``.pt``, ``.pth`` or ``.ckpt`` file, zip or older.

    Raises
    ------
    ValueError
        If it is TorchScript, names classes, is damaged, or a tensor claims more than its storage holds.
    """
    if data.startswith(b"PK"):
        _require_tensors(archives.names(data))
    torch = required("torch", "PyTorch files")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception as error:
        raise ValueError(_refusal(error)) from None
    return Contents("PyTorch", _tensors(tree))


def _require_tensors(names: list[str]) -> None:
    if any(re.search(r"(^|/)(constants\.pkl|code/)", name) for name in names):
        raise ValueError(
            "source: expected weights, got a TorchScript program, which is not run; save its state_dict"
        )


def _refusal(error: Exception) -> str:
    named = re.search(r"GLOBAL ([\w.]{1,80})", str(error))
    if named:
        return (
            f"source: expected tensors, got an object of the class {named[1]}, which only running code could "
            "make; nothing was run. Save model.state_dict() alone"
        )
    return "source: expected a PyTorch file of tensors, got a damaged or truncated one, or another pickle"


def of_state_dict(state: Mapping[Any, Any]) -> Contents:
    """Return the tensors or arrays of a mapping, however nested.

    Raises
    ------
    ValueError
        If there is too much of it, or a tensor claims more than its storage holds.
    """
    return Contents("state dict", _tensors(state))


def of_module(module: Any) -> Contents:
    """Return the tensors of a live ``torch.nn.Module``, and what it says about its recurrent layers."""
    hints: dict[str, Hints] = {}
    for name, part in module.named_modules():
        said = {key: getattr(part, key) for key in ("batch_first", "nonlinearity") if hasattr(part, key)}
        if said and hasattr(part, "hidden_size"):
            if getattr(part, "mode", "").startswith("RNN_"):
                said["nonlinearity"] = part.mode.removeprefix("RNN_").lower()
            hints[name] = {_WORDS[key]: value for key, value in said.items()}
    return Contents("PyTorch", _tensors(module.state_dict()), hints=hints)


_WORDS: Final = {"batch_first": "batch_first", "nonlinearity": "activation"}


def _tensors(tree: Any) -> dict[str, np.ndarray[Any, Any]]:
    found = Collector()
    for visits, (name, value) in enumerate(_entries(tree, "", 0)):
        if visits > _MOST_VISITS:
            raise ValueError(f"source: expected at most {_MOST_VISITS:,} entries, got more")
        if isinstance(value, np.ndarray):
            found.claim(value.size, name)
            found.add(name, value)
        elif hasattr(value, "untyped_storage"):
            _add(found, name, value)
    return found.arrays


def _entries(tree: Any, name: str, depth: int) -> Iterator[tuple[str, Any]]:
    limits.require_depth(depth)
    items: Any = None
    if isinstance(tree, Mapping):
        items = tree.items()
    elif isinstance(tree, list | tuple):
        items = enumerate(tree)
    elif hasattr(tree, "state_dict") and not isinstance(tree, type):
        items = tree.state_dict().items()
    if items is None:
        yield name, tree
        return
    yield name, None
    for key, value in items:
        yield from _entries(value, f"{name}.{key}" if name else str(key), depth + 1)


def _add(found: Collector, name: str, tensor: Any) -> None:
    """Keep a tensor, if it is one of plain numbers and its storage has room for all of them.

    A tensor may claim 10¹² numbers and hold one, by a stride of 0.
    """
    if str(tensor.layout) != "torch.strided" or tensor.is_quantized or tensor.is_complex():
        return
    if str(tensor.device.type) == "meta":
        raise ValueError(f"source: expected numbers in {name!r}, got a tensor without any")
    numbers = math.prod(tensor.shape)
    if numbers * tensor.element_size() > tensor.untyped_storage().nbytes():
        raise ValueError(
            f"source: expected in {name!r} as many numbers as its shape {tuple(tensor.shape)} claims, got "
            f"{tensor.untyped_storage().nbytes():,} bytes"
        )
    found.claim(numbers, name)
    tensor = tensor.detach().cpu()
    if tensor.is_floating_point() and str(tensor.dtype) not in ("torch.float32", "torch.float64"):
        tensor = tensor.float()
    found.add(name, tensor.numpy())
