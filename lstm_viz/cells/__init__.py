"""NumPy cells and the records of their runs."""

from lstm_viz.cells.gru import GRUCell
from lstm_viz.cells.lstm import LSTMCell
from lstm_viz.cells.rnn import RNNCell
from lstm_viz.cells.trace import GRUStep, GRUTrace, LSTMStep, LSTMTrace, RNNStep, RNNTrace

__all__ = [
    "GRUCell",
    "GRUStep",
    "GRUTrace",
    "LSTMCell",
    "LSTMStep",
    "LSTMTrace",
    "RNNCell",
    "RNNStep",
    "RNNTrace",
]
