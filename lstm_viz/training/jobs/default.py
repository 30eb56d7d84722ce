"""The runs of this web process: how it has been told to have them trained."""

import atexit
import os
import threading
from typing import TYPE_CHECKING, Final

from lstm_viz.training.home import home
from lstm_viz.training.jobs.service import Jobs
from lstm_viz.training.jobs.supervisor import Hear
from lstm_viz.training.runs.store import RunStore

if TYPE_CHECKING:
    from lstm_viz.training.jobs.cluster import Cluster

SCHEDULER_VARIABLE: Final = "LSTM_VIZ_SCHEDULER"
WORKERS_VARIABLE: Final = "LSTM_VIZ_WORKERS"

_ours: list[Jobs] = []
_one_at_a_time: Final = threading.Lock()


def jobs() -> Jobs:
    """Return the runs of this process.

    They are trained on this machine, by as many workers as ``LSTM_VIZ_WORKERS`` says (1), or by those of the
    scheduler that ``LSTM_VIZ_SCHEDULER`` names.
    """
    with _one_at_a_time:
        if not _ours:
            _ours.append(Jobs(RunStore(home()), _connect))
            atexit.register(_ours[0].close)
        return _ours[0]


def _connect(hear: Hear) -> "Cluster":
    from lstm_viz.training.jobs.cluster import Cluster  # Dask takes half a second to import

    workers = os.environ.get(WORKERS_VARIABLE) or "1"
    if not (workers.isdecimal() and int(workers)):
        raise ValueError(f"{WORKERS_VARIABLE} must be a number of workers, at least 1, got {workers!r}.")
    return Cluster(hear, os.environ.get(SCHEDULER_VARIABLE) or None, workers=int(workers))
