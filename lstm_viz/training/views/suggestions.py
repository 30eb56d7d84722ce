"""Three things to try with a task: what its own choices and presets allow."""

from collections.abc import Iterator, Sequence
from typing import Final

from lstm_viz.markdown import Markdown
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Task
from lstm_viz.training.views.names import against

_MOST: Final = 3
_WATCH: Final = "watch"

_BY_OPTION: Final = {
    "steps": Markdown(
        "**Make it longer.** Double the steps once it is solved. Does the same network still learn it, "
        "and what does its forget gate have to become?"
    ),
    "most": Markdown(
        "**Count further.** Double the largest n. How far does the network count beyond it, and what "
        "does C do at each letter?"
    ),
    "horizon": Markdown(
        "**Let it run freely.** When the run is over, choose *running freely*: how long does the "
        "forecast keep to what was measured, and does it beat the last value?"
    ),
    "length": Markdown(
        "**Read along.** Point at the words in the timeline one after another. At which of them does C "
        "move, and where is the forget gate nearly open?"
    ),
}
"""By a choice that a task has: what it can be used for. Of several the first counts."""

_GATES: Final = Markdown(
    "**Take the gates away.** Press *{}*. Which of them does better than guessing, and after how many "
    "updates?"
)
_OTHER: Final = Markdown(
    "**Is it any better?** Press *{}*. Which of them solves it, and after how many updates? Then take the "
    "next cell, or change a line."
)
_SEED: Final = Markdown(
    "**Was it luck?** Press *Another seed*, twice. How far apart are the runs, and do their gates learn the "
    "same?"
)
PRESET: Final = Markdown("**See another network.** It starts from other settings, and is trained at once.")
"""The suggestion that a press can carry out: see :func:`suggested_preset`."""


def suggestions(task: Task, compared: Sequence[str]) -> list[Markdown]:
    """Return what to try with a task, the most telling first.

    ``compared`` are the cells that are trained against each other with one press.
    """
    return list(_fitting(task, compared))[:_MOST]


def suggested_preset(task: Task) -> tuple[str, TrainingSettings] | None:
    """Return the title and the settings of the preset to try; one that says what to watch is best."""
    titles = sorted(task.presets, key=lambda title: _WATCH not in title)
    return next(((title, task.presets[title]) for title in titles), None)


def _fitting(task: Task, compared: Sequence[str]) -> Iterator[Markdown]:
    yield (_GATES if "rnn" in compared else _OTHER).format(against(compared))
    if task.presets:
        yield PRESET
    own = next((said for name, said in _BY_OPTION.items() if _fits(task, name)), None)
    if own is not None:
        yield own
    yield _SEED


def _fits(task: Task, name: str) -> bool:
    # The steps of a series are how much of it there is, not how long anything has to be kept.
    return name in task.options and (name != "steps" or "horizon" not in task.options)
