"""The state of a run as bytes: weights in the safetensors format, and all that is needed to go on."""

import io
from collections.abc import Mapping
from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor


def weights_of(network: torch.nn.Module, *, with_embedding: bool, **more: Tensor) -> bytes:
    """Return the state dict of a network, and further tensors, in the safetensors format.

    A large embedding would make each of some thirty snapshots large, and the probe stands for it there.
    """
    tensors = {**network.state_dict(), **more}
    if not with_embedding:
        tensors.pop("embedding.weight", None)
    return save({name: value.detach().cpu().contiguous() for name, value in tensors.items()})


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
        raise ValueError("checkpoint: it is damaged and cannot be gone on from") from error
    return state
