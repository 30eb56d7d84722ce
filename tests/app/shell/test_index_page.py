import ast
import asyncio
from importlib.resources import files
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.types import Message, Scope

from lstm_viz.app.shell.index_page import PAGES, html, routes, script
from lstm_viz.app.shell.preloading import header

APP = Path(__file__).resolve().parents[3] / "app.py"


def answer(path: str, below: str = "", method: str = "GET") -> tuple[int, dict[str, str], str]:
    """Return the status, the headers and the body with which a path is answered."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": method, "path": path, "root_path": ""}
    scope.update(query_string=b"", headers=[])
    asyncio.run(Starlette(routes=routes(below))(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent[1:]).decode()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("below", ["", "/class"])
def test_a_page_names_its_server_and_what_it_needs(page: str, below: str) -> None:
    status, headers, text = answer(f"{below}/{page}", below)
    assert (status, text) == (200, html())
    assert headers["cache-control"] == "no-cache"
    assert headers.get("link", "") == header(page)


def test_the_script_stands_before_streamlits_own_and_all_else_stays() -> None:
    ours = f"<script>{script()}</script>"
    assert html().index(ours) < html().index('<script type="module"')
    assert html().replace(ours, "") == (files("streamlit") / "static" / "index.html").read_text("utf-8")


def test_every_page_of_the_app_is_there() -> None:
    """A page that is not would still open, after questions to the server that it could have been spared."""
    calls = [node for node in ast.walk(ast.parse(APP.read_text("utf-8"))) if isinstance(node, ast.Call)]
    pages = [Path(str(ast.literal_eval(call.args[0]))).stem for call in calls if _makes_a_page(call)]
    assert pages
    assert set(pages) - {"start"} <= set(PAGES)


def _makes_a_page(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "Page"


@pytest.mark.parametrize("path", ["/cell/", "/cell/_stcore/health", "/other", "/static/cell.js"])
def test_nothing_else_is_answered(path: str) -> None:
    assert answer(path)[0] in {404, 307}


def test_what_is_asked_without_a_body_has_none() -> None:
    status, headers, _ = answer("/cell", method="HEAD")
    assert (status, headers["content-length"]) == (200, str(len(html().encode())))


def test_no_configured_site_can_end_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", lambda _name: ["</script><script>alert(1)"])
    assert "</script" not in script()


def test_the_sites_are_those_of_the_configuration() -> None:
    assert all(site in script() for site in st.get_option("client.allowedOrigins"))
