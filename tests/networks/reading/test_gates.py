"""Weights gate by gate, as papers and our own cells name them, and as Flax does."""

import io

import numpy as np
import pytest

import lstm_viz as lv
from tests.networks.reading.files import layer, normal, output_of, state_dict


@pytest.mark.parametrize("name", ["LSTM", "GRU", "GRU before"])
def test_a_cell_of_our_own_comes_back_from_its_file(name: str) -> None:
    cell = lv.Cell.random(lv.CATALOGUE[name], inputs=3, hidden=4, seed=1)
    file = io.BytesIO()
    np.savez(file, **{f"cell.{key}": array for key, array in cell.weights.items()})  # type: ignore[arg-type]
    net = lv.load(file.getvalue())
    x = np.random.default_rng(0).standard_normal((6, 3))
    np.testing.assert_allclose(net.run(x).output, cell.run(x)["h"], atol=1e-12)
    asked = {question.name for question in net.questions}
    assert ("reset_after" in asked) == (name == "GRU before")


@pytest.mark.parametrize(("kind", "gates"), [("LSTM", "ifgo"), ("GRU", "rzn")])
def test_the_dense_layers_of_flax(kind: str, gates: str) -> None:
    tensors = {name: tensor.numpy() for name, tensor in state_dict(kind).items()}
    arrays = {}
    for side, which in (("i", "ih"), ("h", "hh")):
        kernels = np.split(tensors[f"weight_{which}_l0"], len(gates))
        biases = np.split(tensors[f"bias_{which}_l0"], len(gates))
        for gate, kernel, bias in zip(gates, kernels, biases, strict=True):
            arrays[f"params.rnn.{side}{gate}.kernel"] = kernel.T
            arrays[f"params.rnn.{side}{gate}.bias"] = bias
    net = lv.load(arrays)
    x = normal(5, 3)
    np.testing.assert_allclose(net.run(x).output, output_of(layer(kind), x), atol=1e-6)
    assert repr(net).startswith(f"1-layer {kind}, 3 inputs, 4 units, Flax order")
    assert net.left_over == ()


def test_matrices_that_stand_after_x_are_told_by_their_shape() -> None:
    cell = lv.Cell.random(lv.CATALOGUE["LSTM"], inputs=3, hidden=4, seed=1)
    after = {name: array.T for name, array in cell.weights.items()}
    x = np.random.default_rng(0).standard_normal((6, 3))
    np.testing.assert_allclose(lv.load(after).run(x).output, cell.run(x)["h"], atol=1e-12)
    square = lv.Cell.random(lv.CATALOGUE["LSTM"], inputs=4, hidden=4, seed=1)
    net = lv.load({name: array.T for name, array in square.weights.items()})
    assert "weights_after_x" in {question.name for question in net.questions}
    x = np.random.default_rng(0).standard_normal((6, 4))
    np.testing.assert_allclose(net.answer(weights_after_x=True).run(x).output, square.run(x)["h"], atol=1e-12)


def test_gates_of_unequal_size_are_refused() -> None:
    cell = lv.Cell.random(lv.CATALOGUE["LSTM"], inputs=3, hidden=4, seed=1)
    arrays = dict(cell.weights) | {"W_f": np.ones((5, 3))}
    with pytest.raises(ValueError, match="expected all gates of '' in one size"):
        lv.load(arrays)
