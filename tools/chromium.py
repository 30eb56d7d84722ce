"""Find a Chromium for tests, screenshots and benchmarks, or download one: ``python -m tools.chromium``."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Playwright, sync_playwright

COMMANDS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)

USUAL_PLACES: Final = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
)

HELP: Final = (
    "No Chromium was found. Install Chromium, Chrome or Edge, or set CHROMIUM_PATH to the program, "
    "or let Playwright download one: python -m playwright install chromium"
)


def find_chromium(playwright: Playwright) -> Path | None:
    """Return the first Chromium found: ``CHROMIUM_PATH``, the ``PATH``, the usual places, Playwright's own.

    Raises
    ------
    ValueError
        If ``CHROMIUM_PATH`` is set and names no file.
    """
    chosen = os.environ.get("CHROMIUM_PATH")
    if chosen:
        if not Path(chosen).is_file():
            raise ValueError(f"CHROMIUM_PATH must name the program file of a Chromium, got {chosen!r}")
        return Path(chosen)
    return next((path for path in _candidates(playwright) if path.is_file()), None)


def _candidates(playwright: Playwright) -> Iterator[Path]:
    yield from (Path(found) for found in map(shutil.which, COMMANDS) if found)
    yield from (Path(os.path.expandvars(place)) for place in USUAL_PLACES)
    yield Path(playwright.chromium.executable_path)


def main() -> None:
    """Print where Chromium is; download one where there is none."""
    with sync_playwright() as playwright:
        found = find_chromium(playwright)
    if found is not None:
        print(f"Chromium: {found}")
        return
    print("No Chromium found; Playwright downloads one.", flush=True)
    download = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if download.returncode != 0:
        sys.exit(f"The download failed. {HELP}")


if __name__ == "__main__":
    main()
