"""The numbers of torch.nn.LSTM in float64, to 1e-12, for whatever shapes."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz import LSTMCell

torch = pytest.importorskip("torch")


@st.composite
def runs(draw: Any) -> Any:
    """A torch LSTM of random shape and weights, an input for it, and initial states or none."""
    torch.manual_seed(draw(st.integers(0, 2**31)))
    lstm = torch.nn.LSTM(
        input_size=draw(st.integers(1, 6)),
        hidden_size=draw(st.integers(1, 9)),
        num_layers=draw(st.integers(1, 3)),
        bias=draw(st.booleans()),
        bidirectional=draw(st.booleans()),
    ).double()
    scale = draw(st.sampled_from([0.1, 1.0, 10.0]))
    with torch.no_grad():
        for parameter in lstm.parameters():
            parameter.mul_(scale)
    batch = draw(st.sampled_from([(), (1,), (4,)]))
    x = torch.randn(draw(st.integers(1, 12)), *batch, lstm.input_size, dtype=torch.float64)
    if not draw(st.booleans()):
        return lstm, x, None
    cells = lstm.num_layers * (2 if lstm.bidirectional else 1)
    return lstm, x, tuple(torch.randn(2, cells, *batch, lstm.hidden_size, dtype=torch.float64))


@given(runs())
def test_all_layers_and_directions_have_the_numbers_of_torch(run: Any) -> None:
    lstm, x, states = run
    with torch.no_grad():
        expected, (h_n, c_n) = lstm(x, states)
    states = [array.numpy() for array in states] if states else [[None] * len(h_n)] * 2

    y, ends, index = x.numpy(), [], 0
    for layer in range(lstm.num_layers):
        halves = []
        for reverse in [False, True][: 2 if lstm.bidirectional else 1]:
            cell = LSTMCell.from_torch(lstm.state_dict(), layer, reverse)
            trace = cell.run(y, states[0][index], states[1][index], reverse=reverse)
            halves.append(trace.h)
            ends.append(trace[0 if reverse else -1])
            index += 1
        y = np.concatenate(halves, axis=-1)

    np.testing.assert_allclose(y, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose([end.h for end in ends], h_n, rtol=0, atol=1e-12)
    np.testing.assert_allclose([end.c for end in ends], c_n, rtol=0, atol=1e-12)


def test_float32_stays_float32_and_close_to_torch() -> None:
    torch.manual_seed(0)
    lstm = torch.nn.LSTM(3, 8)
    x = torch.randn(20, 3)
    trace = LSTMCell.from_torch(lstm.state_dict()).run(x.numpy())
    assert {array.dtype for array in (trace.x, trace.z, trace.i, trace.g, trace.c, trace.h)} == {
        np.dtype("f4")
    }
    np.testing.assert_allclose(trace.h, lstm(x)[0].detach(), rtol=0, atol=1e-6)
