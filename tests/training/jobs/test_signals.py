"""A server that is ended by a signal saves what its runs have come to, whichever signal it is."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from lstm_viz.training.runs.store import RunStore
from tests.training.jobs.standin import UPDATES
from tests.training.jobs.waiting import PATIENCE, below, until
from tests.training.jobs.web import ENVIRONMENT, ROOT


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")
@pytest.mark.usefixtures("heeds_hangup")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_the_last_seconds_of_a_run_are_saved(tmp_path: Path, name: str) -> None:
    ready = tmp_path / "ready"
    script = Path(__file__).with_name("signalled_app.py")
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", "0"]
    places = {"LSTM_VIZ_HOME": str(tmp_path), "GATE": str(tmp_path / "gate"), "READY": str(ready)}
    server = subprocess.Popen(
        command, cwd=ROOT, env={**ENVIRONMENT, **places}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: ready.exists() and ready.read_text(), "a run that has come far")
        children = below(server.pid)
        server.send_signal(getattr(signal, name))
        server.wait(PATIENCE)
    finally:
        server.kill()
        server.wait()
    _, alive = psutil.wait_procs(children, timeout=PATIENCE)
    assert alive == []
    store = RunStore(tmp_path)
    assert store.load(ready.read_text()).update == UPDATES - 1
    assert store.checkpoint(ready.read_text()) is not None
