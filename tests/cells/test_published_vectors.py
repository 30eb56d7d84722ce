"""What Keras, ONNX, PyTorch, TensorFlow Lite and RTNeural publish as the right output of their cells."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lstm_viz import GRUCell, LSTMCell, LSTMVariant, LSTMVariantCell, RNNCell

CASES = (
    "kerasjs_Bidirectional_LSTM_6_concat",
    "kerasjs_Bidirectional_SimpleRNN_2_concat",
    "kerasjs_GRU_0",
    "kerasjs_GRU_1",
    "kerasjs_GRU_2",
    "kerasjs_LSTM_0",
    "kerasjs_LSTM_1",
    "kerasjs_LSTM_2",
    "kerasjs_SimpleRNN_0",
    "kerasjs_SimpleRNN_1",
    "kerasjs_SimpleRNN_2",
    "nnapi_lstm_cifg_peephole_step1",
    "nnapi_lstm_peephole_projection_step1",
    "nnapi_lstm_plain_step1",
    "nnapi_lstm_plain_step2_state",
    "nnapi_lstm_plain_step3_state",
    "nnapi_rnn_relu_step1",
    "nnapi_seq_lstm_plain",
    "onnx_gru_batchwise",
    "onnx_gru_defaults",
    "onnx_gru_seq_length",
    "onnx_gru_with_initial_bias",
    "onnx_lstm_batchwise",
    "onnx_lstm_defaults",
    "onnx_lstm_with_initial_bias",
    "onnx_lstm_with_peepholes",
    "onnx_rnn_seq_length",
    "onnx_simple_rnn_batchwise",
    "onnx_simple_rnn_defaults",
    "onnx_simple_rnn_with_initial_bias",
    "pytorch_cpp_CheckOutputValuesMatchPyTorch",
    "rtneural_keras_gru_1d",
    "rtneural_keras_lstm_1d",
)


@pytest.fixture(scope="module")
def cases(shared: Path) -> Any:
    """All cases by name."""
    listed = json.loads((shared / "vectors" / "vectors_give.json").read_text(encoding="utf-8"))
    return {case["id"]: case for case in listed}


def test_no_published_case_is_left_out(cases: Any) -> None:
    assert set(cases) == set(CASES)


@pytest.mark.parametrize("engine", [False, True], ids=["written out", "by equations"])
@pytest.mark.parametrize("name", CASES)
def test_published_output(name: str, engine: bool, cases: Any) -> None:
    case = cases[name]
    computed = run_network(case, engine)
    for quantity, expected in case["expected"].items():
        np.testing.assert_allclose(computed[quantity], expected, rtol=0, atol=case["atol"], err_msg=quantity)


# A network: dense layers, recurrent layers in one direction or both, dense layers


def run_network(case: Any, engine: bool) -> Any:
    y = dense(np.asarray(case["x"], float), case.get("pre_dense", []))
    ends: dict[str, list[Any]] = {"h_n": [], "c_n": []}
    for layer in case["layers"]:
        runs = {
            way: run_direction(part, case, y, engine, reverse=way == "backward")
            for way, part in layer.items()
        }
        last = merged([run["h_n"] for run in runs.values()], case["options"])
        y = merged([run["y"] for run in runs.values()], case["options"])
        for name, values in ends.items():
            values.extend(run[name] for run in runs.values() if name in run)
    return {
        "y": dense(y, case.get("post_dense", [])),
        "last": dense(last, case.get("post_dense", [])),
        **{name: np.stack(values) for name, values in ends.items() if values},
    }


def run_direction(part: Any, case: Any, x: Any, engine: bool, *, reverse: bool) -> Any:
    """Run each sequence of the batch over its own length: what comes after it is no output."""
    cell = CELLS[case["kind"]](part, case["options"])
    cell = ByEquations(cell) if engine else cell
    reverse = reverse or case["options"].get("go_backwards", False)
    steps, batch = x.shape[:2]
    y, ends = np.zeros((steps, batch, getattr(cell, "outputs", cell.hidden))), []
    for b, length in enumerate(case.get("seq_lens", [steps] * batch)):
        states = [np.asarray(part[name])[b] for name in ("h0", "c0") if part.get(name) is not None]
        trace = cell.run(x[:length, b], *states, reverse=reverse)
        y[:length, b] = trace.h
        ends.append(trace[0 if reverse else -1])
    if case["options"].get("go_backwards"):
        # Keras hands the outputs out in the order in which it ran.
        y = y[::-1]
    last = {"y": y, "h_n": np.stack([end.h for end in ends])}
    return last | ({"c_n": np.stack([end.c for end in ends])} if hasattr(ends[0], "c") else {})


class ByEquations:
    """A cell by its equations, under the names of its face."""

    def __init__(self, cell: Any) -> None:
        self._cell = cell.cell
        self.outputs, self.hidden = self._cell.outputs, self._cell.hidden

    def run(self, x: Any, *states: Any, reverse: bool) -> Any:
        """Run, and return h and, where there is one, c."""
        initial = dict(zip("hc", states, strict=False))
        trace = self._cell.run(x, initial, reverse=reverse)
        names = [name for name in "hc" if name in trace.setting.graph.lines]
        return Lines({name: trace[name] for name in names})


class Lines(SimpleNamespace):
    """Lines of a run as attributes; ``[t]`` is a step."""

    def __init__(self, lines: Any) -> None:
        super().__init__(**lines)

    def __getitem__(self, t: int) -> Any:
        return SimpleNamespace(**{name: line[t] for name, line in vars(self).items()})


def merged(halves: Any, options: Any) -> Any:
    if len(halves) == 1:
        return halves[0]
    forward, backward = halves
    match options["merge"]:
        case "concat":
            return np.concatenate(halves, axis=-1)
        case "sum":
            return forward + backward
        case "mul":
            return forward * backward
        case "ave":
            return (forward + backward) / 2


def dense(y: Any, layers: Any) -> Any:
    activations: dict[str, Any] = {
        "linear": lambda z: z,
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    }
    for layer in layers:
        y = activations[layer["act"]](y @ np.transpose(layer["W"]) + layer["b"])
    return y


# From the weights of each gate to a cell


def rnn(part: Any, options: Any) -> Any:
    return RNNCell(part["W"]["h"], part["U"]["h"], part["b"]["h"], activation=options["cell_act"])


def gru(part: Any, options: Any) -> Any:
    """Their z is our u; all have a bias within the recurrent product, which counts apart only for n."""
    gates = ("r", "z", "n")
    weight_ih, weight_hh, bias = (np.concatenate([part[name][gate] for gate in gates]) for name in "WUb")
    recurrent = [np.zeros(len(part["b"]["n"])) if "rb" not in part else part["rb"][gate] for gate in gates]
    reset_after = options["reset_after"]
    within = recurrent.pop() if reset_after else None
    bias[: sum(map(len, recurrent))] += np.concatenate(recurrent)
    return GRUCell(
        weight_ih,
        weight_hh,
        bias,
        within,
        reset_after=reset_after,
        gate_activation=options["gate_act"],
        cell_activation=options["cell_act"],
    )


def lstm(part: Any, options: Any) -> Any:
    gates = {gate: (part["W"][gate], part["U"][gate], part["b"][gate]) for gate in part["W"]}
    if not any(options.get(extra) for extra in ("peephole", "cifg", "projection")):
        return LSTMCell.from_gates(
            **gates, gate_activation=options["gate_act"], cell_activation=options["cell_act"]
        )
    variant = LSTMVariant(
        peepholes=options.get("peephole", False),
        coupled=options.get("cifg", False),
        gate_activation=options["gate_act"],
        candidate_activation=options["cell_act"],
        memory_activation=options["cell_act"],
    )
    projection = part.get("proj", {"W": None, "b": None})
    assert projection["b"] is None
    return LSTMVariantCell.from_gates(variant, gates, peepholes=part.get("p"), weight_hr=projection["W"])


CELLS = {"RNN": rnn, "GRU": gru, "LSTM": lstm}
