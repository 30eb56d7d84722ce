"""Serve the app in a process of its own, for browser tests, screenshots and benchmarks."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lstm_viz.training.home import HOME_VARIABLE

ROOT: Final = Path(__file__).resolve().parents[1]
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running app: where it is, its process, and the file that all its output goes to."""

    url: str
    process: subprocess.Popen[bytes]
    output: Path

    def log(self) -> str:
        """Return everything that the server has printed so far."""
        return self.output.read_text(encoding="utf-8", errors="replace")


@contextmanager
def serve() -> Iterator[Server]:
    """Start ``streamlit run app.py`` on a free port, hand it over once it answers, and stop it at the end.

    Raises
    ------
    RuntimeError
        If the server ends early or does not answer within a minute; the message holds what it printed.
    """
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "server.log"
        # Runs that are trained here are nobody's: they go when the server goes.
        surroundings = {**os.environ, HOME_VARIABLE: f"{folder}/home"}
        with output.open("wb") as stream:
            process = subprocess.Popen(
                command, cwd=ROOT, env=surroundings, stdout=stream, stderr=subprocess.STDOUT
            )
        server = Server(f"http://127.0.0.1:{port}", process, output)
        try:
            _wait_until_healthy(server)
            yield server
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"The server ended with status {server.process.returncode}:\n{server.log()}")
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=1):
                return
        except OSError:  # not listening yet
            time.sleep(0.05)
    raise RuntimeError(f"The server did not answer within {START_SECONDS:.0f} s:\n{server.log()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
