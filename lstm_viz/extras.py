"""The optional parts of an installation, and which libraries of theirs are missing."""

from importlib.util import find_spec
from typing import Final

APP: Final = ("streamlit", "starlette", "pandas", "plotly", "orjson", "msgspec", "safetensors")
"""What the app imports: the extra ``app``."""
TRAIN: Final = (
    "torch",
    "distributed",
    "dask",
    "msgspec",
    "safetensors",
    "pooch",
    "filelock",
    "platformdirs",
    "threadpoolctl",
)
"""What training imports: the extra ``train``."""
INSPECT: Final = ("h5py", "onnx", "safetensors")
"""What reads the files of other libraries, PyTorch's apart: the extra ``inspect``."""


def missing(names: tuple[str, ...]) -> list[str]:
    """Return those of the libraries that are not installed."""
    return [name for name in names if find_spec(name) is None]
