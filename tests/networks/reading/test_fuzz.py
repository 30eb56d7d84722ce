"""Mutated files: each is a network or a sentence.

``python -m tests.networks.reading.test_fuzz 5000`` tries more.
"""

import re
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save as save_safetensors

import lstm_viz as lv
from lstm_viz.networks.network import Network
from tests.networks.reading.files import hdf5, keras_archive, keras_arrays, saved, state_dict
from tests.networks.reading.test_hostile import npy, numpy_archive
from tests.networks.reading.test_onnx import one, weights

Random = np.random.Generator

WHOLE: dict[str, Callable[[], bytes]] = {
    "PyTorch": lambda: saved({"model": state_dict(num_layers=2), "epoch": 3}),
    "older PyTorch": lambda: saved(state_dict("GRU"), _use_new_zipfile_serialization=False),
    "safetensors": lambda: save_safetensors({k: np.asarray(v) for k, v in state_dict("RNN").items()}),
    "npz": lambda: numpy_archive({k: npy(tuple(v.shape), np.asarray(v).tobytes()) for k, v in
                                    state_dict().items()}),
    "JSON": lambda: repr({k: v.tolist() for k, v in state_dict().items()}).replace("'", '"').encode(),
    "ONNX": lambda: bytes(one("LSTM", weights("LSTM")).SerializeToString()),
    "HDF5": lambda: hdf5(keras_arrays(state_dict("GRU")), {"model_config": '{"class_name": "Sequential"}'}),
    "Keras": lambda: keras_archive({"layers/lstm/cell/vars/0": np.ones((3, 16)), "layers/lstm/cell/vars/1":
                                    np.ones((4, 16))}, [{"class_name": "LSTM", "config": {"name": "a"}}]),
}  # fmt: skip


def mutated(data: bytes, random: Random) -> bytes:
    """Change a few bytes, cut, repeat or remove a stretch; most of all where the headers are."""
    changed = bytearray(data)
    size = len(changed)
    match random.integers(6):
        case 0:
            return bytes(changed[: random.integers(1, size)])
        case 1:
            at, length = random.integers(size), random.integers(1, 64)
            del changed[at : at + length]
        case 2:
            at, length = random.integers(size), random.integers(1, 64)
            changed[at:at] = changed[at : at + length]
        case _:
            region = size if random.random() < 0.5 else min(size, 600)
            for at in random.integers(region, size=random.integers(1, 9)):
                changed[at] = random.integers(256)
    return bytes(changed)


def attempt(source: Any) -> Network | ValueError:
    """Load and run; anything but a ValueError with a sentence is a failure."""
    result = _loaded(source)
    if isinstance(result, Network):
        assert "order" in repr(result)
    else:
        assert re.match(r"[a-z_]+: ", str(result)), result
        assert len(str(result)) < 1000, str(result)[:200]
        assert "weights_only" not in str(result)
    return result


def _loaded(source: Any) -> Network | ValueError:
    try:
        net = lv.load(source)
        if net.chosen is not None:
            net.run(np.zeros((2, net.stack.inputs)))
    except ValueError as error:
        return error
    return net


def fuzz(name: str, count: int, seed: int = 0) -> tuple[int, float]:
    """Return how many mutated files opened all the same, and the processor's seconds for the slowest."""
    data, opened, slowest = WHOLE[name](), 0, 0.0
    for at in range(count):
        random = np.random.default_rng([seed, at])
        start = time.process_time()
        opened += isinstance(attempt(mutated(data, random)), Network)
        slowest = max(slowest, time.process_time() - start)
    return opened, slowest


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_was_not_mutated_opens(name: str) -> None:
    assert isinstance(attempt(WHOLE[name]()), Network)


@pytest.mark.parametrize("name", ["PyTorch", "older PyTorch", "safetensors", "npz", "JSON", "ONNX"])
def test_a_mutated_file_is_a_network_or_a_sentence(name: str) -> None:
    opened, slowest = fuzz(name, 100)
    # Every byte of an npz is under a checksum.
    assert (0 if name == "npz" else 1) <= opened < 100
    assert slowest < 5


@pytest.mark.parametrize("name", ["HDF5", "Keras"])
def test_a_mutated_hdf5_file_is_a_network_or_a_sentence(name: str) -> None:
    opened, slowest = fuzz(name, 5)  # each in a process of its own, with limits of its own
    assert opened < 5
    assert slowest < 5


def test_renamed_keys_and_changed_shapes_are_a_network_or_a_sentence() -> None:
    random = np.random.default_rng(0)
    opened = 0
    for _ in range(300):
        tensors = {
            name: np.asarray(tensor) for name, tensor in state_dict(num_layers=2, bidirectional=True).items()
        }
        for _ in range(random.integers(1, 4)):
            name = list(tensors)[random.integers(len(tensors))]
            array = tensors.pop(name)
            tensors[_renamed(name, random)] = _reshaped(array, random)
        opened += isinstance(attempt(tensors), Network)
    assert 0 < opened < 300


def _renamed(name: str, random: Random) -> str:
    others = (name, name.replace("_l", "_k"), name.replace("weight", "bias"), name.replace("ih", "hh"),
              name.replace("0", "1"), f"a.{name}", name[1:], name + "_reverse", "kernel",
              "a.recurrent_kernel", "R", "w_ci", "layernorm_i.weight", "", ".", "emb")  # fmt: skip
    return others[random.integers(len(others))]


def _reshaped(array: np.ndarray, random: Random) -> np.ndarray:
    match random.integers(7):
        case 0:
            return array.T
        case 1:
            return array[:-1]
        case 2:
            return array.reshape(-1)
        case 3:
            return array[None]
        case 4:
            return np.zeros((0, 4))
        case 5:
            return np.array(1.0)
        case _:
            return array


if __name__ == "__main__":
    for kind in WHOLE:
        print(kind, *fuzz(kind, int(sys.argv[1]), seed=1))  # noqa: T201
