"""The gates that a page shows are those of the network that PyTorch trained."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from safetensors.numpy import load, save

from lstm_viz.training.engine.models import Network
from lstm_viz.training.engine.weight_files import WeightFiles
from lstm_viz.training.gate_traces import output, run_layers
from lstm_viz.training.settings import ModelSettings
from lstm_viz.training.task import Probe
from tests.training.small import SETTINGS, data_of

MODELS = [
    ModelSettings(cell=cell, units=5, layers=layers, bidirectional=both, residual=residual)
    for cell in ("lstm", "gru", "rnn", "V", "minGRU", "h = 0.9*h + tanh(b)")
    for layers, both, residual in ((1, False, False), (1, True, False), (3, True, True))
]


def network_and_files(model: ModelSettings, **changes: object) -> tuple[Network, WeightFiles]:
    settings = replace(SETTINGS, model=model)
    data = data_of(settings, **changes)
    torch.manual_seed(0)
    network = Network(model, data.inputs, data.outputs, symbols=data.symbols, reads=data.reads)
    return network, WeightFiles(settings, data, network, torch.device("cpu"))


@pytest.mark.parametrize(
    "model", MODELS, ids=lambda model: f"{model.cell}-{model.layers}-{model.bidirectional}"
)
def test_h_of_every_layer_is_pytorchs(model: ModelSettings) -> None:
    network, files = network_and_files(model)
    probe = torch.from_numpy(data_of(SETTINGS).probe.x)
    runs = run_layers(files.snapshot(), model)
    assert len(runs) == model.layers
    single = network.states(probe)[0][:, 0].detach()
    assert_allclose(runs[-1].h, single, atol=1e-5)
    double = network.double().states(probe.double())[0][:, 0].detach()
    assert_allclose(runs[-1].h, double, atol=1e-12)


def test_of_both_directions_each_has_a_trace_aligned_with_the_sequence() -> None:
    model = ModelSettings(units=5, bidirectional=True)
    _, files = network_and_files(model)
    (run,) = run_layers(files.final(), model)
    assert run.backward is not None
    assert_allclose(run.h, np.concatenate([output(run.forward), output(run.backward)], 1))


@pytest.mark.parametrize("embedding", [0, 3])
def test_symbols_come_as_the_first_layer_reads_them(embedding: int) -> None:
    model = ModelSettings(units=5, embedding=embedding)
    symbols = np.array([[1], [0], [2]])
    network, files = network_and_files(model, inputs=3, symbols=True, probe=Probe(symbols, ("b", "a", "c")))
    (run,) = run_layers(files.snapshot(), model)
    assert_allclose(run.x, network.embedded(torch.from_numpy(symbols))[:, 0].detach())
    assert_allclose(run.h, network.states(torch.from_numpy(symbols))[0][:, 0].detach(), atol=1e-6)


def test_an_embedding_is_kept_with_the_final_weights_alone() -> None:
    _, files = network_and_files(
        ModelSettings(units=5, embedding=3), inputs=3, symbols=True, probe=Probe(np.array([[1]]), ("b",))
    )
    assert set(load(files.final())) - set(load(files.snapshot())) == {"embedding.weight", "probe_input"}


def test_another_sequence_than_the_probe_can_be_run() -> None:
    model = ModelSettings(units=5)
    _, files = network_and_files(model)
    assert len(run_layers(files.final(), model, np.zeros((11, 1)))[0].h) == 11


def test_what_is_no_file_of_such_a_network_is_refused() -> None:
    model = ModelSettings(units=5)
    whole = network_and_files(model)[1].snapshot()
    arrays = load(whole)
    del arrays["probe"]
    with pytest.raises(ValueError, match="the file is damaged"):
        run_layers(whole[:-10], model)
    with pytest.raises(ValueError, match="expected a probe"):
        run_layers(save(arrays), model)
    with pytest.raises(ValueError, match="weight_ih_l0"):
        run_layers(whole, replace(model, layers=2))
