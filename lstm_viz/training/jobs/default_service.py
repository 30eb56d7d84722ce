"""The default jobs service: the runs of this web process, trained as the environment says."""

import atexit
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from lstm_viz.training.home import home
from lstm_viz.training.jobs.connection import OnMessage
from lstm_viz.training.jobs.limits import Limits
from lstm_viz.training.jobs.protocol import JobService
from lstm_viz.training.jobs.service import Jobs
from lstm_viz.training.runs.store import RunStore
from lstm_viz.training.tasks import TASKS

if TYPE_CHECKING:
    from lstm_viz.training.jobs.cluster import Cluster

SCHEDULER_VARIABLE: Final = "LSTM_VIZ_SCHEDULER"
WORKERS_VARIABLE: Final = "LSTM_VIZ_WORKERS"

_default: Final[list[Jobs]] = []
"""The one of this process, made when somebody first asks for it."""
_instead: Final[list[JobService]] = []
"""What tests have in its place, the newest last."""
_lock: Final = threading.Lock()


def jobs() -> JobService:
    """Return the service that all pages of this process call.

    Runs are trained on this machine, by as many workers as ``LSTM_VIZ_WORKERS`` says (1), or by those of the
    scheduler that ``LSTM_VIZ_SCHEDULER`` names.
    """
    with _lock:
        if _instead:
            return _instead[-1]
        if not _default:
            _default.append(Jobs(RunStore(home(), TASKS), _connect, Limits.from_environment()))
            atexit.register(_default[0].close)
        return _default[0]


@contextmanager
def using(service: JobService) -> Iterator[None]:
    """Have :func:`jobs` return another service for a while: that of a test."""
    _instead.append(service)
    try:
        yield
    finally:
        _instead.remove(service)


def close() -> None:
    """Save the runs of this process and end its workers; nothing happens where nobody has asked for a run.

    The server calls this when it shuts down: ``atexit`` alone would not do, for a signal other than Ctrl+C
    may end a process without it. Afterwards no run is begun any more.
    """
    for service in _default:
        service.close()


def _connect(on_message: OnMessage) -> "Cluster":
    from lstm_viz.training.jobs.cluster import Cluster  # Dask takes half a second to import

    workers = os.environ.get(WORKERS_VARIABLE) or "1"
    if not (workers.isdecimal() and int(workers)):
        raise ValueError(f"{WORKERS_VARIABLE} must be a number of workers, at least 1, got {workers!r}.")
    return Cluster(on_message, os.environ.get(SCHEDULER_VARIABLE) or None, workers=int(workers))
