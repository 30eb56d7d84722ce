import copy

import pytest
import torch

from lstm_viz.training.engine.models import Network
from lstm_viz.training.engine.optimisers import clip, optimiser
from lstm_viz.training.settings import Method, ModelSettings, OptimiserSettings

THEIRS = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop, "sgd": torch.optim.SGD}


def network() -> Network:
    torch.manual_seed(0)
    made = Network(ModelSettings(units=4), 2, 1)
    made(torch.randn(5, 3, 2))[0].square().sum().backward()
    return made


@pytest.mark.parametrize("method", THEIRS)
def test_each_method_is_pytorchs(method: Method) -> None:
    ours, theirs = network(), network()
    optimiser(ours, OptimiserSettings(method, rate=0.02)).step()
    THEIRS[method](theirs.parameters(), lr=0.02).step()
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-7)


def test_the_output_layer_can_have_a_rate_of_its_own() -> None:
    changed = network()
    before = copy.deepcopy(changed.state_dict())
    optimiser(changed, OptimiserSettings("sgd", rate=0.1, output_rate=0.001)).step()
    for name, weight in changed.named_parameters():
        assert weight.grad is not None
        rate = 0.001 if name.startswith("output") else 0.1
        assert torch.allclose(weight, before[name] - rate * weight.grad, atol=1e-7)


@pytest.mark.parametrize("most", [None, 1e-3, 1e3])
def test_clipping_is_pytorchs_and_tells_the_norm_before_it(most: float | None) -> None:
    ours, theirs = network(), network()
    norm = clip(list(ours.parameters()), most)
    expected = torch.nn.utils.clip_grad_norm_(theirs.parameters(), float("inf") if most is None else most)
    assert norm == pytest.approx(float(expected))
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(one.grad, other.grad)  # type: ignore[arg-type]
