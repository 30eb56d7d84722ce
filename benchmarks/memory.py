"""Does anything pile up? ``python -m benchmarks.memory``.

On the server: its memory while a few sessions change a weight ten thousand times. In the browser: document
nodes, listeners and JavaScript heap while a visitor goes back and forth between two pages.
"""

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median
from typing import Final

from playwright.sync_api import Browser, CDPSession, Page

from benchmarks.app import load_torch, memory
from benchmarks.report import Fact, report
from benchmarks.visitor import Visitor, visit
from tools.browser import LIGHT, launch, new_page
from tools.browser import visit as open_page
from tools.serving import Server, serve

RERUNS: Final = 10_000
SESSIONS: Final = 10
SAMPLES: Final = 20
SERVER_GROWTH: Final = 3.0
"""Percent that the server's memory may grow by after the first 20 % of the reruns, which fill its caches."""

SWITCHES: Final = 100
SAMPLE_EVERY: Final = 20
NODES: Final = 5.0
"""Document nodes, and listeners, that a round trip may leave behind."""
HEAP: Final = 50.0
"""KB of JavaScript heap that it may leave behind: compiled code and the browser's history grow a little."""


def main() -> int:
    """Print the tables; return the exit status."""
    with serve() as server:
        with launch() as browser:
            load_torch(browser, server)
            browser_met = switching(browser, server)
        server_met = rerunning(server)
    return 0 if browser_met and server_met else 1


def rerunning(server: Server) -> bool:
    """Rerun the Cell page's live part, and watch the server's memory."""
    start = time.monotonic()
    samples = asyncio.run(many_reruns(server))
    seconds = time.monotonic() - start
    early, late = median(samples[SAMPLES // 5 : 2 * SAMPLES // 5]), median(samples[-SAMPLES // 5 :])
    growth = 100 * (late / early - 1)
    return report(
        f"Memory of the server over {RERUNS:,} reruns of {SESSIONS} sessions",
        [
            Fact(f"MB, every {RERUNS // SAMPLES} reruns", " ".join(f"{sample:.0f}" for sample in samples)),
            Fact("reruns a second", f"{RERUNS / seconds:.0f}"),
            Fact(
                "growth from the second fifth to the last",
                f"{growth:+.1f} %",
                f"≤ {SERVER_GROWTH:.0f} %",
                growth <= SERVER_GROWTH,
            ),
        ],
    )


async def many_reruns(server: Server) -> list[float]:
    """Change weights as fast as they are answered; return the server's memory at equal distances."""
    samples = []
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(visit(server)) for _ in range(SESSIONS)]
        for _ in range(SAMPLES):
            await asyncio.gather(*(drag(visitor, RERUNS // SAMPLES // SESSIONS) for visitor in visitors))
            samples.append(memory(server))
    return samples


async def drag(visitor: Visitor, moves: int) -> None:
    """Move a weight up and down; the hand lets go at every tenth move."""
    for _ in range(moves):
        k = visitor.edits
        await visitor.set_weight(round(-3 + 0.02 * (37 * k % 300), 2), done=k % 10 == 9)


@dataclass(frozen=True, slots=True)
class Sample:
    """What the browser holds after collecting its garbage."""

    nodes: float
    listeners: float
    heap: float
    """MB."""


def switching(browser: Browser, server: Server) -> bool:
    """Go from Start to Cell and back, and count what stays."""
    page = new_page(browser, LIGHT)
    open_page(page, server.url)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    samples = []
    for switch in range(0, SWITCHES, 2):
        round_trip(page)
        if (switch + 2) % SAMPLE_EVERY == 0:
            samples.append(sample(page, session))
    page.context.close()
    first, last = samples[0], samples[-1]
    trips = (SWITCHES - SAMPLE_EVERY) / 2
    nodes = (last.nodes - first.nodes) / trips
    listeners = (last.listeners - first.listeners) / trips
    heap = (last.heap - first.heap) * 1024 / trips
    return report(
        f"What the browser holds over {SWITCHES} page switches, every {SAMPLE_EVERY} switches, on Start",
        [
            Fact("document nodes", " ".join(f"{each.nodes:.0f}" for each in samples)),
            Fact("   more each round trip", f"{nodes:.1f}", f"≤ {NODES:.0f}", nodes <= NODES),
            Fact("listeners", " ".join(f"{each.listeners:.0f}" for each in samples)),
            Fact("   more each round trip", f"{listeners:.1f}", f"≤ {NODES:.0f}", listeners <= NODES),
            Fact("JavaScript heap, MB", " ".join(f"{each.heap:.1f}" for each in samples)),
            Fact("   KB more each round trip", f"{heap:.1f}", f"≤ {HEAP:.0f}", heap <= HEAP),
        ],
    )


def round_trip(page: Page) -> None:
    """Go to the Cell page by its link, wait until it is drawn, and go back."""
    links = page.locator('[data-testid="stTopNavLink"]')
    links.filter(has_text="Cell").click()
    page.locator(".strip .cell").first.wait_for()
    for figure in page.locator(".lstm-chart-canvas").all():
        figure.locator(".main-svg").first.wait_for()
    links.filter(has_text="Start").click()
    page.locator(".stage").wait_for(state="detached")
    page.locator(".lstm-chart").first.wait_for(state="detached")


def sample(page: Page, session: CDPSession) -> Sample:
    """Collect the browser's garbage, and count what is left."""
    page.wait_for_timeout(1000)
    for _ in range(2):  # the second finds what finalisers of the first let go
        session.send("HeapProfiler.collectGarbage")
    found = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    return Sample(found["Nodes"], found["JSEventListeners"], found["JSHeapUsedSize"] / 2**20)


if __name__ == "__main__":
    sys.exit(main())
