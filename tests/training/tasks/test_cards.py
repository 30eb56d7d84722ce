"""What cards, notes and settings claim: each of these was once said otherwise, and was not so."""

import re
from pathlib import Path

import pytest

from lstm_viz.training.tasks import TASKS

ROOT = Path(__file__).resolve().parents[3]
TEXTS = [
    ROOT / "README.md",
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "lstm_viz").rglob("*.py"),
    *ROOT.glob("pages/*.py"),
]


def test_runs_repeat_to_the_bit_on_one_machine_only() -> None:
    """Other processors have other vector instructions, and round sums otherwise."""
    claims = 0
    for path in TEXTS:
        text = re.sub(r'"?\s+"?', " ", path.read_text(encoding="utf-8"))
        for claim in re.finditer(r"[^.]*(same run, to the|give the same run)[^.]*\.", text):
            claims += 1
            assert re.search(r"\bmachine\b", claim.group()), f"{path}: {claim.group()}"
    assert claims >= 3


@pytest.mark.parametrize(
    ("key", "part", "words", "never"),
    [
        ("co2", "source", "gml.noaa.gov/ccgg/trends", "10.15138"),
        ("sunspots", "goes_in", "k (10 g + s)", "How many spots"),
        ("reber", "guessing", "50 %", "RNN"),
        ("parity", "watch", "by most seeds", "just as well"),
        ("adding", "solved", "That threshold is this page's", "As published"),
    ],
)
def test_a_card_says_what_is_so(key: str, part: str, words: str, never: str) -> None:
    text = getattr(TASKS[key].card, part)
    assert words in text
    assert never not in text


def test_recall_among_the_same_symbols_is_not_called_impossible() -> None:
    """Measured: three seeds of three learn it in 900 to 1,230 updates."""
    assert "not learned" not in TASKS["recall"].options["between"].help


def test_no_note_on_a_series_that_is_no_random_walk_calls_it_one() -> None:
    source = (ROOT / "lstm_viz" / "training" / "tasks" / "series_data.py").read_text(encoding="utf-8")
    assert "random walks that is as it should be" not in source
