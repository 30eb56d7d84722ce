"""A scheduler and two workers, as they would be started on other hosts, and web processes that share them."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.training.jobs.standin import UPDATES
from tests.training.jobs.waiting import kill, until, workers_of
from tests.training.jobs.web import ENVIRONMENT, ROOT, Web


@contextmanager
def running(*command: str) -> Iterator[psutil.Popen]:
    """Run a command for a while; whatever it has started ends with it."""
    process = psutil.Popen(command, cwd=ROOT, env=ENVIRONMENT)
    try:
        yield process
    finally:
        everything = [process, *process.children(recursive=True)] if process.is_running() else []
        for each in everything:
            each.kill()
        psutil.wait_procs(everything)


def dask(*arguments: str) -> AbstractContextManager[psutil.Popen]:
    return running(sys.executable, "-m", "dask", *arguments)


def scheduler(address: str) -> AbstractContextManager[psutil.Popen]:
    host, port = address.removeprefix("tcp://").split(":")
    return dask("scheduler", "--host", host, "--port", port, "--no-dashboard", "--dashboard-address", ":0")


def worker(address: str, folder: Path) -> AbstractContextManager[psutil.Popen]:
    options = ("--nthreads", "1", "--no-dashboard", "--local-directory", str(folder))
    return dask("worker", address, *options)


@pytest.fixture(scope="module")
def address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


def test_two_web_processes_share_a_scheduler_and_two_workers(address: str, tmp_path: Path) -> None:
    gates = {name: tmp_path / name for name in ("ann 1", "ann 2", "ann 3", "bob 1", "cat 1")}
    with ExitStack() as stack:
        stack.enter_context(scheduler(address))
        hosts = [stack.enter_context(worker(address, tmp_path)) for _ in range(2)]
        left, right = (Web(tmp_path, address) for _ in range(2))
        stack.callback(left.close)
        stack.callback(right.close)

        # Two at once, on two hosts; then everybody's first before anybody's third, across web processes.
        ann1, ann2 = (left.submit("ann", gates[name]) for name in ("ann 1", "ann 2"))
        for id in (ann1, ann2):
            left.reach(id, update=UPDATES - 1, state="Running")
        ann3 = left.submit("ann", gates["ann 3"])
        left.reach(ann3, place=1)
        bob = right.submit("bob", gates["bob 1"])
        right.reach(bob, place=1)
        cat = right.submit("cat", gates["cat 1"])
        right.reach(cat, place=2)
        left.reach(ann3, place=3)

        # Whoever ends makes room for the next, whichever web process that is in.
        gates["ann 1"].touch()
        assert left.reach(ann1, state="Ended")["end"] == "updates"
        right.reach(bob, update=UPDATES - 1, state="Running")
        right.reach(cat, place=1)
        left.reach(ann3, place=2)

        # A host that dies takes nobody's work with it; the other one is not disturbed.
        workers = [workers_of(host.pid)[0] for host in hosts]
        kill(workers[0])
        again = until(lambda: attempts_again(left, ann2) or attempts_again(right, bob), "a second attempt")
        assert again["state"] == "Running"

        # With a web process go its runs, and their places.
        kill(right.process)
        left.reach(ann3, update=UPDATES - 1, state="Running")
        gates["ann 2"].touch()
        gates["ann 3"].touch()
        for id in (ann2, ann3):
            seen = left.reach(id, state="Ended")
            assert (seen["end"], len(seen["losses"])) == ("updates", UPDATES)


def attempts_again(web: Web, id: str) -> dict[str, Any] | None:
    seen = web.look(id)
    return seen if seen["attempt"] == 2 and seen["update"] == UPDATES - 1 else None


def test_runs_wait_for_a_scheduler_that_is_gone(address: str, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    with ExitStack() as stack:
        web = Web(tmp_path, address)
        stack.callback(web.close)
        id = web.submit("ann", gate)
        until(lambda: "does not answer" in web.call("status")[1], "a message about the missing scheduler")
        with scheduler(address):
            until(lambda: "No worker" in web.call("status")[1], "a message about missing workers")
            with worker(address, tmp_path):
                web.reach(id, update=UPDATES - 1, attempt=1)
                assert web.call("status") == ["ready", ""]
        assert "goes on" in web.reach(id, state="Interrupted")["text"]
        gate.touch()
        with scheduler(address), worker(address, tmp_path):
            seen = web.reach(id, state="Ended")
    assert (seen["end"], seen["attempt"], len(seen["losses"])) == ("updates", 2, UPDATES)


@pytest.mark.skipif(os.name != "posix", reason="the shell stands for a supervisor of services")
def test_workers_end_with_their_scheduler_and_come_back_where_they_are_restarted(
    address: str, tmp_path: Path
) -> None:
    """As ``Restart=always`` of systemd has it, which docs/jobs.md recommends."""
    gate, options = tmp_path / "gate", "--nthreads 1 --no-dashboard --local-directory"
    command = f"{sys.executable} -m dask worker {address} {options} {tmp_path}"
    with ExitStack() as stack:
        web = Web(tmp_path, address)
        stack.callback(web.close)
        id = web.submit("ann", gate)
        with scheduler(address) as first:
            stack.enter_context(
                running("sh", "-c", f"while true; do {command}; echo >> {tmp_path}/ends; done")
            )
            web.reach(id, update=UPDATES - 1, attempt=1)
            kill(first)
        assert web.reach(id, state="Interrupted")["end"] is None
        gate.touch()
        with scheduler(address):
            seen = web.reach(id, state="Ended")
    assert (seen["end"], seen["attempt"], len(seen["losses"])) == ("updates", 2, UPDATES)
    assert (tmp_path / "ends").exists(), "the first worker has ended by itself"
