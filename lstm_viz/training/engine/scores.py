"""The score on held-back data: followed on some of it, decided on all of it, at fixed updates."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_viz.training.engine.tensors import some
from lstm_viz.training.report_schedule import SCORED_SEQUENCES, is_early, updates_between_scores
from lstm_viz.training.task import Array, Example, Predictor, TaskData


class Scores:
    """Scores of a network while it learns.

    Every few updates it is scored on some of the held-back sequences; where that looks solved for the first
    time, on all of them. What is spent follows from the sizes alone, not from the clock.

    Parameters
    ----------
    data
        The task's.

    Attributes
    ----------
    last
        The newest score, None before the first.
    solved
        Whether the newest score on all held-back data counts as solved.
    solved_at
        The first update of which that was true.
    """

    def __init__(self, data: TaskData) -> None:
        self._data = data
        count = data.test.x.shape[1]
        # Spread over all of them: a task may have sorted them.
        which = np.unique(np.linspace(0, count - 1, min(count, SCORED_SEQUENCES)).round().astype(np.int64))
        self._sample = some(data.test, data.reads, which)
        self._sample_is_all = len(which) == count
        shown = data.batch(0).x.shape
        steps, sequences = shown[:2]
        self._every = updates_between_scores(len(which), len(self._sample.x), sequences, steps)
        self._pause = updates_between_scores(count, len(data.test.x), sequences, steps)
        self._next_of_all = 0
        self._of_all_at = -1
        self._outputs: Array | None = None
        self._shown: Sequence[Example] = ()
        self.last: float | None = None
        self.solved = False
        self.solved_at: int | None = None

    def is_due(self, update: int) -> bool:
        """Return whether this is one of the updates after which to score."""
        return update % self._every == 0 or is_early(update, self._every)

    def score(self, update: int, network: Predictor) -> float:
        """Return the score after ``update`` updates; on all held-back data if it looks solved."""
        self._outputs = network(self._sample.x, self._sample.lengths)
        score = self.last = float(self._data.score(self._outputs, self._sample))
        if self._sample_is_all:
            self._decide(update, score)
        elif self.solved_at is None and update >= self._next_of_all and self._data.goal.reached(score):
            score = self.score_all(update, network)
        return score

    def score_all(self, update: int, network: Predictor) -> float:
        """Return the score on all held-back data."""
        test = self._data.test
        self._next_of_all = update + self._pause
        score = self.last = float(self._data.score(network(test.x, test.lengths), test))
        self._decide(update, score)
        return score

    def is_of_all(self, update: int) -> bool:
        """Return whether the newest score is of this update and of all held-back data."""
        return self._of_all_at == update

    def _decide(self, update: int, score: float) -> None:
        self._of_all_at = update
        self.solved = self._data.goal.reached(score)
        if self.solved and self.solved_at is None:
            self.solved_at = update

    def examples(self, most: int) -> Sequence[Example]:
        """Return some of the sequences in words with the answers last given, at most ``most``."""
        if self._outputs is not None:
            self._shown = self._data.examples(self._outputs, self._sample, most)
            self._outputs = None
        return self._shown

    def state_dict(self) -> dict[str, Any]:
        """Return what is needed to go on."""
        return {
            "next_of_all": self._next_of_all,
            "last": self.last,
            "solved": self.solved,
            "solved_at": self.solved_at,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take what :meth:`state_dict` returned."""
        self._next_of_all, self.last = state["next_of_all"], state["last"]
        self.solved, self.solved_at = state["solved"], state["solved_at"]
