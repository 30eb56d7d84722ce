import os
import signal
from collections.abc import Iterator
from pathlib import Path

# Before NumPy is loaded, as in app.py.
os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import pytest
from hypothesis import settings

# No deadline: a busy machine is not a wrong answer. In CI the same examples each time, elsewhere new ones.
settings.register_profile("lstm-viz", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("lstm-viz")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of test material beside the repository; what needs it is skipped where it is missing."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the test material in ../shared, which is not part of the repository")
    return folder


@pytest.fixture
def heeds_hangup() -> Iterator[None]:
    """A process started below nohup inherits that SIGHUP is ignored; those that a test starts shall not."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)
