"""What is being sent to the server: bounded in time, and in bytes of everybody together."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import streamlit as st
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.stats import CacheStat

STALL_SECONDS: Final = 20.0
"""Seconds without a byte after which a request that is not complete is given up."""
FRAME_BYTES: Final = 64 * 1024
"""What a browser adds to a file: names, types, boundaries."""


class BodyLimits:
    """Middleware that refuses bodies the server has no room for, and gives up those that stop coming.

    Streamlit bounds each upload by ``server.maxUploadSize``, and keeps all of them in memory. What is no
    larger than the frame of an upload, such as a question for a preview, always has room.

    Parameters
    ----------
    app
        What is asked if there is room.
    most
        Bytes of all uploads together, those kept and those under way.
    stored
        Returns the bytes of the uploads kept.
    """

    def __init__(self, app: ASGIApp, most: int, stored: Callable[[], int]) -> None:
        self.app, self._most, self._stored = app, most, stored
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and an answer back; see :class:`starlette.types.ASGIApp`."""
        if scope["type"] != "http" or scope["method"] not in ("POST", "PUT", "PATCH"):
            await self.app(scope, receive, send)
            return
        largest = st.get_option("server.maxUploadSize") * 1024 * 1024 + FRAME_BYTES
        length = Headers(scope=scope).get("content-length", "")
        # What does not say how much it is may turn out to be as much as is allowed.
        size = int(length) if length.isdecimal() else largest
        if size > largest:
            refusal = PlainTextResponse(f"A request may have up to {largest:,} bytes.", 413)
            await refusal(scope, receive, send)
        elif size > FRAME_BYTES and self._stored() + self._under_way + size > self._most:
            words = "The server has no room for another upload now."
            await PlainTextResponse(words, 503, {"Retry-After": "10"})(scope, receive, send)
        else:
            self._under_way += size
            try:
                await self._pass_on(scope, receive, send)
            finally:
                self._under_way -= size

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, _unless_it_stalls(receive), send_noted)
        except ClientDisconnect:
            pass  # whoever asked is gone, which is no error of the server
        except _StalledError:
            if not started:
                words = "The request stopped before it was complete."
                await PlainTextResponse(words, 408, {"Connection": "close"})(scope, receive, send)


def stored_uploads() -> int:
    """Return the bytes of the uploads that Streamlit keeps."""
    if not runtime.exists():
        return 0
    families = runtime.get_instance().uploaded_file_mgr.get_stats().values()
    return sum(stat.byte_length for family in families for stat in family if isinstance(stat, CacheStat))


class _StalledError(Exception):
    """A request stopped before it was complete."""


def _unless_it_stalls(receive: Receive) -> Callable[[], Awaitable[Message]]:
    complete = False

    async def receive_in_time() -> Message:
        nonlocal complete
        if complete:  # and now it is waited for whoever asked to go away
            return await receive()
        try:
            async with asyncio.timeout(STALL_SECONDS):
                message = await receive()
        except TimeoutError:
            raise _StalledError from None
        complete = not message.get("more_body", False)
        return message

    return receive_in_time
