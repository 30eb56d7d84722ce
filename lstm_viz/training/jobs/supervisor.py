"""The thread that gets a web process's runs trained: connects, queues them, submits them, stops them."""

import logging
import threading
from collections.abc import Callable, Mapping
from secrets import token_hex
from time import monotonic
from typing import Final, Literal, TypeAlias

from lstm_viz.notation import counted
from lstm_viz.training.jobs.connection import Connect, Connection, OnMessage
from lstm_viz.training.jobs.job import Job
from lstm_viz.training.runs.state import StopRequested

Status: TypeAlias = Literal["off", "starting", "ready", "lost"]

TICK: Final = 0.5
"""Seconds after which to make a pass even without a message: a lost connection sends none."""

STOP_SECONDS: Final = 30.0
"""A run that was asked to stop and has not by then is ended together with its worker."""

RETRY_SECONDS: Final = (1.0, 15.0)
"""Between two attempts to connect: at first, and at most."""

IDLE_SECONDS: Final = 30 * 60.0
"""Without a run, and without anybody on the page: then the workers of the local cluster free their 400 MB."""

COMPARE_SECONDS: Final = 3.0
"""Between two comparisons of our runs with those that the scheduler plugin knows."""

NO_WORKER: Final = "Training could not be started: the server's log says why. It is tried again now and then."

CLOSE_SECONDS: Final = 5.0
"""That the end of the server waits for a scheduler; the local cluster ends with the server in any case."""

logger = logging.getLogger(__name__)


class Supervisor:
    """Takes the next step of every run, again and again, so that a call that failed is made again.

    Parameters
    ----------
    jobs
        The runs of this web process.
    lock
        Acquired by whoever changes a run. No call to the scheduler is made with it.
    connect
        Connects to a scheduler.
    on_message
        Called with every message of the scheduler plugin.
    on_end
        Called with the id of every run that is ended from here.
    on_pass
        Called after every pass over the runs, also one that failed.
    """

    def __init__(
        self,
        jobs: Mapping[str, Job],
        lock: threading.RLock,
        *,
        connect: Connect,
        on_message: OnMessage,
        on_end: Callable[[str], None],
        on_pass: Callable[[], None],
    ) -> None:
        self._jobs, self._lock = jobs, lock
        self._connect, self._on_message = connect, on_message
        self._on_end, self._on_pass = on_end, on_pass
        self._wake = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None
        self._cluster: Connection | None = None
        self._pause, self._next_attempt = RETRY_SECONDS[0], 0.0
        self._next_comparison = 0.0
        self._last_request, self._idle = 0.0, False
        self.workers = 0
        """How many there are, as the scheduler plugin reports."""
        self._connection_error = ""

    @property
    def status(self) -> Status:
        """Whether a run would begin at once: "ready"; "lost" is an interruption that may pass."""
        if self._thread is None or self._idle:
            return "off"
        if self._connection_error:
            return "lost"
        return "ready" if self.workers else "starting"

    @property
    def trouble(self) -> str:
        """Why no run can begin now, in words for a page; empty where there is nothing to be done about it."""
        if self._connection_error or self._cluster is None or self.workers:
            return self._connection_error
        return self._cluster.without_workers

    def request(self) -> None:
        """Be connected, for a while at least."""
        with self._lock:
            self._last_request, self._idle = monotonic(), False
            if self._thread is None and not self._closing:
                self._thread = threading.Thread(target=self._work, name="lstm-viz-supervisor", daemon=True)
                self._thread.start()
        self._wake.set()

    def wake(self) -> None:
        """Make a pass over the runs now: something has happened."""
        self._wake.set()

    def close(self) -> None:
        """Disconnect, and end."""
        with self._lock:
            self._closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)

    def _work(self) -> None:
        while not self._closing:
            self._wake.clear()
            try:
                self._pass()
            except Exception as error:
                # Whatever it was: the runs are all here, and a new connection gets them going again.
                logger.warning("Connecting to the scheduler again: %s", error, exc_info=error)
                self._disconnect()
            try:
                self._on_pass()
            except Exception:
                logger.exception("Runs that have ended could not be released.")
            self._wake.wait(TICK)
        self._disconnect()

    def _pass(self) -> None:
        if self._is_idle():
            self._disconnect()
            return
        if self._cluster is not None and not self._cluster.is_alive():
            if not self.workers:
                self._connection_error = NO_WORKER
                self._next_attempt = monotonic() + RETRY_SECONDS[1]
            self._disconnect()
        if self._cluster is None and monotonic() >= self._next_attempt:
            self._try_to_connect()
        if self._cluster is not None:
            self._compare_with_scheduler(self._cluster)
            for job in list(self._jobs.values()):
                self._advance_or_end(self._cluster, job)

    def _is_idle(self) -> bool:
        """Note and return whether nobody has asked for anything for long."""
        with self._lock:
            now = monotonic()
            busy = any(not job.has_ended for job in self._jobs.values())
            if busy:
                self._last_request = now
            self._idle = not busy and now > self._last_request + IDLE_SECONDS
            return self._idle

    def _compare_with_scheduler(self, cluster: Connection) -> None:
        """Queue runs again that the plugin has forgotten: Dask reconnects on its own, our tokens do not."""
        if monotonic() < self._next_comparison:
            return
        self._next_comparison = monotonic() + COMPARE_SECONDS
        with self._lock:
            joined = [job for job in self._jobs.values() if job.token is not None]
        known = cluster.known() if joined else set()
        with self._lock:
            for job in joined:
                # A page may have resumed it meanwhile: then it has no token, and the plugin an old one.
                if job.token is not None and job.token not in known:
                    job.disconnect()

    def _try_to_connect(self) -> None:
        try:
            self._cluster = self._connect(self._on_message)
        except Exception as error:
            if str(error) != self._connection_error:
                logger.warning("No training for now: %s", error)
            self._connection_error = str(error)
            self._next_attempt = monotonic() + self._pause
            self._pause = min(2 * self._pause, RETRY_SECONDS[1])
        else:
            self._connection_error, self._pause = "", RETRY_SECONDS[0]

    def _disconnect(self) -> None:
        if self._cluster is None:
            return
        with self._lock:
            self.workers = 0
            for job in self._jobs.values():
                job.disconnect()
                job.old_tokens.clear()  # the plugin forgets the tokens of a client that is gone
        cluster, self._cluster = self._cluster, None
        try:
            cluster.close()
        except Exception as error:  # we are gone from there in any case, and this thread has to go on
            logger.warning("The connection to the scheduler could not be closed: %s", error, exc_info=error)

    def _advance_or_end(self, cluster: Connection, job: Job) -> None:
        """Take the next step of a run; one that cannot be taken is the end of that run, and of no other."""
        try:
            self._advance(cluster, job)
        except OSError:
            raise  # the connection is to blame
        except Exception as error:
            logger.exception("A run could not be submitted.")
            self._give_up(job, f"It could not be submitted: {error}.")

    def _advance(self, cluster: Connection, job: Job) -> None:
        """Take the one step that a run needs next."""
        with self._lock:
            if job.has_ended:
                job.leave_queue()  # and Dask forgets the task
        while job.old_tokens:
            token, completed = job.old_tokens[-1]
            cluster.call("leave", token=token, completed=completed)
            job.old_tokens.pop()
        if job.has_ended:
            return
        task = job.task  # once: a page may resume the run meanwhile, and then it has none
        if job.is_stopping:
            self._stop(cluster, job, task is not None and task.is_over())
        elif job.token is None:
            self._join(cluster, job)
        elif job.called and task is None:
            self._submit(cluster, job)
        elif task is not None and task.is_over():
            self._give_up(job, task.trouble())
        elif job.deadline is not None and monotonic() > job.deadline:
            with self._lock:
                job.record.change(StopRequested("time", "It took far longer than it may."))
            self._wake.set()

    def _join(self, cluster: Connection, job: Job) -> None:
        with self._lock:
            if job.has_ended:
                return
            job.token = token = token_hex(8)
            owner, kind, checkpoint = job.owner, job.kind, job.checkpoint
        cluster.join(token, owner, kind, checkpoint)

    def _submit(self, cluster: Connection, job: Job) -> None:
        with self._lock:
            token, settings, upload = job.token, job.record.settings, job.upload
            if token is None or not job.called:
                return
        task = cluster.submit(token, settings, upload)  # up to 20 MB: no page may wait for it
        with self._lock:
            if job.token == token:
                job.task = task
                return
        task.cancel()  # a page has stopped or resumed the run meanwhile

    def _give_up(self, job: Job, reason: str = "") -> None:
        with self._lock:
            if not job.has_ended:  # its end may have been reported meanwhile
                job.give_up(reason)
                self._on_end(job.record.id)
        self._wake.set()

    def _stop(self, cluster: Connection, job: Job, task_is_over: bool) -> None:
        now = monotonic()
        if job.worker is None or task_is_over:  # no worker trains it, so none can be asked
            self._give_up(job)
        elif job.stop_sent is None:
            cluster.call("request_stop", token=job.token)
            job.stop_sent = now
        elif now > job.stop_sent + STOP_SECONDS:
            self._kill(cluster, job)

    def _kill(self, cluster: Connection, job: Job) -> None:
        """End a run that does not answer, and its worker."""
        task, worker = job.task, job.worker
        self._give_up(job, f"It did not answer, and was ended after {counted(job.record.update, 'update')}.")
        if task is not None:
            task.cancel()
        if worker is not None:
            threading.Thread(target=cluster.end_worker, args=(worker,), daemon=True).start()
