"""A preload (``dask worker --preload lstm_viz.training.jobs.preload``): be ready before the first run.

PyTorch takes seconds to import, and its first update is slower than all others.
"""

import os
from dataclasses import replace
from typing import Final

from distributed import Worker

NICENESS: Final = 10
"""Pages on the same machine come first."""


def dask_setup(_worker: Worker) -> None:
    """Make way for others, and make one update; Dask calls this at the start."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    from lstm_viz.training.jobs.worker import train_task
    from lstm_viz.training.tasks import TASKS

    task = next(iter(TASKS.values()))
    settings = replace(task.defaults, batch=2, updates=1)
    train_task(settings, None, emit=lambda _event: None, stop=lambda: False, checkpoint=None)
