"""NumPy cells, the records of their runs, and their exact derivatives."""

from lstm_viz.cells.gradients import GRUGradients, LSTMGradients, RNNGradients
from lstm_viz.cells.gru import GRUCell
from lstm_viz.cells.linear_step import LinearStep
from lstm_viz.cells.lstm import LSTMCell
from lstm_viz.cells.rnn import RNNCell
from lstm_viz.cells.trace import GRUStep, GRUTrace, LSTMStep, LSTMTrace, RNNStep, RNNTrace
from lstm_viz.cells.variant_cell import LSTMVariantCell
from lstm_viz.cells.variants import LSTM_1997, VARIANTS, LSTMVariant

__all__ = [
    "LSTM_1997",
    "VARIANTS",
    "GRUCell",
    "GRUGradients",
    "GRUStep",
    "GRUTrace",
    "LSTMCell",
    "LSTMGradients",
    "LSTMStep",
    "LSTMTrace",
    "LSTMVariant",
    "LSTMVariantCell",
    "LinearStep",
    "RNNCell",
    "RNNGradients",
    "RNNStep",
    "RNNTrace",
]
