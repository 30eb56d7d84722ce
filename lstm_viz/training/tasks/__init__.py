"""The tasks, by key, in the order in which a page lists them. NumPy alone; no PyTorch."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lstm_viz.training.task import Task
from lstm_viz.training.tasks import adding, characters, imdb, recall, sentiment, series

TASKS: Final[Mapping[str, Task]] = MappingProxyType(
    {
        task.key: task
        for task in (
            recall.TASK,
            adding.TASK,
            *series.TASKS,
            characters.TASK,
            *sentiment.TASKS,
            imdb.TASK,
        )
    }
)
