"""See how an LSTM works: NumPy reference cells that keep every gate of every step.

Importing this package needs NumPy alone; no Streamlit, Plotly or PyTorch is imported.
"""

from lstm_viz.cells import GRUCell, GRUTrace, LSTMCell, LSTMTrace, RNNCell, RNNTrace

__all__ = ["GRUCell", "GRUTrace", "LSTMCell", "LSTMTrace", "RNNCell", "RNNTrace"]
