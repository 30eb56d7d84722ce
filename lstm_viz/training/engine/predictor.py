"""A trained network as a task sees it: NumPy in, NumPy out."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import torch

from lstm_viz.training.engine.models import Network
from lstm_viz.training.engine.tensors import tensor
from lstm_viz.training.task import Array

AT_ONCE: Final = 2_000_000
"""Numbers of h held at a time, about: 8 MB for each layer."""


class NetworkPredictor:
    """The network without gradients and without dropout; see ``task.Predictor``.

    Parameters
    ----------
    network
        It is switched to training and back around each call, if it was training.
    device
        Where it lies.
    on_progress
        Called now and then with the share that has been answered, from 0 to 1, or None.
    """

    def __init__(
        self,
        network: Network,
        device: torch.device,
        on_progress: Callable[[float | None], None] = lambda _done: None,
    ) -> None:
        self._network, self._device, self._on_progress = network, device, on_progress

    def __call__(self, x: Array, lengths: Array | None = None) -> Array:
        """Return the outputs, (batch, outputs) or (time, batch, outputs), before any softmax.

        Sequences are taken a few at a time, cut to the longest among them.
        """
        count = x.shape[1]
        at_once = max(1, AT_ONCE // (len(x) * self._network.output.in_features))
        answers = []
        for start in range(0, count, at_once):
            self._on_progress(start / count if count > at_once else None)
            part = slice(start, start + at_once)
            answers.append(self._answers(x[:, part], None if lengths is None else lengths[part]))
        return np.concatenate(answers, axis=-2) if len(answers) > 1 else answers[0]

    def step(self, x: Array, state: Any = None) -> tuple[Array, Any]:
        """Read (time, batch, ...) from a state, None at first; return every step's outputs, new state."""
        self._on_progress(None)
        with evaluating(self._network):
            h, after = self._network.states(tensor(x, self._device), None, state)
            return self._network.output(h).cpu().numpy(), after

    def _answers(self, x: Array, lengths: Array | None) -> Array:
        steps = len(x) if lengths is None else int(lengths.max())
        known = None if lengths is None else torch.from_numpy(np.ascontiguousarray(lengths))
        with evaluating(self._network):
            outputs: Array = self._network(tensor(x[:steps], self._device), known)[0].cpu().numpy()
        if self._network.reads == "every" and steps < len(x):
            outputs = np.concatenate([outputs, np.zeros((len(x) - steps, *outputs.shape[1:]), outputs.dtype)])
        return outputs


class evaluating:  # noqa: N801 - read as a word: with evaluating(network)
    """No gradients and no dropout inside; outside all is as it was."""

    def __init__(self, network: Network) -> None:
        self._network, self._inference = network, torch.inference_mode()

    def __enter__(self) -> None:
        self._was_training = self._network.training
        self._network.eval()
        self._inference.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._inference.__exit__(*error)
        self._network.train(self._was_training)
