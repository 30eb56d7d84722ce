"""Which browser asks: a random cookie, by which a page that is reloaded is known to be the same person's.

Streamlit gives a reloaded page a new session. Whoever has been given this cookie, and nobody else, has come
back; it says nothing about a person, is not readable by scripts, and is gone when the browser is closed.
"""

import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Final

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE: Final = "lstm_viz_browser"
_BYTES: Final = 16
_LENGTH: Final = len(secrets.token_urlsafe(_BYTES))


class BrowserCookie:
    """Middleware that gives the cookie to a browser that opens a page without it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and an answer back; see :class:`starlette.types.ASGIApp`."""
        if scope["type"] != "http" or _has_cookie(Headers(scope=scope).get("cookie", "")):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("Set-Cookie", _new_cookie(secure=scope.get("scheme") == "https"))
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def browser() -> str | None:
    """Return the name of the browser in which this page is open; ``None`` where it keeps no cookies."""
    name = st.context.cookies.get(COOKIE)
    return name if name and len(name) == _LENGTH else None


def _has_cookie(header: str) -> bool:
    try:
        return len(SimpleCookie(header)[COOKIE].value) == _LENGTH
    except (CookieError, KeyError):
        return False


def _new_cookie(*, secure: bool) -> str:
    # Lax: a page that is embedded elsewhere gets none, and does without.
    ending = "; Secure" if secure else ""
    return f"{COOKIE}={secrets.token_urlsafe(_BYTES)}; Path=/; HttpOnly; SameSite=Lax{ending}"
