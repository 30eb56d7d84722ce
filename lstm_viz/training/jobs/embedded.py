"""A cluster of one worker on this machine, as a process that ends with the one that started it.

``python -m lstm_viz.training.jobs.embedded`` starts a scheduler and a nanny, which starts the worker, and
another one should it die; prints the scheduler's address; and ends when its standard input does. A pipe is
closed by the operating system however a process ends, so nothing is left behind even by ``kill -9``.
"""

import argparse
import asyncio
import logging
import os
import sys
from typing import Final

import dask
from distributed import Nanny, Scheduler

HOST: Final = "127.0.0.1"
MEMORY_SHARE: Final = 0.6
"""Of the machine's memory: a worker that takes more is started again, before others are hurt."""

TRIES: Final = 2
"""So many workers may die over one run before it is given up."""

CLOSE_SECONDS: Final = 1.0
"""After which a worker that still trains is ended."""

CONFIG: Final = {
    "distributed.worker.profile.enabled": False,  # a hundred looks a second at what the worker is doing
    "distributed.admin.system-monitor.disk": False,
    "distributed.scheduler.allowed-failures": TRIES,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


async def serve(preload: list[str]) -> None:
    """Run scheduler and worker until standard input ends."""
    async with Scheduler(host=HOST, port=0, dashboard_address=f"{HOST}:0", dashboard=False) as scheduler:
        _say(scheduler.address)
        async with Nanny(
            scheduler.address,
            host=HOST,
            nthreads=1,
            memory_limit=MEMORY_SHARE,
            preload=preload,
            silence_logs=logging.WARNING,
        ) as nanny:
            await asyncio.to_thread(sys.stdin.buffer.read)
            await nanny.close(timeout=CLOSE_SECONDS)


def _say(address: str) -> None:
    """Print the address, and nothing else ever: nobody reads on, and a full pipe would hold everything up."""
    os.write(sys.stdout.fileno(), f"{address}\n".encode())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def main() -> None:
    """Serve, with the preloads that are named."""
    parser = argparse.ArgumentParser(description="A Dask cluster of one worker that ends with its parent.")
    parser.add_argument(
        "--preload", action="append", default=[], help="a module for the worker to load first"
    )
    preload: list[str] = parser.parse_args().preload
    logging.getLogger("distributed").setLevel(logging.WARNING)
    with dask.config.set(CONFIG):
        asyncio.run(serve(preload))


if __name__ == "__main__":
    main()
