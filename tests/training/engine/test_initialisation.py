import pytest
import torch
from torch import Tensor, nn

from lstm_viz.training.engine.initialisation import initialise
from lstm_viz.training.engine.models import KINDS
from lstm_viz.training.settings import CellKind, ModelSettings


def layer(model: ModelSettings) -> nn.RNNBase:
    torch.manual_seed(0)
    made = KINDS[model.cell](3, model.units, bidirectional=model.bidirectional)
    initialise(made, model)
    return made


def whole_bias(made: nn.RNNBase, gate: int, suffix: str = "l0") -> Tensor:
    """Both of PyTorch's biases of one gate together."""
    rows = slice(gate * made.hidden_size, (gate + 1) * made.hidden_size)
    both: Tensor = getattr(made, f"bias_ih_{suffix}") + getattr(made, f"bias_hh_{suffix}")
    return both[rows].detach()


@pytest.mark.parametrize("suffix", ["l0", "l0_reverse"])
@pytest.mark.parametrize("initialisation", ["forget_bias", "orthogonal"])
def test_the_whole_biases_of_an_lstm_are_what_was_asked(initialisation: str, suffix: str) -> None:
    made = layer(
        ModelSettings(
            initialisation=initialisation,  # type: ignore[arg-type]
            forget_bias=4.0,
            input_bias=-3.0,
            bidirectional=True,
        )
    )
    assert torch.all(whole_bias(made, 1, suffix) == 4.0)
    assert torch.all(whole_bias(made, 0, suffix) == -3.0)


def test_a_gru_has_its_forget_bias_on_the_gate_that_keeps_the_old_state() -> None:
    model = ModelSettings(cell="gru", units=8, initialisation="forget_bias", forget_bias=10.0)
    made = layer(model)
    h0 = torch.rand(1, 1, 8)
    h, _ = made(torch.zeros(1, 1, 3), h0)
    assert torch.allclose(h, h0, atol=1e-3)


@pytest.mark.parametrize(("cell", "gate"), [("lstm", 1), ("gru", 1)])
def test_chrono_biases_prepare_for_memories_of_all_lengths(cell: CellKind, gate: int) -> None:
    made = layer(ModelSettings(cell=cell, units=256, initialisation="chrono", chrono_steps=100))
    length = whole_bias(made, gate).exp()
    assert length.min() >= 1
    assert length.max() <= 99
    assert length.mean() == pytest.approx(50, abs=5), "U(1, 99)"


def test_the_input_gate_of_chrono_is_shut_as_far_as_the_forget_gate_is_open() -> None:
    made = layer(ModelSettings(initialisation="chrono"))
    assert torch.equal(whole_bias(made, 0), -whole_bias(made, 1))


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_orthogonal_weights_keep_every_length(cell: CellKind) -> None:
    made = layer(ModelSettings(cell=cell, units=8, initialisation="orthogonal"))
    for block in torch.split(made.weight_hh_l0, 8):  # type: ignore[arg-type]
        assert torch.allclose(block @ block.T, torch.eye(8), atol=1e-5)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_default_is_pytorchs(cell: CellKind) -> None:
    made = layer(ModelSettings(cell=cell, units=8))
    torch.manual_seed(0)
    theirs = KINDS[cell](3, 8)
    assert all(
        torch.equal(one, other) for one, other in zip(made.parameters(), theirs.parameters(), strict=True)
    )
