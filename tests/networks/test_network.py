"""How a network runs: batches of unequal lengths, masks, states to begin with, clamps, tables and figures."""

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import lstm_viz as lv
from tests.networks.reading.files import layer, normal, output_of, state_dict

LENGTHS = [7, 3, 5]


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
def test_sequences_of_unequal_lengths_give_what_a_packed_sequence_gives(kind: str) -> None:
    module = layer(kind, num_layers=2, bidirectional=True)
    net = lv.load(module.state_dict())
    x = normal(7, 3, 3)
    packed = pack_padded_sequence(torch.tensor(x), torch.tensor(LENGTHS), enforce_sorted=False)
    with torch.no_grad():
        output, final = module(packed)
    expected, _ = pad_packed_sequence(output)
    run = net.run(x, batch_first=False, lengths=LENGTHS)
    np.testing.assert_allclose(run.output, expected, atol=1e-6)
    assert run.mask is not None
    assert run.mask.sum(axis=0).tolist() == LENGTHS
    h = final[0] if kind == "LSTM" else final
    places: list[tuple[int, Any]] = [(0, "forward"), (0, "reverse"), (1, "forward"), (1, "reverse")]
    for at, place in enumerate(places):
        np.testing.assert_allclose(run.final[place]["h"], h[at], atol=1e-6)


def test_padding_before_the_first_step_is_a_mask() -> None:
    module = layer(bidirectional=True)
    net = lv.load(module.state_dict())
    x = normal(7, 3, 3)
    mask = np.arange(7)[:, None] >= 7 - np.array(LENGTHS)
    run = net.run(x.swapaxes(0, 1), batch_first=True, mask=mask.T)
    for at, length in enumerate(LENGTHS):
        alone = output_of(module, x[7 - length :, at])
        np.testing.assert_allclose(run.output[7 - length :, at], alone, atol=1e-6)
        assert not run.output[: 7 - length, at].any()


def test_a_run_goes_on_where_another_has_ended() -> None:
    net = lv.load(state_dict(num_layers=2))
    x = normal(9, 3)
    first = net.run(x[:4])
    np.testing.assert_allclose(net.run(x[4:], initial=first.final).output, net.run(x).output[4:], atol=1e-6)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"lengths": [7, 3]}, "lengths: expected 3 whole numbers"),
        ({"lengths": [7, 0, 3]}, "lengths: expected numbers from 1 to 7"),
        ({"lengths": LENGTHS, "mask": np.ones((7, 3), bool)}, "lengths: expected None where mask is given"),
        ({"mask": np.ones((3, 7), bool)}, r"mask: expected True and False, \(time, batch\) = \(7, 3\)"),
        ({"mask": np.arange(7)[:, None] % 2 == np.zeros(3)}, "in one piece"),
        ({"clamp": {1: {"f": 1.0}}}, r"clamp: expected some of 0, \(0, 'forward'\), got 1"),
        (
            {"initial": {(0, "reverse"): {}}},
            r"initial: expected some of \(0, 'forward'\), got \(0, 'reverse'\)",
        ),
    ],
)
def test_what_does_not_fit_is_said(how: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        lv.load(state_dict()).run(normal(7, 3, 3), batch_first=False, **how)


def test_symbols_go_through_a_one_hot_code_and_unknown_ones_are_refused() -> None:
    net = lv.load(state_dict())
    np.testing.assert_array_equal(net.run(np.array([2, 0])).x, np.eye(3)[[2, 0]])
    with pytest.raises(ValueError, match="x: expected symbols from 0 to 2, got 3"):
        net.run(np.array([3]))
    with pytest.raises(ValueError, match="x: expected shape"):
        net.run(normal(4, 5))


def test_a_line_of_one_layer_is_held() -> None:
    net = lv.load(state_dict(num_layers=2))
    held = np.array([np.nan, 0.0, np.nan, np.nan])
    run = net.run(normal(5, 3), clamp={1: {"c": held}})
    assert not run[1]["c"][:, 1].any()
    np.testing.assert_array_equal(run[0]["c"], net.run(normal(5, 3))[0]["c"])


def test_a_trace_is_found_by_layer_and_direction() -> None:
    net = lv.load(state_dict(num_layers=2, bidirectional=True))
    run = net.run(normal(5, 3))
    assert run[1] is run[-1] is run[1, "forward"]
    assert run[1, "reverse"].reverse
    assert len(run) == 5
    with pytest.raises(KeyError, match="expected one of"):
        run[2]


def test_the_table_has_a_row_for_each_real_step_and_unit() -> None:
    net = lv.load(state_dict("LSTM", num_layers=2, bidirectional=True))
    run = net.run(normal(7, 3, 3), batch_first=False, lengths=LENGTHS)
    table = run.to_frame()
    assert len(table) == sum(LENGTHS) * 2 * 2 * 4
    row = table[(table.step == 2) & (table.sequence == 1) & (table.layer == 2) & (table.unit == 3)]
    both = {direction: run[1, direction]["f"][1, 1, 3] for direction in ("forward", "reverse")}
    assert dict(zip(row.direction, row.f, strict=True)) == both
    assert set(run.to_frame(layer=0).layer) == {1}
    with pytest.raises(ValueError, match="layer: expected 0 to 1, got 2"):
        run.to_frame(layer=2)


def test_a_unit_is_drawn_with_every_line_of_its_equations() -> None:
    run = lv.load(state_dict("GRU")).run(normal(7, 3, 3), batch_first=False)
    figure = run.plot(unit=3, sequence=2)
    assert [curve.name.split()[0] for curve in figure.data] == ["r", "z", "n", "h"]
    np.testing.assert_array_equal(figure.data[0].y, run[0]["r"][:, 2, 3])
    with pytest.raises(ValueError, match="unit: expected 0 to 3, got 4"):
        run.plot(unit=4)


def test_pytorch_has_the_same_network() -> None:
    dense = torch.nn.Linear(8, 5)
    tensors = state_dict("GRU", prefix="rnn.", num_layers=2, bidirectional=True)
    net = lv.load(tensors | {f"out.{name}": tensor for name, tensor in dense.state_dict().items()})
    x = normal(6, 2, 3)
    with torch.no_grad():
        given = net.to_torch()(torch.tensor(x))
    ours = net.run(x, batch_first=False).readout
    assert ours is not None
    np.testing.assert_allclose(ours, given, atol=1e-5)
    assert net.check() < 1e-6


def test_a_check_finds_a_wrong_number(monkeypatch: pytest.MonkeyPatch) -> None:
    net = lv.load(state_dict())
    assert net.check() < 1e-6
    wrong = layer().state_dict()
    wrong["weight_hh_l0"][0, 0] += 0.5
    other = lv.load(wrong).stack
    from lstm_viz.networks import torch_layers

    outputs = torch_layers.outputs
    monkeypatch.setattr(torch_layers, "outputs", lambda _stack, x: outputs(other, x))
    assert net.check() > 1e-3
