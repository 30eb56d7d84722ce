"""Rows of the table that says how good a finished network is, the same for tasks of any kind.

What reaches what was asked for is good, what guessing does as well is bad, and what lies between is neither.
"""

from dataclasses import dataclass
from typing import Final

from lstm_viz.training.task import Goal, Measure

_NEARLY_ALL: Final = 99.9


def percent(share: float) -> float:
    """Return a share from 0 to 1 in per cent, to a tenth; 100 only where it is all."""
    return 100.0 if share >= 1.0 else min(round(100.0 * share, 1), _NEARLY_ALL)


def beside_guessing(name: str, share: float, guessing: float, wanted: float, note: str) -> Measure:
    """Return a row for a share of right answers, in per cent.

    Parameters
    ----------
    name
        What is measured, without its unit.
    share, guessing, wanted
        What was found, what guessing gives, and from where on it is good; from 0 to 1.
    note
        What it means, to which is added what guessing gives.
    """
    good = True if share >= wanted else None if share > guessing else False
    return Measure(f"{name} (%)", percent(share), f"{note} Guessing gives {percent(guessing):g} %.", good)


@dataclass(frozen=True, slots=True)
class Lengths:
    """A score on sequences as long as those trained on, and on longer ones.

    Parameters
    ----------
    what
        What is measured, without its unit: "Right answers", "Mean squared error".
    goal
        The task's: what guessing gives, and from which score on it is solved.
    steps, longer
        How long the sequences are.
    """

    what: str
    goal: Goal
    steps: int
    longer: int

    def rows(self, score: float, beyond: float, found: str = "") -> list[Measure]:
        """Return a row for the score as trained, and one for that on longer sequences.

        ``found`` is a sentence on the errors in the longer ones: what was measured, and no conjecture.
        """
        return [
            self._row(self.steps, score, "Held back: never trained on, and as long as those that were."),
            self._row(self.longer, beyond, f"Longer than any trained on. {found}".rstrip()),
        ]

    def _row(self, steps: int, score: float, note: str) -> Measure:
        name, goal = f"{self.what}, {steps} steps", self.goal
        if goal.better == "higher":
            assert goal.solved is not None
            return beside_guessing(name, score, goal.guessing, goal.solved, note)
        good = True if goal.reached(score) else None if score < goal.guessing else False
        return Measure(name, score, f"{note} Guessing gives {goal.guessing:.3g}.", good)
