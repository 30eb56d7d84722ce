"""The app under a benchmark: its pages in Chromium, PyTorch loaded, and what the server uses."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from tools.browser import LIGHT, Screen, new_page, visit
from tools.serving import Server

PROBE: Final = Path(__file__).with_name("probe.js")


def open_cell(
    browser: Browser, server: Server, query: str, screen: Screen, prepare: Callable[[Page], object]
) -> Page:
    """Open the Cell page with the probe in it, complete and at rest; ``prepare`` gets it while empty."""
    page = new_page(browser, screen)
    prepare(page)
    page.add_init_script(path=PROBE)
    visit(page, f"{server.url}/cell{query}")
    page.evaluate("probe.completed")
    return page


def load_torch(browser: Browser, server: Server) -> None:
    """Have the server load PyTorch as a visitor does: by the check at the end of the Cell page.

    Raises
    ------
    RuntimeError
        If the server has hardly grown by it, so that it cannot be in its process.
    """
    before = memory(server)
    page = new_page(browser, LIGHT)
    visit(page, f"{server.url}/cell")
    page.get_by_text("Check against PyTorch").click()
    page.get_by_role("button", name="Run nn.LSTM on these weights").click()
    page.get_by_text("the largest difference is").wait_for(timeout=60_000)
    page.context.close()
    if memory(server) < before + 50:
        raise RuntimeError(f"PyTorch was not loaded: {before:.0f} MB before, {memory(server):.0f} MB after")


def memory(server: Server) -> float:
    """Return the memory that the server occupies (resident set), in MB."""
    return int(_ask(server, "rss")) / 1024


def cpu_seconds(server: Server) -> float:
    """Return the processor time that the server has used since it started, to the second."""
    days, _, clock = _ask(server, "time").rpartition("-")
    seconds = 0.0
    for part in clock.split(":"):
        seconds = 60 * seconds + float(part)
    return 86400 * int(days or 0) + seconds


def _ask(server: Server, what: str) -> str:
    command = ["ps", "-o", f"{what}=", "-p", str(server.process.pid)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
