import os
from pathlib import Path

import pytest
from hypothesis import settings

from lstm_viz.app.shell.threads import limit_threads

# No deadline: a busy machine is not a wrong answer. In CI the same examples each time, elsewhere new ones.
settings.register_profile("lstm-viz", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("lstm-viz")

# As in the server; and a machine with two cores runs two of these processes.
limit_threads()

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of test material beside the repository; what needs it is skipped where it is missing."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the test material in ../shared, which is not part of the repository")
    return folder
