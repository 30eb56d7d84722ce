"""What a browser is told to refuse, should anything foreign ever get onto a page."""

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lstm_viz.app.shell.environment import frame_ancestors

POLICY: Final = {
    "default-src": "'self'",
    # Streamlit loads what a component brings inline from a blob.
    "script-src": "'self' blob:",
    # Streamlit and Plotly write their styles while they draw.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    # The same host over a websocket: not every browser takes 'self' to mean that.
    "connect-src": "'self' ws: wss:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
"""The content security policy: each kind of content, and where it may come from."""


def inline_scripts() -> list[str]:
    """Return the scripts in Streamlit's own page, each by its hash: these and no others may run."""
    page = (files("streamlit") / "static" / "index.html").read_text(encoding="utf-8")
    found = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in found]


class SecurityHeaders:
    """Middleware that adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        scripts = " ".join([POLICY["script-src"], *inline_scripts()])
        policy = {**POLICY, "script-src": scripts, "frame-ancestors": frame_ancestors()}
        self._headers = {
            "Content-Security-Policy": "; ".join(f"{kind} {sources}" for kind, sources in policy.items()),
            "X-Content-Type-Options": "nosniff",
            # Links hold what a person has set: no other site is told of it.
            "Referrer-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and an answer back; see :class:`starlette.types.ASGIApp`."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
