"""ONNX models, made by the library's own helpers, against its reference evaluator and PyTorch's layers."""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

import lstm_viz as lv
from tests.networks.reading.files import layer, normal, output_of

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
UNITS = 4


def weights(
    kind: str, directions: int = 1, inputs: int = 3, peepholes: bool = False
) -> dict[str, np.ndarray]:
    rows = GATES[kind] * UNITS
    shapes = {"W": (rows, inputs), "R": (rows, UNITS), "B": (2 * rows,)}
    if peepholes:
        shapes["P"] = (3 * UNITS,)
    return {
        name: 0.5 * normal(directions, *shape, seed=at) for at, (name, shape) in enumerate(shapes.items())
    }


def node(kind: str, arrays: dict[str, np.ndarray], name: str = "layer", x: str = "X", **how: Any) -> Any:
    inputs = [x, *(f"{name}_{part}" if part in arrays else "" for part in ("W", "R", "B"))]
    if "P" in arrays:
        inputs += ["", "", "", f"{name}_P"]
    return helper.make_node(kind, inputs, [f"{name}_Y"], name=name, hidden_size=UNITS, **how)


def model(nodes: list[Any], arrays: dict[str, np.ndarray], output: str = "layer_Y") -> Any:
    def value(name: str) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, None)

    tensors = [numpy_helper.from_array(array, name) for name, array in arrays.items()]
    graph = helper.make_graph(nodes, "graph", [value("X")], [value(output)], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])


def one(kind: str, arrays: dict[str, np.ndarray], **how: Any) -> Any:
    return model([node(kind, arrays, **how)], {f"layer_{part}": array for part, array in arrays.items()})


def reference(made: Any, x: np.ndarray) -> np.ndarray:
    [output] = ReferenceEvaluator(made).run(None, {"X": x})
    return np.asarray(output)


CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("LSTM", {}, {}),
    ("LSTM", {"peepholes": True}, {}),
    ("LSTM", {"directions": 2}, {"direction": "bidirectional"}),
    ("GRU", {}, {}),
    ("GRU", {}, {"linear_before_reset": 1}),
    ("RNN", {}, {}),
]


@pytest.mark.parametrize(("kind", "has", "how"), CASES, ids=str)
def test_an_operator_gives_what_the_reference_gives(
    kind: str, has: dict[str, Any], how: dict[str, Any]
) -> None:
    made = one(kind, weights(kind, **has), **how)
    x = normal(5, 2, 3)
    expected = reference(made, x)
    run = lv.load(made.SerializeToString()).run(x)
    # (time, directions, batch, units)
    forward = run[0]["h"]
    np.testing.assert_allclose(forward, expected[:, 0], atol=1e-5)
    if len(run.traces) == 2:
        np.testing.assert_allclose(run[0, "reverse"]["h"], expected[:, 1], atol=1e-5)


def test_layers_chain_through_nodes_that_change_no_number_and_a_readout_follows() -> None:
    first, second = weights("GRU"), weights("GRU", inputs=UNITS)
    dense = normal(UNITS, 6, seed=8)
    squeeze = [helper.make_node("Squeeze", [f"{name}_Y", "axis"], [f"{name}_S"]) for name in ("a", "b")]
    nodes = [
        node("GRU", first, "a", linear_before_reset=1), squeeze[0],
        node("GRU", second, "b", "a_S", linear_before_reset=1), squeeze[1],
        helper.make_node("MatMul", ["b_S", "dense"], ["M"], name="/out/MatMul"),
        helper.make_node("Add", ["M", "shift"], ["Y"]),
    ]  # fmt: skip
    arrays = {f"a_{part}": array for part, array in first.items()}
    arrays |= {f"b_{part}": array for part, array in second.items()}
    arrays |= {"dense": dense, "shift": normal(6), "axis": np.array([1])}
    made = model(nodes, arrays, "Y")
    net = lv.load(made.SerializeToString())
    assert repr(net).startswith("2-layer GRU, 3 inputs, 4 units, ONNX order; readout 6")
    x = normal(5, 2, 3)
    readout = net.run(x).readout
    assert readout is not None
    np.testing.assert_allclose(readout, reference(made, x), atol=1e-5)
    assert net.check(x) < 1e-6


def test_an_input_that_is_turned_has_the_batch_first() -> None:
    arrays = weights("GRU")
    turn = helper.make_node("Transpose", ["X"], ["T"], perm=[1, 0, 2])
    made = model([turn, node("GRU", arrays, x="T")], {f"layer_{part}": a for part, a in arrays.items()})
    assert lv.load(made.SerializeToString()).batch_first is True
    assert lv.load(one("GRU", arrays).SerializeToString()).batch_first is False


def test_activations_are_those_of_the_node() -> None:
    arrays = weights("LSTM")
    net = lv.load(one("LSTM", arrays, activations=["HardSigmoid", "Tanh", "Relu"]).SerializeToString())
    assert net.layers[0].cells["forward"].equations.text.count("hard_sigmoid(") == 3
    assert net.layers[0].cells["forward"].equations.text.endswith("h = o*relu(c)")
    coupled = lv.load(one("LSTM", arrays, input_forget=1).SerializeToString())
    assert "f = 1 - i" in coupled.layers[0].cells["forward"].equations.text
    for how, expected in (
        ({"activations": ["ScaledTanh", "Tanh", "Tanh"]}, "expected activations among"),
        ({"clip": 1.0}, "expected no clipping"),
        ({"activations": ["Tanh"]}, "expected 3 activations"),
    ):
        with pytest.raises(ValueError, match=expected):
            lv.load(one("LSTM", arrays, **how).SerializeToString())


def test_weights_in_another_file_are_refused(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = one("LSTM", weights("LSTM"))
    for tensor in made.graph.initializer:
        onnx.external_data_helper.set_external_data(
            tensor, "secret.bin", offset=0, length=len(tensor.raw_data)
        )
        tensor.ClearField("raw_data")
    (tmp_path / "secret.bin").write_bytes(bytes(4096))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="which lies in another file"):
        lv.load(made.SerializeToString())


def test_a_name_that_is_no_text_is_a_damaged_file() -> None:
    """protobuf hands such names out as bytes; found by mutated files."""
    arrays = {f"layer_{part}": array for part, array in weights("LSTM").items()}
    made = model([node("LSTM", weights("LSTM"))], arrays | {"extra": normal(3)})
    damaged = made.SerializeToString().replace(b"extra", b"\xff\xfe\xff\xfe\xff")
    with pytest.raises(ValueError, match="damaged or truncated"):
        lv.load(damaged)


def test_what_pytorch_has_trained_is_the_same_in_onnx() -> None:
    module = layer("LSTM")
    parts = {name: np.asarray(tensor) for name, tensor in module.state_dict().items()}

    def iofc(rows: np.ndarray) -> np.ndarray:
        i, f, g, o = np.split(rows, 4)
        return np.concatenate([i, o, f, g])

    arrays = {
        "W": iofc(parts["weight_ih_l0"])[None],
        "R": iofc(parts["weight_hh_l0"])[None],
        "B": np.concatenate([iofc(parts["bias_ih_l0"]), iofc(parts["bias_hh_l0"])])[None],
    }
    x = normal(5, 3)
    run = lv.load(one("LSTM", arrays).SerializeToString()).run(x)
    np.testing.assert_allclose(run.output, output_of(module, x), atol=1e-6)
