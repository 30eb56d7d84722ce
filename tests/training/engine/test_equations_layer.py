from dataclasses import replace
from typing import Any

import pytest
import torch
from numpy.testing import assert_allclose
from threadpoolctl import threadpool_info, threadpool_limits
from torch import Tensor, nn

import lstm_viz as lv
from lstm_viz.cells.cell import Cell
from lstm_viz.training.engine.devices import choose, repeatable
from lstm_viz.training.engine.equations_layer import EquationsLayer
from lstm_viz.training.engine.initialisation import initialise
from lstm_viz.training.engine.models import Network
from lstm_viz.training.engine.not_finite import NotFiniteError
from lstm_viz.training.engine.optimisers import clip, optimiser
from lstm_viz.training.settings import ModelSettings, OptimiserSettings
from tests.training.small import SETTINGS, events_of, record_of

TRAINABLE = [name for name, each in lv.CATALOGUE.items() if not each.declared_sizes]
SIZES = {"D": 2, "H": 3}
RUNAWAY = "h = h*h + W@x + b"


def layer(name: str, **kind: Any) -> EquationsLayer:
    torch.manual_seed(1)
    return EquationsLayer(lv.Equations(name) if "=" in name else lv.CATALOGUE[name], 2, 3, **kind).double()


def sequences(steps: int = 7, batch: int = 4) -> Tensor:
    random = torch.Generator().manual_seed(2)
    return torch.randn(steps, batch, 2, generator=random, dtype=torch.float64, requires_grad=True)


class Loop(nn.Module):
    """The same layer as a loop over steps in PyTorch, with PyTorch's own derivatives."""

    def __init__(self, made: EquationsLayer) -> None:
        super().__init__()
        weights = {name: value.detach().numpy() for name, value in made.named_parameters()}
        self.module = Cell(made.equations, weights, sizes=made.sizes).to_torch()
        self.bidirectional = False

    def forward(self, x: Tensor, _state: None = None) -> tuple[Tensor, None]:
        return self.module(x)["h"], None


@pytest.mark.parametrize("name", TRAINABLE)
def test_its_gradients_are_those_of_autograd(name: str) -> None:
    ours = layer(name)
    theirs, x = Loop(ours), sequences()
    seen = torch.randn(7, 4, 3, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    h, expected = ours(x)[0], theirs(x)[0]
    assert_allclose(h.detach(), expected.detach(), rtol=1e-12, atol=1e-13)
    found = torch.autograd.grad(h, [x, *ours.parameters()], seen)
    wanted = torch.autograd.grad(expected, [x, *theirs.parameters()], seen, allow_unused=True)
    for one, other in zip(found, wanted, strict=True):
        # What L does not see, PyTorch leaves out.
        assert_allclose(one, torch.zeros_like(one) if other is None else other, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("method", ["adam", "rmsprop", "sgd"])
@pytest.mark.parametrize("name", ["LSTM", "V", "minGRU", "sLSTM"])
def test_updates_are_those_of_the_same_network_in_pytorch(name: str, method: str) -> None:
    torch.manual_seed(0)
    model = ModelSettings(cell=name, units=3)
    ours, theirs = (Network(model, 2, 1, reads="last").double() for _ in range(2))
    theirs.load_state_dict(ours.state_dict())
    theirs.recurrent[0] = theirs.layers[0] = Loop(theirs.recurrent[0])  # type: ignore[arg-type, call-overload]
    settings = OptimiserSettings(method=method, rate=0.05, clip=0.05)  # type: ignore[arg-type]
    changes = [(network, optimiser(network, settings)) for network in (ours, theirs)]
    target, norms = torch.ones(4, 1, dtype=torch.float64), []
    for _ in range(8):
        for network, change in changes:
            change.zero_grad()
            loss = ((network(sequences())[0] - target) ** 2).mean()
            loss.backward()
            norms.append(clip(list(network.parameters()), settings.clip))
            change.step()
    assert max(norms) > 0.05, "clipped at least once"
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert_allclose(one.detach(), other.detach(), rtol=1e-8, atol=1e-9)


def test_an_lstm_by_its_equations_is_pytorchs() -> None:
    ours, theirs = layer("LSTM"), nn.LSTM(2, 3).double()
    stacked = {
        kind: torch.cat([ours.get_parameter(f"{letter}_{gate}") for gate in "ifgo"])
        for kind, letter in (("weight_ih_l0", "W"), ("weight_hh_l0", "U"), ("bias_ih_l0", "b"))
    }
    theirs.load_state_dict({**stacked, "bias_hh_l0": torch.zeros(12)})
    h, (c, last) = ours(sequences())
    expected, (expected_last, expected_c) = theirs(sequences())
    assert lv.CATALOGUE["LSTM"].states == ("h", "c")
    assert_allclose(h.detach(), expected.detach(), atol=1e-14)
    assert_allclose(last.detach(), expected_c[0].detach(), atol=1e-14)
    assert_allclose(c.detach(), expected_last[0].detach(), atol=1e-14)


@pytest.mark.parametrize("name", TRAINABLE)
def test_weights_are_drawn_as_pytorch_draws_them(name: str) -> None:
    made = EquationsLayer(lv.CATALOGUE[name], 64, 64)
    weights = torch.cat([weight.detach().flatten() for weight in made.parameters()])
    assert weights.abs().max() <= 1 / 8
    assert weights.abs().mean() == pytest.approx(1 / 16, rel=0.2)
    assert {*dict(made.named_parameters())} == {*lv.CATALOGUE[name].shapes}


@pytest.mark.parametrize(
    ("name", "bias", "expected"),
    [("V", "b_f", 4.0), ("V", "b_i", -3.0), ("CIFG", "b_i", -4.0), ("NFG", "b_i", -3.0),
     ("GRU", "b_z", 4.0), ("minGRU", "b_z", -4.0), ("JANET", "b_f", 4.0)],
)  # fmt: skip
def test_the_gates_of_the_memory_start_as_far_open_as_was_asked(
    name: str, bias: str, expected: float
) -> None:
    model = ModelSettings(cell=name, units=3, initialisation="forget_bias", forget_bias=4.0, input_bias=-3.0)
    made = layer(name, bidirectional=True)
    initialise(made, model)
    assert made.reverse is not None
    for half in (made, made.reverse):
        assert torch.all(half.get_parameter(bias) == expected)


def test_two_biases_of_a_gate_are_one_together() -> None:
    made = layer("f = sigmoid(W@x + U@h + b1 + b2)\nh = f*h + W@x")
    initialise(made, ModelSettings(units=3, initialisation="forget_bias", forget_bias=2.0))
    assert torch.all(made.get_parameter("b1_f") + made.get_parameter("b2_f") == 2.0)


def test_chrono_prepares_a_cell_for_memories_of_all_lengths() -> None:
    made = EquationsLayer(lv.CATALOGUE["V"], 2, 256)
    initialise(made, ModelSettings(units=256, initialisation="chrono", chrono_steps=100))
    length = made.get_parameter("b_f").detach().exp()
    assert length.min() >= 1
    assert length.max() <= 99
    assert length.mean() == pytest.approx(50, abs=5)
    assert torch.equal(made.get_parameter("b_i"), -made.get_parameter("b_f"))


@pytest.mark.parametrize("name", ["V", "Elman", "MGU"])
def test_orthogonal_matrices_between_units_keep_every_length(name: str) -> None:
    made = EquationsLayer(lv.CATALOGUE[name], 2, 8)
    initialise(made, ModelSettings(units=8, initialisation="orthogonal"))
    matrices = [weight for weight in made.parameters() if weight.shape == (8, 8)]
    assert matrices
    for matrix in matrices:
        assert torch.allclose(matrix @ matrix.T, torch.eye(8), atol=1e-5)


def test_a_run_that_leaves_the_range_names_line_and_step_and_is_no_number_without_gradients() -> None:
    made, x = layer(RUNAWAY), 1e3 * torch.ones(9, 2, 2, dtype=torch.float64)
    with torch.no_grad():
        for name, weight in made.named_parameters():
            weight.fill_(1.0 if name == "W_h" else 0.0)
    with pytest.raises(NotFiniteError, match=r"^Line h left the range of its numbers at step 8\.$"):
        made(x)
    with torch.inference_mode():
        h, state = made(x)
        assert h.isnan().all()
        assert made(x, state)[0].isnan().all(), "and so is what follows from it"


def test_a_gradient_that_is_no_number_is_found_before_it_spreads() -> None:
    made = layer("V")
    loss = (made(sequences())[0].sum() - torch.inf) ** 2
    with pytest.raises(NotFiniteError, match="gradient of the loss"):
        loss.backward()


def test_a_training_that_goes_astray_says_where_and_keeps_what_it_had() -> None:
    model = replace(SETTINGS.model, cell="h = exp(3 + W@x + h)")
    record = record_of(events_of(replace(SETTINGS, model=model)))
    assert record.end == "diverged"
    assert "Line h left the range of its numbers at step " in record.text
    assert record.weights


def test_a_cell_that_needs_as_many_inputs_as_units_says_so_before_it_is_trained() -> None:
    model = replace(SETTINGS.model, cell="h = 0.5*h + x")
    record = record_of(events_of(replace(SETTINGS, model=model)))
    assert record.end == "failed"
    assert "as many inputs as units" in record.text


def test_a_cell_by_its_equations_is_trained_on_the_cpu() -> None:
    model = ModelSettings(cell="minGRU")
    assert choose("auto", model).type == "cpu"
    with pytest.raises(ValueError, match="cpu or auto"):
        choose("cuda", model)
    with pytest.raises(ValueError, match="on the CPU"):
        layer("V")(torch.zeros(3, 1, 2, device="meta"))


def test_it_is_trained_with_one_thread_of_numpy_too() -> None:
    with threadpool_limits(2, "blas"), repeatable(torch.device("cpu")):
        assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}
