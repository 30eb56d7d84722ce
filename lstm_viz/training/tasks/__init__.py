"""The tasks, by key, in the order in which a page lists them. NumPy alone; no PyTorch."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lstm_viz.training.task import Task
from lstm_viz.training.tasks import (
    adding,
    characters,
    counting,
    imdb,
    latch,
    order,
    parity,
    reber,
    recall,
    sentiment,
    series,
)

TASKS: Final[Mapping[str, Task]] = MappingProxyType(
    {
        task.key: task
        for task in (
            recall.TASK,
            adding.TASK,
            order.TASK,
            latch.TASK,
            parity.TASK,
            reber.TASK,
            counting.ANBN,
            counting.ANBNCN,
            *series.TASKS,
            characters.TASK,
            *sentiment.TASKS,
            imdb.TASK,
        )
    }
)
