"""A batch as tensors on the device, and parts of a batch."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
import torch
from torch import Tensor

from lstm_viz.training.task import Array, Batch

Reads: TypeAlias = Literal["last", "every"]


@dataclass(frozen=True, slots=True)
class TensorBatch:
    """A batch on the device; ``weight`` also leaves the padding out, ``lengths`` stays on the CPU."""

    x: Tensor
    y: Tensor
    weight: Tensor | None
    lengths: Tensor | None


def to_tensors(batch: Batch, reads: Reads, device: torch.device) -> TensorBatch:
    """Return a batch, answered once a sequence or at every step, as tensors on ``device``."""
    weight = _counted(batch) if reads == "every" else None
    return TensorBatch(
        tensor(batch.x, device),
        tensor(batch.y, device),
        None if weight is None else tensor(weight, device),
        None if batch.lengths is None else torch.from_numpy(np.ascontiguousarray(batch.lengths)),
    )


def tensor(array: Array, device: torch.device) -> Tensor:
    """Return an array on ``device``: as float32, or int64 for symbols and classes."""
    kind = np.int64 if array.dtype.kind in "iu" else np.float32
    return torch.from_numpy(np.ascontiguousarray(array, kind)).to(device)


def _counted(batch: Batch) -> Array | None:
    """Return how much each step's answer counts, nothing where it is padding; None where all count."""
    if batch.lengths is None:
        return batch.weight
    real = np.arange(len(batch.x))[:, None] < batch.lengths
    weight: Array = real.astype(np.float32) if batch.weight is None else batch.weight * real
    return weight


def some(batch: Batch, reads: Reads, which: Array) -> Batch:
    """Return some of the sequences of a batch, cut to the longest of them."""
    lengths = None if batch.lengths is None else batch.lengths[which]
    steps = len(batch.x) if lengths is None else int(lengths.max())
    return replace(
        batch,
        x=batch.x[:steps, which],
        y=batch.y[which] if reads == "last" else batch.y[:steps, which],
        weight=None if batch.weight is None else batch.weight[:steps, which],
        lengths=lengths,
    )
