import asyncio

import pytest
from starlette.applications import Starlette
from starlette.types import Message, Scope

from lstm_viz.app.shell.environment import frame_ancestors
from lstm_viz.app.shell.headers import SecurityHeaders, inline_scripts


def headers(
    monkeypatch: pytest.MonkeyPatch, ancestors: str | None = None, host: str = "lstm.example"
) -> dict[str, str]:
    """The headers of an answer, whatever it is: here, that there is nothing."""
    if ancestors is None:
        monkeypatch.delenv("LSTM_VIZ_FRAME_ANCESTORS", raising=False)
    else:
        monkeypatch.setenv("LSTM_VIZ_FRAME_ANCESTORS", ancestors)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "GET", "path": "/", "root_path": "", "query_string": b""}
    asyncio.run(
        SecurityHeaders(Starlette(), frame_ancestors())(
            {**scope, "headers": [(b"host", host.encode("latin-1"))]}, receive, send
        )
    )
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_every_answer_names_what_a_browser_is_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    found = headers(monkeypatch)
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "same-origin"
    policy = dict(part.split(" ", 1) for part in found["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == "'self'"
    assert policy["object-src"] == "'none'"


def test_no_script_runs_that_was_written_into_the_page_but_streamlits_and_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = headers(monkeypatch)
    [scripts] = [
        part for part in found["content-security-policy"].split("; ") if part.startswith("script-src")
    ]
    assert "unsafe" not in scripts
    ours, streamlits = inline_scripts()
    assert ours.startswith("'sha256-")
    assert streamlits.startswith("'sha256-")
    assert ours in scripts
    assert streamlits in scripts


def test_whoever_runs_the_server_says_who_may_embed_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = headers(monkeypatch, "'self' https://school.example")
    assert "frame-ancestors 'self' https://school.example" in found["content-security-policy"]


@pytest.mark.parametrize("ancestors", ["*; script-src *", "a, b", "a\r\nX: y", "é.example"])
def test_what_would_end_the_directive_is_refused(ancestors: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="LSTM_VIZ_FRAME_ANCESTORS must be sources separated by spaces"):
        headers(monkeypatch, ancestors)


@pytest.mark.parametrize("host", ["lstm.example", "localhost:8501", "127.0.0.1:80", "[::1]:8501"])
def test_a_page_connects_to_its_own_host_only(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = headers(monkeypatch, host=host)["content-security-policy"]
    assert f"; connect-src 'self' ws://{host} wss://{host}; " in policy


@pytest.mark.parametrize("host", ["", "a; script-src *", "a b", "a,b", "é", "a\tb", "*"])
def test_a_host_that_is_none_gets_nothing_into_the_policy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "; connect-src 'self'; " in headers(monkeypatch, host=host)["content-security-policy"]
