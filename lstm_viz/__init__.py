"""See how an LSTM works: NumPy reference cells that keep every gate of every step, and their exact gradients.

Importing this package needs NumPy alone; no Streamlit, Plotly or PyTorch is imported. ``lstm_viz.analysis``,
what makes a cell of its equations and ``lstm_viz.load`` are loaded when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

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
    from lstm_viz.cells.catalogue import CATALOGUE
    from lstm_viz.cells.cell import Cell
    from lstm_viz.cells.equations import Equations
    from lstm_viz.cells.language import EquationError
    from lstm_viz.networks.reading.load import load

__all__ = [
    "CATALOGUE",
    "LSTM_1997",
    "VARIANTS",
    "Cell",
    "EquationError",
    "Equations",
    "GRUCell",
    "GRUTrace",
    "LSTMCell",
    "LSTMTrace",
    "LSTMVariant",
    "LSTMVariantCell",
    "RNNCell",
    "RNNTrace",
    "analysis",
    "load",
]


_LATER: Final = {
    "CATALOGUE": "lstm_viz.cells.catalogue",
    "Cell": "lstm_viz.cells.cell",
    "EquationError": "lstm_viz.cells.language",
    "Equations": "lstm_viz.cells.equations",
    "load": "lstm_viz.networks.reading.load",
}


def __getattr__(name: str) -> Any:
    if name == "analysis":
        return import_module("lstm_viz.analysis")
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
