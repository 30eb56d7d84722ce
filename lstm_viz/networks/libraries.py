"""Optional libraries: imported when something needs them, and named where they are missing."""

from importlib import import_module
from typing import Any


def required(library: str, format: str) -> Any:
    """Import a library.

    Parameters
    ----------
    library
        Its name.
    format
        What it is for, for the message: "ONNX files".

    Raises
    ------
    ValueError
        If it is not installed: the message says how to get it.
    """
    try:
        return import_module(library)
    except ImportError:
        extra = {"torch": "train", "pandas": "app"}.get(library, "inspect")
        raise ValueError(
            f"source: expected the library {library}, for {format}, to be installed, got none; "
            f"get it with pip install 'lstm-viz[{extra}]'"
        ) from None
