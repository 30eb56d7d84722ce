"""When anybody last changed anything: what would hold up everybody waits for a quiet moment."""

import time
from typing import ClassVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Activity:
    """Middleware that notes the time of every message that a hand may have sent.

    These are the messages of websockets, and what is posted; whoever watches over a server only gets.
    """

    heard: ClassVar[float] = 0.0
    """Time of the last of them, on the clock of :func:`time.monotonic`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and an answer back; see :class:`starlette.types.ASGIApp`."""

        async def hear() -> Message:
            message = await receive()
            Activity.heard = time.monotonic()
            return message

        by_hand = scope["type"] == "websocket" or scope.get("method") == "POST"
        await self.app(scope, hear if by_hand else receive, send)


def quiet() -> float:
    """Return the seconds since the last of these messages."""
    return time.monotonic() - Activity.heard
