import dataclasses
from typing import Any

import numpy as np
import pytest

from lstm_viz import LSTMCell
from lstm_viz.cells import LSTMStep

X = np.random.default_rng(0).standard_normal((6, 4, 2))


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("batch", [(), (1,), (4,)])
def test_shapes_are_time_batch_features(batch: tuple[int, ...], reverse: bool) -> None:
    x = X[:, 0] if batch == () else X[:, : batch[0]]
    trace = LSTMCell.random(2, 3).run(x, reverse=reverse)
    shapes = {field.name: getattr(trace, field.name).shape for field in dataclasses.fields(LSTMStep)}
    assert shapes.pop("x") == (6, *batch, 2)
    assert shapes.pop("z") == (6, *batch, 12)
    assert set(shapes.values()) == {(6, *batch, 3)}
    assert len(trace) == 6


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("x", [X, X[:, :1], X[:, 0]], ids=["batch", "batch of one", "single"])
def test_every_array_is_read_only(x: Any, reverse: bool) -> None:
    trace = LSTMCell.random(2, 3).run(x, reverse=reverse)
    for field in dataclasses.fields(LSTMStep):
        with pytest.raises(ValueError, match="read-only"):
            getattr(trace, field.name)[:] = 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        trace.run = trace.run  # type: ignore[misc]


def test_the_trace_keeps_its_own_input() -> None:
    x = X.copy()
    trace = LSTMCell.random(2, 3).run(x)
    x[:] = 0.0
    np.testing.assert_array_equal(trace.x, X)


def test_z_comes_in_four_parts() -> None:
    trace = LSTMCell.random(2, 3).run(X)
    np.testing.assert_array_equal(
        np.concatenate([trace.z_i, trace.z_f, trace.z_g, trace.z_o], axis=-1), trace.z
    )
    np.testing.assert_array_equal(trace[2].z_g, trace.z_g[2])


def test_a_trace_is_a_sequence_of_steps() -> None:
    trace = LSTMCell.random(2, 3).run(X)
    np.testing.assert_array_equal([step.h for step in trace], trace.h)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(trace[-1].c_prev, trace.c[-2])
    with pytest.raises(IndexError):
        trace[6]
    with pytest.raises(TypeError):
        trace[1:2]  # type: ignore[index]
