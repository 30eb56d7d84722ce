"""What of a network goes into files: its weights, and the probe that shows its gates."""

from collections.abc import Mapping

import numpy as np
import torch
from safetensors.numpy import save
from torch import Tensor

from lstm_viz.training.engine.models import Network
from lstm_viz.training.engine.predictor import evaluating
from lstm_viz.training.engine.tensors import tensor
from lstm_viz.training.runs.weights import PROBE, PROBE_INPUT, Shape
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Array, TaskData


class WeightFiles:
    """Writes the weights of a network in the safetensors format.

    Parameters
    ----------
    settings, data
        What it learns.
    network, device
        The network, and where it lies.
    """

    def __init__(
        self, settings: TrainingSettings, data: TaskData, network: Network, device: torch.device
    ) -> None:
        self._network = network
        self._probe = tensor(data.probe.x, device)
        shape = Shape(
            settings.model, data.inputs, data.outputs, data.symbols, data.reads, settings.task,
            data.words, data.classes,
        )  # fmt: skip
        self._metadata = shape.to_metadata()

    def snapshot(self) -> bytes:
        """Return the weights, and the probe as the first recurrent layer reads it.

        A learned embedding is left out: the probe stands for it, and large ones would be kept thirty times.
        """
        weights = self._weights()
        weights.pop("embedding.weight", None)
        return save(_to_numpy(weights))

    def final(self) -> bytes:
        """Return all weights, the probe in both forms, and what the network is."""
        return save(_to_numpy({**self._weights(), PROBE_INPUT: self._probe}), self._metadata)

    def _weights(self) -> dict[str, Tensor]:
        with evaluating(self._network):
            return {**self._network.state_dict(), PROBE: self._network.embedded(self._probe)[:, 0]}


def _to_numpy(tensors: Mapping[str, Tensor]) -> dict[str, Array]:
    return {name: np.ascontiguousarray(value.cpu().numpy()) for name, value in tensors.items()}
