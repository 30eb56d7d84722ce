"""See how an LSTM works: NumPy reference cells that keep every gate of every step, and their exact gradients.

Importing this package needs NumPy alone; no Streamlit, Plotly or PyTorch is imported.
"""

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
]
