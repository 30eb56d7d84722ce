"""ONNX: LSTM, GRU and RNN of the graph with their weights, and the embedding and dense layer around them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from lstm_viz.networks.libraries import required
from lstm_viz.networks.reading import limits
from lstm_viz.networks.reading.contents import Collector, Contents

_RECURRENT: Final = {"LSTM": 3, "GRU": 2, "RNN": 1}
"""Operators, and how many activations each direction has."""

_PASSED: Final = {"Squeeze", "Transpose", "Reshape", "Identity", "Dropout", "Cast"}
"""What stands between layers and changes no number."""

_PARTS: Final = ((1, "W"), (2, "R"), (3, "B"), (7, "P"))
_DEFAULTS: Final = {"LSTM": ("Sigmoid", "Tanh", "Tanh"), "GRU": ("Sigmoid", "Tanh"), "RNN": ("Tanh",)}
_FUNCTIONS: Final = {
    "sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "hardsigmoid": "hard_sigmoid",
    "softsign": "softsign", "softplus": "softplus",
}  # fmt: skip
_FARTHEST: Final = 20
"""Nodes between the input of a model and its first recurrent layer."""

_VARINT: Final = 0x80
_EXTERNAL: Final = 1


def may_be(data: bytes) -> bool:
    """Tell whether bytes begin as a model does: with the version of the format, a small number."""
    return (
        len(data) > 2 and data[0] in (0x08, 0x0A, 0x12, 0x3A, 0x42) and (data[0] != 0x08 or data[1] < _VARINT)
    )


def read(data: bytes) -> Contents:
    """Return the weights of a model.

    Raises
    ------
    ValueError
        If it is damaged, keeps weights in other files, claims more than it holds, or uses what is not here.
    """
    onnx = required("onnx", "ONNX files")
    try:
        graph = onnx.ModelProto.FromString(data).graph
    except Exception:
        raise ValueError(_DAMAGED) from None
    limits.require_count(len(graph.node) + len(graph.initializer))
    try:
        return _Graph(onnx, graph).contents()
    except (TypeError, KeyError, IndexError, AttributeError, UnicodeDecodeError, OverflowError):
        raise ValueError(_DAMAGED) from None


_DAMAGED: Final = "source: expected an ONNX model, got a damaged or truncated one, or another file"


class _Graph:
    """Goes through the nodes of a graph once, in their order, which is that of the computation."""

    def __init__(self, onnx: Any, graph: Any) -> None:
        self._onnx = onnx
        self._nodes: Sequence[Any] = graph.node
        self._tensors = {tensor.name: tensor for tensor in graph.initializer}
        for node in graph.node:
            if node.op_type == "Constant" and node.output:
                self._tensors |= {node.output[0]: a.t for a in node.attribute if a.name == "value"}  # noqa: B035
        self._initializers = [tensor.name for tensor in graph.initializer]
        self._makers = {output: node for node in graph.node for output in node.output}
        self._sums = {name: node for node in graph.node if node.op_type == "Add" for name in node.input}
        self._found = Collector()
        self._hints: dict[str, dict[str, Any]] = {}
        self._chains: list[list[str]] = []
        self._comes_from: dict[str, str] = {}
        """The recurrent node whose output a value is."""
        self._used: set[str] = set()

    def contents(self) -> Contents:
        for at, node in enumerate(self._nodes):
            name = (node.name or f"{node.op_type}_{at}").strip("/").replace("/", ".")
            if node.op_type in _RECURRENT:
                self._recurrent(node, name)
            elif node.op_type in _PASSED and node.input and node.input[0] in self._comes_from:
                self._comes_from |= dict.fromkeys(node.output, self._comes_from[node.input[0]])
            elif node.op_type in ("MatMul", "Gemm", "Gather"):
                self._surrounding(node, name)
        for name in self._initializers:
            if isinstance(name, bytes):  # what is no UTF-8
                raise ValueError(_DAMAGED)
            if name not in self._used and len(self._tensors[name].dims) > 0:
                self._keep(name, name)
        return Contents("ONNX", self._found.arrays, hints=self._hints, chains=tuple(map(tuple, self._chains)))

    def _recurrent(self, node: Any, name: str) -> None:
        for at, part in _PARTS:
            if at < len(node.input) and node.input[at]:
                if node.input[at] not in self._tensors:
                    raise ValueError(
                        f"source: expected the weights {part} of {name!r} in the file, got a computed value"
                    )
                self._keep(node.input[at], f"{name}.{part}")
        attributes = {a.name: self._onnx.helper.get_attribute_value(a) for a in node.attribute}
        before = self._comes_from.get(node.input[0])
        self._hints[name] = _hints(node.op_type, name, attributes)
        if before is None:
            turned = self._batch_first(node.input[0]) ^ bool(attributes.get("layout", 0))
            self._hints[name] |= {"batch_first": turned}
        chain = next((chain for chain in self._chains if chain[-1] == before), None)
        if chain is None:
            self._chains.append([name])
        else:
            chain.append(name)
        self._comes_from |= dict.fromkeys(node.output[:1], name)

    def _surrounding(self, node: Any, name: str) -> None:
        """Keep the matrix of a dense layer, or the table of an embedding, under a name that says so."""
        table = node.op_type == "Gather"
        matrix = node.input[0 if table else 1]
        if matrix not in self._tensors or len(self._tensors[matrix].dims) != 2 or matrix in self._used:
            return
        attributes = {a.name: self._onnx.helper.get_attribute_value(a) for a in node.attribute}
        role = "embeddings" if table else "weight" if attributes.get("transB") else "kernel"
        self._keep(matrix, f"{name}.{role}")
        bias = (
            node.input[2] if node.op_type == "Gemm" and len(node.input) > 2 else self._added_to(node.output)
        )
        if (
            not table
            and bias in self._tensors
            and len(self._tensors[bias].dims) == 1
            and bias not in self._used
        ):
            self._keep(bias, f"{name}.bias")

    def _added_to(self, outputs: Iterable[str]) -> str:
        wanted = set(outputs)
        node = next((self._sums[name] for name in wanted if name in self._sums), None)
        return "" if node is None else next((name for name in node.input if name not in wanted), "")

    def _batch_first(self, name: str) -> bool:
        """Tell whether the model takes the batch before the time: whether its input is turned on its way."""
        turned = False
        for _ in range(_FARTHEST):
            node = self._makers.get(name)
            if node is None or not node.input:
                break
            if node.op_type == "Transpose":
                order = next((list(a.ints) for a in node.attribute if a.name == "perm"), [])
                turned ^= order[:2] == [1, 0]
            name = node.input[1 if node.op_type == "Gather" and len(node.input) > 1 else 0]
        return turned

    def _keep(self, name: str, called: str) -> None:
        tensor = self._tensors[name]
        self._used.add(name)
        if tensor.data_location == _EXTERNAL or tensor.external_data:
            raise ValueError(
                f"source: expected all weights in the file itself, got {name[:80]!r}, "
                "which lies in another file"
            )
        shape = tuple(tensor.dims)
        held = len(tensor.raw_data) + 8 * (
            len(tensor.float_data) + len(tensor.double_data) + len(tensor.int32_data) + len(tensor.int64_data)
        )
        numbers = math.prod(shape)
        if min(shape, default=0) < 0 or numbers > max(held, 1) * 2:
            raise ValueError(
                f"source: expected in {name[:80]!r} as many numbers as its shape {shape} claims, "
                f"got {held:,} bytes"
            )
        self._found.claim(numbers, called)
        try:
            array = self._onnx.numpy_helper.to_array(tensor)
        except Exception:
            raise ValueError(f"source: expected numbers in {name[:80]!r}, got a damaged tensor") from None
        if array.dtype.name == "bfloat16":
            array = array.astype(np.float32)
        self._found.add(called, array)


def _hints(operator: str, name: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    direction = _text(attributes.get("direction", b"forward"))
    directions = 2 if direction == "bidirectional" else 1
    per_direction = _RECURRENT[operator]
    named = [_text(each) for each in attributes.get("activations", [])] or list(
        _DEFAULTS[operator]
    ) * directions
    if attributes.get("clip"):
        raise ValueError(f"source: expected no clipping in {name!r}, got clip = {attributes['clip']}")
    if len(named) != directions * per_direction:
        raise ValueError(
            f"source: expected {directions * per_direction} activations in {name!r}, got {len(named)}"
        )
    functions = [_function(each, name, attributes) for each in named]
    return {
        "direction": direction,
        "activations": [functions[at * per_direction : (at + 1) * per_direction] for at in range(directions)],
        "reset_after": bool(attributes.get("linear_before_reset", 0)),
        "coupled": bool(attributes.get("input_forget", 0)),
    }


def _function(named: str, layer: str, attributes: Mapping[str, Any]) -> str:
    function = _FUNCTIONS.get(named.lower())
    if function is None or (function == "hard_sigmoid" and _scaled(attributes)):
        raise ValueError(
            f"source: expected activations among {', '.join(_FUNCTIONS)} in {layer!r}, hard sigmoids with "
            f"0.2 and 0.5, got {named[:40]!r}"
        )
    return function


def _scaled(attributes: Mapping[str, Any]) -> bool:
    alphas, betas = attributes.get("activation_alpha", []), attributes.get("activation_beta", [])
    return not (np.allclose([*alphas], 0.2) and np.allclose([*betas], 0.5))


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
