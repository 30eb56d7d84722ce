"""One layer of a ``torch.nn.LSTM`` state dict as arrays, without importing PyTorch.

References
----------
https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html, "Variables": the names of the weights.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from lstm_viz.cells.checks import real_array, require_shape

Weights: TypeAlias = tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]


def read_layer(state_dict: Mapping[str, Any], layer: int, *, reverse: bool) -> Weights:
    """Return (weight_ih, weight_hh, bias) of one layer and direction; bias is the sum of PyTorch's two.

    Raises
    ------
    ValueError
        If a key is missing (the message lists the layers that are there), or if there is a projection.
    """
    suffix = f"l{layer}_reverse" if reverse else f"l{layer}"
    if f"weight_hr_{suffix}" in state_dict:
        raise ValueError(
            "state_dict: expected an LSTM without projections (proj_size=0), "
            f"got a weight of one, 'weight_hr_{suffix}'"
        )
    weight_ih = _read(state_dict, f"weight_ih_{suffix}")
    weight_hh = _read(state_dict, f"weight_hh_{suffix}")
    if f"bias_ih_{suffix}" not in state_dict and f"bias_hh_{suffix}" not in state_dict:
        return weight_ih, weight_hh, np.zeros(len(weight_ih), weight_ih.dtype)
    bias_ih = _read(state_dict, f"bias_ih_{suffix}")
    bias_hh = _read(state_dict, f"bias_hh_{suffix}")
    require_shape(f"bias_hh_{suffix}", bias_hh, bias_ih.shape, "of the other bias")
    return weight_ih, weight_hh, bias_ih + bias_hh


def _read(state_dict: Mapping[str, Any], key: str) -> npt.NDArray[Any]:
    if key not in state_dict:
        raise ValueError(f"state_dict: expected the key {key!r}, got {_found(state_dict)}")
    value = state_dict[key]
    # A tensor that requires gradients or lies on another device does not turn into an array by itself.
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    return real_array(key, value, "a tensor or an array")


def _found(state_dict: Mapping[str, Any]) -> str:
    layers = [match[1] for key in state_dict if (match := re.fullmatch(r"weight_ih_(l\d+(_reverse)?)", key))]
    if layers:
        return f"the layers {', '.join(layers)}"
    return f"no layer of an LSTM but the keys {', '.join(map(repr, state_dict)) or '(none)'}"
