import asyncio

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message

from lstm_viz.app.shell.browser import COOKIE, BrowserCookie


async def page(_request: Request) -> Response:
    return HTMLResponse("<p>")


async def health(_request: Request) -> Response:
    return PlainTextResponse("ok")


def cookie_given(path: str = "/", cookies: str = "", scheme: str = "http") -> str | None:
    """The cookie that comes with an answer."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    app = BrowserCookie(Starlette(routes=[Route("/", page), Route("/health", health)]))
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "query_string": b""}
    scope |= {"headers": [(b"cookie", cookies.encode())], "scheme": scheme}
    asyncio.run(app(scope, receive, send))
    return dict(sent[0]["headers"]).get(b"set-cookie", b"").decode() or None


def test_a_page_gives_each_browser_a_name_of_its_own_that_scripts_cannot_read() -> None:
    given = [cookie_given() for _ in range(100)]
    assert len(set(given)) == 100
    for cookie in given:
        assert cookie is not None
        name, *rest = cookie.split("; ")
        assert len(name.removeprefix(f"{COOKIE}=")) == 22  # 128 bits
        assert rest == ["Path=/", "HttpOnly", "SameSite=Lax"]


def test_over_tls_it_goes_nowhere_else() -> None:
    assert (cookie_given(scheme="https") or "").endswith("; Secure")


def test_a_browser_keeps_its_name() -> None:
    first = (cookie_given() or "").split(";")[0]
    assert cookie_given(cookies=f"_streamlit_xsrf=2|a; {first}") is None


@pytest.mark.parametrize("cookies", [f"{COOKIE}=guess", f"{COOKIE}=", "=;=", "\x00", "other=1"])
def test_a_name_that_is_none_of_ours_is_replaced(cookies: str) -> None:
    assert cookie_given(cookies=cookies)


def test_only_pages_give_a_name() -> None:
    assert cookie_given("/health") is None
