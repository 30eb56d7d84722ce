from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.training.engine.models import KINDS, Network, read_out
from lstm_viz.training.engine.predictor import NetworkPredictor
from lstm_viz.training.settings import ModelSettings

LENGTHS = torch.tensor([5, 2, 7, 1])
MODULES = ["lstm", "gru", "rnn"]
every_module = pytest.mark.parametrize("cell", MODULES)
every_cell = pytest.mark.parametrize("cell", [*MODULES, "V", "minGRU", "sLSTM"])


def network(model: ModelSettings, **kind: object) -> Network:
    torch.manual_seed(0)
    return Network(model, 3, 2, **kind).double()  # type: ignore[arg-type]


def sequences() -> torch.Tensor:
    return torch.randn(7, 4, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@every_module
@pytest.mark.parametrize("bidirectional", [False, True])
def test_it_is_a_stacked_module_of_pytorch_with_its_weights(cell: str, bidirectional: bool) -> None:
    model = ModelSettings(cell=cell, units=4, layers=2, bidirectional=bidirectional)
    ours = network(model)
    theirs = KINDS[model.cell](3, 4, num_layers=2, bidirectional=bidirectional).double()
    state = {}
    for depth in range(2):
        for name, value in ours.layers[depth].state_dict().items():
            state[name.replace("l0", f"l{depth}")] = value
    theirs.load_state_dict(state)
    expected = ours.output(theirs(sequences())[0])
    assert_allclose(ours(sequences())[0].detach(), expected.detach(), atol=1e-14)


@every_cell
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("readout", ["last", "mean", "max"])
def test_padding_is_never_read(cell: str, bidirectional: bool, readout: str) -> None:
    model = ModelSettings(cell=cell, units=4, layers=2, bidirectional=bidirectional, readout=readout)  # type: ignore[arg-type]
    ours = network(model, reads="last")
    padded = sequences()
    for column, length in enumerate(LENGTHS):
        padded[length:, column] = 1e3
    together = ours(padded, LENGTHS)[0]
    for column, length in enumerate(LENGTHS):
        alone = ours(padded[:length, [column]])[0]
        assert_allclose(together[[column]].detach(), alone.detach(), atol=1e-14)


@every_module
def test_both_directions_of_padded_sequences_are_those_of_packed_ones(cell: str) -> None:
    ours = network(ModelSettings(cell=cell, units=4, bidirectional=True))
    h, _ = ours.states(sequences(), LENGTHS)
    packed = pack_padded_sequence(sequences(), LENGTHS, enforce_sorted=False)
    expected = pad_packed_sequence(ours.layers[0](packed)[0])[0]
    real = (torch.arange(7)[:, None] < LENGTHS)[:, :, None]
    assert_allclose((h * real).detach(), expected.detach(), atol=1e-14)


def test_both_directions_of_a_cell_by_its_equations_are_its_runs_from_both_ends() -> None:
    ours = network(ModelSettings(cell="V", units=4, bidirectional=True))
    weights = ours.layers[0].state_dict()
    h = ours.states(sequences())[0].detach()
    for part, prefix in ((slice(0, 4), ""), (slice(4, 8), "reverse.")):
        arrays = {name: weights[f"{prefix}{name}"].numpy() for name in CATALOGUE["V"].shapes}
        expected = Cell(CATALOGUE["V"], arrays).run(sequences(), reverse=bool(prefix))["h"]
        assert_allclose(h[:, :, part], expected, atol=1e-14)


def test_the_last_of_both_directions_is_where_each_has_read_everything() -> None:
    model = ModelSettings(units=4, bidirectional=True)
    module = nn.LSTM(3, 4, bidirectional=True).double()
    h, (last, _) = module(sequences())
    expected = torch.cat([last[0], last[1]], 1)
    assert_allclose(read_out(h, None, model).detach(), expected.detach(), atol=1e-14)


def test_a_residual_layer_adds_what_it_read_from_the_second_on() -> None:
    plain = network(ModelSettings(units=4, layers=2))
    residual = network(ModelSettings(units=4, layers=2, residual=True))
    first, _ = plain.layers[0](sequences())
    second, _ = plain.layers[1](first)
    assert_allclose(residual.states(sequences())[0].detach(), (second + first).detach(), atol=1e-14)


@pytest.mark.parametrize(("embedding", "width"), [(0, 3), (5, 5)])
def test_symbols_are_shown_as_they_are_or_by_learned_numbers(embedding: int, width: int) -> None:
    ours = network(ModelSettings(units=4, embedding=embedding), symbols=True)
    symbols = torch.tensor([[0, 2], [1, 1]])
    shown = ours.embedded(symbols)
    assert shown.shape == (2, 2, width)
    assert torch.equal(shown[1, 0], shown[1, 1])
    assert not torch.equal(shown[0, 0], shown[0, 1])


@every_cell
def test_steps_taken_one_at_a_time_are_those_of_a_whole_sequence(cell: str) -> None:
    ours = network(ModelSettings(cell=cell, units=4, layers=3, residual=True)).float()
    predict = NetworkPredictor(ours, torch.device("cpu"))
    x = sequences().float().numpy()
    state, found = None, []
    for step in x:
        outputs, state = predict.step(step[None], state)
        found.append(outputs[0])
    assert_allclose(found, predict(x), atol=1e-6)


def test_a_prediction_of_many_sequences_is_that_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = network(ModelSettings(units=4), reads="every").float()
    predict = NetworkPredictor(ours, torch.device("cpu"))
    x, lengths = sequences().float().numpy(), LENGTHS.numpy()
    whole = predict(x, lengths)
    monkeypatch.setattr("lstm_viz.training.engine.predictor.AT_ONCE", 1)
    one_by_one = predict(x, lengths)
    assert whole.shape == one_by_one.shape == (7, 4, 2)
    for column, length in enumerate(lengths):
        assert_allclose(one_by_one[:length, column], whole[:length, column], atol=1e-6)


def test_predicting_leaves_training_as_it_was() -> None:
    ours = network(replace(ModelSettings(units=4), dropout=0.5), reads="last").float()
    predict = NetworkPredictor(ours, torch.device("cpu"))
    x = sequences().float().numpy()
    before = torch.random.get_rng_state()
    assert np.array_equal(predict(x), predict(x)), "no dropout"
    assert ours.training
    assert torch.equal(torch.random.get_rng_state(), before)


def test_dropout_drops_a_share_and_keeps_the_mean() -> None:
    ours = network(ModelSettings(units=4, dropout=0.25))
    dropped = ours.dropped(torch.ones(100, 100))
    assert sorted(set(dropped.flatten().tolist())) == pytest.approx([0.0, 4 / 3])
    assert dropped.mean() == pytest.approx(1.0, abs=0.05)
