"""Networks that others have published open without a word of help, and run as they do elsewhere."""

import json
from pathlib import Path

import numpy as np
import pytest

import lstm_viz as lv


@pytest.fixture(scope="module")
def checkpoints(shared: Path) -> Path:
    return shared / "checkpoints"


def test_the_character_model_has_the_gates_that_an_independent_implementation_found(
    checkpoints: Path,
) -> None:
    net = lv.load(checkpoints / "visrnn_lstm_128_2.pth")
    vocabulary = json.loads((checkpoints / "visrnn_vocab_char_to_int.json").read_text(encoding="utf-8"))
    with np.load(checkpoints / "visrnn_gates_first50.npz") as given:
        run = net.run(np.array([vocabulary[letter] for letter in str(given["text"])]))
        for line in "ifgoch":
            for layer in (0, 1):
                np.testing.assert_allclose(run[layer][line], given[line][:, layer], atol=1e-5)
    assert repr(net) == ("2-layer LSTM, 88 inputs, 128 units, PyTorch order; readout 88\n(open: batch_first)")
    assert run.readout is not None
    assert run.readout.shape == (50, 88)
    assert not net.untrained
    assert net.left_over == ()
    assert net.check(run.x) < 1e-5


def test_two_lstms_of_one_file_feed_each_other_and_what_follows_them_is_open(checkpoints: Path) -> None:
    net = lv.load(checkpoints / "stock_lstm_128_64.pth")
    assert repr(net).startswith("2-layer LSTM, 5 inputs, 128 and 64 units, PyTorch order; readout 25 → 1")
    assert [question.name for question in net.questions] == ["readout_activation", "batch_first"]
    assert "lstm2 reads what" in net.guessed[0]
    assert not net.untrained
    run = net.run(np.zeros((60, 5)))
    with pytest.raises(ValueError, match="readout_activation: expected an answer"):
        _ = run.readout
    answered = net.answer(readout_activation="relu").run(np.zeros((60, 5))).readout
    assert answered is not None
    assert answered.shape == (60, 1)


def test_untrained_weights_are_recognised(checkpoints: Path) -> None:
    net = lv.load(checkpoints / "rtneural_lstm_torch_statedict.json")
    assert net.untrained
    assert "these are PyTorch's initial weights" in repr(net)
    assert [(layer.inputs, layer.hidden) for layer in net.layers] == [(1, 8), (8, 8), (8, 8), (8, 8)]
    assert net.stack.dtype == np.float32  # as it was before it was written out
    assert net.check() < 1e-6


def test_encoder_and_decoder_of_one_file_are_a_question(checkpoints: Path) -> None:
    path = checkpoints / "g2p_gru_checkpoint20.npz"
    net = lv.load(path)
    assert net.chosen is None
    assert [layer.name for layer in net.layers] == ["enc", "dec"]
    with pytest.raises(ValueError, match="module: expected one of 'enc', 'dec'"):
        net.run(np.zeros(3, int))
    encoder, decoder = lv.load(path, module="enc"), net.answer(module="dec")
    assert repr(encoder).startswith("1-layer GRU, 256 inputs, 256 units, PyTorch order; embedding 29 × 256")
    assert repr(decoder).startswith(
        "1-layer GRU, 256 inputs, 256 units, PyTorch order; embedding 74 × 256; readout 74"
    )
    hello = [3 + ord(letter) - ord("a") for letter in "hello"] + [2]
    run = encoder.run(np.array(hello))
    assert np.linalg.norm(run.output[-1]) == pytest.approx(13.35139, abs=1e-4)
    np.testing.assert_allclose(run.output[-1, :4], [0.99988, 0.95396, 0.27754, 0.58813], atol=1e-5)
    # The decoder begins with <s> and goes on with what it has just written.
    state, symbol, written = run.final, 2, []
    for _ in range(5):
        step = decoder.run(np.array([symbol]), initial=state)
        assert step.readout is not None
        symbol, state = int(step.readout[0].argmax()), step.final
        written.append(symbol)
    assert written[-1] == 3  # </s>
    assert len(set(written)) == 5


def test_the_cudnn_layout_of_keras_predicts_english(checkpoints: Path) -> None:
    """Wrongly taken for a plain layout it costs 48 nats a character, and 1.40 as it is meant (INSPECT.md)."""
    net = lv.load(checkpoints / "textgenrnn.hdf5")
    assert repr(net).startswith("2-layer LSTM, 100 inputs, 128 units, CuDNN order; embedding 465 × 100")
    assert net.questions == ()
    assert [name.rpartition(".")[2] for name in net.left_over] == ["attention_W", "bias", "kernel"]
    vocabulary = json.loads((checkpoints / "textgenrnn_vocab.json").read_text(encoding="utf-8"))
    text = (
        'the quick brown fox jumps over the lazy dog and then he said that it was not a "good" idea at all.'
    )
    symbols = [vocabulary["<s>"], *(vocabulary[letter] for letter in text)]
    # What follows the layers is no plain readout: an attention over embedding and both layers.
    attention, bias, kernel = (_left_over(checkpoints, name) for name in net.left_over)
    nats = []
    for end in range(1, len(symbols)):
        window = ([0] * 40 + symbols[:end])[-40:]
        run = net.run(np.array(window))
        values = np.concatenate([run.x, run[0]["h"], run[1]["h"]], axis=1)
        weights = np.exp(values @ attention[:, 0])
        z = (weights[:, None] * values).sum(axis=0) / weights.sum() @ kernel + bias
        nats.append(np.log(np.exp(z - z.max()).sum()) + z.max() - z[symbols[end]])
    assert np.mean(nats) == pytest.approx(1.40, abs=0.02)


def _left_over(checkpoints: Path, name: str) -> np.ndarray:
    import h5py

    with h5py.File(checkpoints / "textgenrnn.hdf5") as file:
        return np.asarray(file[name.replace(".", "/") + ":0"])
