"""Files as libraries write them, made small, and the sequences that the same layers give in PyTorch."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np
import torch


def state_dict(kind: str = "LSTM", prefix: str = "", seed: int = 0, **how: Any) -> dict[str, Any]:
    """The weights of a layer of PyTorch, larger than it draws them, under a prefix."""
    module = layer(kind, seed, **how)
    return {prefix + name: tensor for name, tensor in module.state_dict().items()}


def layer(kind: str = "LSTM", seed: int = 0, **how: Any) -> Any:
    torch.manual_seed(seed)
    sizes: dict[str, Any] = {"input_size": 3, "hidden_size": 4, **how}
    module = getattr(torch.nn, kind)(**sizes)
    for parameter in module.parameters():
        parameter.data *= 2
    return module


def saved(tree: Any, **how: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(tree, buffer, **how)
    return buffer.getvalue()


def hdf5(arrays: Mapping[str, Any], attributes: Mapping[str, Any] | None = None) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for name, array in arrays.items():
            file.create_dataset(name, data=np.asarray(array))
        for name, value in (attributes or {}).items():
            file.attrs[name] = value
    return buffer.getvalue()


def keras_arrays(tensors: Mapping[str, Any], path: str = "layer/layer") -> dict[str, np.ndarray]:
    """The weights of one layer of PyTorch as Keras has them, gates z r h for a GRU."""
    ih, hh = (np.asarray(tensors[f"weight_{side}_l0"]) for side in ("ih", "hh"))
    outer, inner = (np.asarray(tensors[f"bias_{side}_l0"]) for side in ("ih", "hh"))
    if len(ih) == 3 * hh.shape[1]:
        order = np.r_[4:8, 0:4, 8:12]
        ih, hh, outer, inner = ih[order], hh[order], outer[order], inner[order]
        bias = np.stack([outer, inner])
    else:
        bias = outer + inner
    return {f"{path}/kernel:0": ih.T, f"{path}/recurrent_kernel:0": hh.T, f"{path}/bias:0": bias}


def cudnn_arrays(arrays: Mapping[str, np.ndarray], gates: int) -> dict[str, np.ndarray]:
    """The same as Keras's layers for CuDNN have them."""
    turned = {}
    for name, array in arrays.items():
        role = name.rpartition("/")[2].removesuffix(":0")
        if role == "kernel":
            blocks = np.split(array, gates, axis=1)
            turned[name] = np.hstack([block.reshape(-1, order="F").reshape(block.shape) for block in blocks])
        elif role == "recurrent_kernel":
            turned[name] = np.hstack([block.T for block in np.split(array, gates, axis=1)])
        else:
            two = array if array.ndim == 2 else np.stack([array * 0.25, array * 0.75])
            turned[name] = two.reshape(-1)
    return turned


def keras_archive(arrays: Mapping[str, Any], layers: list[dict[str, Any]]) -> bytes:
    """A ``.keras`` of a sequential model."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.8.0"}))
        archive.writestr(
            "config.json", json.dumps({"class_name": "Sequential", "config": {"layers": layers}})
        )
        archive.writestr("model.weights.h5", hdf5(arrays))
    return buffer.getvalue()


def output_of(module: Any, x: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return np.asarray(module(torch.tensor(x))[0])


def normal(*shape: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
