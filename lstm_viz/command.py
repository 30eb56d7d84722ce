"""The command ``lstm-viz``: serve the app from any folder."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from lstm_viz.extras import APP, TRAIN, missing

HOME: Final = Path(__file__).parent / "_app"
"""Where a wheel keeps ``app.py``, ``pages/`` and ``.streamlit/``; see ``setup.py``."""
CHECKOUT: Final = Path(__file__).parents[1]
"""Where they are in a checkout."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Start the server, and become it."""
    chosen = _parser().parse_args(arguments)
    if names := missing(APP):
        sys.exit(f"The app needs {', '.join(names)}. Install what it needs with: pip install 'lstm-viz[app]'")
    if missing(TRAIN):
        note = "Training is off. Install what it needs with: pip install 'lstm-viz[app,train]'"
        print(note, flush=True)  # noqa: T201
    command = server_command(app_file(), chosen.host, chosen.port, browser=chosen.browser)
    if os.name == "nt":  # where a process cannot become another
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


def app_file() -> Path:
    """Return ``app.py``, of the wheel or of the checkout."""
    return next(path for folder in (HOME, CHECKOUT) if (path := folder / "app.py").is_file())


def server_command(app: Path, host: str, port: int, *, browser: bool) -> list[str]:
    """Return the command that serves the app; its settings lie beside it, in ``.streamlit/config.toml``."""
    # -P: nothing is imported from the folder in which somebody happens to be.
    program = [sys.executable, "-P", "-m", "streamlit", "run", str(app)]
    headless = "false" if browser else "true"
    return [*program, "--server.address", host, "--server.port", str(port), "--server.headless", headless]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lstm-viz", description="See how an LSTM works: serve the app, and open it in a browser."
    )
    parser.add_argument("--host", default="localhost", help="address to listen on (default: localhost)")
    parser.add_argument("--port", type=_port, default=8501, help="port to listen on (default: 8501)")
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="open no browser")
    return parser


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"must be 0 to {2**16 - 1}, got {text!r}")
    return int(text)


if __name__ == "__main__":
    main()
