import subprocess
import sys

import pytest

import lstm_viz


@pytest.mark.parametrize(
    "first", ["lstm_viz.analysis", "lstm_viz.analysis.influence", "lstm_viz.analysis.routes"]
)
def test_the_functions_are_there_whatever_was_imported_first(first: str) -> None:
    code = (
        f"import {first}, lstm_viz; a = lstm_viz.analysis; print(callable(a.influence), callable(a.routes))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


def test_it_is_loaded_only_when_asked_for() -> None:
    code = "import sys, lstm_viz; print('lstm_viz.analysis' in sys.modules, lstm_viz.analysis.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "lstm_viz.analysis"]


def test_what_is_not_there_is_an_attribute_error() -> None:
    assert "analysis" in dir(lstm_viz)
    with pytest.raises(AttributeError, match="nonsense"):
        lstm_viz.nonsense  # noqa: B018
