"""The thread that looks after a web process's runs: connects, lets them wait, hands them on, ends them."""

import logging
import threading
from collections.abc import Callable, Mapping
from secrets import token_hex
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from lstm_viz.training.jobs.job import Job

if TYPE_CHECKING:
    from lstm_viz.training.jobs.cluster import Cluster

State: TypeAlias = Literal["off", "starting", "warm", "lost"]
Hear: TypeAlias = Callable[[Mapping[str, Any]], None]

TICK: Final = 0.5
"""Seconds after which to look even if nobody has said anything: a lost connection says nothing."""

STOP_SECONDS: Final = 30.0
"""A run that was asked to stop and has not by then is ended together with its worker."""

RETRY_SECONDS: Final = (1.0, 15.0)
"""Between two attempts to connect: at first, and at most."""

IDLE_SECONDS: Final = 30 * 60.0
"""Without a run, and without anybody on the page: then workers of our own give their 400 MB back."""

COMPARE_SECONDS: Final = 3.0
"""Between two comparisons of our runs with those that the desk knows."""

NO_WORKER: Final = (
    "What trains could not be started: the server's log says why. It is tried again now and then."
)

CLOSE_SECONDS: Final = 5.0
"""That the end of the server waits for a scheduler; our own ends with the server in any case."""

logger = logging.getLogger(__name__)


class Keeper:
    """Takes the next step of every run, again and again, so that a call that failed is made again.

    Parameters
    ----------
    jobs
        The runs of this web process.
    lock
        Held by whoever changes a run.
    connect
        Connects to a scheduler; takes what is to hear every message of its desk.
    hear
        Hears them.
    over
        Told the id of every run that is ended from here.
    tidy
        Called after every look, also one that failed.
    """

    def __init__(
        self,
        jobs: Mapping[str, Job],
        lock: threading.RLock,
        *,
        connect: Callable[[Hear], "Cluster"],
        hear: Hear,
        over: Callable[[str], None],
        tidy: Callable[[], None],
    ) -> None:
        self._jobs, self._lock = jobs, lock
        self._connect, self._hear, self._over, self._tidy = connect, hear, over, tidy
        self._wake = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None
        self._cluster: Cluster | None = None
        self._pause, self._next_try = RETRY_SECONDS[0], 0.0
        self._next_comparison = 0.0
        self._wanted, self._idle = 0.0, False
        self.workers = 0
        """How many there are, as the desk says."""
        self._lost = ""

    @property
    def state(self) -> State:
        """Whether a run would begin at once."""
        if self._thread is None or self._idle:
            return "off"
        if self._lost:
            return "lost"
        return "warm" if self.workers else "starting"

    @property
    def trouble(self) -> str:
        """Why no run can begin now, in words for a page; empty where there is nothing to be done about it."""
        if self._lost or self._cluster is None or self.workers:
            return self._lost
        return self._cluster.nobody

    def want(self) -> None:
        """Be connected, for a while at least."""
        with self._lock:
            self._wanted, self._idle = monotonic(), False
            if self._thread is None and not self._closing:
                self._thread = threading.Thread(target=self._work, name="lstm-viz-keeper", daemon=True)
                self._thread.start()
        self._wake.set()

    def wake(self) -> None:
        """Look now: something has happened."""
        self._wake.set()

    def close(self) -> None:
        """Let go of the scheduler, and end."""
        with self._lock:
            self._closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)

    def _work(self) -> None:
        while not self._closing:
            self._wake.clear()
            try:
                self._look()
            except Exception as error:
                # Whatever it was: the runs are all here, and a new connection gets them going again.
                logger.warning("Connecting again to what trains: %s", error, exc_info=error)
                self._let_go()
            try:
                self._tidy()
            except Exception:
                logger.exception("Runs that are over could not be put away.")
            self._wake.wait(TICK)
        self._let_go()

    def _look(self) -> None:
        if self._is_idle():
            self._let_go()
            return
        if self._cluster is not None and not self._cluster.is_alive():
            if not self.workers:
                self._lost = NO_WORKER
                self._next_try = monotonic() + RETRY_SECONDS[1]
            self._let_go()
        if self._cluster is None and monotonic() >= self._next_try:
            self._try_to_connect()
        if self._cluster is not None:
            self._compare_with_desk(self._cluster)
            for job in list(self._jobs.values()):
                self._advance_or_end(self._cluster, job)

    def _is_idle(self) -> bool:
        """Note and return whether nobody has wanted anything for long."""
        with self._lock:
            now = monotonic()
            busy = any(not job.is_over for job in self._jobs.values())
            if busy:
                self._wanted = now
            self._idle = not busy and now > self._wanted + IDLE_SECONDS
            return self._idle

    def _compare_with_desk(self, cluster: "Cluster") -> None:
        """Let runs join again that the desk has forgotten: Dask reconnects on its own, our tickets do not."""
        if monotonic() < self._next_comparison:
            return
        self._next_comparison = monotonic() + COMPARE_SECONDS
        with self._lock:
            joined = [job for job in self._jobs.values() if job.ticket is not None]
        known = cluster.known() if joined else set()
        with self._lock:
            for job in joined:
                # In the meantime it may have been resumed: then it has no ticket, and the desk an old one.
                if job.ticket is not None and job.ticket not in known:
                    job.interrupt()

    def _try_to_connect(self) -> None:
        try:
            self._cluster = self._connect(self._hear)
        except Exception as error:
            if str(error) != self._lost:
                logger.warning("No training for now: %s", error)
            self._lost = str(error)
            self._next_try = monotonic() + self._pause
            self._pause = min(2 * self._pause, RETRY_SECONDS[1])
        else:
            self._lost, self._pause = "", RETRY_SECONDS[0]

    def _let_go(self) -> None:
        if self._cluster is None:
            return
        with self._lock:
            self.workers = 0
            for job in self._jobs.values():
                job.interrupt()
                job.used.clear()  # a desk forgets the tickets of who is gone
        cluster, self._cluster = self._cluster, None
        try:
            cluster.close()
        except Exception as error:  # we are gone from there in any case, and this thread has to go on
            logger.warning("What trains could not be let go of: %s", error, exc_info=error)

    def _advance_or_end(self, cluster: "Cluster", job: Job) -> None:
        """Take the next step of a run; one that cannot be taken is the end of that run, and of no other."""
        try:
            self._advance(cluster, job)
        except OSError:
            raise  # the connection is to blame
        except Exception as error:
            logger.exception("A run could not be handed on.")
            self._end_unheard(job, f"It could not be handed on: {error}.")

    def _advance(self, cluster: "Cluster", job: Job) -> None:
        """Take the one step that a run needs next."""
        with self._lock:
            if job.is_over:
                job.leave()  # and Dask forgets the task
        while job.used:
            cluster.call("leave", ticket=job.used[-1])
            job.used.pop()
        if job.is_over:
            return
        task = job.task  # once: a page may resume the run meanwhile, and then it has none
        if job.ticket is None:
            self._join(cluster, job)
        elif job.called and task is None:
            self._submit(cluster, job)
        elif task is not None and task.is_over():
            self._end_unheard(job, "" if job.unwanted else task.trouble())
        elif job.unwanted is not None:
            self._stop(cluster, job)
        elif job.deadline is not None and monotonic() > job.deadline:
            job.unwanted = ("time", "It took far longer than it may.")
            self._wake.set()

    def _join(self, cluster: "Cluster", job: Job) -> None:
        with self._lock:
            if job.is_over:
                return
            job.ticket = ticket = token_hex(8)
            owner, checkpoint = job.owner, job.checkpoint
        cluster.join(ticket, owner, checkpoint)

    def _submit(self, cluster: "Cluster", job: Job) -> None:
        with self._lock:
            ticket = job.ticket
            if ticket is None or not job.called:
                return
            job.task = cluster.submit(ticket, job.record.settings, job.upload)

    def _end_unheard(self, job: Job, trouble: str) -> None:
        with self._lock:
            if not job.is_over:  # it may have been heard of in the meantime
                job.end_unheard(trouble)
                self._over(job.record.id)
        self._wake.set()

    def _stop(self, cluster: "Cluster", job: Job) -> None:
        now = monotonic()
        if job.worker is None:  # none has begun, or it is dead: nobody is there to be asked
            self._end_unheard(job, "")
        elif job.asked is None:
            cluster.call("ask_to_stop", ticket=job.ticket)
            job.asked = now
        elif now > job.asked + STOP_SECONDS:
            self._end(cluster, job)

    def _end(self, cluster: "Cluster", job: Job) -> None:
        """End a run that does not answer, and its worker."""
        task, worker = job.task, job.worker
        self._end_unheard(job, f"It did not answer, and was ended after {job.record.update:,} updates.")
        if task is not None:
            task.cancel()
        if worker is not None:
            threading.Thread(target=cluster.end_worker, args=(worker,), daemon=True).start()
