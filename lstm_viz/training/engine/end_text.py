"""How a run ended, in a sentence or two."""

import torch

from lstm_viz.notation import counted
from lstm_viz.training.engine.best import BestWeights
from lstm_viz.training.engine.scores import Scores
from lstm_viz.training.runs.events import End
from lstm_viz.training.score_format import bare_score, score_text
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Goal


def end_text(
    end: End, update: int, scores: Scores, goal: Goal, settings: TrainingSettings, kept: BestWeights | None
) -> str:
    """Return why a run is over, how far it came, and which weights are kept if they are not the last."""
    after = counted(update, "update")
    why = {
        "solved": f"Solved after {after}",
        "updates": f"Done after {after}",
        "stopped": f"Stopped after {after}",
        "time": f"The time limit of {counted(settings.minutes, 'minute')} was reached after {after}",
    }[end]
    if scores.last is None:
        return f"{why}."
    score = score_text(goal.name, scores.last)
    # Scores on the way are of some of the data held back, and of an earlier update.
    reached = (
        f"{why}: {score} on what is held back."
        if scores.is_of_all(update)
        else f"{why}; the last score on the way was {score}."
    )
    return " ".join(filter(None, [reached, best_text(kept, goal), _goal_text(end, scores, goal)]))


def best_text(kept: BestWeights | None, goal: Goal) -> str:
    """Return which weights are kept, if they are not the last ones."""
    if kept is None or kept.score is None:
        return ""
    score = score_text(goal.name, kept.score)
    return (
        f"The weights kept are those after {counted(kept.update or 0, 'update')}, which scored best: {score}."
    )


def _goal_text(end: End, scores: Scores, goal: Goal) -> str:
    if goal.solved is None or end == "solved":
        return ""
    if scores.solved_at is not None:
        return f"It was solved first after {counted(scores.solved_at, 'update')}."
    wanted = "at most" if goal.better == "lower" else "at least"
    return f"Solved would be {wanted} {bare_score(goal.name, goal.solved)}."


def divergence_text(update: int, norm: float, settings: TrainingSettings, where: str) -> str:
    """Return at which update a training went astray, the norm of the gradient before it, and what to try.

    ``where`` says in what of the cell it happened; it is empty where nobody knows.
    """
    tries = [f"a lower learning rate than {settings.optimiser.rate:g}"]
    if settings.optimiser.clip is None or settings.optimiser.clip > 1:
        tries.append("clipping the gradient at 1")
    before = f"; the norm of the gradient just before it was {norm:.3g}" if update else ""
    return (
        f"The loss or its gradient stopped being a finite number at update {update + 1:,}{before}. "
        f"{where + ' ' if where else ''}Try {' and '.join(tries)}."
    )


def error_text(error: Exception) -> str:
    """Return what went wrong, in words for a person who did not write the program."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError) or "not enough memory" in str(error):
        return "There was not enough memory: try fewer units, a smaller batch or shorter sequences."
    if isinstance(error, ValueError | OSError):
        return str(error) or type(error).__name__
    return f"Something went wrong in the training ({type(error).__name__}): the worker's log has the details."
