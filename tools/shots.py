"""Write a picture of every page on every screen into ``shots/``: ``python -m tools.shots``."""

from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, Page

from tools.browser import LIGHT, SCREENS, Screen, launch, new_page, visit
from tools.serving import ROOT, serve

FOLDER: Final = ROOT / "shots"
SETTLE_MS: Final = 400
"""Time for transitions to end and for figures to take their new size, before the shutter."""


def main() -> None:
    """Take all pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with serve() as server, launch() as browser:
        for address in addresses(browser, server.url):
            for screen in SCREENS:
                print(_shoot(browser, screen, address).relative_to(ROOT))


def addresses(browser: Browser, home: str) -> list[str]:
    """Return the address of every page that the app's navigation links to, the first page first."""
    page = new_page(browser, LIGHT)
    visit(page, home)
    links = page.locator('a[data-testid="stSidebarNavLink"], [data-testid="stTopNav"] a').all()
    found = [urljoin(home, link.get_attribute("href") or "") for link in links]
    page.context.close()
    return found or [home]  # an app of one page has no navigation


def _shoot(browser: Browser, screen: Screen, address: str) -> Path:
    path = FOLDER / f"{urlsplit(address).path.strip('/') or 'start'}-{screen.name}.png"
    page = new_page(browser, screen)
    visit(page, address)
    _unroll(page, screen)
    page.screenshot(path=path)
    page.context.close()
    return path


def _unroll(page: Page, screen: Screen) -> None:
    """Make the window as high as the page: Streamlit scrolls an inner element, which ``full_page`` misses."""
    height = page.locator('[data-testid="stMain"]').evaluate("main => main.scrollHeight")
    page.set_viewport_size({"width": screen.width, "height": max(screen.height, height)})
    page.wait_for_timeout(SETTLE_MS)


if __name__ == "__main__":
    main()
