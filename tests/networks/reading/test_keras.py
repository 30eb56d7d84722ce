"""Keras's files, written by h5py in the layouts of Keras 2 and 3, against the same layers in PyTorch."""

import json
from typing import Any

import numpy as np
import pytest

import lstm_viz as lv
from tests.networks.reading.files import (
    cudnn_arrays,
    hdf5,
    keras_archive,
    keras_arrays,
    layer,
    normal,
    output_of,
    state_dict,
)


def config(*layers: tuple[str, dict[str, Any]], version: str = "2.4.0") -> dict[str, Any]:
    listed = [
        {"class_name": kind, "config": {"name": f"layer_{at}", **how}}
        for at, (kind, how) in enumerate(layers)
    ]
    model = json.dumps({"class_name": "Sequential", "config": {"name": "model", "layers": listed}})
    return {"model_config": model, "keras_version": version}


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_weights_alone(kind: str) -> None:
    net = lv.load(hdf5(keras_arrays(state_dict(kind))))
    x = normal(5, 3)
    np.testing.assert_allclose(net.run(x).output, output_of(layer(kind), x), atol=1e-6)
    assert {question.name for question in net.questions} == {"gate_activation", "activation"}
    assert net.batch_first is True
    assert repr(net).startswith(f"1-layer {kind}, 3 inputs, 4 units, Keras order")


@pytest.mark.parametrize(("kind", "gates"), [("LSTM", 4), ("GRU", 3)])
def test_the_layout_of_cudnn_is_told_by_its_bias(kind: str, gates: int) -> None:
    net = lv.load(hdf5(cudnn_arrays(keras_arrays(state_dict(kind)), gates)))
    x = normal(5, 3)
    np.testing.assert_allclose(net.run(x).output, output_of(layer(kind), x), atol=1e-6)
    assert net.layers[0].order == "CuDNN"
    assert net.questions == ()


def test_a_gru_of_one_bias_resets_before_the_product() -> None:
    arrays = keras_arrays(state_dict("GRU"))
    bias = arrays.pop("layer/layer/bias:0")
    before = lv.load(hdf5({**arrays, "layer/layer/bias:0": bias[0]}))
    assert "U@(r*h)" in before.layers[0].cells["forward"].equations.text
    open_one = lv.load(hdf5(arrays))
    assert "reset_after" in {question.name for question in open_one.questions}
    assert "U@(r*h)" in open_one.answer(reset_after=False).layers[0].cells["forward"].equations.text


@pytest.mark.parametrize(("version", "slope"), [("2.4.0", 0.2), ("3.8.0", 1 / 6)])
def test_the_hard_sigmoid_is_that_of_the_version(version: str, slope: float) -> None:
    said = config(("LSTM", {"activation": "relu", "recurrent_activation": "hard_sigmoid"}), version=version)
    net = lv.load(hdf5(keras_arrays(state_dict(), "layer_0/lstm_cell"), said))
    assert net.questions == ()
    x = normal(1, 3)
    trace = net.run(x)[0]
    z = trace.z("i")
    assert z is not None
    np.testing.assert_allclose(trace["i"], np.clip(slope * z + 0.5, 0, 1), atol=1e-6)
    assert (trace["g"] >= 0).all()


def test_a_layer_that_goes_backwards_hands_out_its_steps_last_first() -> None:
    said = config(("LSTM", {"go_backwards": True}))
    net = lv.load(hdf5(keras_arrays(state_dict(), "layer_0/lstm_cell"), said))
    x = normal(5, 3)
    np.testing.assert_allclose(net.run(x).output, output_of(layer(), x[::-1].copy()), atol=1e-6)
    assert net.check(x) < 1e-6


@pytest.mark.parametrize("merge", ["concat", "sum", "mul", "ave"])
def test_both_directions_become_one_output(merge: str) -> None:
    forward, backward = layer("GRU"), layer("GRU", seed=1)
    arrays = {
        **keras_arrays(forward.state_dict(), "layer_0/forward_gru/gru_cell"),
        **keras_arrays(backward.state_dict(), "layer_0/backward_gru/gru_cell"),
    }
    inner = {"class_name": "GRU", "config": {"name": "gru", "reset_after": True}}
    net = lv.load(hdf5(arrays, config(("Bidirectional", {"layer": inner, "merge_mode": merge}))))
    x = normal(5, 3)
    ahead, back = output_of(forward, x), output_of(backward, x[::-1].copy())[::-1]
    expected = {
        "concat": np.concatenate([ahead, back], axis=1),
        "sum": ahead + back,
        "mul": ahead * back,
        "ave": (ahead + back) / 2,
    }
    run = net.run(x)
    np.testing.assert_allclose(run.output, expected[merge], atol=1e-6)
    np.testing.assert_allclose(run[0, "reverse"]["h"], back, atol=1e-6)
    assert net.check(x) < 1e-6
    question = {q.name: q for q in lv.load(hdf5(arrays)).questions}["merge"]
    assert question.assumed == "concat"


def test_an_archive_of_keras_3_with_embedding_and_readout() -> None:
    arrays = keras_arrays(state_dict(), "x")
    kernel, recurrent, bias = arrays.values()
    table, dense = normal(7, 3, seed=3), normal(4, 6, seed=4)
    stored = {
        "layers/embedding/vars/0": table,
        "layers/lstm/cell/vars/0": kernel,
        "layers/lstm/cell/vars/1": recurrent,
        "layers/lstm/cell/vars/2": bias,
        "layers/dense/vars/0": dense,
        "layers/dense/vars/1": np.zeros(6, "f4"),
        "optimizer/vars/1": np.zeros((3, 16), "f4"),
    }
    layers = [
        {"class_name": "Embedding", "config": {"name": "words"}},
        {"class_name": "Dropout", "config": {"name": "dropout"}},
        {
            "class_name": "LSTM",
            "config": {"name": "memory", "recurrent_activation": "sigmoid", "activation": "tanh"},
        },
        {"class_name": "Dense", "config": {"name": "out", "activation": "softmax"}},
    ]
    net = lv.load(keras_archive(stored, layers))
    assert repr(net).startswith("1-layer LSTM, 3 inputs, 4 units, Keras order; embedding 7 × 3; readout 6")
    assert net.questions == ()
    assert net.left_over == ("optimizer.vars.1",)
    readout = net.run(np.array([1, 6, 0])).readout
    assert readout is not None
    np.testing.assert_allclose(readout, output_of(layer(), table[[1, 6, 0]]) @ dense, atol=1e-5)


def test_layers_between_which_something_else_stands_do_not_feed_each_other() -> None:
    arrays = {
        **keras_arrays(state_dict(), "layer_0/lstm_cell"),
        **keras_arrays(state_dict(input_size=4), "layer_2/lstm_cell"),
    }
    between = [config(("LSTM", {}), (kind, {}), ("LSTM", {})) for kind in ("Dropout", "BatchNormalization")]
    assert len(lv.load(hdf5(arrays, between[0])).stack.layers) == 2
    apart = lv.load(hdf5(arrays, between[1]))
    assert apart.chosen is None
    assert len(apart.stacks) == 2


def test_a_cell_in_a_general_layer_and_padding_that_is_masked() -> None:
    cell = {"class_name": "LSTMCell", "config": {"name": "lstm_cell", "activation": "relu"}}
    said = config(("Embedding", {"mask_zero": True}), ("RNN", {"cell": cell, "go_backwards": True}))
    arrays = {"layer_0/embeddings:0": normal(7, 3), **keras_arrays(state_dict(), "layer_1/lstm_cell")}
    net = lv.load(hdf5(arrays, said))
    assert repr(net).startswith("1-layer LSTM, 3 inputs, 4 units, Keras order; embedding 7 × 3")
    assert net.guessed == ("layer_0 masks padding: here it is given as mask or lengths",)
    assert net.layers[0].flipped
    assert "relu" in net.layers[0].cells["reverse"].equations.text


@pytest.mark.parametrize("cell", [{}, {"config": {"cells": 5}}, {"config": {"cells": [1]}}])
def test_a_general_layer_that_names_no_cell_is_read_by_its_weights(cell: dict[str, Any]) -> None:
    arrays = keras_arrays(state_dict(), "layer_0/lstm_cell")
    net = lv.load(hdf5(arrays, config(("RNN", {"cell": cell}))))
    assert repr(net.layers[0]) == "layer_0: LSTM, 3 inputs, 4 units, Keras order"


def test_the_layers_of_rtneural() -> None:
    """Layers in a list, each with its weights in the shapes of Keras."""
    kernel, recurrent, bias = keras_arrays(state_dict(), "x").values()
    dense = [normal(4, 1).tolist(), [0.0]]
    layers = [
        {
            "type": "lstm",
            "shape": [None, None, 4],
            "weights": [kernel.tolist(), recurrent.tolist(), bias.tolist()],
        },
        {"type": "dense", "shape": [None, None, 1], "weights": dense},
    ]
    net = lv.load(json.dumps({"in_shape": [None, None, 3], "layers": layers}).encode())
    assert repr(net).startswith("1-layer LSTM, 3 inputs, 4 units, Keras order; readout 1")
    x = normal(5, 3)
    np.testing.assert_allclose(net.run(x).output, output_of(layer(), x), atol=1e-6)


def test_what_the_optimiser_keeps_is_no_second_network() -> None:
    arrays = keras_arrays(state_dict(), "model_weights/lstm/lstm_cell")
    slots = {
        name.replace("model_weights", "optimizer_weights/Adam/m"): array for name, array in arrays.items()
    }
    net = lv.load(hdf5(arrays | slots))
    assert len(net.layers) == 1
    assert len(net.left_over) == 3


def test_an_activation_that_nobody_here_has_is_refused() -> None:
    said = config(("LSTM", {"activation": "my_function"}))
    with pytest.raises(ValueError, match=r"activation: expected one of .*, got 'my_function'"):
        lv.load(hdf5(keras_arrays(state_dict(), "layer_0/lstm_cell"), said))


def test_the_joined_kernel_of_tensorflow_1() -> None:
    """Gates i g f o in one kernel for x and h; 1 is added to the bias of f when it runs."""
    tensors = {name: np.asarray(tensor) for name, tensor in state_dict().items()}
    i, f, g, o = np.split(np.hstack([tensors["weight_ih_l0"], tensors["weight_hh_l0"]]), 4)
    biases = np.split(tensors["bias_ih_l0"] + tensors["bias_hh_l0"], 4)
    path = "rnn.multi_rnn_cell.cell_0.basic_lstm_cell"
    arrays = {f"{path}.kernel": np.vstack([i, g, f, o]).T,
              f"{path}.bias": np.concatenate([biases[0], biases[2], biases[1] - 1, biases[3]])}  # fmt: skip
    net = lv.load(arrays)
    x = normal(5, 3)
    np.testing.assert_allclose(net.run(x).output, output_of(layer(), x), atol=1e-6)
    assert [question.name for question in net.questions] == ["forget_bias", "batch_first"]
