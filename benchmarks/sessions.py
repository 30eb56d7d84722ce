"""Fifty on one server, each changing a weight every two seconds: ``python -m benchmarks.sessions``.

PyTorch is loaded in the server. The fifty are websocket sessions that speak what the browser speaks; the time
is taken from the change sent until the last message of its answer. They share the machine with the server, so
their own work is part of what is measured.
"""

import asyncio
import random
import sys
import time
from contextlib import AsyncExitStack
from typing import Final

from benchmarks.app import cpu_seconds, load_torch, memory
from benchmarks.report import Fact, Timing, report
from benchmarks.visitor import Visitor, visit
from tools.browser import launch
from tools.serving import Server, serve

SESSIONS: Final = 50
EVERY: Final = 2.0  # seconds between two changes of one visitor
SECONDS: Final = 30.0


def main() -> int:
    """Print the table; return the exit status."""
    with serve() as server:
        with launch() as browser:
            load_torch(browser, server)
        times, share = asyncio.run(lesson(server))
        met = report(
            f"{SESSIONS} sessions, each changing a weight every {EVERY:.0f} s, PyTorch loaded",
            [
                Timing("change sent → whole answer received", times, p95=60),
                Fact("processor time of the server", f"{100 * share:.0f} % of one core"),
                Fact("memory of the server", f"{memory(server):.0f} MB"),
            ],
        )
    return 0 if met else 1


async def lesson(server: Server) -> tuple[list[float], float]:
    """Let everybody in, then work; return the ms of all changes, and the server's processor share."""
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(visit(server)) for _ in range(SESSIONS)]
        await asyncio.sleep(EVERY)
        used, start = cpu_seconds(server), time.monotonic()
        times = await asyncio.gather(*(work(visitor) for visitor in visitors))
        share = (cpu_seconds(server) - used) / (time.monotonic() - start)
    return [ms for of_one in times for ms in of_one], share


async def work(visitor: Visitor) -> list[float]:
    """Change a weight every two seconds, beginning at a moment of one's own; return the ms of each change."""
    chance = random.Random()
    next_change = time.monotonic() + chance.uniform(0, EVERY)
    end = time.monotonic() + SECONDS
    times = []
    while next_change < end:
        await asyncio.sleep(max(0.0, next_change - time.monotonic()))
        times.append(await visitor.set_weight(round(chance.uniform(-3, 3), 2), done=True))
        next_change += EVERY
    return times


if __name__ == "__main__":
    sys.exit(main())
