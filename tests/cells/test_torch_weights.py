from typing import Any

import numpy as np
import pytest

from lstm_viz import LSTMCell

torch = pytest.importorskip("torch")


@pytest.fixture
def state_dict() -> Any:
    torch.manual_seed(0)
    return torch.nn.LSTM(2, 3, num_layers=2, bidirectional=True).state_dict()


def test_the_bias_is_the_sum_of_both(state_dict: Any) -> None:
    cell = LSTMCell.from_torch(state_dict, layer=1, reverse=True)
    assert (cell.inputs, cell.hidden, cell.dtype) == (6, 3, np.dtype(np.float32))
    np.testing.assert_array_equal(cell.weight_hh, state_dict["weight_hh_l1_reverse"])
    np.testing.assert_array_equal(
        cell.bias, state_dict["bias_ih_l1_reverse"] + state_dict["bias_hh_l1_reverse"]
    )


def test_arrays_and_parameters_do_as_well_as_tensors(state_dict: Any) -> None:
    expected = LSTMCell.from_torch(state_dict)
    for convert in (np.asarray, torch.nn.Parameter):
        cell = LSTMCell.from_torch({key: convert(value) for key, value in state_dict.items()})
        np.testing.assert_array_equal(cell.weight_ih, expected.weight_ih)


def test_later_training_does_not_change_the_cell() -> None:
    lstm = torch.nn.LSTM(1, 1)
    cell = LSTMCell.from_torch(lstm.state_dict())
    before = cell.weight_hh.copy()
    torch.nn.init.constant_(lstm.weight_hh_l0, 5.0)
    np.testing.assert_array_equal(cell.weight_hh, before)


def test_a_missing_layer_is_named_with_those_that_are_there(state_dict: Any) -> None:
    message = r"state_dict: .*'weight_ih_l2', got the layers l0, l0_reverse, l1, l1_reverse$"
    with pytest.raises(ValueError, match=message):
        LSTMCell.from_torch(state_dict, layer=2)


def test_a_missing_key_is_named(state_dict: Any) -> None:
    del state_dict["bias_hh_l0"]
    with pytest.raises(ValueError, match="state_dict: expected the key 'bias_hh_l0'"):
        LSTMCell.from_torch(state_dict)


def test_what_is_no_lstm_is_named() -> None:
    with pytest.raises(ValueError, match=r"no recurrent layer but the keys 'weight', 'bias'"):
        LSTMCell.from_torch(torch.nn.Linear(2, 2).state_dict())
    with pytest.raises(ValueError, match=r"no recurrent layer but the keys \(none\)"):
        LSTMCell.from_torch({})


def test_a_gru_is_refused() -> None:
    with pytest.raises(ValueError, match=r"weight_hh: expected shape \(4\*hidden, hidden\)"):
        LSTMCell.from_torch(torch.nn.GRU(2, 3).state_dict())


def test_biases_that_do_not_match_are_refused(state_dict: Any) -> None:
    state_dict["bias_hh_l0"] = torch.zeros(1)
    with pytest.raises(
        ValueError, match=r"bias_hh_l0: expected shape of the other bias = \(12,\), got \(1,\)"
    ):
        LSTMCell.from_torch(state_dict)


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported")
def test_projections_are_refused() -> None:
    with pytest.raises(ValueError, match=r"proj_size=0.* got a weight of one, of shape \(1, 3\)$"):
        LSTMCell.from_torch(torch.nn.LSTM(2, 3, proj_size=1).state_dict())
