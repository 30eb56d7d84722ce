"""A network, its optimiser and its random numbers: all that one update changes."""

from typing import Any

import torch
from torch import Tensor

from lstm_viz.training.engine.initialisation import initialise
from lstm_viz.training.engine.losses import loss_of
from lstm_viz.training.engine.models import Network, State
from lstm_viz.training.engine.not_finite import NotFiniteError
from lstm_viz.training.engine.optimisers import clip, optimiser
from lstm_viz.training.engine.tensors import to_tensors
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import TaskData


class Learner:
    """Learns a task, one update after another.

    Parameters
    ----------
    settings
        What to learn, and how.
    data
        The task's data for these settings.
    device
        Where.

    Attributes
    ----------
    network
        As it is after ``update`` updates.
    update
        How many there were.
    """

    def __init__(self, settings: TrainingSettings, data: TaskData, device: torch.device) -> None:
        self._settings, self._data, self._device = settings, data, device
        self._noise = torch.Generator(device).manual_seed(settings.seed)
        self.network = new_network(settings, data, self._noise).to(device)
        self._weights = list(self.network.parameters())
        self._optimiser = optimiser(self.network, settings.optimiser)
        self._carried: State | None = None
        self.update = 0

    def step(self) -> tuple[float, float]:
        """Make one update; return its loss, and the norm of the gradient before clipping.

        Raises
        ------
        NotFiniteError
            If either of the two is not finite.
        """
        batch = self._data.batch(self.update)
        if batch.fresh:
            self._carried = None
        tensors = to_tensors(batch, self._data.reads, self._device)
        outputs = self._answers(tensors.x, tensors.lengths)
        loss = loss_of(self._data.loss, outputs, tensors)
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = clip(self._weights, self._settings.optimiser.clip)
        reached = loss.item()
        if not (abs(reached) < float("inf") and norm < float("inf")):
            raise NotFiniteError
        self._optimiser.step()
        self.update += 1
        return reached, norm

    def _answers(self, x: Tensor, lengths: Tensor | None) -> Tensor:
        """Return the outputs for a batch; along a stream the gradient is cut every so many steps."""
        if not self._data.stream:
            answers: Tensor = self.network(x, lengths)[0]
            return answers
        parts = []
        for piece in torch.split(x, self._settings.truncate or len(x)):
            outputs, state = self.network(piece, None, self._carried)
            self._carried = [_detached(each) for each in state]
            parts.append(outputs)
        return torch.cat(parts)

    def state_dict(self) -> dict[str, Any]:
        """Return what is needed to go on, to the bit."""
        return {
            "update": self.update,
            "network": self.network.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "noise": self._noise.get_state(),
            "carried": self._carried,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take what :meth:`state_dict` returned.

        Raises
        ------
        ValueError
            If it is of another network.
        """
        try:
            self.network.load_state_dict(state["network"])
            self._optimiser.load_state_dict(state["optimiser"])
            self._noise.set_state(state["noise"])
            self._carried = _moved(state["carried"], self._device)
            self.update = int(state["update"])
        except (KeyError, RuntimeError, TypeError) as error:
            raise ValueError("checkpoint: it is of another network and cannot be resumed") from error


def new_network(settings: TrainingSettings, data: TaskData, noise: torch.Generator) -> Network:
    """Return a network with its first weights, drawn by the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = Network(
            settings.model, data.inputs, data.outputs, symbols=data.symbols, reads=data.reads, noise=noise
        )
        for layer in network.recurrent:
            initialise(layer, settings.model)
    return network


def _detached(state: Any) -> Any:
    if isinstance(state, tuple):
        return tuple(each.detach() for each in state)
    return state.detach()


def _moved(state: Any, device: torch.device) -> Any:
    if isinstance(state, Tensor):
        return state.to(device)
    return state if state is None else type(state)(_moved(each, device) for each in state)
