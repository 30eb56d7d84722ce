"""Three things to try with the task that is chosen: what its own choices and presets allow."""

from collections.abc import Iterator
from typing import Final

import streamlit as st

from lstm_viz.app.train.state import TrainWork
from lstm_viz.training.task import Task

_MOST: Final = 3
_WATCH: Final = "watch"

_BY_OPTION: Final = {
    "steps": "**Make it longer.** Double the steps once it is solved. Does the same network still learn it, "
    "and what does its forget gate have to become?",
    "most": "**Count further.** Double the largest n. How far does the network count beyond it, and what "
    "does C do at each letter?",
    "horizon": "**Let it run freely.** When the run is over, choose *running freely*: how long does the "
    "forecast keep to what was measured, and does it beat the last value?",
    "length": "**Read along.** Point at the words in the film one after another. At which of them does C "
    "move, and where is the forget gate nearly open?",
}
"""By a choice that a task has: what it can be used for. Of several the first counts."""

_GATES: Final = (
    "**Take the gates away.** Press *LSTM against GRU against RNN*. Which of them does better than guessing, "
    "and after how many updates?"
)
_SEED: Final = (
    "**Was it luck?** Press *Another seed*, twice. How far apart are the runs, and do their gates learn the "
    "same?"
)
_PRESET: Final = "**See another network.** It starts from other settings, and is trained at once."


def show_tries(chosen: TrainWork) -> None:
    """Offer them, with a press that trains a preset of the task."""
    # One that says what to watch is best.
    titles = sorted(chosen.task.presets, key=lambda title: _WATCH not in title)
    preset = next(((title, chosen.task.presets[title]) for title in titles), None)

    def train_it() -> None:
        if preset is not None:
            chosen.start_from(preset[1])
            chosen.train()

    for number, said in enumerate(list(_tries(chosen.task))[:_MOST], start=1):
        st.markdown(f"{number}. {said}")
        if said == _PRESET and preset is not None:
            st.button(
                f"Train: {preset[0]}", icon=":material/play_arrow:", key="train_preset", on_click=train_it
            )


def _tries(task: Task) -> Iterator[str]:
    yield _GATES
    if task.presets:
        yield _PRESET
    own = next(
        (said for name, said in _BY_OPTION.items() if name in task.options and _fits(task, name)), None
    )
    if own is not None:
        yield own
    yield _SEED


def _fits(task: Task, name: str) -> bool:
    # The steps of a series are how much of it there is, not how long anything has to be kept.
    return name != "steps" or "horizon" not in task.options
