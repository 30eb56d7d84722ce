"""One layer of the state dict of a ``torch.nn.LSTM``, GRU or RNN as arrays, without importing PyTorch.

References
----------
https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html, "Variables": the names of the weights.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lstm_viz.cells.checks import real_array, require_shape


class TorchLayer(NamedTuple):
    """The weights of one layer and direction, under PyTorch's names."""

    weight_ih: npt.NDArray[Any]
    weight_hh: npt.NDArray[Any]
    bias_ih: npt.NDArray[Any]
    bias_hh: npt.NDArray[Any]
    weight_hr: npt.NDArray[Any] | None
    """The projection of an LSTM with ``proj_size``, and None otherwise."""


def read_layer(state_dict: Mapping[str, Any], layer: int, *, reverse: bool) -> TorchLayer:
    """Return one layer and direction. Where there are no biases (``bias=False``) they are zero.

    Raises
    ------
    ValueError
        If a key is missing (the message lists the layers that are there), or the two biases differ in shape.
    """
    suffix = f"l{layer}_reverse" if reverse else f"l{layer}"
    weight_ih = _read(state_dict, f"weight_ih_{suffix}")
    weight_hh = _read(state_dict, f"weight_hh_{suffix}")
    projection = f"weight_hr_{suffix}"
    weight_hr = _read(state_dict, projection) if projection in state_dict else None
    if f"bias_ih_{suffix}" not in state_dict and f"bias_hh_{suffix}" not in state_dict:
        none = np.zeros(len(weight_ih), weight_ih.dtype)
        return TorchLayer(weight_ih, weight_hh, none, none, weight_hr)
    bias_ih = _read(state_dict, f"bias_ih_{suffix}")
    bias_hh = _read(state_dict, f"bias_hh_{suffix}")
    require_shape(f"bias_hh_{suffix}", bias_hh, bias_ih.shape, "of the other bias")
    return TorchLayer(weight_ih, weight_hh, bias_ih, bias_hh, weight_hr)


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
    return f"no recurrent layer but the keys {', '.join(map(repr, state_dict)) or '(none)'}"
