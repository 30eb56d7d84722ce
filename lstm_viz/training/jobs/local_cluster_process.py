"""A cluster on this machine, of one worker by default, that ends with the process that started it.

``python -m lstm_viz.training.jobs.local_cluster_process`` starts a scheduler and a nanny, which starts the
worker, and another one should it die. It prints the scheduler's address, and ends when its standard input
ends. The operating system closes a pipe however a process ends, so even ``kill -9`` leaves nothing behind.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from tempfile import TemporaryDirectory
from typing import Final

import dask
from distributed import Nanny, Scheduler

HOST: Final = "127.0.0.1"
MEMORY_SHARE: Final = 0.6
"""Of the machine's memory, for all workers: one that takes more is ended, before others are hurt."""

CONFIG: Final[Mapping[str, object]] = {
    "distributed.worker.profile.enabled": False,  # it samples the worker a hundred times a second
    "distributed.admin.system-monitor.disk": False,
    # Dask has glibc give memory back at every turn, which nearly doubled the time of a training.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
    "distributed.scheduler.allowed-failures": 2,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


async def serve(workers: int, preload: list[str], folder: str) -> None:
    """Run a scheduler and workers until standard input ends."""
    scheduler = await Scheduler(host=HOST, port=0, dashboard_address=f"{HOST}:0", dashboard=False)
    _say(scheduler.address)
    nannies = [
        Nanny(
            scheduler.address,
            host=HOST,
            nthreads=1,
            memory_limit=MEMORY_SHARE / workers,
            local_directory=folder,
            preload=preload,
            silence_logs=logging.WARNING,
        )
        for _ in range(workers)
    ]
    await asyncio.gather(*nannies)
    await asyncio.to_thread(sys.stdin.buffer.read)
    _end(nannies)


def _end(nannies: list[Nanny]) -> None:
    """End the workers at once, and without Dask's messages: the process that needed them is gone."""
    logging.disable()
    for nanny in nannies:
        if nanny.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(nanny.pid, getattr(signal, "SIGKILL", signal.SIGTERM))


def _say(address: str) -> None:
    """Print the address, and nothing after it: nobody reads the pipe any more, and a full one blocks."""
    os.write(sys.stdout.fileno(), f"{address}\n".encode())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def main() -> None:
    """Serve as the command line says."""
    parser = argparse.ArgumentParser(description="A Dask cluster on this machine that ends with its parent.")
    parser.add_argument("--workers", type=int, default=1, help="how many runs can be trained at once")
    parser.add_argument("--preload", action="append", default=[], help="a module for workers to load first")
    arguments = parser.parse_args()
    logging.getLogger("distributed").setLevel(logging.WARNING)
    with dask.config.set(CONFIG), TemporaryDirectory(prefix="lstm-viz-") as folder:
        asyncio.run(serve(arguments.workers, arguments.preload, folder))


if __name__ == "__main__":
    main()
