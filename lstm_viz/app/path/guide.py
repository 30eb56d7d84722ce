"""Where a person is on the guided path, and what they have done on it. No Streamlit here."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from lstm_viz.lessons.play import query_of
from lstm_viz.lessons.stops import Stop, guided_path
from lstm_viz.lessons.tasks import Choose, Predict

PATH: Final = "path"
"""The key of the query under which a link names the stop, counted from 1."""
WHOLE: Final = "whole"
"""The key that is there where all controls of the page are shown beside the stop."""

KEYS: Final = (PATH, WHOLE)

PAGES: Final = ("start", "cell")
"""The pages that have a coach: the path leads through its stops on these, then to the page of the next."""

STOPS: Final = tuple(stop for stop in guided_path().stops if stop.page in PAGES)

_LONGEST: Final = 9
"""Digits of a number that are read."""


@dataclass(slots=True)
class Progress:
    """What a person has done, by the key of the stop."""

    done: set[str] = field(default_factory=set)
    chosen: dict[str, int] = field(default_factory=dict)
    """The option chosen last, counted from 0."""
    said: dict[str, dict[int, float]] = field(default_factory=dict)
    """Predictions by step."""
    number: int = 1
    """The stop that they were at last, counted from 1."""


@dataclass(frozen=True, slots=True)
class Guide:
    """A stop of the guided path on a page.

    Parameters
    ----------
    number
        The stop, counted from 1.
    whole
        Whether the page shows all that it has, and the coach below it.
    progress
        What has been done so far.
    """

    number: int
    whole: bool
    progress: Progress

    @classmethod
    def read(cls, query: Mapping[str, str], page: str, progress: Progress) -> Self | None:
        """Return the guide that a link names; None where it names none, or one of another page."""
        number = query.get(PATH, "")
        # int() refuses thousands of digits, and anybody may have made the link.
        if not number.isdecimal() or len(number) > _LONGEST or not 1 <= int(number) <= len(STOPS):
            return None
        guide = cls(int(number), WHOLE in query, progress)
        return guide if guide.stop.page == page else None

    @property
    def stop(self) -> Stop:
        """The stop."""
        return STOPS[self.number - 1]

    @property
    def is_done(self) -> bool:
        """Whether its task is done."""
        return self.stop.key in self.progress.done

    def hidden_from(self) -> int | None:
        """Return the step, counted from 1, from which on the hidden quantities are not shown yet, if any."""
        if not self.stop.hidden or self.is_done:
            return None
        return self.asked_step() or 1

    def asked_step(self) -> int | None:
        """Return the step that is to be predicted next; None where there is none."""
        task = self.stop.task
        if not isinstance(task, Predict):
            return None
        said = self.progress.said.get(self.stop.key, {})
        return next((step for step in task.steps if step not in said), None)

    def answer(self, message: Mapping[str, Any]) -> None:
        """Take ``{"choice": 2}``, ``{"value": 0.5}`` for the step asked for, or ``{"done": true}``.

        Raises
        ------
        ValueError, TypeError, KeyError
            If it is not one that the stop asks for.
        """
        stop, progress = self.stop, self.progress
        match stop.task:
            case Choose() as task:
                choice = int(message["choice"])
                if not 0 <= choice < len(task.options):
                    raise ValueError(f"choice must be 0 to {len(task.options) - 1}, got {choice}")
                progress.chosen[stop.key] = choice
            case Predict():
                step = self.asked_step()
                value = float(message["value"])
                if not math.isfinite(value):
                    raise ValueError(f"value must be a finite number, got {value}")
                if step is not None:
                    progress.said.setdefault(stop.key, {})[step] = value
            case _ if stop.page == "start" and message["done"]:
                progress.done.add(stop.key)
            case _:
                raise ValueError("the task of this stop is checked by its run")


def query_to(number: int) -> dict[str, str]:
    """Return the query of the page that a stop is on, as the stop begins."""
    stop = STOPS[number - 1]
    step = {} if stop.step is None else {"step": str(stop.step)}
    return {**query_of(stop.link), **step, PATH: str(number)}
