import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from lstm_viz.settings.cell import RunSettings
from tests.browser.cell import Cell, OpenCell, path_of
from tools.browser import LIGHT, Screen, complaints, launch, new_page, visit
from tools.serving import Server, serve

HARMLESS = (
    # On a deep link Streamlit looks for its server below the page's own path before it tries the root.
    re.compile(r"404 \(Not Found\) \(http://127\.0\.0\.1:\d+/\w+/_stcore/(health|host-config)\)$"),
)
"""Console errors that are no fault of ours. Each needs its reason beside it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    server = getattr(item, "funcargs", {}).get("server")
    if report.failed and server is not None and server.output.exists():  # it ends before its own last check
        report.sections.append(("the server's output", server.log()))
    return report


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The app, served by a process of its own for all browser tests of this worker."""
    with serve() as running:
        yield running
        assert "Traceback" not in running.log()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. For one module at a time: Playwright's event loop must not outlive the browser tests."""
    with launch() as running:
        yield running


@pytest.fixture
def page(server: Server, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages of the app: ``page("/cell", screen=PHONE)``; other keywords go to ``new_context``.

    ``before`` is called with the page while it is still empty.

    At the end no page may have logged an error or asked a third party for anything, nor the server have
    logged a traceback.
    """
    opened: list[Page] = []
    heard: list[list[str]] = []
    said_before = len(server.log())

    def open_page(
        path: str = "/",
        screen: Screen = LIGHT,
        *,
        before: Callable[[Page], object] | None = None,
        **context: Any,
    ) -> Page:
        page = new_page(browser, screen, **context)
        opened.append(page)
        heard.append(complaints(page))
        if before is not None:
            before(page)
        visit(page, server.url + path)
        return page

    yield open_page
    for page in opened:
        page.context.close()
    errors = [text for texts in heard for text in texts if not any(known.search(text) for known in HARMLESS)]
    if "Traceback" in server.log()[said_before:]:
        errors.append("server: a traceback, see its output")
    assert errors == []


@pytest.fixture
def cell(page: Callable[..., Page]) -> OpenCell:
    """Open the Cell page with a run or a query in its address, and wait until all of it is drawn."""

    def open_cell(
        query: RunSettings | Mapping[str, str] | str = "",
        screen: Screen = LIGHT,
        *,
        before: Callable[[Page], object] | None = None,
        **context: Any,
    ) -> Cell:
        sent: list[object] = []

        def note(message: object) -> None:
            sent.append(message)

        def prepare(empty: Page) -> None:
            if before is not None:
                before(empty)
            empty.on("websocket", lambda socket: socket.on("framesent", note))

        shown = Cell(page(path_of(query), screen, before=prepare, **context), sent)
        shown.wait_until_drawn()
        return shown

    return open_cell
