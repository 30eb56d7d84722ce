"""The server as it is started, asked over its port."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from lstm_viz.app.shell.preview import READ_SECONDS
from lstm_viz.components.stage import PREVIEW_PATH
from tools.serving import ROOT, Server, serve

SHOWS_THREADS = """
import json, os, signal, sys, threading, time, urllib.request
def show():
    address = f"http://127.0.0.1:{sys.argv[1]}/_stcore/health"
    while True:
        try:
            urllib.request.urlopen(address, timeout=1)
            break
        except OSError:
            time.sleep(0.1)
    from threadpoolctl import threadpool_info
    print("threads", json.dumps([each["num_threads"] for each in threadpool_info()]), flush=True)
    print("children", os.environ["OMP_NUM_THREADS"], flush=True)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=show, daemon=True).start()
from streamlit.web.cli import main
sys.argv = ["streamlit", "run", "app.py", "--server.headless", "true", "--server.port", sys.argv[1]]
main()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve() as running:
        yield running
        assert "Traceback" not in running.log()


def test_a_running_server_multiplies_matrices_in_one_thread_whatever_it_was_started_with() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    wanted = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "2")
    done = subprocess.run(
        [sys.executable, "-c", SHOWS_THREADS, str(port)],
        cwd=ROOT,
        env={**os.environ, **wanted},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    [threads] = re.findall(r"threads (.*)", done.stdout) or [done.stderr]
    assert set(json.loads(threads)) == {1}
    assert "children 1" in done.stdout


def raw(server: Server, sent: bytes) -> socket.socket:
    """Send something half to the preview route."""
    place = urlsplit(server.url)
    connection = socket.create_connection((place.hostname, place.port), timeout=30)
    connection.sendall(f"POST {PREVIEW_PATH}/cell HTTP/1.1\r\nHost: here\r\n".encode() + sent)
    return connection


def test_a_half_sent_question_does_not_keep_its_connection(server: Server) -> None:
    start = time.monotonic()
    with raw(server, b'Content-Length: 100\r\n\r\n{"') as connection:
        heard = b""
        while chunk := connection.recv(1000):  # until the server closes it
            heard += chunk
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - start < READ_SECONDS + 5


def test_questions_broken_off_are_nothing_to_write_down(server: Server) -> None:
    before = len(server.log())
    for _ in range(20):
        raw(server, b'Content-Length: 100\r\n\r\n{"').close()
    time.sleep(0.5)
    assert server.log()[before:] == ""


def test_every_page_and_file_comes_with_the_headers(server: Server) -> None:
    for path in ("/", "/cell", "/_stcore/health"):
        with urllib.request.urlopen(server.url + path, timeout=30) as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
            assert ("lstm_viz_browser=" in (answer.headers["Set-Cookie"] or "")) == (
                path != "/_stcore/health"
            )


def put(server: Server, session: str, size: int) -> int:
    """Upload as many bytes to a session as Streamlit's own file box would; return the status."""
    with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=30) as answer:
        token = re.findall(r"_streamlit_xsrf=([^;]+)", answer.headers["Set-Cookie"])[0]
    frame = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n%s\r\n--b--\r\n'
    headers = {
        "Content-Type": "multipart/form-data; boundary=b",
        "Cookie": f"_streamlit_xsrf={token}",
        "X-Xsrftoken": token,
    }
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    with closing(connection):
        path = f"/_stcore/upload_file/{session}/file-{size}"
        connection.request("PUT", path, frame % (b"1" * size), headers)
        return connection.getresponse().status


@contextmanager
def session(server: Server) -> Iterator[str]:
    """Open the first page; the name of the session that the server has made for it."""
    address = server.url.replace("http:", "ws:") + "/_stcore/stream"
    with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None) as connection:
        message = BackMsg()
        message.rerun_script.query_string = ""
        connection.send(message.SerializeToString())
        while True:
            heard = ForwardMsg.FromString(connection.recv(timeout=30, decode=False))
            if heard.WhichOneof("type") == "new_session":
                yield heard.new_session.initialize.session_id
                return


def test_an_upload_is_as_large_as_the_app_takes_and_no_larger(server: Server) -> None:
    with session(server) as name:
        assert put(server, name, 20 * 1024 * 1024) == 204
        assert put(server, name, 21 * 1024 * 1024) == 413  # with its frame


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.usefixtures("heeds_hangup")
@pytest.mark.parametrize("end", ["SIGTERM", "SIGHUP"])
def test_a_server_that_is_told_to_end_does_so_in_order(end: str) -> None:
    with serve() as running:
        running.process.send_signal(getattr(signal, end))
        running.process.wait(20)
        assert "Traceback" not in running.log()
        assert running.process.returncode == -signal.SIGTERM
