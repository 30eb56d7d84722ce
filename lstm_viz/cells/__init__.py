"""NumPy cells and the records of their runs."""

from lstm_viz.cells.lstm import LSTMCell
from lstm_viz.cells.trace import LSTMStep, LSTMTrace

__all__ = ["LSTMCell", "LSTMStep", "LSTMTrace"]
