"""Cells of PyTorch with the weights of ours."""

import numpy as np
import torch

from lstm_viz import LSTMCell


def torch_lstm(cell: LSTMCell) -> torch.nn.LSTMCell:
    """Return PyTorch's cell with the same weights, in float64."""
    module = torch.nn.LSTMCell(cell.inputs, cell.hidden, dtype=torch.float64)
    values = {
        "weight_ih": cell.weight_ih,
        "weight_hh": cell.weight_hh,
        "bias_ih": cell.bias,
        "bias_hh": np.zeros_like(cell.bias),
    }
    module.load_state_dict({name: torch.tensor(value.copy()) for name, value in values.items()})
    return module
