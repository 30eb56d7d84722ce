import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from lstm_viz.app.shell import body_limits
from lstm_viz.app.shell.body_limits import FRAME_BYTES, BodyLimits
from lstm_viz.app.shell.environment import max_uploads

NO_ROOM = b"The server has no room for another upload now."
LARGEST = 20 * 1024 * 1024 + FRAME_BYTES


@pytest.fixture(autouse=True)
def _limit_of_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.maxUploadSize": 20}.__getitem__)


async def _count(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


def app(
    most: int = 2 * LARGEST, stored: int = 0, answer: Callable[[Request], Awaitable[Response]] = _count
) -> ASGIApp:
    limits = Middleware(BodyLimits, most, lambda: stored)
    return Starlette(routes=[Route("/", answer, methods=["PUT"])], middleware=[limits])


class Sender:
    """Somebody who sends a body: what is put into ``sends`` goes out."""

    def __init__(self, length: int | None = None) -> None:
        self.sends: asyncio.Queue[Message] = asyncio.Queue()
        self.heard: list[Message] = []
        headers = [] if length is None else [(b"content-length", b"%d" % length)]
        self.scope: dict[str, Any] = {"type": "http", "method": "PUT", "path": "/", "root_path": ""}
        self.scope |= {"query_string": b"", "headers": headers}

    def say(self, body: bytes, *, more: bool = False) -> None:
        self.sends.put_nowait({"type": "http.request", "body": body, "more_body": more})

    async def send_to(self, app: ASGIApp) -> tuple[int, bytes] | None:
        async def send(message: Message) -> None:
            self.heard.append(message)

        await app(self.scope, self.sends.get, send)
        return (self.heard[0]["status"], self.heard[1]["body"]) if self.heard else None


def put(app: ASGIApp, length: int | None, body: bytes = b"hello") -> tuple[int, bytes] | None:
    async def ask() -> tuple[int, bytes] | None:
        sender = Sender(length)
        sender.say(body)
        return await sender.send_to(app)

    return asyncio.run(ask())


@pytest.mark.parametrize("length", [5, None])
def test_what_there_is_room_for_is_passed_on(length: int | None) -> None:
    assert put(app(), length) == (200, b"5")


def test_a_body_that_is_too_large_for_the_app_is_not_read() -> None:
    assert put(app(), LARGEST + 1) == (413, b"A request may have up to 21,037,056 bytes.")


@pytest.mark.parametrize("length", [FRAME_BYTES + 1, None])
def test_where_uploads_fill_the_server_the_next_is_refused(length: int | None) -> None:
    assert put(app(stored=2 * LARGEST - FRAME_BYTES), length) == (503, NO_ROOM)
    assert put(app(stored=LARGEST), length) == (200, b"5")


def test_a_preview_has_room_however_many_uploads_there_are() -> None:
    assert put(app(stored=2 * LARGEST), FRAME_BYTES) == (200, b"5")


def test_what_is_only_announced_counts_until_it_is_over() -> None:
    async def ask() -> None:
        uploads = app()
        under_way = [Sender(LARGEST), Sender(None)]
        for sender in under_way:
            sender.say(b"he", more=True)
        tasks = [asyncio.create_task(sender.send_to(uploads)) for sender in under_way]
        await asyncio.sleep(0.05)
        late = Sender(FRAME_BYTES + 1)
        late.say(b"x")
        assert await late.send_to(uploads) == (503, NO_ROOM)
        under_way[0].say(b"llo")
        under_way[1].sends.put_nowait({"type": "http.disconnect"})
        # Whoever breaks off is no error.
        assert await asyncio.gather(*tasks) == [(200, b"5"), None]
        for _ in range(3):
            again = Sender(LARGEST)
            again.say(b"hello")
            assert await again.send_to(uploads) == (200, b"5")

    asyncio.run(ask())


def test_a_body_that_stops_coming_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limits, "STALL_SECONDS", 0.05)

    async def ask() -> tuple[int, bytes] | None:
        sender = Sender(5)
        sender.say(b"he", more=True)
        return await asyncio.wait_for(sender.send_to(app()), 5)

    assert asyncio.run(ask()) == (408, b"The request stopped before it was complete.")


def test_a_complete_body_may_be_answered_as_late_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limits, "STALL_SECONDS", 0.05)

    async def slow(request: Request) -> Response:
        await request.body()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(request.receive(), 0.2)  # until whoever asked goes away
        return PlainTextResponse("late")

    assert put(app(answer=slow), 5) == (200, b"late")


@pytest.mark.parametrize("text", ["0", "-5", "1.5", "much"])
def test_the_room_is_a_number_of_megabytes(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LSTM_VIZ_MOST_UPLOAD_MB", text)
    with pytest.raises(ValueError, match="LSTM_VIZ_MOST_UPLOAD_MB must be a whole number of megabytes"):
        max_uploads()
    monkeypatch.setenv("LSTM_VIZ_MOST_UPLOAD_MB", "3")
    assert max_uploads() == 3 * 1024 * 1024
