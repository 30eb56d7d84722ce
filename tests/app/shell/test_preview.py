import asyncio
import json
import subprocess
import sys
import threading
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Scope

from lstm_viz.app.shell import preview, server
from lstm_viz.app.shell.preview import MAX_BYTES, Previews, Question
from lstm_viz.components.stage import PREVIEW_PATH
from lstm_viz.exchange.links.cell import to_query
from lstm_viz.notation import GATES
from lstm_viz.settings.cell import Loss, RunSettings
from lstm_viz.settings.presets import PRESETS, random_run
from tests.app.shell.messages import anything, damaged_edits
from tests.exchange.strategies import runs
from tests.pages.visitor import Visitor

LEAKY = PRESETS["leaky-latch"].settings
BIAS = {"kind": "weight", "gate": "f", "unit": 0, "column": 3, "value": 0.5, "done": False}
SESSION = {"key", "reply", "home", "history", "troubles"}
"""What the session alone knows of the record of the stage."""


PATH = f"{PREVIEW_PATH}/cell"


class Asker:
    """Somebody who asks the route: what is put into ``sends`` goes out, what comes back is in ``heard``."""

    def __init__(self, path: str = PATH, method: str = "POST") -> None:
        self.scope: Scope = {
            "type": "http",
            "method": method,
            "path": path,
            "root_path": "",
            "query_string": b"",
            "headers": [],
        }
        self.sends: asyncio.Queue[Message] = asyncio.Queue()
        self.heard: list[Message] = []

    def say(self, body: bytes, *, more: bool = False) -> None:
        self.sends.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def leave(self) -> None:
        self.sends.put_nowait({"type": "http.disconnect"})

    async def ask(self, app: ASGIApp) -> tuple[int, dict[str, str], bytes]:
        async def send(message: Message) -> None:
            self.heard.append(message)

        await app(self.scope, self.sends.get, send)
        start, *parts = self.heard
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return start["status"], headers, b"".join(part["body"] for part in parts)


def post(body: bytes, method: str = "POST", path: str = PATH) -> tuple[int, dict[str, str], bytes]:
    """Send a body to the route, in pieces as a server hands it over: status, headers and answer."""

    async def ask() -> tuple[int, dict[str, str], bytes]:
        asker = Asker(path, method)
        for at in range(0, max(1, len(body)), 1000):
            asker.say(body[at : at + 1000], more=at + 1000 < len(body))
        return await asker.ask(Starlette(routes=server.routes()))

    return asyncio.run(ask())


def question(run: RunSettings, *edits: dict[str, Any], unit: Any = 0, dark: bool = False) -> bytes:
    return json.dumps({"run": to_query(run), "unit": unit, "dark": dark, "edits": list(edits)}).encode()


def test_the_answer_is_the_run_with_the_edits_made() -> None:
    status, headers, body = post(question(LEAKY, BIAS))
    assert (status, headers["content-type"]) == (200, "application/json")
    stage = orjson.loads(body)["record"]
    run = RunSettings(LEAKY.origin, LEAKY.cell.with_weight("f", 0, 3, 0.5), LEAKY.sequence)
    trace = run.run()
    assert stage["link"] == to_query(run)
    for key in (*GATES, "c", "h"):
        assert stage["q"][key] == getattr(trace, key).T.tolist()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("run", [LEAKY, random_run(0, 3, 2)])
def test_a_preview_is_what_the_page_then_shows(run: RunSettings, theme: str) -> None:
    visitor = Visitor.on_start()
    visitor.app.context["theme"] = theme
    visitor.follow(**to_query(run))
    edits = [
        {**BIAS, "value": -0.25},
        {"kind": "clamp", "gate": "i", "value": 0.5, "done": False},
        {"kind": "loss", "loss": "target", "value": 0.5, "done": False},
        {"kind": "unit", "unit": run.cell.units - 1, "done": True},
        {"kind": "x", "step": 2, "column": 1, "value": 3, "done": False},
    ]
    link, unit = visitor.record["link"], visitor.record["unit"]
    asked = {"run": link, "unit": unit, "edits": edits, "dark": theme == "dark"}
    seen = orjson.loads(post(orjson.dumps(asked))[2])
    visitor.edit(*edits)
    assert seen["record"] == {key: shown for key, shown in visitor.record.items() if key not in SESSION}
    assert seen["record"]["gradient"]["target"] == 0.5
    charts = {f"cell_{name}": visitor.chart(name) for name in ("gates", "states", "ledger")}
    assert seen["components"] == {
        key: {name: value for name, value in chart.items() if name != "reply"}
        for key, chart in charts.items()
    }


@settings(max_examples=15)
@given(runs())
def test_without_edits_it_is_the_run_itself(run: RunSettings) -> None:
    stage = orjson.loads(post(question(run))[2])["record"]
    np.testing.assert_array_equal(stage["q"]["h"], run.run().h.T)
    assert stage["link"] == to_query(run)


def test_a_loss_of_the_link_is_walked_back() -> None:
    run = RunSettings(LEAKY.origin, LEAKY.cell, LEAKY.sequence, Loss("h"))
    assert orjson.loads(post(question(run))[2])["record"]["gradient"]["kind"] == "h"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", ""),
        (b"oops", ""),
        (b"\xff\xfe", ""),
        (b"[" * 5000, ""),
        (b"[]", "question must be an object"),
        (b"{}", "run"),
        (b'{"run": [], "unit": 0, "dark": false, "edits": []}', "run must be the query of a link"),
        (b'{"run": {"from": 5}, "unit": 0, "dark": false, "edits": []}', "run must be the query of a link"),
        (b'{"run": {"preset": "no"}, "unit": 0, "dark": false, "edits": []}', "does not exist"),
        (question(LEAKY, unit=3), "unit must be 0 to 0"),
        (question(LEAKY, unit=None), ""),
        (question(LEAKY, {**BIAS, "value": float("nan")}), ""),
        (question(LEAKY, {**BIAS, "value": "nan"}), "must be numbers from -1000 to 1000"),
        (question(LEAKY, {**BIAS, "value": 1e308}), "must be numbers from -1000 to 1000"),
        (question(LEAKY, {**BIAS, "value": 10**400}), ""),
        (question(LEAKY, {**BIAS, "column": 9}), "index must be 0 to 3"),
        (question(LEAKY, *[BIAS] * 101), "edits must be a list of at most 100"),
        (question(LEAKY, {"kind": "gate", "value": 1, "done": True}), "kind must be"),
    ],
)
def test_a_damaged_question_is_answered_with_why(body: bytes, words: str) -> None:
    status, headers, text = post(body)
    assert status == 400
    assert headers["content-type"].startswith("text/plain")
    assert words in text.decode()
    assert len(text) <= 400


@settings(max_examples=30)
@given(
    anything | st.fixed_dictionaries({}, optional=dict.fromkeys(("run", "unit", "dark", "edits"), anything))
)
def test_whatever_is_asked_is_answered_or_refused(asked: Any) -> None:
    assert post(json.dumps(asked).encode())[0] in (200, 400)


@settings(max_examples=30)
@given(st.lists(damaged_edits, max_size=3))
def test_whatever_edits_are_asked_for_they_are_made_or_refused(edits: list[Any]) -> None:
    assert post(question(random_run(0), *edits))[0] in (200, 400)


def test_a_question_of_any_length_is_not_read_to_its_end() -> None:
    body = question(LEAKY)
    assert post(body + b" " * (MAX_BYTES - len(body)))[0] == 200
    status, _, text = post(body + b" " * (MAX_BYTES - len(body) + 1))
    assert (status, text.decode()) == (413, "A question may have up to 65,536 bytes.")


def test_a_page_without_a_preview_says_so() -> None:
    assert post(question(LEAKY), path=f"{PREVIEW_PATH}/start")[0] == 404


class Slow:
    """An answer that takes until it is told to go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun: list[Any] = []

    def __call__(self, question: Question) -> dict[str, Any]:
        self.begun.append(question.asked["unit"])
        assert self.go_on.wait(20)
        return {"unit": question.asked["unit"]}

    @property
    def route(self) -> ASGIApp:
        respond = Previews({"slow": self}).respond
        return Starlette(routes=[Route("/{page}", respond, methods=["POST"])])


def asked(unit: int) -> Asker:
    asker = Asker("/slow")
    asker.say(question(LEAKY, unit=unit))
    return asker


def test_past_the_queue_it_is_busy_and_says_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "MAX_WAITING", 3)

    async def ask() -> None:
        slow = Slow()
        route = slow.route
        waiting = [asyncio.create_task(asked(unit).ask(route)) for unit in range(3)]
        await asyncio.sleep(0.1)
        status, headers, text = await asked(3).ask(route)
        assert (status, headers["retry-after"]) == (503, "1")
        assert text == b"Too many previews are under way."
        slow.go_on.set()
        answers = await asyncio.gather(*waiting)
        assert [(status, body) for status, _, body in answers] == [
            (200, b'{"unit":%d}' % unit) for unit in range(3)
        ]
        # There is room again.
        assert (await asked(4).ask(route))[0] == 200
        assert slow.begun == [0, 1, 2, 4]

    asyncio.run(ask())


def test_what_has_waited_longer_than_a_browser_does_is_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "WAIT_SECONDS", 0.1)

    async def ask() -> None:
        slow = Slow()
        route = slow.route
        first = asyncio.create_task(asked(0).ask(route))
        await asyncio.sleep(0.05)
        assert (await asked(1).ask(route))[0] == 503
        slow.go_on.set()
        # What has begun is answered, however long it takes.
        assert (await first)[0] == 200
        assert slow.begun == [0]

    asyncio.run(ask())


def test_whoever_is_gone_is_dropped_before_anything_is_computed(caplog: pytest.LogCaptureFixture) -> None:
    async def ask() -> None:
        slow = Slow()
        route = slow.route
        first = asyncio.create_task(asked(0).ask(route))
        left = [asked(unit) for unit in range(1, 10)]
        gone = [asyncio.create_task(asker.ask(route)) for asker in left]
        last = asyncio.create_task(asked(10).ask(route))
        await asyncio.sleep(0.1)
        for asker in left:
            asker.leave()
        # They are let go of at once, while the first is still being computed.
        await asyncio.wait_for(asyncio.gather(*gone), 5)
        slow.go_on.set()
        assert [(await task)[0] for task in (first, last)] == [200, 200]
        assert slow.begun == [0, 10]

    asyncio.run(ask())
    assert not caplog.records


def test_a_question_that_is_broken_off_is_no_error() -> None:
    async def ask() -> None:
        asker = Asker()
        asker.say(b"{", more=True)
        asker.leave()
        await asker.ask(Starlette(routes=server.routes()))

    asyncio.run(ask())


def test_a_half_sent_question_is_given_up_and_its_connection_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "READ_SECONDS", 0.1)

    async def ask() -> None:
        asker = Asker()
        asker.say(b"{", more=True)
        status, headers, text = await asyncio.wait_for(asker.ask(Starlette(routes=server.routes())), 5)
        assert (status, headers["connection"]) == (408, "close")
        assert text == b"A question must arrive within 0.1 s."

    asyncio.run(ask())


def test_many_half_sent_questions_are_not_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "MAX_READING", 2)

    async def ask() -> None:
        route = Starlette(routes=server.routes())
        half_sent = [Asker() for _ in range(2)]
        for asker in half_sent:
            asker.say(b"{", more=True)
        kept = [asyncio.create_task(asker.ask(route)) for asker in half_sent]
        await asyncio.sleep(0.05)
        late = Asker()
        late.say(question(LEAKY))
        status, headers, _ = await late.ask(route)
        assert (status, headers["retry-after"], headers["connection"]) == (503, "1", "close")
        for asker in half_sent:
            asker.leave()
        await asyncio.gather(*kept)

    asyncio.run(ask())


def test_it_is_asked_by_post_alone() -> None:
    assert post(b"", "GET")[0] == 405


def test_the_answer_is_kept_by_nobody_and_compressed_by_nobody() -> None:
    _, headers, _ = post(question(LEAKY))
    assert (headers["cache-control"], headers["content-encoding"]) == ("no-store", "identity")


def test_a_preview_needs_no_torch() -> None:
    code = """
import sys
from lstm_viz.app.shell.preview import Question
from lstm_viz.app.shell.server import PREVIEWS
for answer in PREVIEWS.values():
    answer(Question.read(b'{"run": {}, "unit": 0, "dark": false, "edits": []}'))
print("torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "False", done.stderr
