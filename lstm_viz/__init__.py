"""See how an LSTM works: a NumPy reference cell that keeps every gate of every step.

Importing this package needs NumPy alone; no Streamlit, Plotly or PyTorch is imported.
"""

from lstm_viz.cells import LSTMCell, LSTMTrace

__all__ = ["LSTMCell", "LSTMTrace"]
