"""The best weights of a run, judged by the score on held-back data: early stopping.

References
----------
Prechelt (1998), "Early Stopping – But When?", in Neural Networks: Tricks of the Trade, Springer.
"""

from typing import Any

from torch import Tensor

from lstm_viz.training.engine.models import Network
from lstm_viz.training.task import Goal


class BestWeights:
    """A copy of a network's weights from the update after which it scored best.

    Scores come after fixed numbers of updates, so the same settings keep the weights of the same update. The
    network before its first update is no candidate.

    Parameters
    ----------
    network
        The network in training.
    goal
        Says which score is better.

    Attributes
    ----------
    update, score
        When the copy was made, and its score; None before the first.
    """

    def __init__(self, network: Network, goal: Goal) -> None:
        self._network, self._goal = network, goal
        self._weights: dict[str, Tensor] = {}
        self.update: int | None = None
        self.score: float | None = None

    def consider(self, update: int, score: float) -> None:
        """Copy the weights if their score is better than that of the copy; of equals the first stays."""
        if update > 0 and (self.score is None or self._goal.is_better(score, self.score)):
            self.update, self.score = update, score
            self._weights = {name: value.clone() for name, value in self._network.state_dict().items()}

    def restore(self) -> None:
        """Give the network the weights of the copy."""
        self._network.load_state_dict(self._weights)

    def state_dict(self) -> dict[str, Any]:
        """Return what is needed to go on."""
        return {"update": self.update, "score": self.score, "weights": self._weights}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take what :meth:`state_dict` returned."""
        self.update, self.score, self._weights = state["update"], state["score"], state["weights"]
