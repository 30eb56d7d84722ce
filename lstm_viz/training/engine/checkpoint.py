"""The state of a run as bytes: all that is needed to go on, to the bit."""

import io
from collections.abc import Mapping
from typing import Any

import torch


def pack(state: Mapping[str, Any]) -> bytes:
    """Return plain values and tensors as bytes."""
    file = io.BytesIO()
    torch.save(dict(state), file)
    return file.getvalue()


def unpack(checkpoint: bytes) -> dict[str, Any]:
    """Return what :func:`pack` wrote. Nothing in it is executed (``weights_only``).

    Raises
    ------
    ValueError
        If it is damaged.
    """
    try:
        state: dict[str, Any] = torch.load(io.BytesIO(checkpoint), map_location="cpu", weights_only=True)
    except Exception as error:
        # PyTorch raises errors of many kinds here: zip, pickle, runtime.
        raise ValueError("checkpoint: it is damaged and cannot be resumed") from error
    return state
