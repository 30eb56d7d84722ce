"""What a page would show, while a hand still drags: asked by the browser directly, past Streamlit.

An answer of Streamlit takes some 50 ms, most of them in the browser, where it goes through every element of
the page. So while a hand moves, a component asks here: settings go in, as a link holds them, with the edits
under way; out comes what the page would show. Nothing is kept. Once the hand lets go Streamlit is told, and
its answer counts.

One route serves every page that answers a moving hand. A page brings one pure function, named in
:data:`lstm_viz.app.shell.server.PREVIEWS`; what is refused, how many may wait and for how long is decided
here, once for all of them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Self, TypeAlias

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from lstm_viz.app.shell.messages import REFUSALS, checked_edits, short
from lstm_viz.components.chart import packed

MAX_BYTES: Final = 64 * 1024
"""Bytes of a question; two typed lines of the greatest length and a hundred edits fit."""
MAX_READING: Final = 128
"""Questions that may be on their way to us at the same time."""
READ_SECONDS: Final = 2.0
"""Seconds in which a question must have arrived."""
MAX_WAITING: Final = 64
"""Questions that may be computed or wait for it; a hand has one under way."""
WAIT_SECONDS: Final = 1.0
"""Seconds after which a question is no longer computed. A browser gives up after 1.5 s (``preview.js``)."""

# A question that was not read to its end leaves the rest of it in the connection.
_CLOSE: Final = {"Connection": "close"}


@dataclass(frozen=True, slots=True)
class Question:
    """What a component asks: settings, the edits under way, and how the page looks."""

    query: Mapping[str, str]
    """The settings, as the query of a link."""
    edits: list[Mapping[str, Any]]
    """What the component would send to Streamlit, at most :data:`~lstm_viz.app.shell.messages.MAX_EDITS`."""
    dark: bool
    asked: Mapping[str, Any]
    """The whole question; a page reads from it what only that page has, such as the unit shown."""

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Read ``{"run": {...}, "edits": [...], "dark": false, ...}``.

        Raises
        ------
        ValueError, KeyError
            If it is no such question; the message says what is wrong.
        """
        asked = orjson.loads(body)
        if not isinstance(asked, Mapping):
            raise ValueError(f"question must be an object, got {type(asked).__name__}")
        return cls(_query(asked["run"]), checked_edits(asked["edits"]), bool(asked["dark"]), asked)


Answer: TypeAlias = Callable[[Question], Mapping[str, Any]]
"""Returns what a page would show; raises one of ``REFUSALS`` where a question cannot be answered."""


def _query(query: Any) -> Mapping[str, str]:
    if not isinstance(query, Mapping) or not all(isinstance(text, str) for text in query.values()):
        raise ValueError("run must be the query of a link")
    return query


class Previews:
    """The route: reads a question, has it answered by the function of its page, and holds up nobody else.

    Questions are answered one after the other in one thread, so the event loop waits for one answer of some
    milliseconds at most. A question whose asker is gone is dropped before it is computed.

    Parameters
    ----------
    answers
        By page, the last part of the route's address, the function that answers.
    """

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = answers
        self._thread = ThreadPoolExecutor(1, "preview")
        self._reading = asyncio.Semaphore(MAX_READING)
        self._waiting = asyncio.Semaphore(MAX_WAITING)

    async def respond(self, request: Request) -> Response:
        """Answer a question; :meth:`Question.read` says what it holds.

        Raises
        ------
        HTTPException
            Status 400 with the reason where a question cannot be understood, 404 where its page has no
            preview, 408 where it arrives too slowly, 413 where it is too large, 503 where too many ask.
        """
        answer = self._answers.get(request.path_params["page"])
        if answer is None:
            raise HTTPException(404, "This page has no preview.", _CLOSE)
        try:
            async with _place(self._reading):
                body = await _read(request)
            async with _place(self._waiting):
                record = await self._computed(request, answer, body)
        except ClientDisconnect:
            return Response()  # to nobody
        except REFUSALS as error:
            raise HTTPException(400, short(error)) from None
        # To compress it would take longer than to send it; Streamlit's middleware leaves alone what names an
        # encoding.
        headers = {"Cache-Control": "no-store", "Content-Encoding": "identity"}
        return Response(record, media_type="application/json", headers=headers)

    async def _computed(self, request: Request, answer: Answer, body: bytes) -> bytes:
        job = self._thread.submit(lambda: packed(answer(Question.read(body))))
        computed: asyncio.Future[Any] = asyncio.wrap_future(job)
        gone: asyncio.Future[Any] = asyncio.ensure_future(_until_gone(request))
        try:
            await asyncio.wait([computed, gone], timeout=WAIT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            # What has begun cannot be stopped, and is soon over.
            if computed.done() or not job.cancel():
                return bytes(await computed)
            raise ClientDisconnect if gone.done() else _busy()
        finally:
            job.cancel()
            gone.cancel()


@asynccontextmanager
async def _place(room: asyncio.Semaphore) -> AsyncIterator[None]:
    """Enter a room, or be told that it is full."""
    if room.locked():
        raise _busy()
    async with room:
        yield


def _busy() -> HTTPException:
    return HTTPException(503, "Too many previews are under way.", {"Retry-After": "1", **_CLOSE})


async def _read(request: Request) -> bytes:
    """Return the body of a request that is neither too large nor too slow."""
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise HTTPException(413, f"A question may have up to {MAX_BYTES:,} bytes.", _CLOSE)
    except TimeoutError:
        raise HTTPException(408, f"A question must arrive within {READ_SECONDS:g} s.", _CLOSE) from None
    return bytes(body)


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
