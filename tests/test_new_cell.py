"""A cell that is not in the catalogue, put there by the one entry that docs/cells.md shows."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lstm_viz as lv
from lstm_viz.cells import catalogue
from lstm_viz.cells.cell import Cell
from lstm_viz.views.cell_stage import cell_record

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "cells.md"
NAME = "LiGRU"
X = np.random.default_rng(0).standard_normal((6, 2))
DH = np.random.default_rng(1).standard_normal((6, 3))


def entry() -> str:
    """Return the entry as the document prints it."""
    found = re.search(rf'^```text\n("{NAME}": .*?)^```$', DOCUMENT.read_text(encoding="utf-8"), re.S | re.M)
    assert found is not None
    return found[1]


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cell]:
    """Yield a cell of the new entry, while it is in the catalogue."""
    assert NAME not in lv.CATALOGUE
    for name, record in ast.literal_eval(f"{{{entry()}}}").items():
        monkeypatch.setitem(catalogue._ENTRIES, name, record)
    yield Cell.random(lv.CATALOGUE[NAME], inputs=2, hidden=3, seed=1)
    catalogue._entry.cache_clear()


def test_the_entry_is_a_dozen_lines_at_most() -> None:
    assert len(entry().splitlines()) <= 12


def test_it_runs_and_is_differentiated_as_autograd_does_it(cell: Cell) -> None:
    torch = pytest.importorskip("torch")
    trace, module, x = cell.run(X), cell.to_torch(), torch.tensor(X, requires_grad=True)
    lines = module(x)
    for name in "znh":
        np.testing.assert_allclose(trace[name], lines[name].detach(), rtol=0, atol=1e-14)
    (lines["h"] * torch.tensor(DH)).sum().backward()
    gradients = cell.backward(trace, h=DH)
    np.testing.assert_allclose(gradients.x, x.grad, rtol=0, atol=1e-13)
    for name, parameter in module.named_parameters():
        np.testing.assert_allclose(gradients.weights[name], parameter.grad, rtol=0, atol=1e-13)


def test_its_routes_add_up(cell: Cell) -> None:
    split = lv.analysis.routes(cell, cell.run(X), state="h")
    assert list(split.through) == ["z", "n"]
    np.testing.assert_allclose(split.direct + sum(split.through.values()), split.whole, rtol=0, atol=1e-14)


def test_it_is_printed_and_counted(cell: Cell) -> None:
    assert dict(cell.equations.latex())["h"] == r"h_t = z_t \cdot h_{t-1} + (1 - z_t) \cdot n_t"
    assert cell.equations.parameter_formula == "2H(D+H+1)"
    assert cell.parameters == 2 * 3 * (2 + 3 + 1)


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_its_code_says_the_same(cell: Cell, library: Any) -> None:
    module = pytest.importorskip(library)
    names: dict[str, Any] = {}
    exec(cell.code(library), names)
    x = X if library == "numpy" else module.tensor(X)
    np.testing.assert_allclose(np.asarray(names["run"](x)), cell.run(X)["h"], rtol=0, atol=1e-14)


def test_it_is_drawn_on_the_stage(cell: Cell) -> None:
    record = cell_record(cell, cell.run(X), ["a", "b"])
    assert record["anatomy"]["kind"] == "graph"
    assert {"z", "n", "h"} <= set(record["symbols"])


def test_it_is_trained(cell: Cell) -> None:
    pytest.importorskip("torch")
    from lstm_viz.training.headless import run
    from tests.training.small import SETTINGS, task

    record = run(task(), replace(SETTINGS, model=replace(SETTINGS.model, cell=cell.equations.name)))
    assert record.end == "solved"
