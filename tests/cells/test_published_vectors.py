"""What Keras, ONNX, PyTorch, TensorFlow Lite and RTNeural publish as the right output of their LSTMs."""

import json

import numpy as np
import pytest

from lstm_viz import LSTMCell

CASES = (
    "kerasjs_Bidirectional_LSTM_6_concat",
    "kerasjs_LSTM_0",
    "kerasjs_LSTM_1",
    "kerasjs_LSTM_2",
    "nnapi_lstm_plain_step1",
    "nnapi_lstm_plain_step2_state",
    "nnapi_lstm_plain_step3_state",
    "nnapi_seq_lstm_plain",
    "onnx_lstm_batchwise",
    "onnx_lstm_defaults",
    "onnx_lstm_with_initial_bias",
    "pytorch_cpp_CheckOutputValuesMatchPyTorch",
    "rtneural_keras_lstm_1d",
)


@pytest.fixture(scope="module")
def plain_lstm_cases(shared):
    """The LSTM cases that need no peephole, no coupled gates and no projection, by name."""
    cases = json.loads((shared / "vectors" / "vectors_give.json").read_text(encoding="utf-8"))
    beyond = ("peephole", "cifg", "projection")
    return {
        case["id"]: case
        for case in cases
        if case["kind"] == "LSTM" and not any(case["options"].get(extra) for extra in beyond)
    }


def test_no_published_case_is_left_out(plain_lstm_cases):
    assert set(plain_lstm_cases) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_published_output(name, plain_lstm_cases):
    case = plain_lstm_cases[name]
    (layer,) = case["layers"]
    traces = {way: run(part, case, reverse=way == "backward") for way, part in layer.items()}
    ends = {way: trace[0 if way == "backward" else -1] for way, trace in traces.items()}
    computed = {
        "y": dense(
            merged([trace.h for trace in traces.values()], case["options"]), case.get("post_dense", [])
        ),
        "last": merged([end.h for end in ends.values()], case["options"]),
        "h_n": np.stack([end.h for end in ends.values()]),
        "c_n": np.stack([end.c for end in ends.values()]),
    }
    for quantity, expected in case["expected"].items():
        np.testing.assert_allclose(computed[quantity], expected, rtol=0, atol=case["atol"], err_msg=quantity)


def run(part, case, *, reverse):
    cell = LSTMCell.from_gates(
        **{gate: (part["W"][gate], part["U"][gate], part["b"][gate]) for gate in "ifgo"},
        gate_activation=case["options"]["gate_act"],
        cell_activation=case["options"]["cell_act"],
    )
    return cell.run(case["x"], part.get("h0"), part.get("c0"), reverse=reverse)


def merged(halves, options):
    if len(halves) == 1:
        return halves[0]
    assert options["merge"] == "concat"
    return np.concatenate(halves, axis=-1)


def dense(y, layers):
    for layer in layers:
        assert layer["act"] == "linear"
        y = y @ np.transpose(layer["W"]) + layer["b"]
    return y
