"""What a browser is told to refuse, should anything foreign ever get onto a page."""

import re
from base64 import b64encode
from functools import cache, lru_cache
from hashlib import sha256
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lstm_viz.app.shell import index_page

POLICY: Final = {
    "default-src": "'self'",
    # Streamlit loads what a component brings inline from a blob.
    "script-src": "'self' blob:",
    # Streamlit and Plotly write their styles while they draw.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
"""The content security policy: each kind of content, and where it may come from."""

_HOST: Final = re.compile(r"(?:[\w.-]+|\[[\da-f:]+\])(?::\d+)?", re.ASCII | re.IGNORECASE)
"""A host as a policy may name it: whoever asks chooses what stands there."""


@cache
def inline_scripts() -> list[str]:
    """Return the scripts in the page, each by its hash: these and no others may run."""
    found = re.findall(r"<script>(.*?)</script>", index_page.html(), re.DOTALL)
    return [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in found]


@lru_cache(maxsize=64)
def policy(ancestors: str, host: str) -> str:
    """Return the policy for a page of this host that the ancestors may embed."""
    # Not every browser takes 'self' to mean the same host over a websocket too.
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    added = {
        "script-src": " ".join([POLICY["script-src"], *inline_scripts()]),
        "connect-src": POLICY["connect-src"] + sockets,
        "frame-ancestors": ancestors,
    }
    return "; ".join(f"{kind} {sources}" for kind, sources in {**POLICY, **added}.items())


class SecurityHeaders:
    """Middleware that adds the headers to every answer.

    Parameters
    ----------
    app
        What answers.
    ancestors
        The sites that may embed its pages, as the policy names them.
    """

    def __init__(self, app: ASGIApp, ancestors: str) -> None:
        self.app, self._ancestors = app, ancestors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and an answer back; see :class:`starlette.types.ASGIApp`."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy(self._ancestors, host)
                headers["X-Content-Type-Options"] = "nosniff"
                # Links hold what a person has set: no other site is told of it.
                headers["Referrer-Policy"] = "same-origin"
            await send(message)

        await self.app(scope, receive, send_with_headers)
