"""Links as the app has written them since its first day, and as people type them: they still open.

Each line of ``golden/*.jsonl`` holds a link, what it opened by the codec of its time, and how that was
written again; or that it was refused. A shared link must keep its meaning: add lines, change none.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import pytest

from lstm_viz.exchange.links import cell, challenges, gallery, gradients, own_cell, training, variants
from lstm_viz.notation import GATES
from lstm_viz.settings.cell import RunSettings
from lstm_viz.settings.own_cell import OwnCell
from lstm_viz.settings.variants import Comparison
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.options import options_of

GOLDEN = Path(__file__).parent / "golden"
LINES = [
    (file.stem, json.loads(line))
    for file in sorted(GOLDEN.glob("*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
]
OPENED = [
    pytest.param(page, line, id=f"{page}-{line['link'][:60]}") for page, line in LINES if "opens" in line
]
REFUSED = [
    pytest.param(page, line, id=f"{page}-{line['link'][:60]}") for page, line in LINES if "refused" in line
]
PAGES: Mapping[str, ModuleType] = {
    "cell": cell,
    "challenges": challenges,
    "gallery": gallery,
    "gradients": gradients,
    "own_cell": own_cell,
    "training": training,
    "variants": variants,
}


def cell_values(run: RunSettings) -> dict[str, Any]:
    units = run.cell.units
    gates: dict[str, Any] = {
        gate: run.cell.rows[at * units : (at + 1) * units] for at, gate in enumerate(GATES)
    }
    return {
        "from": run.origin,
        **gates,
        "x": run.sequence.lines,
        "h0": run.cell.h0,
        "c0": run.cell.c0,
        "clamp": run.cell.clamp,
        "loss": run.loss,
    }


def variants_values(settings: Comparison) -> dict[str, Any]:
    return {**asdict(settings), "x": settings.lines, "turn": settings.parameter}


def own_cell_values(settings: OwnCell) -> dict[str, Any]:
    chosen = {f"own_{name}": value for name, value in asdict(settings).items()}
    return {**chosen, "own": settings.cell.written, "own_x": settings.lines}


def training_values(settings: TrainingSettings) -> dict[str, Any]:
    options = options_of(TASKS[settings.task], settings)
    parts = {**asdict(settings.model), **asdict(settings.optimiser), **asdict(settings)}
    return {**parts, **{f"task_{name}": value for name, value in options.items()}}


VALUES: Mapping[str, Callable[[Any], Mapping[str, Any]]] = {
    "cell": cell_values,
    "challenges": asdict,
    "gallery": asdict,
    "gradients": asdict,
    "own_cell": own_cell_values,
    "training": training_values,
    "variants": variants_values,
}


def exactly(value: object) -> object:
    """A value in which 0.0 differs from −0.0, and a tuple is a list, as in JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return [exactly(each) for each in asdict(value).values()]
    if isinstance(value, list | tuple):
        return [exactly(each) for each in value]
    if isinstance(value, float):
        return (value, math.copysign(1.0, value))
    return value


def query_of(link: str) -> dict[str, str]:
    return dict(parse_qsl(link, keep_blank_values=True))


@pytest.mark.parametrize(("page", "line"), OPENED)
def test_a_link_of_before_opens_what_it_opened(page: str, line: dict[str, Any]) -> None:
    opened = VALUES[page](PAGES[page].from_query(query_of(line["link"])))
    assert {key: exactly(opened[key]) for key in line["opens"]} == {
        key: exactly(value) for key, value in line["opens"].items()
    }


@pytest.mark.parametrize(("page", "line"), OPENED)
def test_it_is_written_as_it_was(page: str, line: dict[str, Any]) -> None:
    settings = PAGES[page].from_query(query_of(line["link"]))
    assert PAGES[page].to_query(settings) == line["canonical"]
    assert PAGES[page].to_query(PAGES[page].from_query(line["canonical"])) == line["canonical"]


@pytest.mark.parametrize(("page", "line"), REFUSED)
def test_what_was_refused_still_is(page: str, line: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^The link "):
        PAGES[page].from_query(query_of(line["link"]))
