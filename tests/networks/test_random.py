"""Networks are drawn as their settings say: by a seed, with the initialisation of the papers."""

import numpy as np
import pytest

from lstm_viz.networks.random import (
    INPUTS,
    GRUSettings,
    LSTMSettings,
    Network,
    RNNSettings,
    chrono_bias,
    draw_input,
    orthogonal,
    spectral_radius,
)
from lstm_viz.networks.random import _scaled_to as scaled_to

EVERY_KIND = [RNNSettings(6), LSTMSettings(6), GRUSettings(6)]


@pytest.mark.parametrize("network", EVERY_KIND, ids=["rnn", "lstm", "gru"])
def test_the_same_seed_draws_the_same_network(network: Network) -> None:
    first, again, other = network.draw(3), network.draw(3), network.draw(4)
    np.testing.assert_array_equal(first.weight_hh, again.weight_hh)
    assert not np.array_equal(first.weight_hh, other.weight_hh)
    assert (first.hidden, first.inputs) == (6, INPUTS)


@pytest.mark.parametrize("radius", [0.5, 1.0, 1.5])
@pytest.mark.parametrize("initialisation", ["default", "orthogonal"])
def test_the_spectral_radius_is_the_one_asked_for(radius: float, initialisation: str) -> None:
    cell = RNNSettings(8, initialisation, radius).draw(0)  # type: ignore[arg-type]
    assert spectral_radius(cell.weight_hh) == pytest.approx(radius)


def test_a_matrix_of_radius_zero_cannot_be_scaled() -> None:
    with pytest.raises(ValueError, match="radius must be None where W_h has the spectral radius 0, got 2"):
        scaled_to(2.0, np.array([[0.0, 1.0], [0.0, 0.0]]))


def test_orthogonal_weights_are_orthogonal_and_differ_from_gate_to_gate() -> None:
    gates = LSTMSettings(5, "orthogonal").draw(1).weight_hh.reshape(4, 5, 5)
    for gate in gates:
        np.testing.assert_allclose(gate @ gate.T, np.eye(5), atol=1e-12)
    assert len({gate.tobytes() for gate in gates}) == 4


def test_both_determinants_are_drawn() -> None:
    found = {round(float(np.linalg.det(orthogonal(3, seed)))) for seed in range(20)}
    assert found == {-1, 1}


def test_chrono_biases_are_for_memories_up_to_the_longest() -> None:
    biases = chrono_bias(1000, 100, 0)
    assert biases.min() >= 0.0
    assert np.log(90.0) < biases.max() <= np.log(99.0)
    cell = LSTMSettings(6, chrono=100).draw(2)
    i, f = cell.bias.reshape(4, 6)[:2]
    np.testing.assert_array_equal(i, -f)


def test_the_forget_bias_is_the_whole_bias_with_orthogonal_weights() -> None:
    bias = LSTMSettings(4, "orthogonal", forget_bias=3.0).draw(0).bias.reshape(4, 4)
    np.testing.assert_array_equal(bias, [[0.0] * 4, [3.0] * 4, [0.0] * 4, [0.0] * 4])


def test_inputs_are_normal_numbers_of_the_scale() -> None:
    x = draw_input(2000, 3.0, 0)
    assert x.shape == (2000, INPUTS)
    assert x.std() == pytest.approx(3.0, rel=0.05)


@pytest.mark.parametrize(("hidden", "seed"), [(0, 0), (4, -1)])
@pytest.mark.parametrize("kind", [RNNSettings, LSTMSettings, GRUSettings])
def test_what_is_out_of_range_is_refused(
    kind: type[RNNSettings | LSTMSettings | GRUSettings], hidden: int, seed: int
) -> None:
    with pytest.raises(ValueError, match=r"hidden|seed|non-negative"):
        kind(hidden).draw(seed)
