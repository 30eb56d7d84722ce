import asyncio
import gc
import gzip
import subprocess
import sys

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from lstm_viz.app.shell import server
from lstm_viz.app.shell.activity import Activity
from lstm_viz.app.shell.plotly_script import plain_script
from lstm_viz.components.chart import PLOTLY_PATH


def get(path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask the routes for a path, as a server would: status, headers and body."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "root_path": "",
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(Starlette(routes=server.routes())(scope, receive, send))
    start, *parts = sent
    answered = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], answered, b"".join(part["body"] for part in parts)


def test_plotly_is_handed_out() -> None:
    status, headers, body = get(PLOTLY_PATH)
    assert (status, body) == (200, plain_script())
    assert headers["content-type"].startswith("text/javascript")
    assert "content-encoding" not in headers


def test_plotly_is_packed_for_whoever_can_unpack_it() -> None:
    status, headers, body = get(PLOTLY_PATH, accept_encoding="br, gzip;q=0.8")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert int(headers["content-length"]) == len(body) < len(plain_script()) / 2
    assert gzip.decompress(body) == plain_script()


@pytest.mark.parametrize("accepted", ["", "gzip"])
def test_plotly_may_be_kept_for_ever_but_packed_and_plain_apart(accepted: str) -> None:
    _, headers, _ = get(PLOTLY_PATH, accept_encoding=accepted)
    assert "immutable" in headers["cache-control"]
    assert headers["vary"] == "Accept-Encoding"


def test_another_version_of_plotly_is_not_there() -> None:
    assert get("/lstm-viz/plotly-0.0.0.min.js")[0] == 404


@pytest.mark.parametrize("base", ["class", "/class/"])
def test_below_a_base_path_plotly_is_below_it_too(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": base}.__getitem__)
    assert get(f"/class{PLOTLY_PATH}")[0] == 200
    assert get(PLOTLY_PATH)[0] == 404


def test_an_error_is_told_without_its_details() -> None:
    def page() -> None:
        from lstm_viz.app.shell.server import on_script_error

        assert on_script_error(ValueError("the details"))

    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    [error] = app.error
    assert error.value.startswith("Something went wrong on our side")
    assert "the details" not in error.value


def test_while_the_server_runs_it_collects_and_then_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[None] = []
    monkeypatch.setattr(gc, "collect", lambda: collected.append(None))
    monkeypatch.setattr(server, "COLLECT_EVERY", 0.0)
    monkeypatch.setattr(server, "quiet", lambda: 100.0)
    monkeypatch.setattr(server, "warm_up", lambda: None)

    async def serve() -> int:
        async with server.lifespan(st.App("app.py")):
            for _ in range(10):
                await asyncio.sleep(0)
        stopped = len(collected)
        for _ in range(10):
            await asyncio.sleep(0)
        return stopped

    assert asyncio.run(serve()) == len(collected) >= 2


def collected_while(heard: list[float], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a server collects while the last message came so many seconds ago, look after look."""
    collected: list[None] = []
    monkeypatch.setattr(gc, "collect", lambda: collected.append(None))
    monkeypatch.setattr(server, "COLLECT_EVERY", 0.0)
    monkeypatch.setattr(server, "QUIET", 0.01)
    monkeypatch.setattr(server, "warm_up", lambda: None)
    monkeypatch.setattr(server, "quiet", lambda: heard.pop(0) if len(heard) > 1 else heard[0])

    async def serve() -> None:
        async with server.lifespan(st.App("app.py")):
            for _ in range(20):
                await asyncio.sleep(0.005)

    asyncio.run(serve())
    return bool(collected)


def test_nobody_is_held_up_by_a_collection(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not collected_while([0.0], monkeypatch)
    assert collected_while([0.0, 0.0, 0.0, 0.0, 10.0], monkeypatch)


def test_where_it_is_never_quiet_it_is_collected_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.01)
    assert collected_while([0.0], monkeypatch)


@pytest.mark.parametrize(
    ("kind", "method", "by_hand"),
    [("websocket", None, True), ("http", "POST", True), ("http", "GET", False), ("lifespan", None, False)],
)
def test_what_a_hand_may_have_sent_ends_a_quiet_moment(
    kind: str, method: str | None, by_hand: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Activity, "heard", -100.0)

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        assert await receive() == {"type": "message"}

    async def receive() -> Message:
        return {"type": "message"}

    async def send(_message: Message) -> None: ...

    asyncio.run(Activity(app)({"type": kind, "method": method}, receive, send))
    assert (Activity.heard > -100.0) == by_hand


def test_the_first_visit_is_not_shown_file_names_as_a_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    monkeypatch.setattr(server, "warm_up", lambda: None)

    async def serve() -> bool | None:
        async with server.lifespan(st.App("app.py")):
            return PagesManager.uses_pages_directory

    assert asyncio.run(serve()) is False


def test_warming_up_imports_what_pages_need_and_not_torch() -> None:
    code = """
import gc, sys
from lstm_viz.app.shell import server
from lstm_viz.app.shell.activity import Activity
from lstm_viz.app.shell.plotly_script import plain_script
server.warm_up()
wanted = ("plotly.graph_objects", "pandas", "lstm_viz.app.cell.controls", "torch")
print([name in sys.modules for name in wanted], gc.get_freeze_count() > 100_000)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[True, True, True, False] True", done.stderr


def test_a_server_that_ends_saves_its_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    import lstm_viz.training.jobs as training_jobs

    seen: list[str] = []
    monkeypatch.setattr(training_jobs, "close", lambda: seen.append("saved"))
    monkeypatch.setattr(server, "warm_up", lambda: None)

    async def serve() -> None:
        async with server.lifespan(st.App("app.py")):
            seen.append("served")

    asyncio.run(serve())
    assert seen == ["served", "saved"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_server_may_have_more_connections_open_than_a_process_begins_with() -> None:
    code = """
import resource
from lstm_viz.app.shell import server
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
server.allow_open_files()
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
print(soft == server.OPEN_FILES if hard == resource.RLIM_INFINITY else soft == min(hard, server.OPEN_FILES))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "True", done.stderr
