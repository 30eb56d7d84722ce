"""The script that goes with trained weights rebuilds the network with PyTorch alone."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from lstm_viz.training.export import has_script, torch_script
from lstm_viz.training.settings import ModelSettings
from lstm_viz.training.task import Probe
from tests.training.test_gate_traces import network_and_files

X = np.random.default_rng(0).standard_normal((6, 1, 2)).astype(np.float32)
SYMBOLS = np.array([[2], [0], [1], [1]])
KINDS = {
    "plain": (ModelSettings(units=4), {"reads": "every"}),
    "last": (ModelSettings(cell="gru", units=4, layers=2, bidirectional=True), {}),
    "mean": (ModelSettings(cell="rnn", units=4, layers=3, residual=True, readout="mean"), {}),
    "symbols": (ModelSettings(units=4, readout="max"), {"symbols": True}),
    "embedding": (ModelSettings(units=4, embedding=5, layers=2, dropout=0.5), {"symbols": True}),
}


@pytest.mark.parametrize(("model", "kind"), KINDS.values(), ids=KINDS)
def test_it_prints_the_answers_of_the_network(
    model: ModelSettings, kind: dict[str, str], tmp_path: Path
) -> None:
    symbols = "symbols" in kind
    x = SYMBOLS if symbols else X
    probe = Probe(x, tuple("abcdef"[: len(x)]))
    network, files = network_and_files(model, **kind, inputs=3 if symbols else 2, outputs=2, probe=probe)
    weights = files.final()
    (tmp_path / "weights.safetensors").write_bytes(weights)
    (tmp_path / "script.py").write_text(torch_script(weights), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-I", "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "lstm_viz" not in (tmp_path / "script.py").read_text(encoding="utf-8")
    printed = [float(number) for number in re.findall(r"-?\d+\.\d+", run.stdout)]
    network.eval()
    expected = network(torch.from_numpy(x))[0].detach().flatten()
    assert_allclose(printed, expected, atol=2e-6)


CELLS = {
    "last": (ModelSettings(cell="V", units=3), {}),
    "mean": (ModelSettings(cell="h = 0.9*h + tanh(W@x + b)", units=3, readout="mean"), {}),
    "max": (ModelSettings(cell="sLSTM", units=3, readout="max", embedding=4), {"symbols": True}),
    "every": (ModelSettings(cell="GRU", units=3), {"reads": "every"}),
}


@pytest.mark.parametrize(("model", "kind"), CELLS.values(), ids=CELLS)
def test_of_a_cell_by_its_equations_the_script_holds_the_weights_itself(
    model: ModelSettings, kind: dict[str, str], tmp_path: Path
) -> None:
    symbols = "symbols" in kind
    x = SYMBOLS if symbols else X
    probe = Probe(x, tuple("abcdef"[: len(x)]))
    network, files = network_and_files(model, **kind, inputs=3 if symbols else 2, outputs=2, probe=probe)
    (tmp_path / "script.py").write_text(torch_script(files.final()), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-I", "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    printed = [float(number) for number in re.findall(r"-?\d+\.\d+", run.stdout)]
    expected = network(torch.from_numpy(x))[0].detach().flatten()
    assert_allclose(printed, expected, atol=2e-6)


def test_there_is_a_script_of_every_network_but_of_several_layers_by_equations() -> None:
    assert has_script(ModelSettings(layers=2, bidirectional=True))
    assert has_script(ModelSettings(cell="V"))
    assert not has_script(ModelSettings(cell="V", layers=2))
    assert not has_script(ModelSettings(cell="V", bidirectional=True))


def test_weights_that_do_not_say_what_they_are_of_are_refused() -> None:
    _, files = network_and_files(ModelSettings(units=4))
    with pytest.raises(ValueError, match="does not say of which network"):
        torch_script(files.snapshot())
