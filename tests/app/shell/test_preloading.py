import asyncio
import re
from pathlib import PurePosixPath

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Scope

from lstm_viz.app.shell.preloading import ASSETS, MAX_HEADER, PAGES, PreloadLinks, assets
from lstm_viz.components.chart import PLOTLY_PATH

NAMED = re.compile(
    r"<_stcore/bidi-components/lstm-viz\.(\w+)/([\w/.]+)>; (rel=modulepreload|rel=preload; as=style)"
)
KINDS = {".js": "rel=modulepreload", ".css": "rel=preload; as=style"}


def link_of(path: str, media_type: str = "text/html") -> str | None:
    """The header by which the answer to a path names what the page will need."""
    sent: list[Message] = []

    async def page(_request: Request) -> Response:
        return Response("a page", media_type=media_type)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    app = Starlette(routes=[Route("/{path:path}", page)], middleware=[Middleware(PreloadLinks)])
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "root_path": "",
        "query_string": b"",
        "headers": [],
    }
    asyncio.run(app(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert sent[1]["body"] == b"a page"
    return headers.get("link")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("base", ["", "/class"])
def test_a_page_names_plotly_and_the_modules_of_its_components(page: str, base: str) -> None:
    link = link_of(f"{base}/{page}")
    assert link is not None
    # Relative to the page, as a base path in front of it, or a proxy, needs it.
    assert f"<{PLOTLY_PATH.removeprefix('/')}>; rel=preload; as=script" in link
    named = NAMED.findall(link)
    assert all(kind == KINDS[PurePosixPath(name).suffix] for _, name, kind in named)
    wanted = [(of, path.relative_to(ASSETS).as_posix()) for of in PAGES[page] for path in assets(of)]
    found = [(of, name) for of, name, _ in named]
    assert found == wanted[: len(found)]
    assert len(found) == len(wanted) or page == "variants", "there is more than a header should hold"
    assert len(link) <= MAX_HEADER


@pytest.mark.parametrize("path", ["/", "/cell/", "/cell/_stcore/health", "/other", "/static/cell.js"])
def test_nothing_else_names_anything(path: str) -> None:
    assert link_of(path) is None


def test_what_is_not_a_page_names_nothing() -> None:
    assert link_of("/cell", "application/json") is None


@pytest.mark.parametrize("component", sorted({name for names in PAGES.values() for name in names}))
def test_all_files_of_a_component_are_found_once(component: str) -> None:
    found = [path.relative_to(ASSETS).as_posix() for path in assets(component)]
    assert len(found) == len(set(found))
    imported = set()
    for path in assets(component):
        names = re.findall(r'(?:from|url\() ?"(\..+?)"', path.read_text(encoding="utf-8"))
        imported |= {(path.parent / name).resolve().relative_to(ASSETS).as_posix() for name in names}
    assert imported | {f"{component}/index.js"} == set(found) - {f"{component}/{component}.css"}
    assert (f"{component}/{component}.css" in found) == (component != "chart")
