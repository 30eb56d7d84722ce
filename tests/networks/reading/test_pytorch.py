"""State dicts of PyTorch, however named and nested, have the numbers of the layers they came from."""

import io
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save as save_safetensors

import lstm_viz as lv
from tests.networks.reading.files import layer, normal, output_of, saved, state_dict

WAYS = [
    {},
    {"num_layers": 2},
    {"bidirectional": True, "num_layers": 2},
    {"bias": False},
    {"num_layers": 3, "batch_first": True},
]


@pytest.mark.parametrize("how", WAYS, ids=str)
@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
def test_a_layer_gives_what_pytorch_gives(kind: str, how: dict[str, Any]) -> None:
    module = layer(kind, **how)
    net = lv.load(saved(module.state_dict()))
    x = normal(6, 2, 3)
    run = net.run(x, batch_first=how.get("batch_first", False))
    expected = output_of(module, x)
    if how.get("batch_first"):
        expected = expected.swapaxes(0, 1)
    np.testing.assert_allclose(run.output, expected, atol=1e-6)
    assert net.check(x, batch_first=how.get("batch_first", False)) < 1e-6


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize("bidirectional", [False, True])
def test_projections(bidirectional: bool) -> None:
    module = layer("LSTM", proj_size=2, num_layers=2, bidirectional=bidirectional)
    net = lv.load(module.state_dict())
    x = normal(6, 3)
    np.testing.assert_allclose(net.run(x).output, output_of(module, x), atol=1e-6)
    assert "projected to" in repr(net.layers[0])


@pytest.mark.parametrize(
    "prefix", ["model.", "module.", "net.encoder.rnn.", "state_dict.model.lstm.", "_orig_mod.lstm.", "0."]
)
def test_prefixes_and_nesting_do_not_matter(prefix: str) -> None:
    flat = state_dict(prefix=prefix)
    nested: dict[str, Any] = {"epoch": 3, "loss": 0.5, "model_state_dict": flat, "names": ["a", "b"]}
    for source in (flat, nested, saved(nested), saved(nested, _use_new_zipfile_serialization=False)):
        net = lv.load(source)
        np.testing.assert_allclose(net.run(normal(5, 3)).output, output_of(layer(), normal(5, 3)), atol=1e-6)


def test_bare_keys_of_a_cell() -> None:
    torch.manual_seed(0)
    cell = torch.nn.LSTMCell(3, 4)
    net = lv.load({f"cells.0.{name}": tensor for name, tensor in cell.state_dict().items()})
    x = normal(5, 3)
    with torch.no_grad():
        state = None
        for x_t in torch.tensor(x):
            state = cell(x_t, state)
    assert state is not None
    np.testing.assert_allclose(net.run(x).output[-1], state[0], atol=1e-6)


def test_what_an_optimiser_and_a_batch_norm_keep_is_left_over() -> None:
    tree = {
        "model": state_dict(prefix="rnn."),
        "optimizer": {"state": {0: {"exp_avg": torch.zeros(16, 3), "step": torch.tensor(5.0)}}},
        "bn": torch.nn.BatchNorm1d(4).state_dict(),
    }
    net = lv.load(tree)
    assert len(net.layers) == 1
    assert "optimizer.state.0.exp_avg" in net.left_over
    assert "bn.running_mean" in net.left_over
    assert net.answer(batch_first=True).left_over == net.left_over


def test_a_live_module_says_what_its_weights_do_not() -> None:
    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed = torch.nn.Embedding(7, 3)
            self.rnn = torch.nn.RNN(3, 4, nonlinearity="relu", batch_first=True)
            self.out = torch.nn.Linear(4, 7)

    model = Model()
    net = lv.load(model)
    assert net.questions == ()
    assert net.batch_first is True
    assert net.untrained
    symbols = np.array([[1, 2, 3, 6], [0, 0, 5, 4]])
    with torch.no_grad():
        expected = model.out(model.rnn(model.embed(torch.tensor(symbols)))[0])
    readout = net.run(symbols).readout
    assert readout is not None
    np.testing.assert_allclose(readout.swapaxes(0, 1), expected, atol=1e-6)
    with torch.no_grad():
        ours = net.to_torch()(torch.tensor(symbols.T))
    np.testing.assert_allclose(ours, readout, atol=1e-6)


def test_what_a_plain_rnn_is_activated_by_is_a_question() -> None:
    module = layer("RNN", nonlinearity="relu")
    net = lv.load(module.state_dict())
    [question] = [question for question in net.questions if question.name == "activation"]
    assert question.choices == ("tanh", "relu")
    assert question.assumed == "tanh"
    x = normal(5, 3)
    np.testing.assert_allclose(net.answer(activation="relu").run(x).output, output_of(module, x), atol=1e-6)
    with pytest.raises(ValueError, match="activation: expected one of 'tanh', 'relu', got 'elu'"):
        net.answer(activation="elu")
    with pytest.raises(ValueError, match=r"gates: expected an answer to a question of this file"):
        net.answer(gates="ifgo")


def test_where_the_batch_stands_is_a_question() -> None:
    net = lv.load(state_dict())
    with pytest.raises(ValueError, match="batch_first: expected one of True, False, got none"):
        net.run(normal(5, 2, 3))
    assert net.answer(batch_first=True).run(normal(5, 2, 3)).output.shape == (2, 5, 4)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_other_widths_are_read(dtype: torch.dtype) -> None:
    tensors = {name: tensor.to(dtype) for name, tensor in state_dict(prefix="rnn.").items()}
    for data in (saved(tensors), save_safetensors(tensors)):
        net = lv.load(data)
        wide = {name: tensor.to(torch.float64).numpy() for name, tensor in tensors.items()}
        x = normal(4, 3)
        np.testing.assert_allclose(net.run(x).output, lv.load(wide).run(x).output, atol=1e-6)
        assert net.stack.dtype == (np.float64 if dtype == torch.float64 else np.float32)


def test_safetensors_keep_the_order_of_numbered_layers() -> None:
    tensors = {f"rnn.{at}.{name}": t for at in range(11) for name, t in
               state_dict("GRU", seed=at, input_size=4).items()}  # fmt: skip
    net = lv.load(save_safetensors(tensors))
    assert [layer.name for layer in net.layers] == [f"rnn.{at}" for at in range(11)]


@pytest.mark.parametrize("first", [ord("{"), ord("[")])
def test_safetensors_are_told_from_json_however_long_their_header_is(first: int) -> None:
    """The length of the header is the first byte of the file, and may be that of a bracket."""
    data = save_safetensors(state_dict(prefix="rnn."))
    end = 8 + int.from_bytes(data[:8], "little")
    length = end - 8 + (first - (end - 8)) % 256
    longer = length.to_bytes(8, "little") + data[8:end].ljust(length) + data[end:]
    assert longer[0] == first
    assert len(lv.load(longer).layers) == 1


def test_a_tensor_that_requires_a_gradient_is_an_input_too() -> None:
    x = torch.tensor(normal(5, 3), requires_grad=True)
    assert lv.load(state_dict()).run(x).output.shape == (5, 4)


def test_several_modules_that_do_not_feed_each_other_are_a_question() -> None:
    tensors = state_dict(prefix="question.") | state_dict(prefix="answer.", seed=1)
    net = lv.load(tensors)
    assert net.chosen is None
    [question] = [question for question in net.questions if question.name == "module"]
    assert question.choices == ("question", "answer")
    x = normal(5, 3)
    np.testing.assert_allclose(
        net.answer(module="answer").run(x).output, output_of(layer(seed=1), x), atol=1e-6
    )


def test_which_of_two_heads_is_a_question() -> None:
    heads = {f"{name}.{key}": tensor for name, size in (("value", 1), ("policy", 5))
             for key, tensor in torch.nn.Linear(4, size).state_dict().items()}  # fmt: skip
    net = lv.load(state_dict(prefix="rnn.") | heads)
    assert net.readout == ()
    [question] = [question for question in net.questions if question.name == "head"]
    assert question.choices == ("value", "policy")
    assert [dense.outputs for dense in net.answer(head="policy").readout] == [5]


def test_weight_norm_and_weight_drop() -> None:
    module = torch.nn.utils.parametrizations.weight_norm(layer(), "weight_hh_l0")
    x = normal(5, 3)
    net = lv.load({f"rnn.{name}": tensor for name, tensor in module.state_dict().items()})
    np.testing.assert_allclose(net.run(x).output, output_of(module, x), atol=1e-6)
    assert net.left_over == ()
    dropped = state_dict(prefix="rnns.0.module.")
    dropped["rnns.0.weight_hh_l0_raw"] = dropped.pop("rnns.0.module.weight_hh_l0")
    np.testing.assert_allclose(lv.load(dropped).run(x).output, output_of(layer(), x), atol=1e-6)


def test_peepholes_and_layer_norm_change_the_cell() -> None:
    tensors = state_dict(prefix="cell.")
    peepholes = {f"cell.weight_c{gate}": torch.full((4,), 0.5) for gate in "ifo"}
    net = lv.load({name.removesuffix("_l0"): tensor for name, tensor in tensors.items()} | peepholes)
    assert net.left_over == ()
    assert "p*c" in net.layers[0].cells["forward"].equations.text
    sizes = {"i": 16, "h": 16, "c": 4}
    norms = {f"cell.layernorm_{side}.{what}": torch.ones(rows) for side, rows in sizes.items()
             for what in ("weight", "bias")}  # fmt: skip
    net = lv.load({name.removesuffix("_l0"): tensor for name, tensor in tensors.items()} | norms)
    assert "mean" in net.layers[0].cells["forward"].equations.text
    assert net.left_over == ()


def test_what_lies_in_a_module_and_is_not_understood_is_said() -> None:
    net = lv.load(state_dict(prefix="rnn.") | {"rnn.zoneout.weight": torch.ones(4)})
    assert net.guessed == ("rnn.zoneout.weight lies in rnn and is not used: what it does is missing",)


def test_weights_as_drawn_are_told_from_trained_ones() -> None:
    for seed in range(20):
        torch.manual_seed(seed)
        fresh = torch.nn.GRU(5, 32, num_layers=2, bidirectional=True)
        assert lv.load(fresh.state_dict()).untrained
        with torch.no_grad():
            fresh.state_dict()["weight_hh_l0"].mul_(1.05)
        assert not lv.load(fresh.state_dict()).untrained


def test_pytorch_is_loaded_for_its_own_files_alone() -> None:
    import subprocess
    import sys

    code = (
        "import io, sys, numpy as np, lstm_viz as lv\n"
        "b = io.BytesIO()\n"
        "np.savez(b, **{'rnn.weight_ih_l0': np.ones((16, 3)), 'rnn.weight_hh_l0': np.ones((16, 4))})\n"
        "lv.load(b.getvalue()); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_file_is_read_from_a_path_too(tmp_path: Any) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(saved(state_dict()))
    assert len(lv.load(path).layers) == len(lv.load(str(path)).layers) == 1
    with pytest.raises(ValueError, match="expected a file, got the folder"):
        lv.load(tmp_path)
    with pytest.raises(ValueError, match="does not exist"):
        lv.load(tmp_path / "none.pt")
    with pytest.raises(ValueError, match="expected a path, bytes, a state dict"):
        lv.load(io.BytesIO())
