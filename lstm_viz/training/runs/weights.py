"""Trained weights as a file holds them, read without PyTorch.

The format is safetensors (https://huggingface.co/docs/safetensors): a header in JSON, then the numbers.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

from lstm_viz.training.settings import ModelSettings
from lstm_viz.training.task import Array

PROBE = "probe"
"""The probe as the first recurrent layer reads it, (time, inputs)."""

PROBE_INPUT = "probe_input"
"""The probe as the network reads it, (time, 1, features) or (time, 1): beside the final weights only."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a network is, beside its weights: enough to build it again, and to read its answers in words."""

    model: ModelSettings
    inputs: int
    outputs: int
    symbols: bool
    reads: Literal["last", "every"]
    task: str
    words: tuple[str, ...] = ()
    """What its symbols stand for, if it reads words."""
    classes: tuple[str, ...] = ()
    """The names of its outputs, if they have any."""

    def to_metadata(self) -> dict[str, str]:
        """Return the same as the text that a file holds.

        One entry, for safetensors writes several in an order that differs from time to time.
        """
        return {"network": json.dumps(asdict(self))}

    @classmethod
    def of(cls, weights: bytes) -> Self:
        """Return the shape of the network whose final weights these are.

        Raises
        ------
        ValueError
            If the file does not say.
        """
        try:
            length = int.from_bytes(weights[:8], "little")
            plain = json.loads(json.loads(weights[8 : 8 + length])["__metadata__"]["network"])
            names = {key: tuple(plain.get(key, ())) for key in ("words", "classes")}
            return cls(**{**plain, **names, "model": ModelSettings(**plain["model"])})
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError("weights: the file does not say of which network they are") from error


def read(weights: bytes) -> dict[str, Array]:
    """Return the arrays of a file by name.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    try:
        return load(weights)
    except (SafetensorError, KeyError, ValueError) as error:
        raise ValueError("weights: the file is damaged") from error


def layer_of(arrays: Mapping[str, Array], depth: int) -> dict[str, Any]:
    """Return one layer under PyTorch's own names, in float64: what ``LSTMCell.from_torch`` reads."""
    prefix = f"layers.{depth}."
    return {
        name.removeprefix(prefix): array.astype(np.float64)
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
