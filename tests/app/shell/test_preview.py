import asyncio
import json
import subprocess
import sys
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.types import Message, Scope

from lstm_viz.app.shell import server
from lstm_viz.app.shell.preview import LARGEST, answer
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
SESSION = {"reply", "home", "history", "troubles"}
"""What the session alone knows of the record of the stage."""


def post(body: bytes, method: str = "POST") -> tuple[int, dict[str, str], bytes]:
    """Send a body to the route, in pieces as a server hands it over: status, headers and answer."""
    sent: list[Message] = []
    pieces = [body[at : at + 1000] for at in range(0, max(1, len(body)), 1000)]

    async def receive() -> Message:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "method": method,
        "path": PREVIEW_PATH,
        "root_path": "",
        "query_string": b"",
        "headers": [],
    }
    asyncio.run(Starlette(routes=server.routes())(scope, receive, send))
    start, *parts = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, b"".join(part["body"] for part in parts)


def question(run: RunSettings, *edits: dict[str, Any], unit: Any = 0, dark: bool = False) -> bytes:
    return json.dumps({"run": to_query(run), "unit": unit, "dark": dark, "edits": list(edits)}).encode()


def test_the_answer_is_the_run_with_the_edits_made() -> None:
    status, headers, body = post(question(LEAKY, BIAS))
    assert (status, headers["content-type"]) == (200, "application/json")
    stage = orjson.loads(body)["stage"]
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
    seen = orjson.loads(answer(orjson.dumps(asked)))
    visitor.edit(*edits)
    assert seen["stage"] == {key: shown for key, shown in visitor.record.items() if key not in SESSION}
    assert seen["stage"]["gradient"]["target"] == 0.5
    charts = {f"cell_{name}": visitor.chart(name) for name in ("gates", "states", "ledger")}
    assert seen["charts"] == {
        key: {name: value for name, value in chart.items() if name != "reply"}
        for key, chart in charts.items()
    }


@settings(max_examples=15)
@given(runs())
def test_without_edits_it_is_the_run_itself(run: RunSettings) -> None:
    stage = orjson.loads(answer(question(run)))["stage"]
    np.testing.assert_array_equal(stage["q"]["h"], run.run().h.T)
    assert stage["link"] == to_query(run)


def test_a_loss_of_the_link_is_walked_back() -> None:
    run = RunSettings(LEAKY.origin, LEAKY.cell, LEAKY.sequence, Loss("h"))
    assert orjson.loads(answer(question(run)))["stage"]["gradient"]["kind"] == "h"


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
    assert post(body + b" " * (LARGEST - len(body)))[0] == 200
    status, _, text = post(body + b" " * (LARGEST - len(body) + 1))
    assert (status, text.decode()) == (413, "A question may have up to 65,536 bytes.")


def test_it_is_asked_by_post_alone() -> None:
    assert post(b"", "GET")[0] == 405


def test_the_answer_is_kept_by_nobody_and_compressed_by_nobody() -> None:
    _, headers, _ = post(question(LEAKY))
    assert (headers["cache-control"], headers["content-encoding"]) == ("no-store", "identity")


def test_a_preview_needs_no_torch() -> None:
    code = """
import sys
from lstm_viz.app.shell.preview import answer
answer(b'{"run": {}, "unit": 0, "dark": false, "edits": []}')
print("torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "False", done.stderr
