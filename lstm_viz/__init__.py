"""See how an LSTM works: NumPy reference cells that keep every gate of every step, and their exact gradients.

Importing this package needs NumPy alone; no Streamlit, Plotly or PyTorch is imported. ``lstm_viz.analysis``
is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lstm_viz.cells import (
    LSTM_1997,
    VARIANTS,
    GRUCell,
    GRUTrace,
    LSTMCell,
    LSTMTrace,
    LSTMVariant,
    LSTMVariantCell,
    RNNCell,
    RNNTrace,
)

if TYPE_CHECKING:
    from lstm_viz import analysis

__all__ = [
    "LSTM_1997",
    "VARIANTS",
    "GRUCell",
    "GRUTrace",
    "LSTMCell",
    "LSTMTrace",
    "LSTMVariant",
    "LSTMVariantCell",
    "RNNCell",
    "RNNTrace",
    "analysis",
]


def __getattr__(name: str) -> Any:
    if name == "analysis":
        return import_module("lstm_viz.analysis")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
