"""Drive the app in Chromium: screens, launching, waiting for a finished page, hearing its complaints."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tools.chromium import HELP, find_chromium

QUIET_FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""Software rendering, the same on every machine, and no connections but our own."""

FINISHED: Final = (
    '[data-testid="stApp"][data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'
)
"""Streamlit's own mark on the page that the script has run to its end."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person looks at: size in CSS pixels, colour scheme, and whether it is touched."""

    name: str
    width: int
    height: int
    colour_scheme: Literal["light", "dark"]
    touch: bool = False


LIGHT: Final = Screen("light", 1440, 900, "light")
DARK: Final = Screen("dark", 1440, 900, "dark")
PHONE: Final = Screen("phone", 390, 844, "light", touch=True)
SCREENS: Final = (LIGHT, DARK, PHONE)


@contextmanager
def launch() -> Iterator[Browser]:
    """Start a headless Chromium, and close it at the end.

    Raises
    ------
    RuntimeError
        If there is no Chromium on this machine.
    """
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = [*QUIET_FLAGS, *(["--no-sandbox"] if as_root else [])]  # Chromium refuses its sandbox to root
    with sync_playwright() as playwright:
        executable = find_chromium(playwright)
        if executable is None:
            raise RuntimeError(HELP)
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser: Browser, screen: Screen, **context: Any) -> Page:
    """Open an empty page in a browser context of its own; ``context`` goes on to ``new_context``."""
    return browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        color_scheme=screen.colour_scheme,
        has_touch=screen.touch,
        **context,
    ).new_page()


def visit(page: Page, url: str) -> None:
    """Go to ``url`` and wait until the page is complete: script run, files loaded, fonts ready."""
    page.goto(url)
    page.wait_for_selector(FINISHED)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => null)")


def complaints(page: Page) -> list[str]:
    """Return a list that grows with every error logged or not caught, and every request to a third party."""
    heard: list[str] = []

    def note_request(request: Request) -> None:
        if urlsplit(request.url).hostname not in {"127.0.0.1", None}:  # None: data: and blob: addresses
            heard.append(f"third party: {request.url}")

    def note_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(f"console: {message.text} ({message.location['url']})")

    page.on("request", note_request)
    page.on("console", note_console)
    page.on("pageerror", lambda error: heard.append(f"uncaught: {error}"))
    return heard
