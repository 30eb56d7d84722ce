"""Files that are broken or made to do harm are refused in a sentence: quickly, and nothing is executed."""

import io
import json
import pickle
import struct
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch

import lstm_viz as lv
from lstm_viz.networks.reading import limits
from tests.networks.reading.files import hdf5, keras_arrays, saved, state_dict

EXECUTED: list[str] = []


class Harmful:
    """Leaves a trace if somebody unpickles it."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return EXECUTED.append, ("executed",)


def numpy_archive(entries: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(f"{name}.npy", data)
    return buffer.getvalue()


def npy(shape: tuple[int, ...], data: bytes = b"", descr: str = "<f4") -> bytes:
    header = repr({"descr": descr, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def encrypted(data: bytes) -> bytes:
    """An archive whose entries say that they need a password."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(signature, at + 4)
    return bytes(changed)


def safetensors(header: dict[str, Any] | bytes, data: bytes = b"", length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def torch_script() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("model/data.pkl", "model/constants.pkl", "model/code/__torch__.py"):
            archive.writestr(name, b"\x80\x02}.")
    return buffer.getvalue()


def stretched() -> bytes:
    """A tensor of 10¹² numbers that are all the same one."""
    return saved({"rnn.weight_ih_l0": torch.zeros(1).expand(10**6, 10**6)})


def packed_torch() -> bytes:
    """A file of PyTorch that grows a thousand times."""
    plain, buffer = saved({"w": torch.zeros(16 * 2**20)}), io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(plain)) as archive,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in archive.namelist():
            packed.writestr(name, archive.read(name))
    return buffer.getvalue()


def hdf5_with(make: Callable[[h5py.File], object]) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        make(file)
    return buffer.getvalue()


def claims_terabytes(file: h5py.File) -> None:
    file.create_dataset("kernel", (10**6, 10**6), "f4", chunks=(1, 1000))


def packs_tightly(file: h5py.File) -> None:
    file.create_dataset("kernel", data=np.zeros(32 * 2**20, "f4"), compression="gzip", chunks=(2**20,))


def links_outside(file: h5py.File) -> None:
    file["rnn/kernel"] = h5py.ExternalLink("/etc/passwd", "/x")


def reads_another_file(file: h5py.File) -> None:
    file.create_dataset("kernel", (16,), "u1", external=[("/etc/passwd", 0, 16)])


def is_virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/tmp/other.h5", "x", (4,))
    file.create_virtual_dataset("kernel", layout)


def contains_itself(file: h5py.File) -> None:
    file.create_group("a")["b"] = file["/"]


PICKLE = pickle.dumps(Harmful())
SMALL = saved(state_dict())
NUMBERS = npy((2, 2), bytes(16))

Source = bytes | Callable[[], bytes]


def older(tree: Any) -> bytes:
    return saved(tree, _use_new_zipfile_serialization=False)


def renamed_archive() -> bytes:
    return numpy_archive({"w": NUMBERS}).replace(b".npy", b".txt")


def another_archive() -> bytes:
    return numpy_archive({"my_model.weights": NUMBERS}).replace(b"weights.npy", b"weights.h5\x00")


CLAIM = {"w": {"dtype": "F32", "shape": [2**31], "data_offsets": [0, 2**33]}}
OVERFLOW = {"w": {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 0]}}
INFINITE = b'{"weight_ih_l0": [[1e999],[1],[1],[1]], "weight_hh_l0": [[1],[1],[1],[1]]}'
ZEROS = npy((2**25,), bytes(2**27))

HOSTILE: dict[str, tuple[Source, str]] = {
    "nothing": (b"", "an empty one"),
    "noise": (bytes(range(200, 256)) * 10, "begins like none of them"),
    "text": (b"hello, world", "begins like none of them|damaged"),
    "a page of the web": (b"<!DOCTYPE html><html>404</html>", "a page of the web"),
    "a pointer of Git LFS": (b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS"),
    "gzip": (b"\x1f\x8b\x08\x00abc", "unpack it first"),
    "a pickle": (PICKLE, "a pickle, which could run code"),
    "a single array": (NUMBERS, "a single NumPy array"),
    "a pickled class": (lambda: saved({"model": Harmful()}), "nothing was run"),
    "a whole module": (lambda: saved(torch.nn.LSTM(2, 3)), r"Save model.state_dict\(\) alone"),
    "a pickled class, older": (lambda: older({"model": Harmful()}), "nothing was run"),
    "TorchScript": (torch_script, "TorchScript program, which is not run"),
    "PyTorch, truncated": (SMALL[: len(SMALL) // 2], "damaged or truncated"),
    "PyTorch, older, truncated": (lambda: older(state_dict())[:-50], "damaged or truncated"),
    "PyTorch, encrypted": (lambda: encrypted(SMALL), "an encrypted one"),
    "PyTorch, stretched": (stretched, "as many numbers as its shape"),
    "PyTorch, packed": (packed_torch, "grow at most 64 times"),
    "PyTorch, not recurrent": (lambda: saved({"fc.weight": torch.ones(2, 3)}), r"got fc.weight \(2, 3\)"),
    "npz, claims 373 GB": (numpy_archive({"w": npy((10**11,))}), "bytes that its shape"),
    "npz, overflows": (numpy_archive({"w": npy((2**62, 2**62))}), "bytes that its shape"),
    "npz, packs zeros": (lambda: numpy_archive({"w": ZEROS}, zipfile.ZIP_DEFLATED), "grow at most 64 times"),
    "npz, objects": (numpy_archive({"w": npy((1,), PICKLE, "|O")}), "pickled objects, which are not read"),
    "npz, header": (numpy_archive({"w": b"\x93NUMPY\x01\x00\x05\x00{'a':"}), "a damaged header"),
    "npz, truncated": (numpy_archive({"w": NUMBERS})[:-30], "damaged or truncated"),
    "another archive": (renamed_archive, "got one that holds"),
    "safetensors, header of 2 GB": (safetensors(b"{}", length=2**31), "whose header fits"),
    "safetensors, claims 8 GB": (safetensors(CLAIM), "whose header fits"),
    "safetensors, overflows": (safetensors(OVERFLOW), "whose header fits"),
    "JSON, brackets": (b"[" * 200_000, "far too many brackets|damaged"),
    "JSON, NaN": (b'{"weight_ih_l0": [NaN]}', "expected JSON"),
    "JSON, 5,000 digits": (b'{"a": ' + b"9" * 5000 + b"}", "expected JSON"),
    "JSON, infinity": (INFINITE, "expected finite numbers"),
    "JSON, truncated": (b'{"weight_ih_l0": [[1, 2', "damaged or truncated"),
    "JSON, words": (b'{"a": {"b": "c"}}', "no arrays at all"),
    "JSON, a list for a type": (b'{"layers": [{"type": [1], "weights": [[1]]}]}', "recurrent layer"),
    "weights of Keras in another archive": (another_archive, "got one that holds 'my_model.weights.h5'"),
    "HDF5, claims terabytes": (lambda: hdf5_with(claims_terabytes), "arrays of at most 512 MiB"),
    "HDF5, packs zeros": (lambda: hdf5_with(packs_tightly), "grow at most 64 times"),
    "HDF5, a link to a file": (lambda: hdf5_with(links_outside), "a link to another file"),
    "HDF5, numbers of a file": (lambda: hdf5_with(reads_another_file), "lies in another file"),
    "HDF5, virtual": (lambda: hdf5_with(is_virtual), "lies in another file"),
    "HDF5, contains itself": (lambda: hdf5_with(contains_itself), "no arrays at all"),
    "HDF5, truncated": (lambda: hdf5(keras_arrays(state_dict()))[:1000], "damaged or truncated"),
    "ONNX, truncated": (b"\x08\x0a\x3a\xff\xff\x7f", "damaged or truncated"),
}


@pytest.fixture
def measured() -> Iterator[None]:
    """Each refusal takes less than 5 s of the processor, and the process grows by less than 300 MB."""
    import psutil

    EXECUTED.clear()
    before, start = psutil.Process().memory_info().rss, time.process_time()
    yield
    assert time.process_time() - start < 5
    assert psutil.Process().memory_info().rss - before < 300e6
    assert EXECUTED == []


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_in_a_sentence(name: str) -> None:
    made, message = HOSTILE[name]
    data = made() if callable(made) else made
    with pytest.raises(ValueError, match=message) as refusal:
        lv.load(data)
    assert "weights_only" not in str(refusal.value)
    assert len(str(refusal.value)) < 400


def test_layers_that_do_not_fit_each_other_are_refused() -> None:
    cut = state_dict(num_layers=2)
    cut["weight_ih_l1"] = cut["weight_ih_l1"][:, :3]
    missing = state_dict()
    del missing["weight_hh_l0"]
    gap = state_dict(num_layers=3)
    for name in [name for name in gap if name.endswith("l1")]:
        del gap[name]
    odd = state_dict()
    odd["weight_hh_l0"] = torch.ones(17, 4)
    short = state_dict()
    short["bias_ih_l0"] = torch.ones(5)
    infinite = state_dict()
    infinite["weight_hh_l0"][0, 0] = float("nan")
    for tensors, message in (
        (cut, "expected .* to read the 4 numbers"),
        (missing, "expected weight_hh beside 'weight_ih_l0'"),
        (gap, "expected layers from 0 on"),
        (odd, "expected 4, 3 or 1 blocks of 4 rows"),
        (short, r"expected a bias_ih of shape \(16,\)"),
        (infinite, "expected finite numbers"),
    ):
        with pytest.raises(ValueError, match=message):
            lv.load(tensors)


def by_gate(**changed: tuple[int, ...]) -> dict[str, Any]:
    shapes = {f"{part}_{gate}": (4, 3 if part == "W" else 4) for part in "WU" for gate in "ifgo"}
    return {name: np.ones(shape, np.float32) for name, shape in {**shapes, **changed}.items()}


def normalised(shape: tuple[int, ...]) -> dict[str, Any]:
    names = [f"layernorm_{side}.{what}" for side in "ihc" for what in ("weight", "bias")]
    return {
        "weight_ih": np.ones((16, 3)),
        "weight_hh": np.ones((16, 4)),
        **dict.fromkeys(names, np.ones(shape)),
    }


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({**state_dict(), "weight_hr_l0": np.ones(())}, r"a matrix in 'weight_hr_l0', got the shape \(\)"),
        ({**state_dict(), "weight_hh_l0": None, "weight_hh_l0_g": np.ones((16, 3)),
          "weight_hh_l0_v": np.ones((16, 4))}, "a length for each row of a normed weight"),
        (normalised(()), r"16 scales and 16 shifts in the layer normalisation of ih, got the shapes \(\)"),
        (normalised((5,)), "16 scales and 16 shifts"),
        ({"rnn.lstm_cell.kernel": np.ones(())}, r"\(inputs \+ units, 4 units\)"),
        (by_gate(W_g=(4, 4)), "all gates of '' in one size"),
    ],
)  # fmt: skip
def test_an_array_of_another_shape_is_named(arrays: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"source: expected .*{message}"):
        lv.load({name: array for name, array in arrays.items() if array is not None})


def test_a_list_that_stands_in_itself_many_times_over_is_refused() -> None:
    tree: Any = [torch.ones(1)] * 10
    for _ in range(12):
        tree = [tree] * 10
    with pytest.raises(ValueError, match="entries"):
        lv.load({"a": tree})
    deep: Any = torch.ones(1)
    for _ in range(40):
        deep = {"a": deep}
    with pytest.raises(ValueError, match="deep inside each other"):
        lv.load(deep)


def test_a_file_on_which_h5py_never_returns_is_given_up(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One byte of the given file keeps h5py busy for ever once it looks for an attribute (INSPECT.md)."""
    data = bytearray((shared / "checkpoints" / "textgenrnn.hdf5").read_bytes())
    assert data[2224] == 184
    data[2224] = 99
    monkeypatch.setattr(limits, "SECONDS", 3.0)
    with pytest.raises(ValueError, match="on which the reader does not return; it was ended"):
        lv.load(bytes(data))


def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WAITING", 0.5)
    sleeping = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr("lstm_viz.networks.reading.hdf5._command", lambda: sleeping)
    with pytest.raises(ValueError, match="does not return; it was ended"):
        lv.load(hdf5({"a": [1.0]}))


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "safetensors", None)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ValueError, match=r"library safetensors.*pip install 'lstm-viz\[inspect\]'"):
        lv.load(safetensors({}))
    with pytest.raises(ValueError, match=r"library onnx.*pip install 'lstm-viz\[inspect\]'"):
        lv.load(b"\x08\x0a\x3a\x00")
