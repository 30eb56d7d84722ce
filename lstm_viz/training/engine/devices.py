"""Where a network is trained."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_limits

from lstm_viz.training.settings import Device, ModelSettings


def choose(wanted: Device, model: ModelSettings) -> torch.device:
    """Return CUDA, then MPS, then the CPU for "auto", or what was asked for.

    A cell by its equations is run by NumPy, on the CPU.

    Raises
    ------
    ValueError
        If this machine has no such device, or the cell does not run on it.
    """
    if model.choice is not None:
        if wanted not in ("auto", "cpu"):
            raise ValueError(f"device must be cpu or auto for a cell by its equations, got {wanted}")
        return torch.device("cpu")
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return torch.device(next(name for name, found in there.items() if found))
    if not there[wanted]:
        found = ", ".join(name for name, found in there.items() if found)
        raise ValueError(f"device must be one that this machine has ({found}), got {wanted}")
    return torch.device(wanted)


@contextmanager
def repeatable(device: torch.device) -> Iterator[None]:
    """Inside, the same calls give the same bits on one machine, as fast as small networks can be.

    One thread, of PyTorch and of NumPy: two are slower for networks this small, and sums over threads differ
    in their last bits.
    cuBLAS needs a workspace of fixed size (https://docs.pytorch.org/docs/stable/notes/randomness.html).
    """
    threads, strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(1)
    if device.type == "cuda":
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        with threadpool_limits(1, "blas"):
            yield
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(strict)
